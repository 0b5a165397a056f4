"""Timelines of the account: home, its own posts, mentions, a list's posts."""

from django.utils.translation import gettext_noop

from twitter_integration.console import asked
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.ways import read_posts

ACTIONS = (
    Action(
        name="home",
        label=gettext_noop("Home timeline"),
        operation="timelines.home",
        scope=Scope.REACT,
        ways=read_posts(),
        fields=asked.PAGED,
        reads=True,
    ),
    Action(
        name="own-posts",
        label=gettext_noop("Own posts"),
        operation="timelines.own",
        scope=Scope.REACT,
        ways=read_posts(),
        fields=asked.PAGED,
        reads=True,
    ),
    Action(
        name="mentions",
        label=gettext_noop("Mentions"),
        operation="timelines.mentions",
        scope=Scope.REACT,
        ways=read_posts(),
        fields=asked.PAGED,
        reads=True,
    ),
    Action(
        name="list-posts",
        label=gettext_noop("A list's posts"),
        operation="timelines.list",
        scope=Scope.REACT,
        ways=read_posts(list_id="list"),
        fields=(asked.LIST, *asked.PAGED),
        reads=True,
    ),
)

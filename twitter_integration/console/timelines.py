"""Timelines of the account: home, its own posts, mentions, a list's posts."""

from twitter_integration.console import asked
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.ways import read_posts

ACTIONS = (
    Action(
        name="home",
        words="Home timeline",
        operation="timelines.home",
        scope=Scope.REACT,
        ways=read_posts(),
        fields=asked.PAGED,
        reads=True,
    ),
    Action(
        name="own-posts",
        words="Own posts",
        operation="timelines.own",
        scope=Scope.REACT,
        ways=read_posts(),
        fields=asked.PAGED,
        reads=True,
    ),
    Action(
        name="mentions",
        words="Mentions",
        operation="timelines.mentions",
        scope=Scope.REACT,
        ways=read_posts(),
        fields=asked.PAGED,
        reads=True,
    ),
    Action(
        name="list-posts",
        words="A list's posts",
        operation="timelines.list",
        scope=Scope.REACT,
        ways=read_posts(list_id="list"),
        fields=(asked.LIST, *asked.PAGED),
        reads=True,
    ),
)

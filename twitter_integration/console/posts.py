"""What is done to posts: repost, like, hide, delete, and undoing it. Not here: writing them (the outbox does)."""

from django.utils.translation import gettext_noop

from twitter_integration.console import asked
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.ways import both, fixed, write
from twitter_integration.offers import Dialect

_NO_HIDING = gettext_noop("v1.1 never had it; on X itself anybody who may post for the account can do it.")
ACTIONS = (
    Action(
        name="repost",
        label=gettext_noop("Repost"),
        operation="reposts.create",
        scope=Scope.REACT,
        ways=both(write(tweet_id="post"), write()),
        fields=(asked.POST,),
        confirm=True,
        undone_by="undo-repost",
        done=gettext_noop("Reposted."),
    ),
    Action(
        name="undo-repost",
        label=gettext_noop("Undo a repost"),
        operation="reposts.delete",
        scope=Scope.REACT,
        ways=both(write(), write()),
        fields=(asked.POST,),
        ends=True,
        undone_by="repost",
        done=gettext_noop("The repost is undone."),
    ),
    Action(
        name="like",
        label=gettext_noop("Like"),
        operation="likes.create",
        scope=Scope.REACT,
        ways=both(write(tweet_id="post"), write(id="post")),
        fields=(asked.POST,),
        confirm=True,
        undone_by="unlike",
        done=gettext_noop("Liked."),
    ),
    Action(
        name="unlike",
        label=gettext_noop("Take a like back"),
        operation="likes.delete",
        scope=Scope.REACT,
        ways=both(write(), write(id="post")),
        fields=(asked.POST,),
        ends=True,
        undone_by="like",
        done=gettext_noop("The like is taken back."),
    ),
    Action(
        name="hide-reply",
        label=gettext_noop("Hide a reply"),
        operation="replies.hide",
        scope=Scope.REACT,
        ways={Dialect.V2: fixed({"hidden": True})},
        fields=(asked.POST,),
        confirm=True,
        undone_by="unhide-reply",
        done=gettext_noop("The reply is hidden."),
        lacking=_NO_HIDING,
    ),
    Action(
        name="unhide-reply",
        label=gettext_noop("Show a hidden reply"),
        operation="replies.hide",
        scope=Scope.REACT,
        ways={Dialect.V2: fixed({"hidden": False})},
        fields=(asked.POST,),
        undone_by="hide-reply",
        done=gettext_noop("The reply is shown again."),
        lacking=_NO_HIDING,
    ),
    Action(
        name="delete-post",
        label=gettext_noop("Delete an own post"),
        operation="posts.delete",
        scope=Scope.OPERATE,
        ways=both(write(), write()),
        fields=(asked.POST,),
        confirm=True,
        ends=True,
        done=gettext_noop("The post is deleted."),
    ),
)

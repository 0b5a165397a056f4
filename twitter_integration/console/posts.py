"""What is done to posts: repost, like, hide, delete, and undoing it. Not here: writing them (the outbox does)."""

from twitter_integration.console import asked
from twitter_integration.console.action import Action, Scope
from twitter_integration.console.ways import both, fixed, write
from twitter_integration.offers import Dialect

_NO_HIDING = "v1.1 never had it; on X itself anybody who may post for the account can do it."
ACTIONS = (
    Action(
        name="repost",
        words="Repost",
        operation="reposts.create",
        scope=Scope.REACT,
        ways=both(write(tweet_id="post"), write()),
        fields=(asked.POST,),
        confirm=True,
        undone_by="undo-repost",
        done="Reposted.",
    ),
    Action(
        name="undo-repost",
        words="Undo a repost",
        operation="reposts.delete",
        scope=Scope.REACT,
        ways=both(write(), write()),
        fields=(asked.POST,),
        ends=True,
        undone_by="repost",
        done="The repost is undone.",
    ),
    Action(
        name="like",
        words="Like",
        operation="likes.create",
        scope=Scope.REACT,
        ways=both(write(tweet_id="post"), write(id="post")),
        fields=(asked.POST,),
        confirm=True,
        undone_by="unlike",
        done="Liked.",
    ),
    Action(
        name="unlike",
        words="Take a like back",
        operation="likes.delete",
        scope=Scope.REACT,
        ways=both(write(), write(id="post")),
        fields=(asked.POST,),
        ends=True,
        undone_by="like",
        done="The like is taken back.",
    ),
    Action(
        name="hide-reply",
        words="Hide a reply",
        operation="replies.hide",
        scope=Scope.REACT,
        ways={Dialect.V2: fixed({"hidden": True})},
        fields=(asked.POST,),
        confirm=True,
        undone_by="unhide-reply",
        done="The reply is hidden.",
        lacking=_NO_HIDING,
    ),
    Action(
        name="unhide-reply",
        words="Show a hidden reply",
        operation="replies.hide",
        scope=Scope.REACT,
        ways={Dialect.V2: fixed({"hidden": False})},
        fields=(asked.POST,),
        undone_by="hide-reply",
        done="The reply is shown again.",
        lacking=_NO_HIDING,
    ),
    Action(
        name="delete-post",
        words="Delete an own post",
        operation="posts.delete",
        scope=Scope.OPERATE,
        ways=both(write(), write()),
        fields=(asked.POST,),
        confirm=True,
        ends=True,
        done="The post is deleted.",
    ),
)

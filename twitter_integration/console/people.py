"""How the account stands to people: follow, mute, block, report; and who is followed, follows, is muted or blocked."""

from twitter_integration.console import asked
from twitter_integration.console.action import Action, Field, Given, Kind, Outcome, Scope
from twitter_integration.console.line import Line
from twitter_integration.console.ways import both, made, read_people, write
from twitter_integration.offers import Dialect

_AND_BLOCK = Field(name="block", words="And block", kind=Kind.CHOICE, required=False, choices=("yes", "no"))


def _report(line: Line, given: Given) -> Outcome:
    """v1.1 alone has the call; it can block in the same breath."""
    blocks = "true" if given.get("block") == "yes" else "false"
    return made(line.call(given, query={"user_id": given["person"], "perform_block": blocks}))


_READS = (
    ("followers", "Followers", "follows.followers"),
    ("following", "Who is followed", "follows.following"),
    ("muted", "Who is muted", "mutes.read"),
    ("blocked", "Who is blocked", "blocks.read"),
)
ACTIONS = (
    *(
        Action(
            name=name,
            words=words,
            operation=operation,
            scope=Scope.REACT,
            ways=read_people(),
            fields=asked.PAGED,
            reads=True,
        )
        for name, words, operation in _READS
    ),
    Action(
        name="follow",
        words="Follow",
        operation="follows.create",
        scope=Scope.REACT,
        ways=both(write(target_user_id="person"), write(user_id="person")),
        fields=(asked.PERSON,),
        confirm=True,
        undone_by="unfollow",
        done="The account follows them, or has asked to.",
    ),
    Action(
        name="unfollow",
        words="Unfollow",
        operation="follows.delete",
        scope=Scope.REACT,
        ways=both(write(), write(user_id="person")),
        fields=(asked.PERSON,),
        confirm=True,
        undone_by="follow",
        done="The account no longer follows them.",
    ),
    Action(
        name="mute",
        words="Mute",
        operation="mutes.create",
        scope=Scope.REACT,
        ways=both(write(target_user_id="person"), write(user_id="person")),
        fields=(asked.PERSON,),
        explain=True,
        undone_by="unmute",
        done="Muted.",
    ),
    Action(
        name="unmute",
        words="Unmute",
        operation="mutes.delete",
        scope=Scope.REACT,
        ways=both(write(), write(user_id="person")),
        fields=(asked.PERSON,),
        undone_by="mute",
        done="No longer muted.",
    ),
    Action(
        name="block",
        words="Block",
        operation="blocks.create",
        scope=Scope.REACT,
        ways=both(write(target_user_id="person"), write(user_id="person")),
        fields=(asked.PERSON,),
        confirm=True,
        explain=True,
        undone_by="unblock",
        done="Blocked.",
    ),
    Action(
        name="unblock",
        words="Unblock",
        operation="blocks.delete",
        scope=Scope.REACT,
        ways=both(write(), write(user_id="person")),
        fields=(asked.PERSON,),
        confirm=True,
        undone_by="block",
        done="No longer blocked.",
    ),
    Action(
        name="report",
        words="Report",
        operation="reports.create",
        scope=Scope.REACT,
        ways={Dialect.LEGACY: _report},
        fields=(asked.PERSON, _AND_BLOCK),
        confirm=True,
        explain=True,
        tells=True,
        done="Reported to X.",
        lacking="v2 has no call for it: report on X itself, and block or mute here.",
    ),
)

"""How the account stands to people: follow, mute, block, report; and who is followed, follows, is muted or blocked."""

from django.utils.translation import gettext_noop

from twitter_integration.console import asked
from twitter_integration.console.action import Action, Field, Given, Kind, Outcome, Scope
from twitter_integration.console.line import Line
from twitter_integration.console.ways import both, made, read_people, write
from twitter_integration.offers import Dialect

_AND_BLOCK = Field(
    name="block",
    label=gettext_noop("And block"),
    kind=Kind.CHOICE,
    required=False,
    choices=("yes", "no"),
    blank=gettext_noop("No"),
)


def _report(line: Line, given: Given) -> Outcome:
    """v1.1 alone has the call; it can block in the same breath."""
    blocks = "true" if given.get("block") == "yes" else "false"
    return made(line.call(given, query={"user_id": given["person"], "perform_block": blocks}))


_READS = (
    ("followers", gettext_noop("Followers"), "follows.followers"),
    ("following", gettext_noop("Who is followed"), "follows.following"),
    ("muted", gettext_noop("Who is muted"), "mutes.read"),
    ("blocked", gettext_noop("Who is blocked"), "blocks.read"),
)
ACTIONS = (
    *(
        Action(
            name=name,
            label=words,
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
        label=gettext_noop("Follow"),
        operation="follows.create",
        scope=Scope.REACT,
        ways=both(write(target_user_id="person"), write(user_id="person")),
        fields=(asked.PERSON,),
        confirm=True,
        undone_by="unfollow",
        done=gettext_noop("The account follows them, or has asked to."),
    ),
    Action(
        name="unfollow",
        label=gettext_noop("Unfollow"),
        operation="follows.delete",
        scope=Scope.REACT,
        ways=both(write(), write(user_id="person")),
        fields=(asked.PERSON,),
        confirm=True,
        undone_by="follow",
        done=gettext_noop("The account no longer follows them."),
    ),
    Action(
        name="mute",
        label=gettext_noop("Mute"),
        operation="mutes.create",
        scope=Scope.REACT,
        ways=both(write(target_user_id="person"), write(user_id="person")),
        fields=(asked.PERSON,),
        explain=True,
        undone_by="unmute",
        done=gettext_noop("Muted."),
    ),
    Action(
        name="unmute",
        label=gettext_noop("Unmute"),
        operation="mutes.delete",
        scope=Scope.REACT,
        ways=both(write(), write(user_id="person")),
        fields=(asked.PERSON,),
        undone_by="mute",
        done=gettext_noop("No longer muted."),
    ),
    Action(
        name="block",
        label=gettext_noop("Block"),
        operation="blocks.create",
        scope=Scope.REACT,
        ways=both(write(target_user_id="person"), write(user_id="person")),
        fields=(asked.PERSON,),
        confirm=True,
        explain=True,
        undone_by="unblock",
        done=gettext_noop("Blocked."),
    ),
    Action(
        name="unblock",
        label=gettext_noop("Unblock"),
        operation="blocks.delete",
        scope=Scope.REACT,
        ways=both(write(), write(user_id="person")),
        fields=(asked.PERSON,),
        confirm=True,
        undone_by="block",
        done=gettext_noop("No longer blocked."),
    ),
    Action(
        name="report",
        label=gettext_noop("Report"),
        operation="reports.create",
        scope=Scope.REACT,
        ways={Dialect.LEGACY: _report},
        fields=(asked.PERSON, _AND_BLOCK),
        confirm=True,
        explain=True,
        tells=True,
        done=gettext_noop("Reported to X."),
        lacking=gettext_noop("v2 has no call for it: report on X itself, and block or mute here."),
    ),
)

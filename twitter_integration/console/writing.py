"""What the account says: handed to the outbox, which sends it once, behind the undo window and inside X's limits."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets import posting
from tickets.inbound import Person
from twitter_integration.console import asked
from twitter_integration.console.action import Action, Field, Given, Kind, Outcome, Scope, Sheet
from twitter_integration.console.fields import BadInput, clean_field
from twitter_integration.console.refused import Refused
from twitter_integration.console.when import moment_words
from twitter_integration.models import PartnerAccount

# Beyond any limit; how long a text may be, the channel says in X's own measure.
_TEXT = Field(name="text", label=gettext_noop("Text"), kind=Kind.TEXT, most=25_000, empties=True)
_PARTS = Field(
    name="parts",
    label=gettext_noop("In how many posts"),
    kind=Kind.NUMBER,
    most=100,
    required=False,
    help=gettext_noop("a longer text goes as a thread"),
)
_CIRCLE = Field(
    name="circle",
    label=gettext_noop("Who may answer"),
    kind=Kind.CHOICE,
    required=False,
    choices=("following", "mentionedUsers", "subscribers", "verified"),
    blank=gettext_noop("Everybody"),
    said={
        "following": gettext_noop("Accounts it follows"),
        "mentionedUsers": gettext_noop("Only those it names"),
        "subscribers": gettext_noop("Its subscribers"),
        "verified": gettext_noop("Verified accounts"),
    },
)
_AGAIN = Field(
    name="repeat",
    label=gettext_noop("The same words again"),
    kind=Kind.CHOICE,
    required=False,
    choices=("yes",),
    blank=gettext_noop("No"),
    help=gettext_noop("although somebody sent them already"),
)
_AT = Field(
    name="at",
    label=gettext_noop("Not before"),
    kind=Kind.MOMENT,
    required=False,
    help=gettext_noop("a moment to come; else now"),
)
_FILES = Field(
    name="files",
    label=gettext_noop("Pictures or film"),
    kind=Kind.FILES,
    most=4,
    required=False,
    help=gettext_noop("up to 4 pictures, or one animation or film; one with a message"),
)
_ALL_TAKE = (_AT, _FILES, _PARTS, _AGAIN)


def _publish(sheet: Sheet) -> Outcome:
    given = sheet.given
    return _queue(
        sheet,
        lambda by: posting.publish(
            sheet.account.address,
            given["text"],
            by=by,
            now=sheet.now,
            quote_of=given.get("quote", ""),
            in_reply_to=given.get("post", ""),
            files=given.get("files", ()),
            terms=_terms(given),
            token=sheet.token,
            recorded=True,
        ),
    )


def _look(account: PartnerAccount, given: Given) -> None:
    """Nobody confirms what is too long, or another number of posts than it would be."""
    handle, private = posting.handle_of(account.address, given.get("post", "")), "person" in given
    files, parts = bool(given.get("files")), given.get("parts") or 1
    try:
        posting.check_text(account.address, given["text"], private=private, handle=handle, parts=parts, wordless=files)
    except posting.DeskError as error:
        raise BadInput("text", _told(error)) from None


def count(account: PartnerAccount, action: Action, text: str, *, post: str) -> dict[str, Any]:
    """How long it is, and the parts it goes as. `post`: what is answered, as it was typed."""
    address = account.address
    return posting.weigh(
        address, text, private=action.writes_privately, handle=lambda: whom_to_name(account, action, post)
    )


def whom_to_name(account: PartnerAccount, action: Action, post: str) -> str:
    """Whom every part of an answer names; nobody where no post is named."""
    if not post or all(field.name != "post" for field in action.fields):
        return ""
    try:
        return posting.handle_of(account.address, clean_field(action, "post", post))
    except BadInput:
        return ""


def _told(error: posting.DeskError) -> str:
    """How many there would be; the pages show them."""
    if not isinstance(error, posting.NeedsParts):
        return str(error)
    told = _("This is too long for one post: it would go out as %(n)s. Shorten it, or send it again as %(n)s posts.")
    return told % {"n": len(error.parts)}


def _write(sheet: Sheet) -> Outcome:
    person = Person(external_id=sheet.given["person"], handle=sheet.given.get("handle", ""))
    return _queue(
        sheet,
        lambda by: posting.write_privately(
            sheet.account.address,
            person,
            sheet.given["text"],
            by=by,
            now=sheet.now,
            files=sheet.given.get("files", ()),
            terms=_terms(sheet.given),
            token=sheet.token,
        ),
    )


def _terms(given: Mapping[str, Any]) -> posting.Terms:
    circle, again = given.get("circle", ""), given.get("repeat") == "yes"
    return posting.Terms(at=given.get("at"), parts=given.get("parts") or 1, circle=circle, repeat=again)


def _queue(sheet: Sheet, send: Callable[[Any], Any]) -> Outcome:
    """Whoever writes is a person of the desk: the answer stands under their name."""
    if sheet.actor.user is None:
        raise BadInput("by", _("Say whose words these are: a login of the desk."))
    try:
        message = send(sheet.actor.user)
    except posting.NeedsParts as error:
        raise BadInput("text", _told(error)) from None
    except posting.DeskError as error:
        raise Refused(str(error), code="desk") from None
    told = (
        _("It is scheduled for %s.") % moment_words(sheet.given["at"])
        if "at" in sheet.given
        else posting.foretell(message, now=sheet.now)
    )
    return Outcome(result=f"message {message.pk}", facts={"message": message.pk}, queued=True, sentence=told)


_SAY = Action(
    name="post",
    label=gettext_noop("Post"),
    operation="posts.create",
    scope=Scope.OPERATE,
    door=_publish,
    look=_look,
    fields=(_TEXT, _CIRCLE, *_ALL_TAKE),
    confirm=True,
    done=gettext_noop("Handed to the outbox."),
)
ACTIONS = (
    _SAY,
    replace(
        _SAY,
        name="reply",
        label=gettext_noop("Reply to a post"),
        operation="posts.reply",
        fields=(asked.POST, _TEXT, *_ALL_TAKE),
    ),
    replace(
        _SAY,
        name="quote",
        label=gettext_noop("Quote a post"),
        operation="posts.quote",
        fields=(replace(asked.POST, name="quote"), _TEXT, *_ALL_TAKE),
    ),
    replace(
        _SAY,
        name="message",
        label=gettext_noop("Write a message"),
        operation="messages.send",
        scope=Scope.PRIVATE,
        door=_write,
        fields=(asked.PERSON, _TEXT, *_ALL_TAKE),
    ),
)

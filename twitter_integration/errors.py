"""The one error of a call to X, and what each kind of it means for the person who reads it.

Imports nothing of ours but rates. Not here: how X's answers are told apart (refusals.py), what is done about an error.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop

from kapture.languages import QUOTED, say
from kapture.words import Sentence
from twitter_integration.outgoing.rates import Rates


class ErrorKind(StrEnum):
    """Why X refused, or why we do not know what it did."""

    DEAD_TOKEN = "dead_token"  # noqa: S105  (a kind, no secret)
    WRONG_KEYS = "wrong_keys"
    CLOCK = "clock"
    CREDITS = "credits"
    LOCKED = "locked"
    NO_ACCESS = "no_access"
    PERMISSION = "permission"
    DUPLICATE = "duplicate"
    NOT_SUMMONED = "not_summoned"
    REPLIES_RESTRICTED = "replies_restricted"
    CANNOT_MESSAGE = "cannot_message"
    TOO_LONG = "too_long"
    GONE = "gone"
    AUTOMATED = "automated"
    RATE = "rate"
    INVALID = "invalid"
    REFUSED = "refused"
    WEBHOOK = "webhook"
    ALREADY = "already"
    OVERLOADED = "overloaded"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    UNREADABLE = "unreadable"
    REDIRECTED = "redirected"


@dataclass(frozen=True, slots=True)
class _Meaning:
    sentence: str
    permanent: bool = True
    stops: bool = False  # nothing else of this account can be sent until a person has acted


MEANINGS: dict[ErrorKind, _Meaning] = {
    ErrorKind.DEAD_TOKEN: _Meaning(
        gettext_noop(
            "X no longer accepts this account's access token. An administrator must connect the account again "
            "in its partner configuration."
        ),
        stops=True,
    ),
    ErrorKind.WRONG_KEYS: _Meaning(
        gettext_noop(
            "X does not accept this app's consumer key or secret, or the account's token secret. An "
            "administrator must check them in the partner configuration."
        ),
        stops=True,
    ),
    ErrorKind.CLOCK: _Meaning(
        gettext_noop("X refused the request because this server's clock is wrong."), permanent=False
    ),
    ErrorKind.CREDITS: _Meaning(
        gettext_noop(
            "The X app has no credits left. An administrator must buy credits in X's developer console and "
            "resume sending."
        ),
        stops=True,
    ),
    ErrorKind.LOCKED: _Meaning(
        gettext_noop(
            "X has locked or suspended this account or app. Somebody must sign in to X and follow its instructions."
        ),
        stops=True,
    ),
    ErrorKind.NO_ACCESS: _Meaning(gettext_noop("The X app's access level does not include this.")),
    ErrorKind.PERMISSION: _Meaning(
        gettext_noop(
            "The app or this token may not do this on X. An administrator must give the app the permission "
            "“Read, write and direct messages” and then connect the account again."
        )
    ),
    ErrorKind.DUPLICATE: _Meaning(
        gettext_noop("X refused this as a duplicate: the account said exactly the same a short while ago.")
    ),
    ErrorKind.NOT_SUMMONED: _Meaning(
        gettext_noop(
            "X lets this app answer only posts that mention the account or quote one of its posts. Answer on X "
            "itself, or by direct message."
        )
    ),
    ErrorKind.REPLIES_RESTRICTED: _Meaning(
        gettext_noop("The author of this post allows only certain people to reply.")
    ),
    ErrorKind.CANNOT_MESSAGE: _Meaning(
        gettext_noop(
            "This person does not accept direct messages from the account. Ask them publicly to write a direct "
            "message first."
        )
    ),
    ErrorKind.TOO_LONG: _Meaning("X says that the text is too long."),
    ErrorKind.GONE: _Meaning(gettext_noop("The post or person is no longer on X, or the account may not see it.")),
    ErrorKind.AUTOMATED: _Meaning(
        gettext_noop("X took this for an automated message and refused it. Change the text and try again.")
    ),
    ErrorKind.RATE: _Meaning(gettext_noop("X's limit for this account is reached for now."), permanent=False),
    ErrorKind.INVALID: _Meaning(gettext_noop("X could not accept the request.")),
    ErrorKind.REFUSED: _Meaning(gettext_noop("X refused this.")),
    ErrorKind.WEBHOOK: _Meaning(gettext_noop("X refused the webhook or subscription.")),
    ErrorKind.ALREADY: _Meaning(gettext_noop("This is so on X already.")),
    ErrorKind.OVERLOADED: _Meaning(gettext_noop("X has a disturbance at the moment."), permanent=False),
    ErrorKind.UNREACHABLE: _Meaning(gettext_noop("X could not be reached."), permanent=False),
    ErrorKind.NO_ANSWER: _Meaning(gettext_noop("X did not answer in time."), permanent=False),
    ErrorKind.UNREADABLE: _Meaning(gettext_noop("X's answer could not be read."), permanent=False),
    ErrorKind.REDIRECTED: _Meaning(
        gettext_noop("X's address answered with a redirect; an administrator must check X_API_URL.")
    ),
}

# X's own words help for these: ours alone would hide which of many causes it was.
_QUOTED = frozenset({ErrorKind.INVALID, ErrorKind.REFUSED, ErrorKind.WEBHOOK, ErrorKind.NO_ACCESS})


class XError(Exception):
    """A call that X did not carry out, or of which we do not know.

    `code` is X's number or reason word, or the HTTP status. `sentence` is for people: in English, as it is
    written down; `said` in their language. `permanent`: the same call will be refused again. `unsettled`: it may have
    worked all the same. `retry_after`: seconds. `stops`: nothing of this account can be sent until a person
    has acted. `rates`: the limits the answer told of.
    """

    def __init__(
        self,
        kind: ErrorKind,
        *,
        status: int = 0,
        code: str = "",
        title: str = "",
        detail: str = "",
        retry_after: float | None = None,
        unsettled: bool = False,
        rates: Rates | None = None,
    ) -> None:
        meaning = MEANINGS[kind]
        self.kind = kind
        self.status = status
        self.code = code or (str(status) if status else kind.value)
        self.title = title
        self.detail = detail
        self.retry_after = retry_after
        self.unsettled = unsettled
        self.rates = rates
        self.permanent = meaning.permanent and not unsettled
        self.stops = meaning.stops
        quote = detail or title
        quoted = (
            Sentence(QUOTED, sentence=Sentence(meaning.sentence), quote=quote) if quote and kind in _QUOTED else None
        )
        self.sentence: str = quoted or meaning.sentence
        super().__init__(f"{kind} ({self.code})")

    @property
    def said(self) -> str:
        return say(self.sentence)

"""Why a step did not work, in a sentence, and what mends it. X's refusals come in as XError; nothing is asked here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twitter_integration.errors import ErrorKind, XError
from twitter_integration.starting.places import Fault


@dataclass(frozen=True, slots=True)
class Trouble:
    """`quote`: X's own words, where they say more."""

    sentence: str
    remedy: str
    quote: str = ""


_Words = tuple[Any, Any]
# Half of what people paste first is another pair from the same page.
_KEYS: _Words = (
    gettext_lazy("X does not recognise these keys."),
    gettext_lazy(
        "Copy the API key and the API key secret once more, from the app's page at developer.x.com under “Keys and"
        " tokens”. Not meant are the bearer token, the access token and the client ID. If the keys were made anew"
        " there, only the newest pair works."
    ),
)
_NO_ACCESS: _Words = (
    gettext_lazy("The access level X gives this app does not include what was asked."),
    gettext_lazy(
        "Webhooks need pay-per-use or Enterprise access: look at developer.x.com which one the app's project has, and"
        " that the app stands in a project. Choose the same access level and the same way of registering in step 1, and"
        " check again."
    ),
)
_BY_KIND: Mapping[ErrorKind, _Words] = {
    ErrorKind.WRONG_KEYS: _KEYS,
    ErrorKind.NO_ACCESS: _NO_ACCESS,
    ErrorKind.CLOCK: (
        gettext_lazy("X refused the request because this machine's clock is wrong."),
        gettext_lazy("Let this machine follow network time (NTP), then try again. X allows five minutes."),
    ),
    ErrorKind.DEAD_TOKEN: (
        gettext_lazy("X no longer accepts the account's token: its consent was withdrawn, or the keys were changed."),
        gettext_lazy("Connect the account again in step 2."),
    ),
    ErrorKind.PERMISSION: (
        gettext_lazy("The account's token may not do this: it was granted with less than the desk needs."),
        gettext_lazy(
            "In the app's settings at X choose “Read and write and Direct message”, then connect the account again in"
            " step 2: a token keeps the permission it was granted with."
        ),
    ),
    ErrorKind.CREDITS: (
        gettext_lazy("The X app has no credits left."),
        gettext_lazy("Buy credits in X's developer console, then try again."),
    ),
    ErrorKind.LOCKED: (
        gettext_lazy("X has locked or suspended this app or account."),
        gettext_lazy("Sign in to X and follow its instructions there, then try again."),
    ),
    ErrorKind.RATE: (
        gettext_lazy("X's limit for such calls is reached for now."),
        gettext_lazy("Try again in 15 minutes."),
    ),
    ErrorKind.OVERLOADED: (
        gettext_lazy("X has a disturbance at the moment."),
        gettext_lazy("Try again in a few minutes. Nothing is lost."),
    ),
    ErrorKind.UNREACHABLE: (
        gettext_lazy("X could not be reached from this machine."),
        gettext_lazy("Check its way out over https: firewall, name resolution, a proxy (HTTPS_PROXY). Then try again."),
    ),
    ErrorKind.NO_ANSWER: (
        gettext_lazy("X did not answer in time."),
        gettext_lazy("Try again. If it stays so, check this machine's way out: firewall, a proxy (HTTPS_PROXY)."),
    ),
    ErrorKind.REDIRECTED: (
        gettext_lazy("Where X should answer, something else did."),
        gettext_lazy("Check X_API_URL, or leave it unset, and start the desk anew."),
    ),
}
# X's reason words (v2), and what v1.1 says with its code 214 (x-api 2.1, 3.1).
_LIMIT_OF_HOOKS: _Words = (
    gettext_lazy("X lets this app have no further webhook."),
    gettext_lazy(
        "Another one uses up the allowance, of an older address or another desk: manage.py x_webhook list shows them."
        " Delete the one that is not needed, there or at X, then register again."
    ),
)
_CHALLENGE: _Words = (
    gettext_lazy("X called our address to prove that it is ours, and did not get the right answer."),
    gettext_lazy("What stands below was seen from here. Mend that, then register again."),
)
_ADDRESS: _Words = (
    gettext_lazy("X does not accept this address for a webhook."),
    gettext_lazy(
        "It has to begin with https://, name no port, and be reachable from outside. Put a TLS proxy in front, set"
        " PUBLIC_URL and ALLOWED_HOSTS, and start the desk anew."
    ),
)
_BY_REASON: Mapping[str, _Words] = {
    "CrcValidationFailed": _CHALLENGE,
    "UrlValidationFailed": _ADDRESS,
    "WebhookLimitExceeded": _LIMIT_OF_HOOKS,
    "SubscriptionLimitExceeded": (
        gettext_lazy("X tells of no further account for this app: its subscriptions are used up."),
        gettext_lazy(
            "Unsubscribe another account on its partner configuration, use another X app for this one, or ask X for"
            " more (Enterprise)."
        ),
    ),
    "WebhookIdInvalid": (
        gettext_lazy("X does not know our webhook any more."),
        gettext_lazy("Register it anew in step 3."),
    ),
}
_BY_WORDS: Mapping[str, _Words] = {
    "crc": _CHALLENGE,
    "too many resources": _LIMIT_OF_HOOKS,
    "url": _ADDRESS,
}
_FAULTS: Mapping[Fault, _Words] = {
    Fault.UNREADABLE: (
        gettext_lazy("The public address of this desk (PUBLIC_URL) cannot be read."),
        gettext_lazy("Set it to the address people open, as in PUBLIC_URL=https://desk.example.com, and start anew."),
    ),
    Fault.PRIVATE: (
        gettext_lazy("X cannot reach this address: it is one of this machine or of your own network."),
        gettext_lazy(
            "Give the desk a name on the internet, with a TLS proxy in front, and set PUBLIC_URL=https://… and"
            " ALLOWED_HOSTS. Then start the desk anew."
        ),
    ),
    Fault.NOT_HTTPS: (
        gettext_lazy("X calls webhooks over https only, and this address is not https."),
        gettext_lazy("Put a TLS proxy in front, set PUBLIC_URL=https://… and TRUST_PROXY=true, and start anew."),
    ),
    Fault.PORT: (
        gettext_lazy("X takes no address with a port."),
        gettext_lazy(
            "Let the proxy listen on the usual port of https (443), take the port out of PUBLIC_URL, start anew."
        ),
    ),
    Fault.LONG: (
        gettext_lazy("The webhook's address is longer than the 200 characters X takes."),
        gettext_lazy("Use a shorter PUBLIC_URL and start the desk anew."),
    ),
}


def of_error(error: XError, *, of_app: bool = False) -> Trouble:
    """`of_app`: the call was signed by the app's keys alone, so a refused signature is theirs."""
    kind = ErrorKind.WRONG_KEYS if of_app and error.kind == ErrorKind.DEAD_TOKEN else error.kind
    words = _BY_REASON.get(error.code) or _by_words(error) or _BY_KIND.get(kind)
    quote = error.detail or error.title
    if words is None:
        return Trouble(error.said, _("Try again; if it stays so, look up what X says in its documentation."))
    return Trouble(str(words[0]), str(words[1]), quote)


def of_address(fault: Fault) -> Trouble:
    return Trouble(*map(str, _FAULTS[fault]))


def of_clock(seconds: float) -> Trouble:
    """Of a clock that X still tolerates, or would not."""
    told = _("This machine's clock is %(seconds)s seconds away from X's.") % {"seconds": round(seconds)}
    return Trouble(told, str(_BY_KIND[ErrorKind.CLOCK][1]))


def of_challenge() -> Trouble:
    return Trouble(*map(str, _CHALLENGE))


def is_challenge(error: XError) -> bool:
    """Whether X came to our address, or tried to, and was not content."""
    return (_BY_REASON.get(error.code) or _by_words(error)) is _CHALLENGE


def _by_words(error: XError) -> _Words | None:
    if error.kind != ErrorKind.WEBHOOK:
        return None
    said = f"{error.title} {error.detail}".lower()
    return next((words for part, words in _BY_WORDS.items() if part in said), None)

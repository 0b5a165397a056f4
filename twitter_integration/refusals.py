"""X's ways of saying no: v1.1 codes, v2 problems and reason words, XML, HTML, nothing at all; each read into
one XError.

Sources: docs.x.com "Response codes and errors", and what recorded traffic shows beside it. Pure. Not here:
what is done about an error.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from twitter_integration.errors import ErrorKind, XError
from twitter_integration.outgoing.rates import Rates

# A refusal is a few hundred bytes; more is a proxy's page and says nothing to us.
_LONGEST_BODY = 20_000
_LONGEST_QUOTE = 200

# The numbers of API v1.1, which v2 still gives now and then.
_BY_CODE: dict[str, ErrorKind] = {
    kind_code: kind
    for kind, codes in {
        ErrorKind.DEAD_TOKEN: "89",
        ErrorKind.WRONG_KEYS: "32 99 215",
        ErrorKind.CLOCK: "135",
        ErrorKind.LOCKED: "64 326 416",
        ErrorKind.NO_ACCESS: "87 200 348 453",
        ErrorKind.PERMISSION: "93 220 261",
        ErrorKind.DUPLICATE: "187",
        ErrorKind.REPLIES_RESTRICTED: "433",
        ErrorKind.CANNOT_MESSAGE: "150 151 349 476",
        ErrorKind.TOO_LONG: "186 354",
        ErrorKind.GONE: "17 34 50 63 144 179 385 421 422",
        ErrorKind.AUTOMATED: "226",
        ErrorKind.RATE: "88 185 420",
        ErrorKind.INVALID: "38 44 195 407",
        ErrorKind.WEBHOOK: "214",
        ErrorKind.ALREADY: "139 272 327 355",
        ErrorKind.OVERLOADED: "130 131",
        ErrorKind.REFUSED: "36 160 161 271 323 324 325 386 415 417 425",
    }.items()
    for kind_code in codes.split()
}
# Over capacity: X turned the call away at the door ("Please try again in a moment"), so nothing was done.
_NOT_BEGUN = frozenset({"130"})
# The word before the colon in a v2 webhook or subscription refusal.
_BY_REASON: dict[str, ErrorKind] = {
    "CrcValidationFailed": ErrorKind.WEBHOOK,
    "UrlValidationFailed": ErrorKind.WEBHOOK,
    "DuplicateUrlFailed": ErrorKind.WEBHOOK,
    "WebhookLimitExceeded": ErrorKind.WEBHOOK,
    "WebhookIdInvalid": ErrorKind.WEBHOOK,
    "QueryParamInvalid": ErrorKind.WEBHOOK,
    "SubscriptionLimitExceeded": ErrorKind.WEBHOOK,
    "SubscriptionNotFound": ErrorKind.GONE,
    "DuplicateSubscriptionFailed": ErrorKind.ALREADY,
    "ReplayConflictError": ErrorKind.ALREADY,
}
# The last part of a v2 problem's type.
_BY_PROBLEM: dict[str, ErrorKind] = {
    "credits": ErrorKind.CREDITS,
    "client-forbidden": ErrorKind.NO_ACCESS,
    "unsupported-authentication": ErrorKind.PERMISSION,
    "resource-not-found": ErrorKind.GONE,
    "not-authorized-for-resource": ErrorKind.GONE,
    "resource-unavailable": ErrorKind.GONE,
    "usage-capped": ErrorKind.CREDITS,
    "rate-limit-exceeded": ErrorKind.RATE,
    "invalid-request": ErrorKind.INVALID,
    "internal-error": ErrorKind.OVERLOADED,
    "field-unauthorized": ErrorKind.NO_ACCESS,
    "not-authorized-for-field": ErrorKind.NO_ACCESS,
    "disallowed-resource": ErrorKind.REFUSED,
}
# API v2 tells most refusals of a post or message apart by their words only.
_BY_WORDS: tuple[tuple[re.Pattern[str], ErrorKind], ...] = tuple(
    (re.compile(words, re.IGNORECASE), kind)
    for words, kind in (
        (r"duplicate content|is a duplicate", ErrorKind.DUPLICATE),
        (r"not been mentioned|otherwise engaged|summon", ErrorKind.NOT_SUMMONED),
        (r"restricted who can reply|limited who can reply", ErrorKind.REPLIES_RESTRICTED),
        (r"cannot send (direct )?messages? to|not allowed to (message|create)", ErrorKind.CANNOT_MESSAGE),
        (r"dm conversation with|does ?n[o']t accept|not following you", ErrorKind.CANNOT_MESSAGE),
        (r"too long|over the limit|maximum length", ErrorKind.TOO_LONG),
        (r"automated|looks like spam", ErrorKind.AUTOMATED),
        (r"(account|user) (is|has been) (temporarily )?(locked|suspended)", ErrorKind.LOCKED),
        (r"deleted or not visible", ErrorKind.GONE),
        (r"authenticating with unknown", ErrorKind.OVERLOADED),  # now and then, of tokens that are well
        (r"oauth1? app permissions|not configured with the appropriate", ErrorKind.PERMISSION),
        (r"access to a subset|access level|not enrolled", ErrorKind.NO_ACCESS),
    )
)
_BY_STATUS = {
    400: ErrorKind.INVALID,
    401: ErrorKind.DEAD_TOKEN,
    402: ErrorKind.CREDITS,
    403: ErrorKind.REFUSED,
    404: ErrorKind.GONE,
    409: ErrorKind.ALREADY,
    410: ErrorKind.GONE,
    420: ErrorKind.RATE,
    429: ErrorKind.RATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a refusing body says, whichever of X's forms it has; all empty for an empty or foreign one."""

    code: str = ""
    title: str = ""
    detail: str = ""
    problem: str = ""


def explain(
    status: int,
    body: bytes,
    *,
    writes: bool,
    app: bool = False,
    retry_after: float | None = None,
    rates: Rates | None = None,
) -> XError:
    """The error that an answer with this status (300 or more) and body means.

    `writes`: the call was to change something on X, so that a failure of X's own (5xx) leaves its fate open, unless it
    says that it is over capacity.
    `app`: the call was the app's own, without an account.
    """
    if 300 <= status < 400:
        return XError(ErrorKind.REDIRECTED, status=status)
    refusal = read_refusal(body)
    kind = _kind_of(status, refusal)
    if app and kind == ErrorKind.DEAD_TOKEN:  # no account took part
        kind = ErrorKind.WRONG_KEYS
    return XError(
        kind,
        status=status,
        code=refusal.code,
        title=refusal.title,
        detail=refusal.detail,
        retry_after=retry_after if kind in (ErrorKind.RATE, ErrorKind.OVERLOADED) else None,
        unsettled=writes and status >= 500 and refusal.code not in _NOT_BEGUN,
        rates=rates,
    )


def _kind_of(status: int, refusal: Refusal) -> ErrorKind:
    if status >= 500:
        return ErrorKind.OVERLOADED
    if status == 402:  # its exact body is not documented
        return ErrorKind.CREDITS
    known = _BY_CODE.get(refusal.code) or _BY_REASON.get(refusal.code)
    if known is not None:
        return known
    if status == 429:
        return ErrorKind.RATE
    for pattern, kind in _BY_WORDS if status in (400, 403) else ():
        if pattern.search(refusal.detail) or pattern.search(refusal.title):
            return kind
    return _BY_PROBLEM.get(refusal.problem) or _BY_STATUS.get(status, ErrorKind.REFUSED)


def read_refusal(body: bytes) -> Refusal:
    """Read JSON of v1.1 and v2, and v1.1's XML; anything else (HTML of a proxy, nothing) is an empty
    Refusal.
    """
    text = body[:_LONGEST_BODY].decode("utf-8", "replace").strip()
    if text.startswith("{"):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            return Refusal()
        return _read_document(document)
    if text.startswith("<") and (found := re.search(r'<error code="(\d+)">([^<]*)', text)):
        return Refusal(code=found[1], detail=_quote(found[2]))
    return Refusal()


def _read_document(document: dict[str, Any]) -> Refusal:
    listed = document.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else {}
    first = first if isinstance(first, dict) else {"message": first}
    message = _quote(first.get("message") or first.get("detail") or document.get("error"))
    code = str(first.get("code") or "")
    word, colon, rest = message.partition(":")
    if not code and colon and word.isalpha():
        code, message = word, rest.strip()
    problem = str(document.get("type") or first.get("type") or "")
    return Refusal(
        code=code,
        title=_quote(document.get("title") or first.get("title")),
        detail=message or _quote(document.get("detail")),
        problem=problem.rstrip("/").rpartition("/")[2],
    )


def _quote(value: object) -> str:
    return " ".join(value.split())[:_LONGEST_QUOTE] if isinstance(value, str) else ""

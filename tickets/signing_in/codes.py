"""One-time codes as RFC 6238 has them: six digits, another every thirty seconds. Pure."""

import base64
import hmac
from hashlib import sha1
from urllib.parse import quote, urlencode

STEP = 30
DIGITS = 6
SECRET_BYTES = 20
# A clock may be so many steps behind or ahead.
_SLACK = 1


def to_text(secret: bytes) -> str:
    """As people type it, and apps read it."""
    return base64.b32encode(secret).decode()


def code_at(secret: str, step: int) -> str:
    """The code of a step: so many times thirty seconds since 1970."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), sha1).digest()
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, typed: str, *, seconds: float, after: int) -> int | None:
    """The step whose code was typed, of those now and beside it, later than the last that was used: a code works once.
    None where it is none of them."""
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    now = int(seconds) // STEP
    found = None
    for step in range(now - _SLACK, now + _SLACK + 1):
        # All of them are compared, whichever fits.
        if hmac.compare_digest(code_at(secret, step), typed) and step > after and found is None:
            found = step
    return found


def address_for_apps(secret: str, *, person: str, house: str) -> str:
    """What a picture for an authenticator app says."""
    asked = urlencode({"secret": secret, "issuer": house, "digits": DIGITS, "period": STEP}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{house}:{person}')}?{asked}"

"""The HMAC that X and we prove ourselves with: the answer to a challenge (CRC) and the signature.

Pure functions over bytes and secrets. Not here: reading requests, finding the secret of an app.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Sequence

# X's challenge tokens use this alphabet (X docs "Securing webhooks"; base64 and URL-safe base64). The
# challenge answer and the event signature share key and algorithm, so answering anything else would sign a
# stranger's forged JSON body for him.
_CHALLENGE_TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{1,128}")
_PREFIX = "sha256="


def is_challenge_token(value: str) -> bool:
    """Whether `value` may be answered at all: of X's alphabet, at most 128 characters, nothing around it."""
    return _CHALLENGE_TOKEN.fullmatch(value) is not None


def challenge_answer(token: str, *, secret: str) -> str:
    """The `response_token` for a `crc_token`. Raises ValueError for a token outside X's alphabet."""
    if not is_challenge_token(token):
        raise ValueError("not a challenge token: only A-Z a-z 0-9 + / = _ - and 1 to 128 characters are signed")
    return sign_body(token.encode("ascii"), secret=secret)


def sign_body(body: bytes, *, secret: str) -> str:
    """The value of `x-twitter-webhooks-signature` for these raw bytes."""
    digest = hmac.digest(secret.encode(), body, hashlib.sha256)
    return _PREFIX + b64encode(digest).decode("ascii")


def is_signed(body: bytes, header: str, *, secrets: Sequence[str]) -> bool:
    """Whether `header` is the signature of the raw `body` by one of the `secrets` (current and previous).

    Constant time: every secret is tried, whatever matched before. An empty secret never matches. Never
    raises: what is not ASCII in the header becomes `?`, which no signature contains.
    """
    given = header.strip().encode("ascii", "replace")
    matched = False
    for secret in secrets:
        same = hmac.compare_digest(sign_body(body, secret=secret).encode("ascii"), given)
        matched |= same and bool(secret)
    return matched

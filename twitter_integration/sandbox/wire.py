"""Bytes on the wire: how X writes a webhook body and signs it. Pure."""

import base64
import hashlib
import hmac
import json
from typing import Any

SIGNATURE_HEADER = "x-twitter-webhooks-signature"


def encode(document: dict[str, Any]) -> bytes:
    r"""Compact JSON as recorded from X: `/` as `\/`, `<` and `>` and all non-ASCII as `\uXXXX`."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=True)
    return text.replace("/", "\\/").replace("<", "\\u003c").replace(">", "\\u003e").encode("ascii")


def sign(secret: str, message: bytes) -> str:
    """`sha256=` + base64 of the HMAC under the consumer secret: for events and challenges alike."""
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()

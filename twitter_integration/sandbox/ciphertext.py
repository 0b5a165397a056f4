"""What X Activity shows of an encrypted message: keys, versions and noise in base64. Rendering only."""

import base64
import secrets
from typing import Any

from twitter_integration.sandbox.activity import Chatted

Json = dict[str, Any]


def chat_payload(activity: Chatted) -> Json:
    pair = sorted((activity.sender.id, activity.recipient.id))
    return {
        "id": activity.chat_id,
        "created_at_msec": str(activity.at_ms),
        "sender_id": str(activity.sender.id),
        "conversation_id": f"{pair[0]}:{pair[1]}",
        "conversation_token": f"eyJhbGciOiJIUzI1NiJ9.{_noise(48)}",
        "conversation_key_version": str(activity.at_ms - 86_400_000),
        "encoded_event": _noise(180),
        "conversation_key_change_event": _noise(96),
        "message_event_signature": {
            "public_key_version": str(activity.at_ms - 2 * 86_400_000),
            "signature": _noise(64),
            "signature_version": "7",
            "signing_public_key": _noise(91),
        },
    }


def _noise(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).decode()

"""What X does with an upload after it is whole: pending, in progress, then succeeded or failed. Pure."""

import math
from typing import Any

from twitter_integration.sandbox.media import Media

Json = dict[str, Any]
FAULTS = {
    "format": {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"},
    "short": {"code": 1, "name": "InvalidMedia", "message": "Video duration is below the minimum of 0.5 seconds"},
    "long": {"code": 1, "name": "InvalidMedia", "message": "Video duration exceeds the maximum of 140 seconds"},
}
"""By the word under which `Media.fault` keeps it."""


def progress(media: Media, *, now: int, takes: float) -> Json | None:
    """X's `processing_info`, `takes` seconds being what it needs; None where there is nothing to do."""
    if media.finalized_ms is None:
        return None
    done = (now - media.finalized_ms) / 1000 / takes if takes > 0 else 1.0
    if done >= 1:
        if media.fault:
            return {"state": "failed", "progress_percent": 100, "error": FAULTS[media.fault]}
        return {"state": "succeeded", "progress_percent": 100}
    left = (1 - done) * takes
    # Whole seconds, as on X; 0 where a test made the work shorter than one.
    wait = {"check_after_secs": math.ceil(left) if takes >= 1 else 0}
    return {"state": "pending" if done < 1 / 3 else "in_progress", **wait, "progress_percent": int(done * 100)}


def is_usable(media: Media, *, now: int, takes: float) -> bool:
    """Whole, worked on with success, and not too old."""
    work = progress(media, now=now, takes=takes)
    alive = media.expires_ms is None or now < media.expires_ms
    return media.ready and alive and (work is None or work["state"] == "succeeded")

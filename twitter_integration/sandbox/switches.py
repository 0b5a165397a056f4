"""The sandbox's behaviour switches: one typed record, changed by the control API and the page."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from twitter_integration.sandbox.limits import is_mode

TIERS = ("self-serve", "premium", "enterprise")
ECHOES = ("before", "after", "never")
PERMISSIONS = ("read", "write", "dm")
"""What an OAuth 1.0a token may do, each with what stands before it."""
ACTIVITY_ANSWERS = ("subscription", "array", "flat")
CHOICES = {
    "tier": TIERS,
    "echo": ECHOES,
    "app_permission": PERMISSIONS,
    "activity_answer": ACTIVITY_ANSWERS,
}


class SwitchError(ValueError):
    """An unknown switch, or a value it cannot take; the text says which."""


@dataclass
class Switches:
    tier: str = "self-serve"
    """What apps may do: self-serve cannot quote, like, follow or block, and replies only when summoned."""
    echo: str = "before"
    """When the webhook hears of what is sent through the API: before that call answers, after, or never."""
    strict_urls: bool = False
    """X's rule for webhook URLs: https and no port. Off, a plain http URL on loopback is taken too."""
    strict_callbacks: bool = False
    """X's rule for sign-in callbacks: only those listed for the app. Off, any loopback URL is taken too."""
    limits: str = "shown"
    """X's limits per 15 minutes and 24 hours: shown in headers only, real (429 beyond them), so many times as large
    (a number), or off (no headers either)."""
    limit_quarter: float = 900.0
    """Seconds a window of 15 minutes lasts."""
    limit_day: float = 86_400.0
    """Seconds a window of 24 hours lasts."""
    no_credits: bool = False
    """The app's prepaid credits are used up: X answers 402 to every call."""
    implicit_summons: bool = True
    """Whether an automatic mention in a reply counts as a summons (X is silent about it)."""
    hold: bool = False
    """Keep deliveries back, as in an outage; switching it off releases them."""
    duplicates: int = 0
    """How many extra copies of each delivery are sent."""
    shuffle: bool = False
    """Deliver in random order within about half a second."""
    webhook_down: bool = False
    """No webhook can be reached: every attempt fails, and after the last one only a replay brings the event back."""
    batches: int = 0
    """Gather up to so many events of one kind and account into one Account Activity body; 0 and 1 send each alone."""
    novelties: bool = False
    """Put keys nobody knows into every body, beside and inside the events."""
    null_arrays: bool = False
    """Put `"follow_events": null` (or another family's) beside the events, as recorded from X."""
    data_as_list: bool = False
    """X Activity: `data` is a list of one envelope."""
    rounded_ids: bool = False
    """Numeric ids lose their last digits, as JavaScript's numbers do; `id_str` stays exact."""
    nameless: bool = False
    """Bodies of messages come without their `users` map, as for accounts that are gone."""
    tell_targets: bool = False
    """Account Activity also tells whom was unfollowed, blocked or muted; X's pages disagree on that."""
    activity_answer: str = "subscription"
    """Shape of a created X Activity row: in `data.subscription`, as a one-element array, or flat in `data`."""
    post_names: bool = False
    """Name things `post`, not `tweet`, in X Activity payloads and v2 answers, as X's newest schema does."""
    delivery_timeout: float = 3.0
    """Seconds the receiver has for a delivery."""
    crc_timeout: float = 10.0
    """Seconds the receiver has for a challenge."""
    crc_every: float = 0.0
    """Seconds between X's own challenges of a webhook (on X about an hour); 0 makes none."""
    crc_grace: float = 100_800.0
    """Seconds without success (28 hours) after which 4xx, 5xx and timeouts invalidate; a wrong answer does at once."""
    replay_min_age: float = 600.0
    """Seconds the end of a replay window lies back at least (its start 21 minutes more); 0 takes any window."""
    app_permission: str = "dm"
    """What the app asks of users who sign in from now on: read, write or dm; tokens keep what they were granted."""
    request_token_life: float = 900.0
    """Seconds a request token lives; X names no figure."""
    oauth2_code_life: float = 30.0
    """Seconds an OAuth 2.0 authorization code lives."""
    oauth2_expires_in: float = 7200.0
    """Seconds an OAuth 2.0 access token lives."""
    profile_calls: bool = True
    """X's newest calls for profile and settings, of which it is not known who has them; off, they are not there."""
    media_processing: float = 2.0
    """Seconds X works on a film or GIF after its upload; under one, a client is told to ask again at once."""
    media_life: float = 86_400.0
    """Seconds an upload may be attached."""
    retry_delays: list[float] = field(default_factory=lambda: [3.0, 27.0, 242.0])
    """Seconds before the second, third and fourth attempt of a delivery."""
    traffic_per_minute: float = 0.0
    """Made-up customer events per minute; 0 is silence."""
    busy: bool = False
    """A busy hour: ten times the traffic."""
    customers_answer: bool = True
    """Customers of the made-up traffic sometimes react to what the brand answers."""

    def set(self, name: str, value: Any) -> None:
        """Change one switch; text from a form is understood ("on", "12.5", "3,27,242")."""
        known = {item.name for item in fields(self)}
        if name not in known:
            raise SwitchError(f"There is no switch {name!r}. Known: {', '.join(sorted(known))}.")
        cleaned = _clean(getattr(self, name), value, name=name)
        if name == "limits" and not is_mode(cleaned):
            raise SwitchError(f"limits is shown, real, off or a number above 0, not {value!r}.")
        allowed = CHOICES.get(name)
        if allowed and cleaned not in allowed:
            raise SwitchError(f"{name} is one of {', '.join(allowed)}, not {value!r}.")
        setattr(self, name, cleaned)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def _clean(current: Any, value: Any, *, name: str) -> Any:
    try:
        if isinstance(current, bool):
            return value if isinstance(value, bool) else str(value).lower() in ("1", "on", "true", "yes")
        if isinstance(current, list):
            parts = value.split(",") if isinstance(value, str) else value
            return [float(part) for part in parts if str(part).strip()]
        return type(current)(value)
    except (TypeError, ValueError) as error:
        raise SwitchError(f"{name} cannot be {value!r}.") from error

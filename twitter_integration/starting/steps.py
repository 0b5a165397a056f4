"""The steps from nothing to the first ticket, and how far an account is: facts in, states out. Pure.

A step is done by what stands in our rows, whoever did it and wherever; the first that is not done is the one to do now.
"""

from dataclasses import dataclass
from enum import StrEnum


class Name(StrEnum):
    KEYS = "keys"
    ACCOUNT = "account"
    WEBHOOK = "webhook"
    ORDERS = "orders"
    MESSAGE = "message"


class State(StrEnum):
    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one app and one account of it stand. `keys_taken`: X took the app's keys, or a token that hangs on them."""

    keys_taken: bool = False
    connected: bool = False
    token_dead: bool = False
    registered: bool = False  # a webhook under our address of today
    valid: bool = False
    subscribed: bool = False
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    name: Name
    number: int
    state: State

    @property
    def is_done(self) -> bool:
        return self.state == State.DONE

    @property
    def is_now(self) -> bool:
        return self.state == State.NOW


def steps(standing: Standing) -> tuple[Step, ...]:
    """All five in their order. One of an account that was set up and then broke is to be done again, and only that."""
    found: list[Step] = []
    open_one = False
    for number, name in enumerate(Name, start=1):
        state = State.DONE if _is_done(name, standing) else State.LATER if open_one else State.NOW
        open_one = open_one or state == State.NOW
        found.append(Step(name, number, state))
    return tuple(found)


def _is_done(name: Name, known: Standing) -> bool:
    return {
        Name.KEYS: known.keys_taken,
        Name.ACCOUNT: known.connected and not known.token_dead,
        Name.WEBHOOK: known.registered and known.valid,
        Name.ORDERS: known.subscribed,
        Name.MESSAGE: known.ticket is not None,
    }[name]

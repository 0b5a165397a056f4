"""What the bells wake. Each looks at its table until nothing is left; losing or doubling one is harmless."""

from tickets.outbox import pump


def outbox() -> None:
    pump()

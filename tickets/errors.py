"""Errors of the helpdesk. Each carries the sentence a person sees. Imports nothing of ours."""

from collections.abc import Sequence
from datetime import datetime


class DeskError(Exception):
    """A refusal that is nobody's fault in the code: `str(error)` is shown to the person as it stands."""


class NotAllowed(DeskError):
    """The person may see the ticket but not do this to it."""


class CannotSend(DeskError):
    """The answer may not be sent this way: empty, too long, or the channel forbids it."""


class SentBefore(CannotSend):
    """The sheet this was written on was sent already, with something else. `kept`: all it brought is a draft now."""

    def __init__(self, sentence: str, *, kept: bool) -> None:
        super().__init__(sentence)
        self.kept = kept


class LeftOut(CannotSend):
    """Of several files these cannot go; what else there is was kept."""


class NeedsParts(CannotSend):
    """Too long for one message: it would go as these parts, once the writer agrees to their number."""

    def __init__(self, sentence: str, parts: Sequence[str]) -> None:
        super().__init__(sentence)
        self.parts = parts


class NewsSince(CannotSend):
    """The customer or a colleague has written since the answer was begun."""


class Repeats(CannotSend):
    """The same account said the same to the same person at `said`: two answered at once, or the channel would refuse
    it (`refused`). `by`: who of us said it, as a sentence begins."""

    def __init__(self, sentence: str, *, said: datetime, by: str, refused: bool) -> None:
        super().__init__(sentence)
        self.said, self.by, self.refused = said, by, refused


class CannotChange(DeskError):
    """The ticket's present state does not allow the change (already taken, already resolved …)."""


class UnfitValue(CannotChange):
    """What was chosen for this `field` is nothing that can be chosen."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class NothingWaits(CannotChange):
    """There is no ticket that somebody who asks for the next could take."""


class NeedsSure(CannotChange):
    """What brings the words of several customers together, until somebody says that it is meant."""


class TooLate(DeskError):
    """The undo window has passed."""


class UnknownAddress(DeskError):
    """Intake was given a message for an address that does not exist."""


class Unheard(CannotSend):
    """A note names colleagues who may not see its ticket, and so would not hear of it."""

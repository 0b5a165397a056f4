"""Errors of the helpdesk. Each carries the sentence a person sees. Imports nothing of ours."""


class DeskError(Exception):
    """A refusal that is nobody's fault in the code: `str(error)` is shown to the person as it stands."""


class NotAllowed(DeskError):
    """The person may see the ticket but not do this to it."""


class CannotSend(DeskError):
    """The answer may not be sent this way: empty, too long, or the channel forbids it."""


class CannotChange(DeskError):
    """The ticket's present state does not allow the change (already taken, already resolved …)."""


class TooLate(DeskError):
    """The undo window has passed."""


class UnknownAddress(DeskError):
    """Intake was given a message for an address that does not exist."""

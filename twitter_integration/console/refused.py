"""Every way in which an act does not happen, with the sentence for the person and the way by hand where X has one."""

from twitter_integration.errors import XError


class Refused(Exception):
    """`code`: role, account, tier, confirm, input, or X's own. `by_hand`: where on X a person can do it."""

    def __init__(self, sentence: str, *, code: str, by_hand: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.by_hand = by_hand


class NotPermitted(Refused):
    """The person's role does not allow it."""


class NotOffered(Refused):
    """The app's access tier does not allow it, or X has no such call."""


class NotConfirmed(Refused):
    """A person has to confirm it first; nothing was recorded."""


class UnderWay(Refused):
    """The same sheet was handed in a moment ago and is being done: no fault of anybody's."""


class Failed(Refused):
    """X was asked and did not do it."""

    def __init__(self, error: XError, *, sentence: str = "", by_hand: str = "") -> None:
        super().__init__(sentence or error.said, code=error.code, by_hand=by_hand)


class Unsettled(Failed):
    """X was asked and did not answer: it may have done it all the same."""

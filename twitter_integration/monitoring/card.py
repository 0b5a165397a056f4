"""The shape of the health card: what one line of it tells, and where it stands. Asks nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

ON_ITS_PAGE = gettext_noop(" on its page")


class Group(StrEnum):
    """The parts of the card, in the order they are shown."""

    TOKENS = gettext_noop("Tokens")
    WAYS_IN = gettext_noop("Ways in")
    SENDING = gettext_noop("Sending")
    LIMITS = gettext_noop("Limits")


class Mark(StrEnum):
    """The worst first, as a part of the card shows them."""

    BAD = "bad"
    WARNING = "warning"
    FINE = "fine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One line of the card. `trouble` with its remedy makes it a finding; `fatal`: something must be mended. `failed`:
    what it tells of did not work, for a reason that another line tells."""

    label: str
    value: str
    group: Group = Group.WAYS_IN
    trouble: str = ""
    remedy: str = ""
    fatal: bool = True
    failed: bool = False

    @property
    def mark(self) -> Mark:
        if self.trouble and self.fatal:
            return Mark.BAD
        return Mark.WARNING if self.trouble or self.failed else Mark.FINE

    @property
    def remedy_there(self) -> str:
        """As it is said on that very page."""
        return self.remedy.replace(_(ON_ITS_PAGE), "")


def ago(moment: datetime | None, *, now: datetime) -> str:
    if moment is None:
        return _("never")
    seconds = max(0, int((now - moment).total_seconds()))
    units = ((86400, _("{n} d ago")), (3600, _("{n} h ago")), (60, _("{n} min ago")), (1, _("{n} s ago")))
    size, words = next((unit for unit in units if seconds >= unit[0]), units[-1])
    return words.format(n=seconds // size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    name: str
    signs: list[Sign]


def in_parts(signs: Sequence[Sign]) -> list[Part]:
    """The card as it is shown: the parts always in their places, the lines of each with the worst first."""
    by_group = {group: [sign for sign in signs if sign.group == group] for group in Group}
    return [Part(name=_(group.value), signs=sorted(told, key=_rank)) for group, told in by_group.items() if told]


def worst(signs: Sequence[Sign]) -> Sign:
    """The line that tells how the whole is; of several as bad the first that says why."""
    return min(signs, key=lambda sign: (_rank(sign), not sign.trouble))


def _rank(sign: Sign) -> int:
    return list(Mark).index(sign.mark)

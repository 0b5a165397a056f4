"""What a form of the console says: its words and files, read for `doing`; and the form again, as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.posting import Enclosure, shown
from twitter_integration.console import doing, kept, offering
from twitter_integration.console.action import Action, Field, Kind
from twitter_integration.console.fields import BadInput
from twitter_integration.models import KeptFile, PartnerAccount

# More than any form takes.
_MOST = 20
_OURS = ("csrfmiddlewaretoken", "sheet", "confirmed")


@dataclass(slots=True)
class Sheet:
    """One form as it was handed in, by whom and for which account. Kept files stay for their hour also when it is done:
    handed in again, it says the same and is known again."""

    request: HttpRequest
    account: PartnerAccount
    user: User
    action: Action

    def order(self) -> doing.Order:
        """Raises BadInput."""
        told = self.request.POST
        values = {one.name: value for one in self.action.fields if (value := self._value(one)) is not None}
        return doing.Order(
            action=self.action.name,
            values=values,
            reason=told.get("reason", ""),
            until=offering.read_day(told.get("until", "")),
            confirmed=told.get("confirmed") == "yes",
            gesture=as_gesture(told.get("sheet", "")),
        )

    def typed(self) -> dict[str, str]:
        """What stands in its fields, files apart."""
        told = self.request.POST
        return {name: told[name] for name in told if name not in _OURS and not name.startswith("kept-")}

    def keep_files(self, *, but: str = "") -> Mapping[str, list[kept.Kept]]:
        """By field, what was put aside before and what was chosen now. `but`: the field that is at fault; where it
        takes one file, another must be chosen."""
        found: dict[str, list[kept.Kept]] = {}
        for one in self.action.fields:
            if one.kind == Kind.FILES or (one.kind in kept.KINDS and one.name != but):
                before = [kept.as_kept(row) for row in self._kept(one)]
                chosen = self.request.FILES.getlist(one.name)
                chosen = chosen if one.kind == Kind.FILES else chosen[:1]
                before = before if one.kind == Kind.FILES or not chosen else []
                now = kept.keep(self.account, self.user, chosen, now=timezone.now())
                found[one.name] = [*before, *now]
        return found

    def _value(self, one: Field) -> Any:
        """None: not given at all."""
        told = self.request.POST
        if one.kind == Kind.FILES:
            return self._enclosed(one)
        if one.kind in kept.KINDS:
            return self._content(one)
        if f"was-{one.name}" in told:  # what stood there before: sent when it was changed, also to nothing
            value = told.get(one.name, "")
            return _changed(one, value) if value != told[f"was-{one.name}"] else None
        other = told.get(f"{one.name}-other", "").strip() if one.kind == Kind.LIST else ""
        return other or told.get(one.name) or None

    def _content(self, one: Field) -> bytes | None:
        if (file := self.request.FILES.get(one.name)) is not None:
            return bytes(file.read())
        rows = self._find(one)
        if not rows:
            return None
        with kept.open_kept(rows[0]) as stored:
            return bytes(stored.read())

    def _enclosed(self, one: Field) -> list[Enclosure] | None:
        """Each file with its line of the descriptions, those put aside first."""
        files = [kept.open_kept(row) for row in self._find(one)] + self.request.FILES.getlist(one.name)
        lines = [" ".join(line.split()) for line in self.request.POST.get(f"alt-{one.name}", "").splitlines()]
        lines += [""] * len(files)
        return [Enclosure(file, line) for file, line in zip(files, lines, strict=False)] or None

    def _find(self, one: Field) -> list[KeptFile]:
        return kept.find(self.account, self.user, one, self._tokens(one), now=timezone.now())

    def _kept(self, one: Field) -> list[KeptFile]:
        return kept.still_there(self.account, self.user, self._tokens(one), now=timezone.now())

    def _tokens(self, one: Field) -> list[str]:
        return self.request.POST.getlist(f"kept-{one.name}")[:_MOST]


def _changed(one: Field, value: str) -> str:
    """What somebody emptied is sent as empty where X takes that. Raises BadInput."""
    if not shown(value.strip()) and not one.empties:
        raise BadInput(one.name, _("“%(what)s” cannot be emptied: X keeps one.") % {"what": one.words})
    return value


def as_gesture(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError:
        return uuid4()

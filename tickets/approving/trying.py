"""What approval rules would find in a text, for whoever writes them. Asks nobody and keeps nothing."""

from dataclasses import dataclass

from tickets.approving.needing import words_in
from tickets.models import ApprovalRule
from tickets.rules.words import first_found, fold


@dataclass(frozen=True, slots=True)
class Tried:
    """`word`: what was found of the rule's words; empty where it asks for none, None where it found nothing."""

    rule: ApprovalRule
    word: str | None

    @property
    def finds(self) -> bool:
        return self.word is not None


def try_text(text: str) -> list[Tried]:
    """Every rule, also those that are off, in their order. Four statements."""
    folded = fold(text)
    rows = ApprovalRule.objects.select_related("address", "queue").prefetch_related("teams", "roles", "tags")
    return [Tried(row, first_found(words, folded) if (words := words_in(row.words)) else "") for row in rows]

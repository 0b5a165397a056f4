"""What a queue that takes a message's language for a skill asks of tickets that come to it: docs/rules.md, "Skills"."""

from collections.abc import Collection, Iterable
from datetime import datetime

from kapture.sets import insert_missing
from tickets.choices import Direction
from tickets.history import note_activities
from tickets.models import Activity, Message, Skill, Ticket
from tickets.rules.sensing import language_said

SKILLS = "ticket.skills"
_Pair = tuple[int, int]  # ticket and skill


def tongues() -> dict[str, int]:
    """language → its skill."""
    return dict(Skill.objects.exclude(language="").values_list("language", "pk"))


def need_tongues(tickets: Iterable[int], *, now: datetime) -> None:
    """Of these tickets, which came to another queue, those whose queue asks for it need the skill of the language their
    first message is in; not where a person said what they need. The caller has locked them, and gives them out
    afterwards. One statement where no queue asks; eight at most, however many."""
    asking = Ticket.objects.filter(pk__in=list(tickets), queue__asks_language=True).order_by()
    keys = list(asking.values_list("pk", flat=True))
    spoken = tongues() if keys else {}
    if not spoken:
        return
    chosen = Activity.objects.filter(ticket__in=keys, verb=SKILLS, actor__isnull=False).order_by()
    by_hand = set(chosen.values_list("ticket_id", flat=True))
    needed = _first_words([pk for pk in keys if pk not in by_hand], spoken)
    have = Ticket.skills.through.objects.filter(ticket__in=[pk for pk, _ in needed])
    before: dict[int, list[int]] = {}
    for ticket, skill in have.order_by("skill").values_list("ticket_id", "skill_id"):
        before.setdefault(ticket, []).append(skill)
    more = [(pk, skill) for pk, skill in needed if skill not in before.get(pk, ())]
    if more:
        insert_missing(Ticket.skills.through, ["ticket", "skill"], [list(pair) for pair in more], returning=["id"])
        note_activities(((pk, SKILLS, _facts(before.get(pk, []), skill)) for pk, skill in more), by=None, at=now)


def _first_words(tickets: Collection[int], spoken: dict[str, int]) -> list[_Pair]:
    """Each ticket's first message, where its language is a skill."""
    said = Message.objects.filter(ticket__in=tickets, direction=Direction.IN)
    first = said.order_by("ticket_id", "sent_at", "id").distinct("ticket_id")
    rows = first.values_list("ticket_id", "text", "language")
    found = ((pk or 0, spoken.get(language_said(text, told))) for pk, text, told in rows)
    return [(pk, skill) for pk, skill in found if skill is not None]


def _facts(before: list[int], skill: int) -> dict[str, object]:
    return {"before": before, "after": sorted([*before, skill]), "language": skill}

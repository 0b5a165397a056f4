"""What somebody asks a report about: which days, and which queue, account, tag, search query or agent alone; as far
as it is theirs to see. Nobody is told of a queue or a tag that is not open to them: it is as if there were none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.models import Address, Message, Queue, SearchLabel, Tag
from tickets.permissions import may, queues_for, sees_all, visible_queues, visible_tags
from tickets.reports.periods import Period, period_of


class NotAsked(ValueError):
    """`field`, `code`: what cannot be asked, and why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


@dataclass(frozen=True, slots=True)
class Asked:
    user: User
    now: datetime
    zone: ZoneInfo
    period: Period
    queue: Queue | None = None
    account: Address | None = None
    tag: Tag | None = None
    search: SearchLabel | None = None
    agent: User | None = None

    def part(self, by: str = "") -> str:
        """Which lines answer it (ReportPart), told apart by `by` besides. Raises NotAsked for agents of one tag, or
        tags of one agent, and the like with search queries: that is not kept."""
        asked = {name for name in _FILTERS if getattr(self, name) is not None}
        asked |= {by} & set(_FILTERS)
        if len(asked & set(ONE_OF)) > 1:
            raise NotAsked(_("agent"), "either")
        if sees_all(self.user) and len(asked) < 2:
            return _ALONE[next(iter(asked), "")]
        return next((name for name in ONE_OF if name in asked), "place")

    @property
    def words(self) -> dict[str, str]:
        """As `understand` takes it: the days, and what it is narrowed to."""
        period = self.period
        found = {"period": period.name} if period.name else {"from": str(period.first), "to": str(period.last)}
        found |= {"queue": self.queue.slug} if self.queue else {}
        found |= {"account": self.account.key} if self.account else {}
        found |= {"tag": self.tag.name} if self.tag else {}
        found |= {"search": self.search.name} if self.search else {}
        return found | ({"agent": self.agent.get_username()} if self.agent else {})


def understand(told: Mapping[str, str], *, user: User, now: datetime) -> Asked:
    """`told`: period, from, to, queue (short name), account (key), tag (name), search (its label), agent
    (username), each empty or absent where not asked. Raises NotAsked, and NoPeriod."""
    zone = timezone.get_current_timezone()
    assert isinstance(zone, ZoneInfo)
    words = {name: told.get(name, "").strip()[:200] for name in ("period", "from", "to", *_FILTERS)}
    period = period_of(words["period"], words["from"], words["to"], today=now.astimezone(zone).date())
    asked = Asked(
        user,
        now,
        zone,
        period,
        queue=_one(visible_queues(user).filter(slug=words["queue"]), "queue", words),
        account=_one(Address.objects.filter(key=words["account"]), "account", words),
        tag=_one(visible_tags(user).filter(name__iexact=words["tag"]), "tag", words),
        search=_one(SearchLabel.objects.filter(name__iexact=words["search"]), "search", words),
        agent=_one(User.objects.filter(username=words["agent"]), "agent", words),
    )
    asked.part()
    return asked


_FILTERS = ("queue", "account", "tag", "search", "agent")
ONE_OF = ("agent", "tag", "search")
_ALONE = {
    "": "whole",
    "queue": "queue",
    "account": "account",
    "agent": "agents",
    "tag": "tags",
    "search": "searches",
}


def _one(rows: QuerySet[Any], field: str, words: Mapping[str, str]) -> Any:
    if not words[field]:
        return None
    found = rows.first()
    if found is None:
        raise NotAsked(field, "unknown")
    return found


def found_by(label: str) -> Exists:
    """Of tickets: that a search query of this label found a message of it."""
    return Exists(Message.objects.filter(ticket=OuterRef("pk"), labels__0__isnull=False, labels__contains=[label]))


def conditions(asked: Asked, *, part: str = "") -> tuple[str, dict[str, object]]:
    """Of lines `l` of days `d`, those that answer it and are theirs to see, as SQL and what stands in it. `part`:
    another kind of line than the question's own."""
    held, given = (
        ["d.zone = %(zone)s", "d.day BETWEEN %(first)s AND %(last)s", "l.part = %(part)s"],
        {
            "zone": str(asked.zone),
            "first": asked.period.first,
            "last": asked.period.last,
            "part": part or asked.part(),
        },
    )
    given |= {"queue": asked.queue and asked.queue.pk, "account": asked.account and asked.account.pk}
    given |= {"search": asked.search and asked.search.pk}
    given |= {"tag": asked.tag and asked.tag.pk, "agent": asked.agent and asked.agent.pk}
    columns = {"queue": "queue_id", "account": "address_id", "tag": "tag_id", "agent": "agent_id"}
    columns |= {"search": "search_id"}
    held += [f"l.{column} = %({name})s" for name, column in columns.items() if given[name] is not None]
    if given["part"] in ("place", *ONE_OF):
        seen = queues_for(asked.user, "see")
        if not seen.every:
            held.append("l.queue_id = ANY(%(queues)s)")
            given["queues"] = sorted(seen.queues)
        if not may(asked.user, "see_private"):
            held.append("NOT l.private")
    return " AND ".join(held), given

"""Sets the desk up as bench.week.world says, in rows as its admin would write them."""

from collections.abc import Sequence

from django.contrib.auth.models import Group, User

from bench.week.world import (
    ACCOUNTS,
    AGENTS,
    DESK_LIMIT,
    LANGUAGES,
    LIMITS,
    METRICS,
    PRIORITIES,
    QUEUES,
    WEEKDAYS,
    Account,
)
from tickets.models import (
    Address,
    Agent,
    BusinessHours,
    DeskLimit,
    EscalationStep,
    PauseRule,
    Queue,
    Skill,
    SlaPolicy,
    SlaTarget,
)


def set_up() -> dict[str, User]:
    """Returns the agents by name."""
    support, rescue = _queues()
    for account in ACCOUNTS:
        policy = _policy(account, rescue)
        told = {"name": account.name, "queue": support, "sla_policy": policy}
        told["after_resolution"] = account.after_resolution
        Address.objects.update_or_create(channel="twitter", key=account.key, defaults=told)
    agents = {name: User.objects.create(username=name, first_name=name.title(), password="!") for name in AGENTS}
    skills = {language: Skill.objects.create(name=language, language=language) for language in LANGUAGES}
    for name, agent in agents.items():
        agent.groups.add(Group.objects.get(name="Agents"))
        limit = LIMITS[name]
        at_work = Agent.objects.create(person=agent, capacity=limit or None, no_limit=limit == 0)
        at_work.skills.set(skill for language, skill in skills.items() if name in LANGUAGES[language])
    return agents


def _queues() -> list[Queue]:
    """As they give out their tickets, and what the desk gives anybody."""
    DeskLimit.objects.update_or_create(pk=1, defaults={"capacity": DESK_LIMIT})
    found = []
    for slug, (mode, sticky, limit) in QUEUES.items():
        told = {"name": slug.title(), "assignment": mode, "sticky": sticky, "capacity": limit, "asks_language": True}
        found.append(Queue.objects.update_or_create(slug=slug, defaults=told)[0])
    return found


def _policy(account: Account, rescue: Queue) -> SlaPolicy:
    hours = BusinessHours.objects.create(
        name=account.name,
        opening_hours="\n".join(f"{WEEKDAYS[day]} {_spans(spans)}" for day, spans in account.hours.items()),
        time_zone=account.zone,
        country=account.country,
        region=account.region,
        own_days="\n".join(f"{day} {_spans(spans) or 'closed'}" for day, spans in account.days.items()),
    )
    hours.full_clean()
    policy = SlaPolicy.objects.create(name=account.name, business_hours=hours)
    for metric, lengths in account.promises.items():
        for priority, minutes in zip(PRIORITIES, lengths, strict=True):
            SlaTarget.objects.create(policy=policy, metric=metric, priority=priority, minutes=minutes)
    for status, metrics in account.pauses.items():
        for metric in [""] if metrics == METRICS else metrics:
            PauseRule.objects.create(policy=policy, status=status, metric=metric, needs_reason=status == "on_hold")
    for metric, steps in account.steps.items():
        for share, (priority, queue) in steps.items():
            place = rescue if queue else None
            EscalationStep.objects.create(policy=policy, metric=metric, share=share, priority=priority, queue=place)
    return policy


def _spans(spans: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans)

"""Who the demonstration's people are to each other: teams, what they staff, who knows what, and what is given out.

Names the apps by strings only, as demo_data does.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model

from kapture import demo


def rows(model: str) -> Any:
    found: type[Model] = apps.get_model("tickets", model)
    return found._default_manager


def make_teams() -> None:
    """Once the people and the queues are there."""
    people = {person.get_username(): person for person in get_user_model()._default_manager.all()}
    for name, (members, leads, queues) in demo.TEAMS.items():
        team, _ = rows("Team").get_or_create(name=name)
        for member in members:
            rows("Membership").get_or_create(team=team, person=people[member], defaults={"lead": member in leads})
        for queue in queues:
            rows("Staffing").get_or_create(team=team, queue=rows("Queue").get(name=queue))
    skills = {
        name: rows("Skill").get_or_create(name=name, defaults={"language": code})[0]
        for name, code in demo.SKILLS.items()
    }
    for login in demo.LOGINS:
        if login.skills:
            agent, _ = rows("Agent").get_or_create(person=people[login.username])
            agent.skills.set([skills[name] for name in login.skills])


def give_out_messages(address: Any) -> None:
    """The account's direct messages have a queue of their own, which gives them out in turns."""
    queue = rows("Queue").get(name=demo.MESSAGES_QUEUE)
    rows("Placement").get_or_create(address=address, kind="direct", defaults={"queue": queue})
    rows("Queue").filter(pk=queue.pk).update(assignment="round_robin", asks_language=True)

"""manage.py x_activities: the table of every activity and its effect, as docs/activities.md shows it."""

from typing import Any

from kapture.command_base import DeskCommand
from twitter_integration.facts.activities import ACTIVITIES

_HEAD = """# What X tells us, and what it does here

Made by `manage.py x_activities` from `twitter_integration/facts/activities.py`; a test holds this page to it. "By us"
and "of us" speak of the connected account. Where there is a choice, an administrator makes it per account on the
partner configuration; the first effect named is what happens otherwise.

| Activity | Account Activity | X Activity | Effect | To choose |
|---|---|---|---|---|
"""


def page() -> str:
    rows = []
    for kind, activity in ACTIVITIES.items():
        names = [f"`{name}`" if not name.startswith(("not ", "any ")) else name for name in _names(activity.x_activity)]
        legacy = activity.account_activity
        legacy = legacy if legacy.startswith(("not ", "any ")) else f"`{legacy}`"
        rest = [choice for choice in activity.choices if choice != activity.default]
        choice = f"**{activity.default}**, {', '.join(rest)}" if rest else "always so"
        rows.append(
            f"| {activity.title} (`{kind.value}`) | {legacy} | {', '.join(names)} | {activity.effect} | {choice} |"
        )
    return _HEAD + "\n".join(rows) + "\n"


def _names(listed: str) -> list[str]:
    return [listed] if listed.startswith(("not ", "any ")) else listed.split(", ")


class Command(DeskCommand):
    help = "Print the table of every activity X tells us and its effect (docs/activities.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")

"""The people who can sign in to a demo. Made by `manage.py demo_data`, shown by `manage.py up --demo`."""

from dataclasses import dataclass

PASSWORD = "demo"  # noqa: S105  # a demo listens on this machine only, and says its password aloud


@dataclass(frozen=True)
class Login:
    """One person of the demo."""

    username: str
    name: str
    role: str


ADMIN = Login("admin", "Ada", "administrator")
SUPERVISOR = Login("sam", "Sam", "supervisor")
AGENTS = (Login("alice", "Alice", "agent"), Login("bob", "Bob", "agent"))
LOGINS = (ADMIN, SUPERVISOR, *AGENTS)

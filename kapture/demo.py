"""What the demonstration consists of: people, queues, folders, promises and queries of an invented shop. Data only."""

from dataclasses import dataclass

# Known to everybody on purpose, and refused where the public can reach (demo_data).
PASSWORD = "kapture-demo"  # noqa: S105


@dataclass(frozen=True)
class Login:
    """Somebody who works here; the group decides what they may do."""

    username: str
    first_name: str
    last_name: str
    group: str = ""
    superuser: bool = False


ADMIN = Login("admin", "Ada", "Minister", superuser=True)
AGENTS = (Login("alice", "Alice", "Moreau", "Agents"), Login("bob", "Bob", "Okafor", "Agents"))
SUPERVISOR = Login("sam", "Sam", "Lindqvist", "Supervisors")
LOGINS = (ADMIN, *AGENTS, SUPERVISOR)

APP_NAME = "Kapture Demo"
# (name, short name); the first one is the default.
QUEUES = (("Customer care", "customer-care"), ("Billing", "billing"), ("Press", "press"))
# Outer folder: the folders in it.
FOLDERS = {"Orders": ("Delivery", "Returns"), "Payments": (), "Product": (), "Praise": ()}
ACCOUNT_QUEUE = "Customer care"
ACCOUNT_FOLDER = "Orders"
ACCOUNT_POLICY = "Public complaint"
# Policy: {promise: minutes for urgent, high, normal, low}.
POLICIES = {
    ACCOUNT_POLICY: {
        "first_response": (15, 30, 60, 240),
        "next_response": (30, 60, 120, 480),
        "resolution": (240, 480, 1_440, 4_320),
    },
    "Direct messages": {
        "first_response": (10, 20, 45, 180),
        "next_response": (20, 45, 90, 360),
        "resolution": (240, 480, 1_440, 2_880),
    },
}
PRIORITIES = ("urgent", "high", "normal", "low")
TAGS = ("delivery", "refund", "praise", "outage", "vip")
# (label, query in X's operators, language).
SEARCHES = (
    ("Name without mention", '"acme help" -@acmehelp_demo -from:acmehelp_demo -is:retweet', ""),
    ("Delivery complaints", "acme (late OR lost OR missing) (parcel OR order) -is:retweet", "en"),
    ("Support in Spanish", "acme (ayuda OR pedido OR reembolso) -is:retweet", "es"),
)

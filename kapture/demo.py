"""What the demonstration consists of: people, queues, folders, promises, queries of an invented airline. Data only."""

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
    admin: bool = False  # may enter the admin, for what the group allows there
    skills: tuple[str, ...] = ()


ADMIN = Login("admin", "Ada", "Minister", superuser=True)
AGENTS = (
    Login("alice", "Alice", "Moreau", "Agents", skills=("German", "Spanish")),
    Login("bob", "Bob", "Okafor", "Agents", skills=("French", "Portuguese")),
)
SUPERVISOR = Login("sam", "Sam", "Lindqvist", "Supervisors", skills=("German", "Spanish", "French", "Portuguese"))
AUDITOR = Login("iris", "Iris", "Tanaka", "Auditors", admin=True)
LOGINS = (ADMIN, *AGENTS, SUPERVISOR, AUDITOR)
# A program; nobody signs in as it (`manage.py api_token booking-system` gives it a token).
CLIENT = Login("booking-system", "Booking", "System", "API clients")
SKILLS = {"German": "de", "Spanish": "es", "French": "fr", "Portuguese": "pt"}

COST_PER_DAY = "50.00"  # US dollars of reading, which the sandbox only counts
APP_NAME = "Kapture Demo"
# (name, short name); the first one is the default.
QUEUES = (("Customer care", "customer-care"), ("Bookings", "bookings"), ("Refunds", "refunds"))
# Team: who is in it, its leads, and the queues it works. Refunds is not Bob's.
TEAMS = {
    "Front desk": (("alice", "bob", "sam", "booking-system"), ("sam",), ("Customer care", "Bookings")),
    "Baggage and refunds": (("alice", "sam"), ("sam",), ("Customer care", "Refunds")),
}
# Direct messages go there, and are given out in turns, by language.
MESSAGES_QUEUE = "Bookings"
# Outer folder: the folders in it.
FOLDERS = {"Baggage": ("Delayed", "Damaged"), "Bookings": ("Changes", "Check-in"), "Refunds": (), "Praise": ()}
ACCOUNT_QUEUE = "Customer care"
# Of posts and messages alike: a policy belongs to an account.
ACCOUNT_POLICY = "Standard"
# Policy: {promise: minutes for urgent, high, normal, low}.
POLICIES = {
    ACCOUNT_POLICY: {
        "first_response": (15, 30, 60, 240),
        "next_response": (30, 60, 120, 480),
        "resolution": (240, 480, 1_440, 4_320),
    },
}
# In which status which promise stands still.
PAUSES = (("pending", "resolution"), ("on_hold", "resolution"))
# Of each policy, as of one that is made new in the admin.
STEPS = ((75, "tell_assignee"), (100, "tell_leads"))
PRIORITIES = ("urgent", "high", "normal", "low")
TAGS = ("baggage", "delay", "refund", "praise", "vip")
# Canned replies: (title, shortcut, category, {language: text}); "" is every other language.
CANNED = (
    (
        "Ask for the booking code",
        "code",
        "Bookings",
        {
            "": "Hi {first_name|there}, please send us your booking code by direct message, and we will look at once.",
            "de": "Guten Tag {first_name|zusammen}, bitte senden Sie uns Ihren Buchungscode als Direktnachricht.",
            "es": "Hola {first_name|}: envíanos tu código de reserva por mensaje directo y lo miramos enseguida.",
        },
    ),
    (
        "Bag on its way",
        "bag",
        "Baggage",
        {
            "": "Good news, {first_name|there}: your bag is found and on its way. It reaches you within 24 hours.",
            "de": "Gute Nachricht: Ihr Koffer ist gefunden und kommt innerhalb von 24 Stunden zu Ihnen.",
        },
    ),
    (
        "Thanks for the praise",
        "thanks",
        "Praise",
        {"": "Thank you, {first_name|friend}! The crew will be glad."},
    ),
)
# What is said of the airline without addressing it: (label, query in X's operators, language, queue, folder).
_OTHERS = '"acme air" -@acmehelp_demo -from:acmehelp_demo -is:retweet'
SEARCHES = (
    (
        "Baggage",
        f"{_OTHERS} (suitcase OR bag OR maleta OR mala OR Koffer OR valise)",
        "",
        "Customer care",
        "Baggage",
    ),
    ("Money back", f"{_OTHERS} (refund OR charged OR reembolso OR remboursement)", "", "Refunds", "Refunds"),
    ("Praise", f"{_OTHERS} (thanks OR danke OR gracias OR merci)", "", "Customer care", "Praise"),
)

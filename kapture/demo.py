"""What the demonstration consists of: people, queues, folders, promises, queries of an invented airline. Data only."""

from dataclasses import dataclass

# Known to everybody on purpose, and refused where the public can reach (demo_data).
PASSWORD = "kapture-demo"  # noqa: S105


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What somebody does with tickets whose last words have one of these in them (private ones: any words, where none
    are named). canned: the shortcut of what they answer. most: of so many tickets. hours: put aside for so long."""

    who: str
    words: tuple[str, ...] = ()
    private: bool = False
    most: int = 1
    tags: tuple[str, ...] = ()
    priority: str = ""
    note: str = ""
    noted_by: str = ""
    canned: str = ""
    status: str = ""
    hours: int = 0


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
# The first shift: what the desk finds when somebody opens it for the first time (demo_shift). Each ticket once.
SHIFT = (
    Scene(
        who="alice",
        words=("thank", "danke", "gracias", "merci", "parabéns", "obrigad", "agradeço"),
        most=2,
        tags=("praise",),
        canned="thanks",
        status="resolved",
    ),
    Scene(
        who="alice",
        words=("my bag", "koffer", "maleta", "valise", "minha mala", "suitcase"),
        most=2,
        tags=("baggage",),
        priority="high",
        canned="code",
        note="@alice Lisbon has two bags without a label, one of them may be it. I ring them at noon.",
        noted_by="sam",
    ),
    Scene(
        who="sam",
        words=("charged", "refund", "débité", "cobraram", "reembolso", "remboursement"),
        tags=("refund",),
        priority="high",
        note="The second charge stands in the payment log. @alice you may give it back at once.",
        noted_by="sam",
    ),
    Scene(who="bob", words=("late", "delay", "on time", "maintenu", "ainda sai"), tags=("delay",), priority="urgent"),
    Scene(who="bob", private=True, canned="code"),
    Scene(who="alice", private=True, hours=18),
)
# Shown to everybody: (name, search).
VIEWS = (("Bags", "tag:baggage"), ("Urgent or high", "priority:urgent,high"))

"""The helpdesk's enumerations. Stored as words, so that a database row reads as English. Imports nothing of ours."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Pending")
    ON_HOLD = "on_hold", _("On hold")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    IGNORED = "ignored", _("Ignored")


class StatusCategory(TextChoices):
    """What clocks and views ask: is somebody of ours to act, is somebody else, or is it done?"""

    ACTIVE = "active", _("Active")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")


CATEGORY_OF = {
    Status.NEW: StatusCategory.ACTIVE,
    Status.OPEN: StatusCategory.ACTIVE,
    Status.PENDING: StatusCategory.WAITING,
    Status.ON_HOLD: StatusCategory.WAITING,
    Status.RESOLVED: StatusCategory.DONE,
    Status.CLOSED: StatusCategory.DONE,
    Status.IGNORED: StatusCategory.DONE,
}
WAITING_STATUSES = tuple(s for s, category in CATEGORY_OF.items() if category == StatusCategory.WAITING)
ACTIVE_STATUSES = tuple(s for s, category in CATEGORY_OF.items() if category == StatusCategory.ACTIVE)
UNDONE_STATUSES = tuple(s for s, category in CATEGORY_OF.items() if category != StatusCategory.DONE)


class Priority(TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class Direction(TextChoices):
    IN = "in", _("Incoming")
    OUT = "out", _("Outgoing")
    INTERNAL = "internal", _("Internal")


class Visibility(TextChoices):
    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Private")
    INTERNAL = "internal", _("Colleagues only")


class MessageKind(TextChoices):
    """How it was said. The word a channel uses for it is the channel's business."""

    MENTION = "mention", _("Mention")
    REPLY = "reply", _("Reply")
    QUOTE = "quote", _("Quote")
    POST = "post", _("Post")
    DIRECT = "direct", _("Direct message")
    FOUND = "found", _("Search hit")
    ENCRYPTED = "encrypted", _("Encrypted message")
    NOTE = "note", _("Note")
    REACTION = "reaction", _("Reaction")  # nothing was said: a like, a follow … that opens a ticket


# What may begin a ticket, and go to a place of its own.
PLACED_KINDS = [
    (kind.value, kind.label)
    for kind in (MessageKind.MENTION, MessageKind.REPLY, MessageKind.QUOTE, MessageKind.DIRECT, MessageKind.FOUND)
]


class SendState(TextChoices):
    """An outgoing message's way: awaiting approval, scheduled or held for undo, queued, being sent, sent; or unknown
    (no answer came), or failed."""

    AWAITING = "awaiting", _("Awaiting approval")
    SCHEDULED = "scheduled", _("Scheduled")
    HELD = "held", _("Held")
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    UNKNOWN = "unknown", _("Unknown")
    FAILED = "failed", _("Failed")


MOVED = "moved"  # the code of one that was scheduled and waits for a person, because the conversation moved
# Those that nobody has let go, or whose day has not come: they say nothing yet.
UNSAID_STATES = (SendState.AWAITING, SendState.SCHEDULED)
# Those that are on their way, or are perhaps out.
GOING_STATES = (SendState.HELD, SendState.QUEUED, SendState.SENDING, SendState.UNKNOWN)
UNSETTLED_STATES = (*UNSAID_STATES, *GOING_STATES)


class ApprovalState(TextChoices):
    """An answer that somebody else has to let go: what became of it."""

    WAITING = "waiting", _("Waits")
    APPROVED = "approved", _("Approved")
    SENT_BACK = "sent_back", _("Sent back")
    EXPIRED = "expired", _("Expired")


class DraftMode(TextChoices):
    """The ways to write. A post is on no ticket."""

    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Private")
    NOTE = "note", _("Note")
    POST = "post", _("Post")


class FileKind(TextChoices):
    """What a file is shown as. Animations are pictures that move and are silent; of other files only the name."""

    PHOTO = "photo", _("Picture")
    ANIMATION = "animation", _("Animation")
    VIDEO = "video", _("Video")
    OTHER = "other", pgettext_lazy("attachment", "File")


class HandOffOutcome(TextChoices):
    """What came of an answer that somebody wanted to give on the channel itself."""

    OPEN = "open", _("Under way")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")


class FetchState(TextChoices):
    """A file only a participant is given: our own copy of it."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Fetched")
    FAILED = "failed", _("Failed")


class DryRunState(TextChoices):
    """Rules tried on what was said lately: to be begun, under way, at its end, or given up."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class PartState(TextChoices):
    """Of a statement, what is told to one customer: still to be written, on its way as any answer, or refused."""

    WAITING = "waiting", _("Waiting")
    QUEUED = "queued", _("On its way")
    REFUSED = "refused", _("Refused")


class Lag(TextChoices):
    """Why a ticket is not resolved with its incident unless somebody says so; of the last two, not by that either."""

    UNTOLD = "untold", _("was told nothing")
    WROTE = "wrote", _("wrote after what they were told")
    ELSEWHERE = "elsewhere", _("wrote on another of their tickets after what they were told")
    OTHERS = "others", _("somebody else wrote there after they were told")
    AWAITS = "awaits", _("an answer on it waits for approval")
    ITEMS = "items", _("something on it is still to be done first")


class Untold(TextChoices):
    """Why a part of an incident is not told what was ordered for it."""

    LEFT = "left", _("it was taken out of the incident before")
    DONE = "done", _("it was done before")


class HookState(TextChoices):
    """An event told to other software: still to be delivered, taken, or given up after the last try."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")


class AutoReplyCode(TextChoices):
    """What became of a private message that could be answered automatically."""

    DUE = "due", _("To be decided")
    SENT = "sent", _("Answered automatically")
    OFF = "off", _("Refused: automatic answers were switched off")
    PUBLIC = "public", _("Refused: never in public")
    OPTS_OUT = "opts_out", _("Refused: they opted out with this message")
    OPTED_OUT = "opted_out", _("Refused: they opted out before")
    ENCRYPTED = "encrypted", _("Refused: the message is encrypted")
    OPEN = "open", _("Refused: within opening hours")
    LATE = "late", _("Refused: the message reached us late")
    ANSWERED = "answered", _("Refused: a person has answered")
    ONCE = "once", _("Refused: answered automatically before in this interaction")
    CHANNEL = "channel", _("Refused: the channel does not take it")


# Why an automatic answer that was to go does not any more.
NOT_WANTED = {
    AutoReplyCode.OFF: _("automatic answers were switched off"),
    AutoReplyCode.OPTED_OUT: _("the customer wants none"),
    AutoReplyCode.OPEN: _("the desk is open again"),
    AutoReplyCode.LATE: _("it was too late for it"),
    AutoReplyCode.ANSWERED: _("a person has answered"),
}


class AssignmentMode(TextChoices):
    """How a queue gives out its tickets."""

    BY_HAND = "by_hand", _("By hand: somebody takes them")
    ROUND_ROBIN = "round_robin", _("In turns")
    LEAST_LOADED = "least_loaded", _("To whose share in hand is smallest")
    PULL = "pull", _("By asking for the next")


ALLOTTING_MODES = (AssignmentMode.ROUND_ROBIN, AssignmentMode.LEAST_LOADED)


class Metric(TextChoices):
    """The three promises of an SLA policy."""

    FIRST_RESPONSE = "first_response", _("First reply")
    NEXT_RESPONSE = "next_response", _("Next reply")
    RESOLUTION = "resolution", _("Resolution")


class AfterResolution(TextChoices):
    """What a customer's message does to a resolved ticket (a closed one is always followed by a new, linked one)."""

    REOPEN = "reopen", _("Reopen the ticket")
    FOLLOW_UP = "follow_up", _("Open a linked follow-up")


class MatchAction(TextChoices):
    JOIN = "join", _("Joins")
    REOPEN = "reopen", _("Reopens")
    FOLLOW_UP = "follow_up", _("Follows up")
    OPEN = "open", _("Opens")
    LOOSE = "loose", _("Belongs to no ticket")


class GestureKind(TextChoices):
    """What brings messages from one ticket to another."""

    MERGE = "merge", _("Merge")
    SPLIT = "split", _("Split")
    MOVE = "move", _("Move")


class Effect(TextChoices):
    """What an activity around an address leaves behind. Each includes the ones after it, except to ignore."""

    TICKET = "ticket", _("On a ticket")
    TIMELINE = "timeline", _("A line on the customer's timeline")
    COUNTER = "counter", _("Counted only")
    IGNORE = "ignore", _("Ignored")


class NoticeEvent(TextChoices):
    """What somebody of ours is told of. The first that holds wins: who is mentioned is not told of the note as well."""

    MENTIONED = "mentioned", _("Somebody mentions me in a note")
    ASSIGNED = "assigned", _("A ticket is given to me")
    RETURNED = "returned", _("Somebody gives my tickets back to their queues")
    APPROVAL = "approval", _("An answer waits for my approval")
    DECIDED = "decided", _("My answer was approved or refused")
    FAILED = "failed", _("An answer of mine, or on my ticket, could not be sent")
    LATE = "late", _("A promise on my ticket or in my queues is late")
    DUE = "due", _("A promise on my ticket is soon due")
    TOLD = "told", _("A rule or an escalation step is to tell me")
    WOKE = "woke", _("A ticket that was put aside comes back to me, its moment has come")
    CUSTOMER = "customer", _("The customer writes on a ticket of mine or one I watch")
    NOTE = "note", _("A colleague leaves a note on a ticket of mine or one I watch")
    REPLIED = "replied", _("A colleague answers on a ticket of mine or one I watch")
    STATUS = "status", _("A colleague changes the status of a ticket of mine or one I watch")
    ACCOUNT = "account", _("An account stops sending")


class Shared(TextChoices):
    """Who has a saved view besides its owner."""

    NOBODY = "nobody", _("Only me")
    TEAM = "team", _("A team")
    ALL = "all", _("Everybody")


class NoticeWay(TextChoices):
    """How somebody wants to be told of an event. Each but the first shows it at the desk."""

    OFF = "off", _("Not at all")
    DESK = "desk", _("At the desk")
    DIGEST = "digest", _("At the desk, and by e-mail if unread")
    MAIL = "mail", _("At the desk, and by e-mail at once")


class Theme(TextChoices):
    """How pages look to somebody."""

    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class WatchReason(TextChoices):
    """Why somebody watches a ticket."""

    CHOSEN = "chosen", _("Chose to")
    ASSIGNED = "assigned", _("It was theirs")
    MENTIONED = "mentioned", _("Was mentioned")
    ANSWERED = "answered", _("Answered")


class BulkDeed(TextChoices):
    """What is done to many tickets at once."""

    ASSIGN = "assign", _("Assign")
    STATUS = "status", _("Status")
    PRIORITY = "priority", _("Priority")
    SNOOZE = "snooze", _("Snooze")
    TAG = "tag", _("Add tags")
    UNTAG = "untag", _("Remove tags")
    QUEUE = "queue", _("Move")
    FOLDER = "folder", _("File")
    MACRO = "macro", _("Macro")


class BulkState(TextChoices):
    """How far a change of many tickets is."""

    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class BulkMark(TextChoices):
    """What became of it on one ticket."""

    WAITING = "waiting", _("Waits")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Was so already")
    REFUSED = "refused", _("Could not be")
    BACK = "back", _("Taken back")
    LEFT = "left", _("Not taken back")

"""Sends people what they have not read, when their next mail is due (NoticeSettings.mail_due_at).

At least once: the try is counted and committed before the mail server is called, and what was mailed is marked after;
who is killed in between mails it again, under the same Message-ID, when the claim is over. A mail server that does not
answer is tried again on the ladder for as long as there is something unread; an address it refuses is given up.
"""

import logging
import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tickets.choices import NoticeWay
from tickets.models import Notice, NoticeSettings
from tickets.models.departed import with_doer
from tickets.models.notice import LONGEST_REASON
from tickets.notices.excerpts import words_about
from tickets.notices.letters import compose
from tickets.notices.reading import seen_notices
from tickets.notices.storing import minutes_between
from tickets.notices.wishes import AT_ONCE, MAILED, after_quiet

log = logging.getLogger(__name__)
# After the first try, the second …; the last step holds from there on.
LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60))
MOST_REFUSALS = 3  # of an address, in a row
MOST = 100  # notices in one mail; the others follow in the next
_LEASE = timedelta(minutes=5)
_PERMANENT = 500
_CLAIM = """
    UPDATE tickets_noticesettings SET mail_claimed_until = %s, mail_tries = mail_tries + 1 WHERE person_id = (
        SELECT person_id FROM tickets_noticesettings
        WHERE mail_due_at <= %s AND (mail_claimed_until IS NULL OR mail_claimed_until <= %s)
        ORDER BY mail_due_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING person_id
"""


def send_due(*, clock: Callable[[], datetime] = timezone.now, at_most: timedelta | None = None) -> int:
    """Mail whoever is due; returns how many mails went. Not inside a transaction."""
    stop_at = clock() + at_most if at_most is not None else None
    sent = 0
    while (person := _claim(clock())) is not None:
        sent += _serve(person, now=clock())
        if stop_at is not None and clock() >= stop_at:
            break
    return sent


def _claim(now: datetime) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now + _LEASE, now, now])
        row = cursor.fetchone()
    return row[0] if row else None


def _serve(pk: int, *, now: datetime) -> int:
    wish = NoticeSettings.objects.select_related("person").get(pk=pk)
    if not _gets_mail(wish):
        _settle(wish, due=None)
        return 0
    quiet_until = after_quiet(now, wish.quiet_from, wish.quiet_until, zone=wish.zone)
    if quiet_until > now:
        _settle(wish, due=quiet_until)
        return 0
    found = _unmailed(wish.person)
    notices = list(with_doer(found.select_related("ticket__identity")).order_by("-id")[:MOST])
    if not notices:  # read meanwhile, or not theirs to see any more
        _go_on(wish, now=now)
        return 0
    return _send(wish, notices, now=now)


def _gets_mail(wish: NoticeSettings) -> bool:
    reachable = wish.person.is_active and wish.person.email
    return bool(settings.MAIL_ON and reachable and not wish.mail_off_at and not wish.mail_stopped_at)


def _unmailed(person: User) -> QuerySet[Notice]:
    return seen_notices(person).filter(read_at=None, mailed_at=None, way__in=MAILED)


def _send(wish: NoticeSettings, notices: Sequence[Notice], *, now: datetime) -> int:
    with translation.override(wish.spoken):
        letter = compose(wish.person, wish, notices, _quotes(wish.person, notices))
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()), (_PERMANENT, b""))
        _fail(wish, f"{code} {_text(words)}", refused=code >= _PERMANENT, now=now)
    except (smtplib.SMTPException, OSError) as trouble:
        log.warning("Mail to person %s did not go; it is tried again: %s", wish.pk, type(trouble).__name__)
        _fail(
            wish,
            _("The mail server did not take it ({name}).").format(name=type(trouble).__name__),
            refused=False,
            now=now,
        )
    else:
        _note_sent(wish, notices, now=now)
        return 1
    return 0


def _quotes(person: User, notices: Sequence[Notice]) -> dict[int, str]:
    """What may be quoted: notes and public words they may read, of notices that tell of nothing private."""
    return words_about(person, notices, public=True) if settings.NOTICE_MAIL_QUOTES else {}


@transaction.atomic
def _note_sent(wish: NoticeSettings, notices: Sequence[Notice], *, now: datetime) -> None:
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=now)
    _go_on(wish, now=now, mailed_at=now, mail_reason="")


@transaction.atomic
def _go_on(wish: NoticeSettings, *, now: datetime, **told: object) -> None:
    """With the next mail, for what is not mailed yet. Whoever stores a notice orders its mail on this row before it is
    there for all: so only what is asked under its lock knows of both."""
    NoticeSettings.objects.select_for_update(no_key=True).get(pk=wish.pk)
    left = set(_unmailed(wish.person).values_list("way", flat=True).distinct())
    due = None
    if left:
        due = now + (AT_ONCE if NoticeWay.MAIL in left else minutes_between())
    _settle(wish, due=due, **told)


def _fail(wish: NoticeSettings, reason: str, *, refused: bool, now: datetime) -> None:
    wait = LADDER[min(wish.mail_tries, len(LADDER)) - 1]
    told: dict[str, object] = {"mail_reason": reason[:LONGEST_REASON], "mail_claimed_until": None}
    gone = refused and wish.mail_tries >= MOST_REFUSALS
    if gone:
        log.warning("Mail to person %s is given up: their address is refused.", wish.pk)
        told |= {"mail_stopped_at": now, "mail_due_at": None, "mail_tries": 0}
    else:
        told |= {"mail_due_at": now + wait}
    NoticeSettings.objects.filter(pk=wish.pk).update(**told)


def _settle(wish: NoticeSettings, *, due: datetime | None, **told: object) -> None:
    values = {"mail_due_at": due, "mail_claimed_until": None, "mail_tries": 0} | told
    NoticeSettings.objects.filter(pk=wish.pk).update(**values)


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words

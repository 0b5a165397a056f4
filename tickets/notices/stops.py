"""Tells who may mend it that an account does not send any more: when it stops, and once a day while it lasts. By
looking, for accounts stop in several ways, and their channels know nothing of notices."""

from datetime import datetime, timedelta

from tickets.choices import NoticeEvent
from tickets.models import Address, Notice
from tickets.notices.telling import tell
from tickets.permissions import who_may

AGAIN = timedelta(days=1)


def tell_stops(*, now: datetime) -> int:
    """Returns how many people were told of how many accounts; one statement while none is stopped."""
    stopped = list(
        Address.objects.filter(sending_stopped=True).exclude(banner="")
    )  # without a word, it was meant to be
    if not stopped:
        return 0
    lately = Notice.objects.filter(event=NoticeEvent.ACCOUNT, at__gt=now - AGAIN)
    told = set(lately.values_list("data__address", "data__why"))
    people = list(who_may("resume"))
    return sum(
        tell(people, NoticeEvent.ACCOUNT, now=now, address=one.pk, name=str(one), why=one.banner)
        for one in stopped
        if (one.pk, one.banner) not in told
    )

"""The helpdesk's lines of `manage.py doctor`."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from kapture.figures import Finding
from tickets.finding.entries import is_complete
from tickets.models import Address, Hook, NoticeSettings, Queue, RoutingRule, SlaPolicy, WeeklyReport
from tickets.rules.naming import gone_people
from tickets.sending.outgoing import stops
from tickets.weekly.claiming import NOTHING


def findings() -> list[Finding]:
    return [_queue(), _policy(), _search(), *_rules(), *_banners(), *_hooks(), *_mail()]


def _queue() -> Finding:
    if Queue.objects.filter(is_default=True).exists():
        return Finding(True, "Queues", "There is a default queue.")
    return Finding(
        False,
        "Queues",
        "No queue is the default one, so a ticket of an account without a queue goes to the first in the list.",
        remedy="Mark one queue as default in the admin.",
        fatal=False,
    )


def _policy() -> Finding:
    if SlaPolicy.objects.exists():
        return Finding(True, "SLA", "There is at least one SLA policy.")
    return Finding(
        False, "SLA", "There is no SLA policy: no ticket will have a deadline.", "Add one in the admin.", fatal=False
    )


def _search() -> Finding:
    if not is_complete():
        remedy = "Run manage.py reindex_search, beside the running desk."
        return Finding(False, "Search", "Some messages cannot be found by their words yet.", remedy, fatal=False)
    return Finding(True, "Search", "Every message can be found by its words.")


def _rules() -> list[Finding]:
    """Those in force that name people who are gone."""
    rules = {one.live: one.name for one in RoutingRule.objects.filter(live__isnull=False).select_related("live")}
    gone = gone_people([one for one in rules if one is not None])
    remedy = "Take them out of the rule in the admin, or name somebody else."
    return [
        Finding(False, f"Rule {name}", f"It names who is deactivated: {', '.join(gone[one.pk])}.", remedy, fatal=False)
        for one, name in rules.items()
        if one is not None and one.pk in gone
    ]


def _banners() -> list[Finding]:
    """What something else must lift first, its channel's own lines tell, with what that is."""
    stopped = Address.objects.filter(sending_stopped=True).exclude(banner="")  # without a word, it was meant to be
    remedy = "Mend its cause, then press “Resume sending” in the outbox (docs/operations.md)."
    return [
        Finding(False, str(stop.address), f"Sending is stopped: {stop.address.banner}", remedy)
        for stop in stops(stopped)
        if not stop.why_not
    ]


def _hooks() -> list[Finding]:
    """Those that switched themselves off, and those nothing arrives at."""
    stopped = Hook.objects.filter(enabled=False, stopped_at__isnull=False).defer("secret")
    failing = Hook.objects.filter(enabled=True, failing_since__isnull=False).defer("secret")
    off = "Mend it, send it a test in the admin, and switch it on again; what happened meanwhile the API tells."
    return [
        *(Finding(False, hook.name, f"Switched off. {hook.stopped_reason}", off, fatal=False) for hook in stopped),
        *(
            Finding(
                False,
                hook.name,
                f"Nothing arrives there since {hook.failing_since:%Y-%m-%d %H:%M} UTC.",
                "Its deliveries in the admin say why; they are tried again.",
                fatal=False,
            )
            for hook in failing
        ),
    ]


def _mail() -> list[Finding]:
    """Whether people can be mailed at all, and whose address is refused."""
    if not settings.MAIL_ON:
        return [Finding(True, "mail", "No mail is sent: EMAIL_URL is not set. People are told at the desk.")]
    stopped = NoticeSettings.objects.filter(mail_stopped_at__isnull=False).select_related("person")
    remedy = "Correct their e-mail address in the admin, and have them save their notification settings."
    given_up = [
        Finding(False, one.person.username, f"Mail to them was given up: {one.mail_reason}", remedy, fatal=False)
        for one in stopped
    ]
    return [Finding(True, "mail", f"Mail goes out by {settings.EMAIL_HOST}."), *given_up, *_weeks()]


def _weeks() -> list[Finding]:
    """Weekly reports of the last days that did not go, or that nobody knows of."""
    missing = WeeklyReport.objects.filter(week__gte=timezone.now().date() - _LATELY, sent_at=None).exclude(reason="")
    return [
        Finding(
            False,
            one.person.username,
            f"The weekly report of {one.week}: {one.reason}",
            f"manage.py weekly_report {one.person.username} --again sends it now.",
            fatal=False,
        )
        for one in missing.exclude(reason=NOTHING).select_related("person")
    ]


_LATELY = timedelta(days=14)

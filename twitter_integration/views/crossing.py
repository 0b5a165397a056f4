"""Crossing over from Account Activity to X Activity as a page: what each product told, what blocks, and dropping the
old one, asked once more with what ends by it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kapture.sealing import CannotOpen
from twitter_integration.accounts import NotConnected
from twitter_integration.errors import XError
from twitter_integration.facts.activities import title_of
from twitter_integration.models import PartnerAccount
from twitter_integration.registering.dialect import NotOffered
from twitter_integration.setup.crossing import (
    CannotFinish,
    finish_crossing,
    look_before_dropping,
    what_blocks,
    what_comes_next,
    what_ends,
)
from twitter_integration.setup.crossing_report import Report, Told, report_crossing
from twitter_integration.setup.oauth2 import CannotRefresh
from twitter_integration.views.who import administrators_only, configuration_page


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: the figures, under the name people know the kind by."""

    title: str
    told: Told
    excuses: list[tuple[str, int]]  # a template would ask a counter for what it is not


@administrators_only
@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(pk)
    return _show(request, account, report_crossing(account, now=timezone.now()))


@administrators_only
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more, and refused before that question where something blocks it that nobody said to pass over."""
    account, force, now = _account(pk), "force" in request.POST, timezone.now()
    if request.POST.get("sure") != "yes":
        report = look_before_dropping(account, now=now)
        blocked = what_blocks(account, report)
        asked = not blocked or (force and blocked.forcible)
        return _show(request, account, report, asked=asked, status=200 if asked else 409)
    try:
        finish_crossing(account, now=now, force=force)
    except CannotFinish as error:
        return _show(request, account, error.report, status=409)
    except XError as error:
        messages.error(request, error.said)
    except (CannotOpen, CannotRefresh, NotConnected, NotOffered) as error:
        messages.error(request, str(error))
    else:
        messages.info(request, _("Account Activity is dropped; X Activity tells the rest."))
        messages.info(request, what_comes_next(account.app))
    return redirect(configuration_page(pk))


def _show(
    request: HttpRequest, account: PartnerAccount, report: Report, *, asked: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "account": account,
        "report": report,
        "lines": [
            Line(title_of(told.kind), told, [(_(reason), n) for reason, n in told.reasons.items()])
            for told in report.rows
        ],
        "blocked": what_blocks(account, report),
        "ends": what_ends(report) if asked else [],
        "asked": asked,
        "back": configuration_page(account.pk),
    }
    return render(request, "x/crossing.html", context, status=status)


def _account(pk: int) -> PartnerAccount:
    return get_object_or_404(PartnerAccount.objects.select_related("app", "address"), pk=pk)

"""What X costs, for whoever looks after it: figures, bars and tables, and the same as CSV."""

import csv
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kapture.spreadsheets import disarm
from twitter_integration.metering.costs import Report, report
from twitter_integration.models import PartnerAccount

PERIODS = (7, 30, 90)
_HEAD = ("table", "name", "calls", "refused", "items", "charged", "cost_usd")


@login_required
@require_safe
def costs(request: HttpRequest) -> HttpResponse:
    """For whoever may see the book; for others there is nothing here."""
    if not request.user.has_perm("twitter_integration.view_usage"):
        raise Http404
    days, account = _days(request), request.GET.get("account", "")[:32]
    until = timezone.now().date()
    private = request.user.has_perm("tickets.see_private")
    found = report(since=until - timedelta(days=days - 1), until=until, account=account, private=private)
    if request.GET.get("format") == "csv":
        return _as_csv(found)
    accounts = PartnerAccount.objects.values_list("page_id", "page_name")
    facts = {"report": found, "bars": _bars(found), "days": days, "periods": PERIODS, "account": account}
    return render(request, "x/costs.html", facts | {"accounts": accounts, "view": "costs"})


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, PERIODS) else 30


def _bars(found: Report) -> list[dict[str, object]]:
    """Each day's bar: where it stands, how high it is of 100, and what is said of it."""
    highest = max((row.cost for row in found.days), default=0) or 1
    width = 600 / len(found.days)
    return [
        {
            "x": round(number * width + 1, 1),
            "width": round(width - 2, 1),
            "height": round(float(100 * row.cost / highest), 1),
            "y": round(100 - float(100 * row.cost / highest), 1),
            "row": row,
        }
        for number, row in enumerate(found.days)
    ]


def _as_csv(found: Report) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="x-costs-{found.since}-{found.until}.csv"'
    writer = csv.writer(answer)
    writer.writerow(_HEAD)
    for table, rows in found.tables.items():
        writer.writerows((table, disarm(row.name), *row.figures) for row in rows)
    return answer

"""Two customers who are one person: looked for, looked at, merged, and parted again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tickets.errors import DeskError
from tickets.forms import OtherForm
from tickets.models import Customer
from tickets.permissions import visible_customers, visible_tickets
from tickets.reading.context import Desk
from tickets.regrouping import same_person
from tickets.views.access import for_agents, person

_FOUND = 10
_LATEST = 8


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: who else it may be, by handle (`add`), and what comes together. POST: do it."""
    by, error = person(request), ""
    seen = visible_customers(by).prefetch_related("identities")
    customer = get_object_or_404(seen, pk=pk)
    data = request.POST if request.method == "POST" else request.GET
    number = OtherForm(data).number
    other = seen.filter(pk=number).exclude(pk=pk).first() if number else None
    if request.method == "POST" and other is not None:
        try:
            same_person.merge(other, into=customer, by=by, now=timezone.now())
        except DeskError as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("They are one customer now. It can be undone here."))
            return redirect("merge_customer", pk=pk)
    asked = data.get("add", "").strip().lstrip("@")[:60]
    found = seen.filter(identities__handle__iexact=asked).exclude(pk=pk).distinct()[:_FOUND] if asked else []
    context = {
        "desk": Desk(by),
        "customer": customer,
        "other": other,
        "asked": asked,
        "found": found,
        "error": error,
        "may_merge": same_person.may_merge(by),
        "sides": [(one, _latest(request, one)) for one in (customer, other) if one is not None],
        "merges": same_person.merges_of(customer, by=by),
    }
    return render(request, "tickets/merge_customer.html", context, status=409 if error else 200)


def _latest(request: HttpRequest, customer: Customer) -> object:
    """Private ones first: of whose words they are one must be sure."""
    theirs = visible_tickets(person(request)).filter(customer=customer)
    return theirs.order_by("-private", "-last_message_at", "-pk")[:_LATEST]


@for_agents
@require_POST
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """A merge of customers is undone."""
    made = get_object_or_404(same_person.merges_seen_by(person(request)), pk=pk)
    try:
        same_person.undo(made, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("They are two customers again, each with what they wrote."))
    return redirect("merge_customer", pk=made.kept.merged_into_id or made.kept_id)

"""A customer: all they said and what is known of them, notes about them; two who are one person, looked for, looked at,
merged, and parted again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tickets.customers.notes import MOST, add_note, may_remove, notes_about, remove_note
from tickets.erasing.erase import asked_words, erase, look, may_erase
from tickets.errors import DeskError
from tickets.forms import OtherForm
from tickets.models import Customer, CustomerNote
from tickets.models.customer import LONGEST_NOTE
from tickets.permissions import visible_customers, visible_tickets
from tickets.reading.context import Desk
from tickets.regrouping import same_person
from tickets.shown.customer import customers_of, handles_of, happenings_of, reached, said_by, tickets_of
from tickets.views.access import for_agents, person

_FOUND = 10
_LATEST = 8


@for_agents
@require_safe
def customer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was merged with another one is found there."""
    user = person(request)
    customer = customers_of(user).filter(pk=pk).first()
    if customer is None:
        merged = get_object_or_404(Customer, pk=pk, merged_into__isnull=False)
        get_object_or_404(visible_customers(user), pk=_kept(merged))
        return redirect("customer", pk=_kept(merged))
    return _show(request, customer)


def _kept(customer: Customer) -> int:
    """Merged in a row, the last one."""
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer.pk


def _show(request: HttpRequest, customer: Customer, *, written: str = "", error: str = "") -> HttpResponse:
    user, desk = person(request), Desk(person(request))
    identities = list(customer.identities.all())
    keys = [one.pk for one in identities]
    try:
        said = said_by(customer, user=user, after=request.GET.get("after", ""))
    except ValueError:
        raise Http404 from None
    tickets, more = tickets_of(customer, user=user)
    context = {
        "desk": desk,
        "customer": customer,
        "identities": identities,
        "said": said,
        "first": "after" not in request.GET,
        "tickets": tickets,
        "more_tickets": more,
        "notes": [(note, may_remove(note, user)) for note in notes_about(MOST, customer=customer.pk)],
        "longest_note": LONGEST_NOTE,
        "written": written,
        "error": error,
        "happenings": happenings_of(identities=keys),
        "handles": handles_of(identities=keys),
        "may_erase": may_erase(user) and not all(one.erased for one in identities),
        "reached": reached(identities, user=user, now=desk.now),
    }
    return render(request, "tickets/customer_page.html", context, status=422 if error else 200)


@for_agents
@require_POST
def add_customer_note(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(customers_of(person(request)), pk=pk)
    text = request.POST.get("text", "")
    try:
        add_note(customer, text, by=person(request), now=timezone.now())
    except DeskError as refusal:
        return _show(request, customer, written=text[: 2 * LONGEST_NOTE], error=str(refusal))
    messages.success(request, _("Noted. It stands beside each of their tickets."))
    return redirect(reverse("customer", args=[pk]) + "#notes")


@for_agents
@require_POST
def remove_customer_note(request: HttpRequest, pk: int, note: int) -> HttpResponse:
    customer = get_object_or_404(visible_customers(person(request)), pk=pk)
    found = get_object_or_404(CustomerNote.objects.select_related("customer"), pk=note, customer=customer)
    try:
        remove_note(found, by=person(request))
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The note is gone."))
    return redirect(reverse("customer", args=[pk]) + "#notes")


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


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def erase_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: how much goes, and what stays. POST: it goes, once their handle was typed."""
    by, typed, error = person(request), request.POST.get("typed", ""), ""
    customer = get_object_or_404(customers_of(by), pk=pk)
    if not may_erase(by):
        raise Http404
    if request.method == "POST":
        try:
            erase(customer, typed=typed, by=by, now=timezone.now())
        except DeskError as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("They are erased. Figures and decisions stay, under nobody's name."))
            return redirect("customer", pk=pk)
    context = {
        "desk": Desk(by),
        "customer": customer,
        "wanted": asked_words(customer),
        "counts": [(_(kind), number) for kind, number in look(customer).items()],
        "typed": typed[:100],
        "error": error,
    }
    return render(request, "tickets/erase_customer.html", context, status=422 if error else 200)

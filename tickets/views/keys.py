"""The sheet of keys: a page, and beside any page what opens on "?"."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tickets.reading.context import Desk
from tickets.views.access import for_agents, is_fragment, person


@for_agents
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    template = "tickets/keys_sheet.html" if is_fragment(request) else "tickets/keys.html"
    return render(request, template, {"desk": Desk(person(request)), "view": "keys"})

"""The counter beside what is written in a form of the console: X's own measure, as in the composer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tickets.posting import LONGEST_TEXT, counted_on
from twitter_integration.console.table import ACTIONS
from twitter_integration.console.writing import count
from twitter_integration.views.console import account_or_404, for_operators


@for_operators
@require_POST
def measure(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A POST, so that what people write never stands in an address."""
    account, action, text = account_or_404(request, key), ACTIONS.get(name), request.POST.get("text", "")
    if action is None or not action.waits:
        raise Http404
    if len(text) > LONGEST_TEXT:
        return HttpResponse(status=413)
    told = count(account, action, text, post=request.POST.get("post", "")) | counted_on(name)
    facts = {"address": account.address, "private": action.writes_privately}
    return render(request, "tickets/recounted.html", told | facts)

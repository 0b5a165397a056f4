"""A person's settings: how they are told. And the link in a mail by which no more comes."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tickets.choices import NoticeEvent, NoticeWay
from tickets.errors import CannotChange
from tickets.models import NoticeSettings
from tickets.notices.choosing import TOLD, change, settings_of, turn_mail_off, turn_report_off, wishes_of
from tickets.notices.letters import signer_of
from tickets.notices.trying import send_test_mail
from tickets.permissions import may
from tickets.reading.context import Desk
from tickets.views.access import for_agents, person


class NoticeForm(forms.Form):
    """Everything of the page; an event that is not named stays as it is."""

    quiet_from = forms.TimeField(required=False, error_messages={"invalid": gettext_lazy("Write the hour as 18:30.")})
    quiet_until = forms.TimeField(required=False, error_messages={"invalid": gettext_lazy("Write the hour as 18:30.")})
    toasts = forms.BooleanField(required=False)
    watch_mine = forms.BooleanField(required=False)
    watch_answered = forms.BooleanField(required=False)
    weekly_report = forms.BooleanField(required=False)
    mail = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for event in NoticeEvent:
            self.fields[f"way_{event}"] = forms.ChoiceField(choices=NoticeWay.choices, required=False)

    def told(self, *, reports: bool) -> dict[str, Any]:
        """`reports`: they may see these, and were asked about them."""
        said = self.cleaned_data
        ways = {str(event): said[f"way_{event}"] for event in NoticeEvent if said[f"way_{event}"]}
        asked = [name for name in TOLD if reports or name != "weekly_report"]
        return {name: said[name] for name in asked} | {"ways": ways, "mail": said["mail"]}


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    user, fault = person(request), ""
    wish, reports = settings_of(user), may(user, "report")
    if request.method == "POST":
        form = NoticeForm(request.POST)
        try:
            if not form.is_valid():
                raise CannotChange(" ".join(fault for faults in form.errors.values() for fault in map(str, faults)))
            change(user, now=timezone.now(), **form.told(reports=reports))
        except CannotChange as refusal:
            fault = str(refusal)
            _show_again(wish, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("notice_settings")
    context = {
        "desk": Desk(user),
        "view": "settings",
        "wish": wish,
        "wishes": wishes_of(wish),
        "ways": NoticeWay.choices,
        "mail_on": settings.MAIL_ON,
        "reports": reports,
        "minutes": settings.NOTICE_MAIL_MINUTES,
        "zone": wish.zone.key,
        "fault": fault,
    }
    return render(request, "notices/settings.html", context, status=422 if fault else 200)


@for_agents
@require_POST
def test_mail(request: HttpRequest) -> HttpResponse:
    try:
        to = send_test_mail(person(request))
    except CannotChange as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A test mail is on its way to {to}.").format(to=to))
    return redirect("notice_settings")


def _show_again(wish: NoticeSettings, form: NoticeForm) -> None:
    """What was sent, as far as it can be read, with what is wrong beside it; nothing is saved."""
    told = form.cleaned_data
    for name in TOLD:
        if name in told:
            setattr(wish, name, told[name])
    wish.ways = {str(event): told.get(f"way_{event}") or wish.ways.get(event, "") for event in NoticeEvent}
    if "mail" in told:
        wish.mail_off_at = None if told["mail"] else timezone.now()


@csrf_exempt  # a mail program presses it, with nothing but the signed address
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """Asks on GET, for programs follow links; turns mail off, or the weekly report alone, on POST, as one click of a
    mail program does."""
    whose, report = signer_of(token)
    if whose is None:
        raise Http404
    done = request.method == "POST"
    if done and report:
        turn_report_off(whose)
    elif done:
        turn_mail_off(whose, now=timezone.now())
    return render(request, "notices/mail_off.html", {"done": done, "report": report})

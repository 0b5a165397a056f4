"""New posts of an account, for those who may publish for it: written, kept, scheduled; what became of the latest."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from tickets import replies
from tickets.channels import channel_named
from tickets.composing import drafts
from tickets.composing.answering import LONGEST_TEXT, tidy
from tickets.composing.sheets import sent_before
from tickets.errors import DeskError, Repeats, SentBefore
from tickets.models import Address, Draft, Message, StoredFile
from tickets.permissions import may, speakable_addresses
from tickets.posting import publish
from tickets.reading.context import Desk
from tickets.sending.waiting import foretell
from tickets.views.access import for_agents, is_fragment, person
from tickets.views.drafting import draft_button, sent_draft, taken_back_words
from tickets.views.post_sheet import latest, said_posts, show_again, show_sheet, weighed
from tickets.views.repeating import ask
from tickets.views.sheet_forms import PostForm, read_descriptions, read_shown


@for_agents
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """The accounts there are; straight to the page of the only one."""
    if not may(person(request), "publish"):
        raise Http404
    addresses = list(speakable_addresses(person(request)).order_by("name", "pk"))
    if len(addresses) == 1:
        return redirect("post", addresses[0].pk)
    return render(
        request, "tickets/posts.html", {"desk": Desk(person(request)), "addresses": addresses, "view": "post"}
    )


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, number: int) -> HttpResponse:
    """The sheet; by its buttons it is posted, scheduled, kept, or takes files in and out."""
    address = _address_or_404(request, number)
    if request.method != "POST":
        return show_sheet(request, address, draft=drafts.of(person(request), address, "post"), opening=True)
    form = PostForm(request.POST, request.FILES)
    if not form.is_valid():
        faults = " ".join(str(fault) for faults in form.errors.values() for fault in faults)
        return show_again(request, address, faults, lost=form.lost())
    draft = None
    try:
        draft = _keep(request, address, form)
        if draft_button(request):
            return show_again(request, address, "", status=200, lost="" if draft else form.lost())
        with sent_draft(request, address, form, draft) as files:
            made = _publish(request, address, form, files)
    except DeskError as refusal:
        kept = draft is not None or (isinstance(refusal, SentBefore) and refusal.kept)
        return show_again(request, address, refusal, lost="" if kept else form.lost())
    scheduled = form.cleaned_data["send_at"]
    messages.success(request, _("Scheduled.") if scheduled else foretell(made, now=timezone.now()))
    back = reverse("post", args=[address.pk])
    return HttpResponseClientRedirect(back) if is_fragment(request) else redirect(back)


@for_agents
@require_safe
def post_parts(request: HttpRequest, number: int) -> HttpResponse:
    """The parts of the page that move."""
    address, desk = _address_or_404(request, number), Desk(person(request))
    facts = {"desk": desk, "address": address, "latest": latest(address, now=desk.now), "view": "post"}
    return render(request, "tickets/post_parts.html", facts)


@for_agents
@require_POST
def measure_post(request: HttpRequest, number: int) -> HttpResponse:
    """The counter and the price for a text not posted yet."""
    address, text = _address_or_404(request, number), request.POST.get("text", "")
    if len(text) > LONGEST_TEXT:
        return HttpResponse(status=413)
    permission = channel_named(address.channel).may_send(address.key, private=False, in_reply_to="")
    return render(request, "tickets/measured.html", {"address": address} | weighed(address, text, permission))


@for_agents
@require_POST
def save_post(request: HttpRequest, number: int) -> HttpResponse:
    """What a script saves now and then; only words, for files are kept when they are chosen."""
    address, form = _address_or_404(request, number), PostForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    words, token = form.words(read_descriptions(request.POST)), form.cleaned_data["token"]
    draft = drafts.write(person(request), address, "post", words, now=timezone.now(), token=token)
    return render(request, "tickets/draft_state.html", {"draft": draft})


@for_agents
@require_POST
def post_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Take a post back, try it again, or let it go now."""
    ours = said_posts().filter(address__in=speakable_addresses(person(request)))
    message, by, now = get_object_or_404(ours, pk=pk), person(request), timezone.now()
    try:
        if deed == "undo":
            taken = replies.take_back(message, by=by, now=now, as_draft=True)
            messages.success(request, taken_back_words(message, taken.ticket))
        elif deed == "try-again":
            replies.try_again(message, by=by, now=now)
            messages.success(request, _("It will be sent again."))
        elif deed == "send-now":
            replies.send_at(message, None, by=by, now=now)
            messages.success(request, _("It goes out now."))
        else:
            raise Http404
    except Repeats:
        return ask(request, message, back=reverse("post", args=[message.address_id]))
    except DeskError as refusal:
        messages.error(request, str(refusal))
    return redirect("post", message.address_id)


def _address_or_404(request: HttpRequest, number: int) -> Address:
    """To whoever may not publish for it, its page does not exist."""
    return get_object_or_404(speakable_addresses(person(request)), pk=number)


def _keep(request: HttpRequest, address: Address, form: PostForm) -> Draft | None:
    """Put what was submitted into the draft where that is asked for, or it must carry files. Raises CannotSend."""
    told, removed = form.cleaned_data, request.POST.get("take_out", "")
    if removed.isdecimal() and len(removed) < 19:
        drafts.remove_file(person(request), int(removed))
    if not (told["enclosed"] or told["kept"] or draft_button(request)):
        return None
    words = form.words(read_descriptions(request.POST))
    words = replace(words, quotes="") if request.POST.get("do") == "plain" else words
    return drafts.write(
        person(request),
        address,
        "post",
        words,
        now=timezone.now(),
        files=told["enclosed"],
        shown=read_shown(request.POST),
        token=told["token"],
    )


def _publish(request: HttpRequest, address: Address, form: PostForm, files: list[StoredFile]) -> Message:
    told = form.cleaned_data
    made = publish(
        address,
        told["text"],
        by=person(request),
        now=timezone.now(),
        files=files,
        quote_of=told["quotes"],
        terms=form.terms(later=request.POST.get("do") == "later"),
        token=told["token"],
    )
    # Browsers bring back a sheet that was posted from; other words written there are not the same post.
    if replies.text_of(made) != tidy(told["text"]):
        raise sent_before("post")
    return made

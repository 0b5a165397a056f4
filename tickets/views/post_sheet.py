"""The sheet a new post is written on: what it shows, what came of the last try, and the account's latest posts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tickets.channels import channel_named
from tickets.choices import Direction, Visibility
from tickets.composing import drafts
from tickets.composing.answering import LONGEST_TEXT
from tickets.composing.by_hand import LONGEST_LINK
from tickets.composing.weighing import weigh
from tickets.errors import DeskError, LeftOut, NeedsParts, Repeats
from tickets.models import Address, Draft, Message, StoredFile
from tickets.models.departed import with_doer
from tickets.outbound import Permission
from tickets.posting import quoted_of
from tickets.reading.context import Desk
from tickets.sending.waiting import note_waits
from tickets.views.access import person
from tickets.views.composer import moment_of
from tickets.views.sheet_forms import read_left_out

MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PostWriter:
    """What the sheet shows; named as the composer's parts name it."""

    permission: Permission
    by_hand: str
    circles: Mapping[str, str]
    text: str = ""
    circle: str = ""
    quotes: str = ""  # the post it quotes, and what we know of that
    quoted: Mapping[str, Any] | None = None
    send_at: str = ""
    error: str = ""
    left_out: str = ""  # which files cannot go
    repeats: Repeats | None = None
    draft: Draft | None = None
    stopped: bool = False
    token: UUID = field(default_factory=uuid4)

    @property
    def files(self) -> list[StoredFile]:
        return list(self.draft.files.all()) if self.draft else []


def show_again(
    request: HttpRequest, address: Address, refusal: DeskError | str, *, status: int = 422, lost: str = ""
) -> HttpResponse:
    """The sheet as it was sent, with what is wrong beside the field. `lost`: what is said of files not kept."""
    silent = isinstance(refusal, LeftOut | NeedsParts | Repeats)
    return show_sheet(
        request,
        address,
        status=status,
        draft=drafts.of(person(request), address, "post"),
        text=request.POST.get("text", ""),
        circle=request.POST.get("circle", ""),
        quotes="" if request.POST.get("do") == "plain" else request.POST.get("quotes", "")[:64],
        send_at=request.POST.get("send_at", ""),
        error="" if silent else str(refusal),
        left_out=str(refusal) if isinstance(refusal, LeftOut) else lost or read_left_out(request.POST),
        repeats=refusal if isinstance(refusal, Repeats) else None,
    )


def show_sheet(
    request: HttpRequest, address: Address, *, status: int = 200, opening: bool = False, **written: Any
) -> HttpResponse:
    """`opening`: the page is opened, so what was begun before stands there again."""
    draft = written.get("draft")
    if opening and draft is not None:
        written |= {"text": draft.text, "circle": draft.circle, "quotes": draft.quotes}
        written |= {"send_at": moment_of(draft.send_at), "left_out": draft.left_out}
    desk, channel = Desk(person(request)), channel_named(address.channel)
    quotes, text = written.get("quotes", ""), written.get("text", "")[:LONGEST_LINK]
    permission = channel.may_send(address.key, private=False, in_reply_to="", quote_of=quotes)
    link = channel.by_hand(private=False, in_reply_to="", recipient="", text=text, quote_of=quotes)
    writer = PostWriter(
        permission=permission,
        by_hand="" if permission.allowed or len(link) > LONGEST_LINK else link,
        circles=channel.circles(),
        quoted=quoted_of(address, quotes) if quotes else None,
        **written,
    )
    around = {"desk": desk, "now": desk.now, "view": "post", "address": address, "writer": writer}
    facts = around | weighed(address, writer.text, permission) | {"latest": latest(address, now=desk.now)}
    return render(request, "tickets/post.html", facts, status=status)


def weighed(address: Address, text: str, permission: Permission) -> dict[str, Any]:
    """The counter, the parts of a thread, and what they cost by the rates of the permission."""
    told = weigh(address, text, private=False)
    texts = [part for part, _length in told["parts"]] or [text[:LONGEST_TEXT]]
    price = channel_named(address.channel).price(permission.rates, texts, private=False)
    return told | {"priced": True, "price": price}


def latest(address: Address, *, now: datetime) -> list[Message]:
    """What the account posted lately, from here or elsewhere, and what is on its way."""
    rows = list(said_posts().filter(address=address).order_by("-sent_at", "-pk")[:MOST])
    note_waits([row.outbox for row in rows if hasattr(row, "outbox")], now=now)
    return rows


def said_posts() -> QuerySet[Message]:
    """What accounts of ours say to everybody, outside tickets."""
    said = Message.objects.filter(ticket=None, direction=Direction.OUT, visibility=Visibility.PUBLIC, deleted_at=None)
    return with_doer(said.select_related("address", "outbox__address", "outbox__follows"), "agent")

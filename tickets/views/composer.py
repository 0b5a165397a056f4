"""The composer: what it shows of each way to answer, and what came of the last try."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from tickets.approving.foretelling import foretell
from tickets.choices import HandOffOutcome
from tickets.composing import drafts
from tickets.composing.begun import for_fewest
from tickets.composing.by_hand import shown_on
from tickets.composing.targets import answerable
from tickets.composing.weighing import weigh
from tickets.errors import DeskError, LeftOut, NeedsParts, NewsSince, Repeats, Unheard
from tickets.models import CannedReply, Draft, HandOff, Message, StoredFile, Ticket
from tickets.notices.naming import people_around
from tickets.outbound import Permission
from tickets.permissions import may_on, visible_messages
from tickets.phrases.placeholders import left_in
from tickets.phrases.shelf import listed
from tickets.reading.context import Desk
from tickets.sending.rewording import latest_wording
from tickets.sending.terms import latest_of, news_since
from tickets.shown.there import There
from tickets.timeline import Timeline
from tickets.views.access import person
from tickets.views.modes import Mode, read_mode, ways
from tickets.views.notifying import tell_before


@dataclass(frozen=True, slots=True)
class Known:
    """The latest message whoever writes has seen, and the latest of what was changed there (sending.rewording)."""

    seen: int = 0
    wording: int = 0


@dataclass(frozen=True, slots=True)
class Writer:
    """What the composer shows."""

    modes: list[Mode]
    mode: str
    began: str
    text: str = ""
    error: str = ""
    left_out: str = ""  # which files cannot go
    known: Known = Known()
    news: Sequence[Message] = ()  # what stopped the last try
    repeats: Repeats | None = None
    unheard: str = ""  # whom the note names who may not see the ticket
    draft: Draft | None = None
    begun: Iterable[Draft] = ()  # asked for when they are shown
    send_at: str = ""
    invite: bool = False
    spares: Sequence[str] = ()
    hand_offs: Sequence[HandOff] = ()
    canned: Iterable[CannedReply] = ()  # asked for when they are shown
    token: UUID = field(default_factory=uuid4)

    @property
    def by_hand(self) -> list[HandOff]:
        """Who is answering it there now."""
        return [one for one in self.hand_offs if one.outcome == HandOffOutcome.OPEN]

    @property
    def answered(self) -> list[HandOff]:
        """What whoever writes has answered there."""
        return [one for one in self.hand_offs if one.outcome == HandOffOutcome.ANSWERED]

    @property
    def gates(self) -> list[Mode]:
        return [mode for mode in self.modes if mode.code != "note"]

    @property
    def others(self) -> list[str]:
        """The ways to answer in which other words are kept: choosing one brings these."""
        shown, ways = (self.draft.mode if self.draft else self.mode), {mode.code for mode in self.modes}
        return [one.mode for one in self.begun if one.mode in ways - {shown} and one.text.strip()]

    @property
    def files(self) -> list[StoredFile]:
        return list(self.draft.files.all()) if self.draft else []

    @property
    def blank(self) -> bool:
        """Whether it is shown empty: what is written begins then."""
        return not self.text.strip() and not self.files

    @property
    def stopped(self) -> bool:
        return bool(self.news)

    @property
    def public(self) -> Permission:
        return self._permission("public")

    @property
    def private(self) -> Permission:
        return self._permission("private")

    def _permission(self, code: str) -> Permission:
        return next((mode.permission for mode in self.modes if mode.code == code), Permission(allowed=False))


def show_writer(request: HttpRequest, ticket: Ticket, *, status: int = 200, **written: Any) -> HttpResponse:
    """The composer alone, with what is to stand in it."""
    user = person(request)
    context = {"desk": Desk(user), "ticket": ticket, "colleagues": people_around(ticket).colleagues}
    context |= writing(request, ticket, **written)
    return render(request, "tickets/composer_answer.html", context, status=status)


def writing(
    request: HttpRequest,
    ticket: Ticket,
    *,
    to: Mapping[str, int] | None = None,
    opening: bool = False,
    answer: int | None = None,
    shown: Timeline | None = None,
    there: There | None = None,
    **written: Any,
) -> dict[str, Any]:
    """The composer with what is `written`, answering the messages named for each mode, else the latest.

    `opening`: the page is opened, so what was begun before stands there again. `answer`: the message to be answered in
    public, whatever was begun. `shown`: what stands above it. `refusal`: what came of the last try. `seen`: the latest
    message known to whoever wrote it, else all there are.
    """
    user, named = person(request), dict(to or {})
    begun = _begun(user, ticket, there) if opening else SimpleLazyObject(lambda: drafts.begun(user, ticket))
    draft = next(iter(begun), None) if opening else _draft_of(user, ticket, written)
    if opening and draft is not None:
        written, named = kept_words(draft), named | ({draft.mode: draft.answers_id} if draft.answers_id else {})
    if answer is not None:
        written, named = written | {"mode": "public"}, named | {"public": answer}
    modes = _modes(ticket, named, by=user, shown=shown)
    usual = "private" if ticket.private else "public"
    mode = written.get("mode") or (usual if usual in {mode.code for mode in modes} else "note")
    refusal = written.get("refusal")
    stopped = isinstance(refusal, NewsSince | Repeats)
    writer = Writer(
        modes=modes,
        mode=mode,
        began=_began(draft, written, mode),
        text=written.get("text", ""),
        error=_words(refusal),
        left_out=str(refusal) if isinstance(refusal, LeftOut) else written.get("left_out", ""),
        known=_known(ticket, written, shown, stopped=stopped),
        news=_news(ticket, user, written) if stopped else [],
        repeats=refusal if isinstance(refusal, Repeats) else None,
        unheard=str(refusal) if isinstance(refusal, Unheard) else "",
        draft=draft,
        begun=begun,
        send_at=written.get("send_at", ""),
        invite=written.get("invite", False),
        spares=written.get("spares", ()),
        hand_offs=shown_on(ticket, by=user, now=timezone.now()) if there is None or there.hand_offs else [],
        canned=SimpleLazyObject(lambda: listed(user)),
    )
    return _told(ticket, writer, to=named.get("public"), by=user)


def _modes(ticket: Ticket, named: Mapping[str, int], *, by: User, shown: Timeline | None) -> list[Mode]:
    """Each way to answer that is theirs."""
    modes = [read_mode(ticket, code, named.get(code), by=by, shown=shown) for code in ways(by, ticket)]
    return [*modes, Mode("note", Permission(allowed=True))] if may_on(by, "work", ticket) else modes


def _began(draft: Draft | None, written: Mapping[str, Any], mode: str) -> str:
    """As what it was begun, whatever the page said of it that it was written on."""
    if not written.get("text", "").strip():
        return draft.began if draft is not None else mode
    told = written.get("began") or mode
    return for_fewest(told, draft.began) if draft is not None else told


def _told(ticket: Ticket, writer: Writer, *, to: int | None, by: User) -> dict[str, Any]:
    counted = ring(ticket, writer.text, mode=writer.mode, to=to)
    told = {"writer": writer, "now": timezone.now()} | _others(writer.modes)
    told |= tell_before(ticket, writer.modes, writer.text, counted.get("parts", ()), writer.spares)
    return told | counted | held_back(ticket, writer.text, by=by)


def kept_words(draft: Draft) -> dict[str, Any]:
    """What was begun before."""
    words = {"mode": draft.mode, "began": draft.began, "text": draft.text, "invite": draft.invite}
    return words | {"spares": draft.spares, "send_at": moment_of(draft.send_at), "left_out": draft.left_out}


def _others(modes: Iterable[Mode]) -> dict[str, Any]:
    """What can be answered in public beside what is, and what is where there is a choice."""
    gate = next((mode for mode in modes if mode.code == "public"), None)
    answered = gate.answered.pk if gate and gate.answered else None
    choices = {pk for pk in gate.choices if pk != answered} if gate else set()
    return {"choices": choices, "aimed": answered if choices else None}


def moment_of(moment: datetime | None) -> str:
    """As a field of a browser takes it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""


def _begun(user: User, ticket: Ticket, there: There | None) -> list[Draft]:
    """The page opens with the first. No statement where `there` is known to be none."""
    return drafts.begun(user, ticket) if there is None or there.drafts else []


def _draft_of(user: User, ticket: Ticket, written: Mapping[str, Any]) -> Draft | None:
    """The draft behind what was submitted: it holds the files."""
    modes = [mode for mode in (written.get("mode"), written.get("kept")) if mode]
    return next((draft for mode in modes if (draft := drafts.of(user, ticket, mode)) is not None), None)


def _words(refusal: DeskError | str | None) -> str:
    """What stands beside the field; what has a place of its own says nothing there."""
    return "" if isinstance(refusal, LeftOut | NewsSince | NeedsParts | Repeats | Unheard) else str(refusal or "")


def _news(ticket: Ticket, user: User, written: Mapping[str, Any]) -> list[Message]:
    seen, wording = written.get("seen") or 0, written.get("wording")
    return news_since(visible_messages(user), ticket, seen=seen, wording=wording, by=user)


def _known(ticket: Ticket, written: Mapping[str, Any], shown: Timeline | None, *, stopped: bool) -> Known:
    """What stood on the sheet, unless it was stopped by what is new."""
    if written.get("seen") is not None and not stopped:
        return Known(written["seen"], written.get("wording") or 0)
    if shown is None or shown.earlier:
        return Known(latest_of(ticket), latest_wording([ticket.pk]))
    return Known(max((one.pk for one in shown.messages), default=0), shown.wording)


def ring(ticket: Ticket, text: str, *, mode: str, to: int | None = None) -> dict[str, Any]:
    """The counter beside the composer, the channel's own measure, and the parts of a text too long for one post.

    `to`: the message answered, when named. A note has no measure. `unfilled`: placeholders nobody filled.
    """
    if mode == "note":
        return {"limits": None, "unfilled": []}

    def handle() -> str:
        answered = answerable(ticket, private=False, pk=to)
        return (answered.identity if answered and answered.identity else ticket.identity).handle

    return weigh(ticket.address, text, private=mode == "private", handle=handle) | {"unfilled": left_in(text)}


def held_back(ticket: Ticket, text: str, *, by: User) -> dict[str, Any]:
    """Which ways to answer would have to be approved with this text, and by whom. Nothing is sent or asked by that."""
    found = foretell(ticket, text=text, by=by, ways=[code == "private" for code in ways(by, ticket)])
    by_way = {"private" if private else "public": told for private, told in found.items()}
    return {"foretold": by_way, "words_matter": found.words_matter}

"""X as a channel of the helpdesk (tickets/channels.py): each of its questions led to whoever answers it.

Decides nothing about tickets. Sending itself is `sending`.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from tickets.channels import CannotDo, Conditions, Deeds, Did, Forgotten, Post, Reminder, Want, Wish
from tickets.choices import MessageKind
from tickets.inbound import Person
from tickets.outbound import (
    Asked,
    FileLimits,
    Foreseen,
    Found,
    Limits,
    Notified,
    OutboundMessage,
    Part,
    Permission,
    Receipt,
    Refused,
    Sent,
    Window,
)
from twitter_integration import links, text
from twitter_integration.accounts import CHANNEL, CannotResume, resume_sending, why_not_resumed
from twitter_integration.choices import STREAMS
from twitter_integration.console import deeds, due, wanting
from twitter_integration.console.action import Scope
from twitter_integration.console.record import note
from twitter_integration.console.table import ACTIONS
from twitter_integration.downloads import download
from twitter_integration.facts.activities import ACTIVITIES, title_of
from twitter_integration.facts.traits import traits
from twitter_integration.metering.said import count_said
from twitter_integration.metering.writing import cost_of_writing
from twitter_integration.models import PartnerAccount, SearchQuery
from twitter_integration.monitoring.conditions import conditions
from twitter_integration.outgoing import notifying, reconsidering, sending, splitting, uploads
from twitter_integration.outgoing.browser_rules import drawn_rules
from twitter_integration.outgoing.foreseeing import foresee
from twitter_integration.outgoing.limits import windows_of
from twitter_integration.outgoing.sendable import may_answer, may_send
from twitter_integration.outgoing.senders import at_work
from twitter_integration.outgoing.sending import names
from twitter_integration.purge.forgetting import forget

_WORTH_WEIGHING = 10 * text.POST_LIMIT

# What the timeline of a customer calls what is not a message.
_HAPPENINGS = frozenset(kind.value for kind in ACTIVITIES)


class TwitterChannel:
    """The Channel of settings.CHANNELS["twitter"]. Without state: one may serve any number of threads."""

    name = CHANNEL
    title = "X"

    def send(self, message: OutboundMessage) -> Receipt:
        """Post the reply or send the direct message. Raises SendError."""
        return sending.send(message)

    def find_sent(self, messages: Sequence[OutboundMessage]) -> Found:
        """Look for them among our newest posts, or in the conversations. Raises SendError."""
        return sending.find_sent(messages)

    def note_sent(self, sent: Sequence[Sent]) -> None:
        """Counted and priced. Four statements."""
        count_said(sent)

    def windows(self, address_key: str, *, private: bool) -> Sequence[Window]:
        """X's limits for what the account posts, or writes privately. One query."""
        account = PartnerAccount.objects.filter(page_id=address_key).defer(*PartnerAccount.SEALED).first()
        return windows_of(account, private=private) if account else ()

    def at_work(self) -> AbstractContextManager[None]:
        """Connections and accounts are kept between messages."""
        return at_work()

    def measure(self, text_: str, *, private: bool) -> Limits:
        """Weighted length of a post, plain length of a direct message. What is hopelessly long is only counted: to
        weigh it would take seconds."""
        if not private and len(text_) > _WORTH_WEIGHING:
            return Limits(maximum=text.POST_LIMIT, length=len(text_))
        weight = text.weigh_message(text_) if private else text.weigh(text_)
        return Limits(maximum=weight.limit, length=weight.length)

    def counts_by(self) -> Mapping[str, Mapping[str, Any]]:
        of_posts = drawn_rules() | {"most": text.POST_LIMIT, "hopeless": _WORTH_WEIGHING}
        return {"public": of_posts, "private": {"most": text.MESSAGE_LIMIT}}

    def split(self, text_: str, *, handle: str) -> Sequence[Part]:
        """Numbered posts, each with room for the name of the person answered (`sending.address_text`)."""
        return splitting.split(text_, lead=f"@{handle} " if handle and not names(text_, handle) else "")

    def files(self, *, private: bool) -> FileLimits:
        """docs.x.com, "Media best practices"; one thing in a direct message. X describes pictures only, not films."""
        return uploads.MESSAGE_FILES if private else uploads.POST_FILES

    def fetch(self, address_key: str, url: str, *, most: int) -> BinaryIO:
        """A file of a direct message."""
        return download(address_key, url, most=most)

    def circles(self) -> Mapping[str, str]:
        """docs.x.com, "Create post", `reply_settings`."""
        return {
            "following": _("Accounts it follows"),
            "mentionedUsers": _("Only those it names"),
            "subscribers": _("Its subscribers"),
            "verified": _("Verified accounts"),
        }

    def price(
        self, rates: Mapping[str, Decimal], texts: Sequence[str], *, private: bool, answers: bool = False
    ) -> Decimal:
        """At X's prices of pay-per-use."""
        return cost_of_writing(rates, texts, private=private, answers=answers)

    def notified(
        self, text_: str, *, own: str, answered: str = "", named: Sequence[tuple[str, str]] = ()
    ) -> Sequence[Notified]:
        """X adds the author of the post answered, and whom that post names; the latter it leaves out when told."""
        return notifying.notified(text_, own=own, answered=answered, named=named)

    def note_deed(self, address_key: str, deed: str, *, by: User, at: datetime, about: str) -> None:
        """A row of the record of acts."""
        account = PartnerAccount.objects.filter(page_id=address_key).defer(*PartnerAccount.SEALED).first()
        if account is not None:
            note(account, deed, by=by, at=at, about=about)

    def memory(self, *, private: bool) -> timedelta:
        """X refuses a post with the same words for some hours; it names no figure. Direct messages may repeat."""
        return timedelta(0) if private else timedelta(hours=settings.X_REPEAT_HOURS)

    def fingerprint(self, text_: str) -> str:
        return text.fingerprint(text_)

    def traits(self, text_: str, *, private: bool, files: int = 0) -> str:
        return traits(text_, private=private, files=files)

    def may_send(
        self, address_key: str, *, private: bool, in_reply_to: str, recipient: str = "", quote_of: str = ""
    ) -> Permission:
        """Whether the account is fit to send, its tier allows it, and X will take it. One query."""
        about = {"in_reply_to": in_reply_to, "recipient": recipient, "quote_of": quote_of}
        return may_send(address_key, private=private, now=timezone.now(), **about)

    def may_answer(self, address_key: str, about: Sequence[tuple[str, str]]) -> Sequence[Permission]:
        """As `may_send`. One query."""
        return may_answer(address_key, about, now=timezone.now())

    def foresee(self, asked: Sequence[Asked], *, now: datetime) -> Mapping[int, Foreseen]:
        """By what we know, as `may_send`, and at X's prices of pay-per-use. Five statements."""
        return foresee(asked, now=now)

    def over(self, refused: Sequence[Refused], *, now: datetime) -> Collection[int]:
        """What changed since at the account, its tier, the post or the person. Four statements."""
        return reconsidering.over(refused, now=now)

    def why_not_resumed(self, address_key: str) -> str:
        """The same rule as in the admin and on the command line."""
        account = PartnerAccount.objects.filter(page_id=address_key).defer(*PartnerAccount.SEALED).first()
        return why_not_resumed(account) if account else ""

    def resume(self, address_key: str) -> None:
        """As in the admin and on the command line."""
        account = PartnerAccount.objects.filter(page_id=address_key).defer(*PartnerAccount.SEALED).first()
        try:
            if account:
                resume_sending(account)
        except CannotResume as refusal:
            raise CannotDo(str(refusal)) from None

    def by_hand(self, *, private: bool, in_reply_to: str, recipient: str, text: str = "", quote_of: str = "") -> str:
        """X's own form for it (docs.x.com, "Web intents")."""
        if quote_of:
            return links.quote_by_hand_link(quote_of, text=text)
        if private:
            return links.message_by_hand_link(recipient, text=text) if recipient else ""
        # To somebody, but answering nothing: there is no form for that.
        return links.answer_by_hand_link(in_reply_to, text=text) if in_reply_to or not recipient else ""

    def deeds(self, address_key: str, *, by: User, posts: Sequence[Post], person: Person, now: datetime) -> Deeds:
        """The console's actions that stand on messages and people. Eight statements."""
        account = _console_of(address_key)
        if account is None:
            return Deeds(on_posts={}, on_person=())
        return deeds.deeds(account, by=by, posts=posts, person=person, now=now)

    def wants(
        self, address_key: str, deed: str, *, about: str, by: User, now: datetime, anew: bool = False
    ) -> Sequence[Want]:
        """Which list, which collection, the words of a quote. Three statements."""
        account = _console_of(address_key)
        return wanting.wants(account, deed, about=about, by=by, now=now, anew=anew) if account is not None else ()

    def do(self, address_key: str, wish: Wish, *, by: User, now: datetime) -> Did:
        """By the console, as every act."""
        account = _console_of(address_key)
        if account is None:
            raise CannotDo(_("This X account is not set up or switched off."))
        return deeds.do(account, wish, by=by, now=now)

    def due_reminders(self, *, by: User, now: datetime, about: tuple[str, str] | None = None) -> Sequence[Reminder]:
        """Of mutes, blocks and reports. One statement."""
        return due.due_of(about[0], by, now=now, person=about[1]) if about else due.due_to(by, now=now)

    def answer_reminder(self, key: str, *, undo: bool, sheet: UUID, by: User, now: datetime) -> str:
        """By the console, as every act."""
        return due.answer(key, undo=undo, sheet=sheet, by=by, now=now)

    def note_told(self, *, now: datetime) -> int:
        return due.note_told(now=now)

    def conditions(self, *, by: User, now: datetime) -> Conditions:
        """As the card on each account's page judges it."""
        return conditions(by=by, now=now)

    def forget(self, gone: Forgotten, *, now: datetime) -> int:
        """What X told of them, and what we noted of what was done to them."""
        return forget(gone, now=now)

    def is_private(self, deed: str) -> bool:
        return deed in ACTIONS and ACTIONS[deed].scope == Scope.PRIVATE

    def streams(self) -> Sequence[str]:
        return STREAMS

    def searches(self) -> Collection[str]:
        """The labels of all accounts' search queries. One query."""
        return list(SearchQuery.objects.order_by("label").values_list("label", flat=True).distinct())

    def label(self, kind: str) -> str:
        """What people on X call it."""
        words = {
            MessageKind.MENTION: _("Mention"),
            MessageKind.REPLY: _("Reply"),
            MessageKind.QUOTE: _("Quote"),
            MessageKind.POST: _("Post"),
            MessageKind.DIRECT: _("Direct message"),
            MessageKind.NOTE: _("Note"),
            MessageKind.FOUND: _("Search hit"),
            MessageKind.ENCRYPTED: _("Encrypted message"),
            MessageKind.REACTION: _("Reaction"),
        }
        if kind in MessageKind.values:
            return words[MessageKind(kind)]
        return ACTIONS[kind].words if kind in ACTIONS else title_of(kind) if kind in _HAPPENINGS else kind


def _console_of(address_key: str) -> PartnerAccount | None:
    return next(iter(_accounts(key=address_key)), None)


@prepared
def _accounts() -> QuerySet[PartnerAccount]:
    return PartnerAccount.objects.filter(page_id=Given("key")).select_related("app", "address")

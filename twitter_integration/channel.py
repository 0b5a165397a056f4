"""X as a channel of the helpdesk: sends, reads back, measures, and says what may be sent
(tickets/channels.py).

Decides nothing about tickets. Calls to X happen here only through the client, outside any transaction.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.channels import CannotDo, Deeds, Post, Wish
from tickets.choices import MessageKind
from tickets.inbound import Person
from tickets.outbound import FileLimits, Found, Limits, OutboundMessage, Part, Permission, Receipt, SendError, Window
from twitter_integration import links, splitting, text, uploads
from twitter_integration.accounts import CHANNEL, CannotResume, mark_token, resume_sending, why_not_resumed
from twitter_integration.activities import ACTIVITIES
from twitter_integration.budgets import cost_of_writing
from twitter_integration.choices import TokenState
from twitter_integration.client import XClient
from twitter_integration.console import deeds
from twitter_integration.console.record import note
from twitter_integration.console.table import ACTIONS
from twitter_integration.downloads import download
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.knowing import learn, lessons_of_refusal
from twitter_integration.limits import gauges_of, windows_of
from twitter_integration.lines import line
from twitter_integration.looking import look, too_early
from twitter_integration.models import PartnerAccount
from twitter_integration.oauth import Keys
from twitter_integration.readback import Row
from twitter_integration.sealing import CannotOpen
from twitter_integration.sendable import may_send
from twitter_integration.senders import Sender, at_work, sender_of
from twitter_integration.verdicts import send_error

# The first try is given its moment just before it is made.
A_RETRY = timedelta(seconds=2)

_WORTH_WEIGHING = 10 * text.POST_LIMIT

# What the timeline of a customer calls what is not a message.
_HAPPENINGS = {kind.value: activity.title for kind, activity in ACTIVITIES.items()}


class TwitterChannel:
    """The Channel of settings.CHANNELS["twitter"]. Without state: one may serve any number of threads."""

    name = CHANNEL

    def send(self, message: OutboundMessage) -> Receipt:
        """Post the reply or send the direct message. Raises SendError."""
        account, keys = _load(message.address_key)
        if account.paused:
            raise SendError(_("Sending is paused for this X account."), code="paused", stop_address=True)
        with _line_of(account, keys, private=message.private) as client:
            try:
                receipt = _send_once(client, account, message)
            except XError as error:
                learn(lessons_of_refusal(error.kind, message, at=timezone.now()))
                raise
        if account.token_state != TokenState.ALIVE:
            mark_token(account.page_id, TokenState.ALIVE)
            account.token_state = TokenState.ALIVE  # it is kept for the next message
        return receipt

    def find_sent(self, messages: Sequence[OutboundMessage]) -> Found:
        """Look for them among our newest posts, or in the conversations. Raises SendError. While it is too early to say
        that one is not there, nothing is said of it."""
        account, keys = _load(messages[0].address_key)
        with _line_of(account, keys, private=messages[0].private) as client:
            rows = look(client, account, messages)
        now = timezone.now()
        missing = {message.key: too_early(message, now=now) for message in messages if message.key not in rows}
        return Found(
            receipts={m.key: _receipt_of(account, m, rows[m.key]) for m in messages if m.key in rows},
            absent=frozenset(key for key, wait in missing.items() if not wait),
            retry_after=max(missing.values(), default=0.0),
        )

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

    def split(self, text_: str, *, handle: str) -> Sequence[Part]:
        """Numbered posts, each with room for the name of the person answered (`address_text`)."""
        return splitting.split(text_, lead=f"@{handle} " if handle and not _names(text_, handle) else "")

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

    def price(self, address_key: str, texts: Sequence[str], *, private: bool, in_reply_to: str = "") -> Decimal:
        """At X's prices of pay-per-use. Two statements."""
        account = PartnerAccount.objects.filter(page_id=address_key).defer(*PartnerAccount.SEALED_WITH_APP)
        row, now = account.select_related("app").first(), timezone.now()
        if row is None:
            return Decimal(0)
        return cost_of_writing(row, texts, private=private, in_reply_to=in_reply_to, now=now)

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

    def may_send(self, address_key: str, *, private: bool, in_reply_to: str, recipient: str = "") -> Permission:
        """Whether the account is fit to send, its tier allows it, and X will take it. One query."""
        return may_send(address_key, private=private, in_reply_to=in_reply_to, recipient=recipient, now=timezone.now())

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

    def by_hand(self, *, private: bool, in_reply_to: str, recipient: str, text: str = "") -> str:
        """X's own form for it (docs.x.com, "Web intents")."""
        if private:
            return links.message_by_hand_link(recipient, text=text) if recipient else ""
        # To somebody, but answering nothing: there is no form for that.
        return links.answer_by_hand_link(in_reply_to, text=text) if in_reply_to or not recipient else ""

    def deeds(self, address_key: str, *, by: User, posts: Sequence[Post], person: Person, now: datetime) -> Deeds:
        """The console's actions that stand on messages and people. Five statements."""
        account = _console_of(address_key)
        if account is None:
            return Deeds(on_posts={}, on_person=())
        return deeds.deeds(account, by=by, posts=posts, person=person, now=now)

    def do(self, address_key: str, wish: Wish, *, by: User, now: datetime) -> str:
        """By the console, as every act."""
        account = _console_of(address_key)
        if account is None:
            raise CannotDo(_("This X account is not set up or switched off."))
        return deeds.do(account, wish, by=by, now=now)

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
        }
        if kind in MessageKind.values:
            return words[MessageKind(kind)]
        return ACTIONS[kind].words if kind in ACTIONS else _HAPPENINGS.get(kind, kind)


def _console_of(address_key: str) -> PartnerAccount | None:
    return PartnerAccount.objects.filter(page_id=address_key).select_related("app", "address").first()


def _load(address_key: str) -> Sender:
    try:
        sender = sender_of(address_key)
    except CannotOpen as error:
        raise SendError(str(error), code="sealed", permanent=True, stop_address=True) from None
    if sender is None:
        raise SendError(_("This X account is not set up or switched off."), code="no_account", permanent=True)
    return sender


@contextmanager
def _line_of(account: PartnerAccount, keys: Keys, *, private: bool) -> Iterator[XClient]:
    """A connection as the account; what X refuses comes out as SendError."""
    try:
        with line(keys) as client:
            yield client
    except XError as error:
        raise send_error(error, account, private=private) from None


def _send_once(client: XClient, account: PartnerAccount, message: OutboundMessage) -> Receipt:
    """Send; a "duplicate" at a later try is most likely our own first one, of which we never heard."""
    try:
        return _send(client, account, message)
    except XError as error:
        tried_at = message.first_tried_at
        if error.kind != ErrorKind.DUPLICATE or not tried_at or timezone.now() - tried_at < A_RETRY:
            raise
        row = look(client, account, [message]).get(message.key)
        if row is None:
            raise
        return _receipt_of(account, message, row)


def _send(client: XClient, account: PartnerAccount, message: OutboundMessage) -> Receipt:
    media_ids = uploads.media_ids(client, account, message) if message.files else []
    try:
        return _hand_over(client, account, message, media_ids)
    except XError as error:
        if media_ids and error.kind == ErrorKind.INVALID:
            uploads.forget(account, message)
        raise


def _hand_over(client: XClient, account: PartnerAccount, message: OutboundMessage, media_ids: Sequence[str]) -> Receipt:
    if message.private:
        answer = client.send_message(message.recipient, message.text, media_ids=media_ids)
        event_id, conversation = answer.data.get("dm_event_id"), answer.data.get("dm_conversation_id")
        receipt = _message_receipt(account, message, event_id, conversation)
    else:
        about = {"in_reply_to": message.in_reply_to, "quote_of": message.quote_of}
        text_, deep_link = _inviting(message, account)
        answer = client.post(text_, media_ids=media_ids, deep_link=deep_link, circle=message.circle, **about)
        receipt = _post_receipt(account, answer.data.get("id"))
    return replace(receipt, gauges=gauges_of(account, answer.rates, private=message.private))


def _inviting(message: OutboundMessage, account: PartnerAccount) -> tuple[str, str]:
    """Text and button. Of media, quote and button a post has one (docs.x.com, "Create post"); beside the others the
    link stands at the end of the text, where X shows it as a button too."""
    addressed = address_text(message)
    if not message.invite:
        return addressed, ""
    link = links.invitation_link(account.page_id)
    if not message.files and not message.quote_of:
        return addressed, link
    with_link = f"{addressed} {link}".lstrip()
    if not text.fits(with_link):
        with_link = f"{message.text} {link}".lstrip()
    if not text.fits(with_link):
        raise SendError(
            _("There is no room for the invitation beside the files: it counts 24. Shorten the text."),
            code="no_room",
            permanent=True,
            unheard=True,
        )
    return with_link, ""


def address_text(message: OutboundMessage) -> str:
    """The reply's text as it goes out: it names the person answered, unless it does so already or has no
    room left.

    API v2 does not say whether it puts the mention there itself; X shows and counts a leading one as part of
    the reply only.
    """
    handle = message.recipient_handle
    if not handle or not message.in_reply_to:
        return message.text
    if _names(message.text, handle):
        return message.text
    addressed = f"@{handle} {message.text}".rstrip()
    return addressed if text.fits(addressed) else message.text


def _names(text_: str, handle: str) -> bool:
    if "@" not in text_ and "＠" not in text_:
        return False
    return bool(re.search(rf"[@＠]{re.escape(handle)}(?![A-Za-z0-9_])", text_, re.IGNORECASE))


def _post_receipt(account: PartnerAccount, post_id: Any) -> Receipt:
    if not post_id:
        raise XError(ErrorKind.UNREADABLE, unsettled=True)
    link = links.post_link(str(post_id), handle=account.page_name)
    return Receipt(external_id=str(post_id), permalink=link)


def _message_receipt(account: PartnerAccount, message: OutboundMessage, event_id: Any, conversation: Any) -> Receipt:
    if not event_id:
        raise XError(ErrorKind.UNREADABLE, unsettled=True)
    link = links.conversation_link(other_id=message.recipient, own_id=account.page_id)
    return Receipt(external_id=str(event_id), conversation=str(conversation or ""), permalink=link)


def _receipt_of(account: PartnerAccount, message: OutboundMessage, row: Row) -> Receipt:
    """Of what was found by reading."""
    if message.private:
        return _message_receipt(account, message, row.get("id"), row.get("dm_conversation_id"))
    return _post_receipt(account, row.get("id"))

"""X as a channel of the helpdesk: sends, reads back, measures, and says what may be sent
(tickets/channels.py).

Decides nothing about tickets. Calls to X happen here only through the client, outside any transaction.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.channels import Limits, OutboundMessage, Part, Permission, Receipt, SendError
from tickets.choices import MessageKind
from twitter_integration import links, splitting, text
from twitter_integration.accounts import CHANNEL, keys_of, mark_token
from twitter_integration.activities import ACTIVITIES
from twitter_integration.choices import TokenState
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import PartnerAccount
from twitter_integration.readback import find_message, find_post
from twitter_integration.sealing import CannotOpen
from twitter_integration.sendable import may_send

# A write that X accepted shows up in reads with some delay; until then its absence proves nothing.
VISIBLE_AFTER = timedelta(seconds=10)
# Our clock and X's may differ by this much without anybody noticing.
CLOCK_SLACK = timedelta(minutes=1)
# The first try is given its moment just before it is made.
A_RETRY = timedelta(seconds=2)
_RATE_PAUSE = 900.0  # X's window, when it names no moment

_WORTH_WEIGHING = 10 * text.POST_LIMIT

# What the timeline of a customer calls what is not a message.
_HAPPENINGS = {kind.value: activity.title for kind, activity in ACTIVITIES.items()}


class TwitterChannel:
    """The Channel of settings.CHANNELS["twitter"]. Without state: one may serve any number of threads."""

    name = CHANNEL

    def send(self, message: OutboundMessage) -> Receipt:
        """Post the reply or send the direct message. Raises SendError."""
        account = _load(message.address_key)
        try:
            with XClient(keys_of(account)) as client:
                receipt = _send_once(client, account, message)
        except XError as error:
            raise _send_error(error, message.address_key) from None
        except CannotOpen as error:
            raise SendError(str(error), code="sealed", permanent=True, stop_address=True) from None
        mark_token(account.page_id, TokenState.ALIVE)
        return receipt

    def find_sent(self, message: OutboundMessage) -> Receipt | None:
        """Look for the message among our newest posts, or in the conversation. Raises SendError, also while
        it is too
        early to say that it is not there."""
        account = _load(message.address_key)
        tried_at = message.first_tried_at or message.queued_at or timezone.now()
        try:
            with XClient(keys_of(account)) as client:
                found = _find(client, account, message, since=tried_at - CLOCK_SLACK)
        except XError as error:
            raise _send_error(error, message.address_key) from None
        except CannotOpen as error:
            raise SendError(str(error), code="sealed", permanent=True, stop_address=True) from None
        early = (VISIBLE_AFTER - (timezone.now() - tried_at)).total_seconds()
        if found is None and early > 0:
            raise SendError(_("X may not show it yet."), code="too_early", unsettled=True, retry_after=early)
        return found

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

    def memory(self, *, private: bool) -> timedelta:
        """X refuses a post with the same words for some hours; it names no figure. Direct messages may repeat."""
        return timedelta(0) if private else timedelta(hours=settings.X_REPEAT_HOURS)

    def fingerprint(self, text_: str) -> str:
        return text.fingerprint(text_)

    def may_send(self, address_key: str, *, private: bool, in_reply_to: str) -> Permission:
        """Whether the account is fit to send and its tier allows this answer. One query."""
        return may_send(address_key, private=private, in_reply_to=in_reply_to)

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
        return _HAPPENINGS.get(kind, kind)


def _load(address_key: str) -> PartnerAccount:
    account = PartnerAccount.objects.select_related("app").filter(page_id=address_key).first()
    if account is None or not account.enabled:
        raise SendError(_("This X account is not set up or switched off."), code="no_account", permanent=True)
    if account.paused:
        raise SendError(_("Sending is paused for this X account."), code="paused", retry_after=60)
    return account


def _send_once(client: XClient, account: PartnerAccount, message: OutboundMessage) -> Receipt:
    """Send; a "duplicate" at a later try is most likely our own first one, of which we never heard."""
    try:
        return _send(client, account, message)
    except XError as error:
        tried_at = message.first_tried_at
        if error.kind != ErrorKind.DUPLICATE or not tried_at or timezone.now() - tried_at < A_RETRY:
            raise
        found = _find(client, account, message, since=tried_at - CLOCK_SLACK)
        if found is None:
            raise
        return found


def _send(client: XClient, account: PartnerAccount, message: OutboundMessage) -> Receipt:
    if message.private:
        sent = client.send_message(message.recipient, message.text).data
        return _message_receipt(account, message, sent.get("dm_event_id"), sent.get("dm_conversation_id"))
    sent = client.post(address_text(message), in_reply_to=message.in_reply_to, quote_of=message.quote_of).data
    return _post_receipt(account, sent.get("id"))


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
    addressed = f"@{handle} {message.text}"
    return addressed if text.weigh(addressed).remaining >= 0 else message.text


def _names(text_: str, handle: str) -> bool:
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


def _find(client: XClient, account: PartnerAccount, message: OutboundMessage, *, since: datetime) -> Receipt | None:
    taken = partial(_is_taken, message)
    if message.private:
        event = find_message(
            client,
            sender_id=account.page_id,
            recipient_id=message.recipient,
            text=message.text,
            since=since,
            taken=taken,
        )
        if event is None:
            return None
        return _message_receipt(account, message, event.get("id"), event.get("dm_conversation_id"))
    post = find_post(
        client,
        author_id=account.page_id,
        in_reply_to=message.in_reply_to,
        text=message.text,
        since=since,
        taken=taken,
    )
    return None if post is None else _post_receipt(account, post.get("id"))


def _is_taken(message: OutboundMessage, external_id: str) -> bool:
    """Whether that id on X is the outcome of another entry of the outbox."""
    entries = apps.get_model("tickets", "OutboxEntry")._default_manager.filter(
        address__channel=CHANNEL, address__key=message.address_key, message__external_id=external_id
    )
    return any(str(key) != message.key for key in entries.values_list("key", flat=True))


def _send_error(error: XError, address_key: str) -> SendError:
    if error.kind in (ErrorKind.DEAD_TOKEN, ErrorKind.WRONG_KEYS):
        mark_token(address_key, TokenState.DEAD)
    retry_after = error.retry_after
    if retry_after is None and error.kind == ErrorKind.RATE:
        retry_after = _RATE_PAUSE
    return SendError(
        error.sentence,
        code=error.code,
        permanent=error.permanent,
        unsettled=error.unsettled,
        retry_after=retry_after,
        stop_address=error.stops,
    )

"""Sends what the helpdesk hands out, and finds again what may or may not have gone out (channel.py).

Calls to X happen only through the client, outside any transaction.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kapture.sealing import CannotOpen
from tickets.outbound import Found, OutboundMessage, Receipt, SendError
from twitter_integration import links, text
from twitter_integration.accounts import note_accepted
from twitter_integration.choices import TokenState
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.facts.knowing import learn, lessons_of_refusal
from twitter_integration.models import PartnerAccount
from twitter_integration.oauth import Keys
from twitter_integration.outgoing import uploads
from twitter_integration.outgoing.limits import gauges_of
from twitter_integration.outgoing.lines import line
from twitter_integration.outgoing.looking import look, too_early
from twitter_integration.outgoing.punctual import TooLateError
from twitter_integration.outgoing.readback import Row
from twitter_integration.outgoing.sendable import operation_of
from twitter_integration.outgoing.senders import Sender, sender_of
from twitter_integration.outgoing.verdicts import send_error
from twitter_integration.payloads.fields import from_snowflake
from twitter_integration.tiers import refusal


def send(message: OutboundMessage) -> Receipt:
    """Post the reply or send the direct message. Raises SendError."""
    account, keys = _load(message.address_key)
    if account.paused:
        raise SendError(_("Sending is paused for this X account."), code="paused", stop_address=True)
    _check_tier(account, message)
    with _line_of(account, keys, private=message.private) as client:
        try:
            receipt = _send_once(client, account, message)
        except XError as error:
            learn(lessons_of_refusal(error.kind, message, at=timezone.now()))
            raise
    if account.token_state != TokenState.ALIVE:
        note_accepted(account)
        account.token_state = TokenState.ALIVE  # it is kept for the next message
    return receipt


def _check_tier(account: PartnerAccount, message: OutboundMessage) -> None:
    """What the app's tier has no call for, X is not asked for: it may have been queued while the tier was another."""
    operation = operation_of(private=message.private, in_reply_to=message.in_reply_to, quote_of=message.quote_of)
    told = refusal(operation, account.app.tier, changes=account.app.offers)
    if told:
        raise SendError(told, code="tier", permanent=True, unheard=True)


def find_sent(messages: Sequence[OutboundMessage]) -> Found:
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
    """Send; a "duplicate" after a try of unknown fate is most likely that one, of which we never heard."""
    try:
        return _send(client, account, message)
    except XError as error:
        if error.kind != ErrorKind.DUPLICATE or message.perhaps_out_at is None:
            raise
        row = look(client, account, [message]).get(message.key)
        if row is None:
            raise
        return _receipt_of(account, message, row)


def _send(client: XClient, account: PartnerAccount, message: OutboundMessage) -> Receipt:
    media_ids = uploads.media_ids(client, account, message) if message.files else []
    try:
        return _hand_over(client, account, message, media_ids)
    except TooLateError:
        raise SendError(
            _("It came too late to be sent; it is queued again."), code="late", unheard=True, retry_after=0
        ) from None
    except XError as error:
        if media_ids and error.kind == ErrorKind.INVALID:
            uploads.forget(account, message)
        raise


def _hand_over(client: XClient, account: PartnerAccount, message: OutboundMessage, media_ids: Sequence[str]) -> Receipt:
    until = message.not_after
    if message.private:
        answer = client.send_message(message.recipient, message.text, media_ids=media_ids, not_after=until)
        event_id, conversation = answer.data.get("dm_event_id"), answer.data.get("dm_conversation_id")
        receipt = _message_receipt(account, message, event_id, conversation)
    else:
        text_, deep_link = _inviting(message, account)
        answer = client.post(
            text_,
            in_reply_to=message.in_reply_to,
            spares=message.spares,
            quote_of=message.quote_of,
            media_ids=media_ids,
            deep_link=deep_link,
            circle=message.circle,
            not_after=until,
        )
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
    if names(message.text, handle):
        return message.text
    addressed = f"@{handle} {message.text}".rstrip()
    return addressed if text.fits(addressed) else message.text


def names(text_: str, handle: str) -> bool:
    if "@" not in text_ and "＠" not in text_:
        return False
    return bool(re.search(rf"[@＠]{re.escape(handle)}(?![A-Za-z0-9_])", text_, re.IGNORECASE))


def _post_receipt(account: PartnerAccount, post_id: Any) -> Receipt:
    if not post_id:
        raise XError(ErrorKind.UNREADABLE, unsettled=True)
    link = links.post_link(str(post_id), handle=account.page_name)
    return Receipt(external_id=str(post_id), permalink=link, sent_at=from_snowflake(str(post_id)))


def _message_receipt(account: PartnerAccount, message: OutboundMessage, event_id: Any, conversation: Any) -> Receipt:
    if not event_id:
        raise XError(ErrorKind.UNREADABLE, unsettled=True)
    link = links.conversation_link(other_id=message.recipient, own_id=account.page_id)
    number = str(event_id)
    at = from_snowflake(number)
    return Receipt(external_id=number, conversation=str(conversation or ""), permalink=link, sent_at=at)


def _receipt_of(account: PartnerAccount, message: OutboundMessage, row: Row) -> Receipt:
    """Of what was found by reading."""
    if message.private:
        return _message_receipt(account, message, row.get("id"), row.get("dm_conversation_id"))
    return _post_receipt(account, row.get("id"))

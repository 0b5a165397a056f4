"""Whether an automatic answer is still to be given: the facts automating.py decides by, found out. Not here: what is
done about it (autoreplies.py)."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from tickets.automatic.automating import Facts, decide, opts_out
from tickets.channels import channel_named
from tickets.choices import NOT_WANTED, UNSAID_STATES, AutoReplyCode, Direction, MessageKind, SendState, Visibility
from tickets.errors import CannotSend
from tickets.models import AutoReply, AutoReplyCase, Identity, Message, OptOut

MAY_GO = (AutoReplyCode.SENT, AutoReplyCode.CHANNEL)  # at its turn the channel says itself what it does not take
# What was written and is not to be heard: not yet, or not at all.
_SAYS_NOTHING = (*UNSAID_STATES, SendState.FAILED)


def check_wanted(message: Message, *, now: datetime) -> None:
    """Raises CannotSend when this automatic answer would not be sent any more at its turn."""
    if not message.automated:
        return
    case = AutoReplyCase.objects.filter(answer=message).select_related("asked", "address", "identity").first()
    code = still(case, case.identity, now=now) if case is not None else AutoReplyCode.SENT
    if code not in MAY_GO:
        why = NOT_WANTED.get(code, _("it does not apply any more"))
        raise CannotSend(_("This automatic answer is not sent any more: {why}.").format(why=why))


def still(case: AutoReplyCase, identity: Identity, *, now: datetime) -> AutoReplyCode:
    """What is to be done about it now."""
    rules = AutoReply.objects.filter(address=case.address_id).first()
    if rules is None or not rules.enabled:
        return AutoReplyCode.OFF
    return decide(facts_of(case, identity, rules, now=now), now=now)


def facts_of(case: AutoReplyCase, identity: Identity, rules: AutoReply, *, now: datetime) -> Facts:
    """Without the case's own answer, where there is one."""
    asked, address = case.asked, case.address
    ours = Message.objects.filter(
        address=address, identity=identity, direction=Direction.OUT, visibility=Visibility.PRIVATE
    ).exclude(pk=case.answer_id or 0)
    permission = channel_named(address.channel).may_send(
        address.key, private=True, in_reply_to=asked.external_id or "", recipient=identity.external_id
    )
    return Facts(
        private=asked.visibility == Visibility.PRIVATE,
        encrypted=asked.kind == MessageKind.ENCRYPTED,
        said_at=asked.sent_at,
        opts_out=opts_out(asked.text, rules.opt_out_words),
        opted_out=OptOut.objects.filter(address=address, identity=identity, lifted_at=None).exists(),
        open=any(rules.hours.is_open(moment) for moment in (asked.sent_at, now)),
        automated_at=ours.filter(automated=True).aggregate(last=Max("received_at"))["last"],
        answered_at=ours.filter(automated=False)
        .exclude(outbox__state__in=_SAYS_NOTHING)
        .aggregate(last=Max("sent_at"))["last"],
        channel_refusal="" if permission.allowed else permission.reason,
    )

"""How an account is, in one word and a mark: the card's worst line, for who sees the account among others. Asks X
nothing, and judges nothing that the card does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from twitter_integration.choices import TokenState
from twitter_integration.models import PartnerAccount
from twitter_integration.monitoring.card import Mark, Sign, worst
from twitter_integration.monitoring.card_facts import Facts, gather
from twitter_integration.monitoring.health import SENDING, signs

_AT_A_GLANCE = ("Last event", "Webhook", SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`sentence`: what is at fault, the worst first found, and `remedy` what mends it; empty when nothing is. `glance`:
    the lines of the card that tell most, for a smaller one."""

    mark: Mark
    word: str
    sentence: str
    remedy: str = ""
    glance: tuple[Sign, ...] = ()


def judge(
    accounts: Sequence[PartnerAccount], *, now: datetime, facts: Mapping[int, Facts] | None = None
) -> list[Verdict]:
    """In the order of the accounts; a fixed number of statements, however many they are, and none where the `facts`
    are gathered already."""
    facts = gather(accounts, now=now) if facts is None else facts
    return [_judge(account, signs(account, now=now, facts=facts[account.pk])) for account in accounts]


def _judge(account: PartnerAccount, told: Sequence[Sign]) -> Verdict:
    found = worst(told)
    banner = str(account.address.banner) if account.enabled else ""
    return Verdict(
        mark=found.mark,
        word=_word(account, found),
        sentence=banner or found.trouble,
        remedy=found.remedy if found.trouble else "",
        glance=tuple(sign for sign in told if sign.label in _AT_A_GLANCE),
    )


def _word(account: PartnerAccount, found: Sign) -> str:
    """What somebody did to it or X did to its token has a word of its own; all else is told by the mark."""
    if account.purged_at is not None or (account.enabled and not account.is_connected):
        return account.token_word
    if not account.enabled:
        return _("Disabled")
    halted = (
        (account.address.sending_stopped, _("Sending stopped")),
        (account.token_state == TokenState.DEAD, _("Token refused")),
        (account.paused, _("Paused")),
    )
    words = {Mark.BAD: _("To be mended"), Mark.WARNING: _("To be looked at"), Mark.FINE: _("Works")}
    return next((word for holds, word in halted if holds), words[found.mark])

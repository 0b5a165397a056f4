"""What we said and X has taken, counted and priced once it is known to be out: by X's answer, its echo or a look.

Runs in the transaction that settles it, so whatever was lost in between, each is booked once. Four statements, however
many. The calls themselves are counted where they are made (counting), whatever came of them.
"""

from collections.abc import Sequence
from datetime import UTC

from tickets.outbound import Sent
from twitter_integration.accounts import payer_of
from twitter_integration.metering.book import enter
from twitter_integration.metering.counting import Entry, name_of_post, tariff_of_post
from twitter_integration.metering.tariff import Tariff
from twitter_integration.models import PartnerAccount


def count_said(sent: Sequence[Sent]) -> None:
    """Each on the day it went out (UTC). An account that is gone has no tier to price it by."""
    keys = {one.address_key for one in sent}
    accounts = PartnerAccount.objects.filter(page_id__in=keys).defer(*PartnerAccount.SEALED_WITH_APP)
    payers = {row.page_id: payer_of(row.app, account_key=row.page_id) for row in accounts.select_related("app")}
    lines = [
        Entry(
            payer=payers[one.address_key],
            day=one.at.astimezone(UTC).date(),
            operation=_name(one),
            tariff=_tariff(one),
            items=1,
            resources=(one.external_id,),
            messages={one.external_id: one.external_id},
        )
        for one in sent
        if one.address_key in payers
    ]
    if lines:
        enter(lines)


def _name(one: Sent) -> str:
    return "messages.send" if one.private else name_of_post(answers=bool(one.in_reply_to), quotes=bool(one.quote_of))


def _tariff(one: Sent) -> Tariff:
    """An invitation beside files or a quoted post is a link at the end of the text (sending)."""
    if one.private:
        return Tariff.MESSAGE
    if one.invite and (one.with_files or one.quote_of):
        return Tariff.LINK_POST
    return tariff_of_post(one.text, answers=bool(one.in_reply_to))

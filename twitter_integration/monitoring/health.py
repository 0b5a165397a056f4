"""How an account stands, from our own rows: what the card on its page, the doctor and /metrics tell. Asks X nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from kapture.languages import say
from twitter_integration.accounts import PURGE_AGAIN
from twitter_integration.choices import Product, TokenState
from twitter_integration.facts.unasked import silent_since
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.monitoring import arrival_signs
from twitter_integration.monitoring.card import Group, Sign, ago
from twitter_integration.monitoring.card_facts import Facts, gather
from twitter_integration.reading import cursors
from twitter_integration.registering.table import DIALECTS, dialect_name
from twitter_integration.setup.clearing import left_at_x
from twitter_integration.setup.connecting import shortfall

# X challenges at least once a day, and gives up four hours later (x-api 2.4).
CHALLENGE_OVERDUE = timedelta(hours=25)
# X's migration guide (x-api 0.1).
ACCOUNT_ACTIVITY_ENDS = datetime(2027, 1, 1, tzinfo=UTC)
TOLD_BEFORE = timedelta(days=120)
SENDING = gettext_noop("Sending")
STILL_TOLD = gettext_noop("X could not be told to stop: it still has a subscription of this purged account.")
TRIED_AGAIN = gettext_noop(
    "The audit tries again every half hour; “Compare with X and mend” on the app's page does it now."
)


def signs(account: PartnerAccount, *, now: datetime, facts: Facts | None = None) -> list[Sign]:
    """The whole card, in the order a person looks for a fault; what a missing token explains is told with it alone.
    With its `facts`, where they are read for many accounts, it asks nothing."""
    known = facts or gather([account], now=now)[account.pk]
    if account.is_purge_unfinished:
        return [_purging(account)]
    if account.purged_at is not None:
        return [_purged(known, account.purged_at)]  # nothing more is wanted of it, so nothing else is at fault
    left = list(_left(account, known, now=now))
    told = [
        *_token(account, known),
        *_webhook(account, known, now=now),
        *_orders(account, known, now=now),
        *left,
        *arrival_signs.deliveries(account, known, now=now),
        *arrival_signs.streams(account, known, now=now),
        *_sending(account),
        _budget(known),
        *_audit(account.app, known),
    ]
    return told if account.enabled else [sign if sign in left else _quieted(sign) for sign in told]


def _quieted(sign: Sign) -> Sign:
    """Of an account that is switched off only what X goes on telling is at fault."""
    return replace(sign, trouble="", remedy="", failed=False)


def challenge_age(app: XApp, *, now: datetime) -> float | None:
    """Seconds since a challenge of X's was last known to be answered well."""
    return (now - app.last_challenge_at).total_seconds() if app.last_challenge_at else None


def _purging(account: PartnerAccount) -> Sign:
    return Sign(
        label=_("Purge"),
        value=_("begun on {at:%Y-%m-%d %H:%M} UTC").format(at=account.purged_at),
        trouble=_("Its purge has not ended: content of X is still here."),
        remedy=_("If none is running, run it again: {command}").format(command=PURGE_AGAIN.format(account.page_id)),
    )


def _purged(facts: Facts, at: datetime) -> Sign:
    kept = _("on {at:%Y-%m-%d %H:%M} UTC; until it is connected again, nothing X tells of it is kept").format(at=at)
    told = bool(facts.orders)
    return Sign(
        label=_("Purged"), value=kept, trouble=_(STILL_TOLD) if told else "", remedy=_(TRIED_AGAIN) if told else ""
    )


def _token(account: PartnerAccount, facts: Facts) -> Iterator[Sign]:
    again = _("Press “Connect with X” on its page.")
    if not account.is_connected:
        why = say(account.address.banner) or _("It is disconnected from X.")
        yield Sign(
            group=Group.TOKENS, label=_("Token"), value=account.token_word, trouble=why, remedy=again, fatal=False
        )
        return
    value = " · ".join(filter(None, (account.token_word, _level(account))))
    dead = _("X refuses its token.") if account.token_state == TokenState.DEAD else ""
    lacking = shortfall(account.access_level)
    yield Sign(
        group=Group.TOKENS,
        label=_("Token"),
        value=value,
        trouble=dead or lacking,
        remedy=again if dead else "",
        fatal=bool(dead),
    )
    grant = facts.grant
    if grant is not None:
        broken = f"OAuth 2.0: {grant.broken}" if grant.broken else ""
        value = _("broken") if broken else _("in place")
        yield Sign(group=Group.TOKENS, label="OAuth 2.0", value=value, trouble=broken, remedy=again)


def _level(account: PartnerAccount) -> str:
    return str(account.get_access_level_display()) if account.access_level else ""


def _webhook(account: PartnerAccount, facts: Facts, *, now: datetime) -> Iterator[Sign]:
    if not facts.hooks:
        wanted = bool(account.products) and cursors.has_token(account)
        yield Sign(
            label=_("Webhook"),
            value=_("none"),
            trouble=_("X has no webhook of ours, though this account wants one.") if wanted else "",
            remedy=_("Press “Compare with X and mend” on the app's page.") if wanted else "",
        )
        return
    for hook in facts.hooks:
        state = _("valid") if hook.valid else _("invalid")
        which = "" if len(facts.hooks) == 1 else f"{hook.get_registration_display()}, {hook.x_id}: "
        state = (
            _("{which}to be deleted, {state}").format(which=which, state=state)
            if hook.emptied_at
            else f"{which}{state}"
        )
        yield Sign(
            label=_("Webhook"),
            value=_("{state}, looked at {ago}").format(state=state, ago=ago(hook.checked_at, now=now)),
            trouble="" if hook.valid or hook.emptied_at else _("X holds the webhook invalid: the challenge failed."),
            remedy=_("Make it reachable from outside, then have X challenge it on the app's page."),
        )
    age = challenge_age(account.app, now=now)
    late = age is not None and age > CHALLENGE_OVERDUE.total_seconds()
    yield Sign(
        label=_("Last challenge"),
        value=ago(account.app.last_challenge_at, now=now),
        trouble=_("X has not been known to challenge the webhook for more than a day.") if late else "",
        remedy=_("Have X challenge it on the app's page."),
        fatal=False,
    )


def _orders(account: PartnerAccount, facts: Facts, *, now: datetime) -> Iterator[Sign]:
    if not cursors.has_token(account):
        if account.products:
            kept = ", ".join(str(Product(product).label) for product in account.products)
            yield Sign(
                label=_("Subscriptions"),
                value=_("none without a token; ordered again with a new one: {kept}").format(kept=kept),
            )
        return
    if not account.products:
        yield Sign(
            label=_("Subscriptions"),
            value=_("0: only what is read by polling comes in. {way_back}").format(way_back=_way_back(account)),
        )
    for product in account.products:
        dialect = DIALECTS[dialect_name(account.app.registration, product)]
        wanted = sum(1 for _ in dialect.wanted(account.page_id))
        placed = sum(order.product == product and order.unwanted_since is None for order in facts.orders)
        refused = len(account.refused_orders) if product == Product.X_ACTIVITY else 0
        short = placed + refused < wanted
        yield Sign(
            label=str(Product(product).label),
            value=_("{placed} of {wanted} subscriptions").format(placed=placed, wanted=wanted)
            + (_(", {refused} refused by X").format(refused=refused) if refused else ""),
            trouble=_missing(wanted - placed - refused) if short else "",
            remedy=_("Press “Subscribe”, or wait for the next audit."),
        )
    yield from _ending(account, now=now)
    if account.crossing_since is not None and account.products:
        yield Sign(
            label=_("Crossing over"),
            value=_("both products since {at:%Y-%m-%d %H:%M} UTC").format(at=account.crossing_since),
        )


def _missing(n: int) -> str:
    return ngettext("Missing at X: {n} subscription.", "Missing at X: {n} subscriptions.", n).format(n=n)


def _way_back(account: PartnerAccount) -> str:
    if not account.laid_aside:
        return _("Press “Subscribe”.")
    before = ", ".join(str(Product(product).label) for product in account.laid_aside)
    return _("The app's webhook was deleted; registering it again, or “Subscribe”, orders as before: {before}.").format(
        before=before
    )


def _left(account: PartnerAccount, facts: Facts, *, now: datetime) -> Iterator[Sign]:
    for sentence in left_at_x(account, facts.orders):
        remedy = _("The audit tries again every half hour; “Compare with X and mend” on the app's page does it now.")
        yield Sign(label=_("To be withdrawn"), value="", trouble=sentence, remedy=remedy, fatal=False)
    if account.told_unasked and silent_since(account) is not None:
        yield Sign(
            label=_("Told unasked"),
            value=_("the last {ago}").format(ago=ago(account.told_unasked_at, now=now)),
            trouble=ngettext(
                "X told of it though it is to tell nothing more: {n} event. Nothing of them was kept.",
                "X told of it though it is to tell nothing more: {n} events. Nothing of them was kept.",
                account.told_unasked,
            ).format(n=account.told_unasked),
            remedy=_("Press “Compare with X and mend” on the app's page; if it goes on, look at the app at X."),
            fatal=False,
        )


def _ending(account: PartnerAccount, *, now: datetime) -> Iterator[Sign]:
    """Account Activity's end, told in time to cross over."""
    if account.products == [Product.ACCOUNT_ACTIVITY] and now > ACCOUNT_ACTIVITY_ENDS - TOLD_BEFORE:
        over = now >= ACCOUNT_ACTIVITY_ENDS
        yield Sign(
            label=_("Account Activity"),
            value="",
            trouble=_("X ended Account Activity on 1 January 2027.")
            if over
            else _("X ends Account Activity on 1 January 2027."),
            remedy=(
                _(
                    "Press “Cross over to X Activity” on its page, or run manage.py x_subscribe migrate {page_id}."
                ).format(page_id=account.page_id)
            ),
            fatal=over,
        )


def _sending(account: PartnerAccount) -> Iterator[Sign]:
    """What else stops it: the token, where that is the cause, tells its own."""
    value, trouble, remedy = _("not stopped"), "", ""
    if not account.enabled or account.paused:
        value, trouble = (
            (_("paused"), _("It is paused by an administrator."))
            if account.enabled
            else (_("switched off"), _("It is switched off by an administrator."))
        )
        remedy = _("That is changed on its page.")
    elif account.address.sending_stopped:
        value = _("stopped")
        if cursors.has_token(account):
            trouble = say(account.address.banner) or _("Sending is stopped.")
            remedy = _("When its cause is mended, press “Save and resume sending”.")
    yield Sign(
        group=Group.SENDING,
        label=_(SENDING),
        value=value,
        trouble=trouble,
        remedy=remedy,
        fatal=False,
        failed=account.address.sending_stopped,
    )


def _budget(facts: Facts) -> Sign:
    left = facts.budget
    return Sign(
        group=Group.LIMITS,
        label=_("Budget"),
        value=_("{used} % of today's used, ${money:.2f} of ${of:.2f}").format(
            used=left.used, money=left.cost_per_day - left.cost, of=left.cost_per_day
        ),
        trouble=left.warning,
        remedy=_("See what it went for under Costs, or allow more under Daily allowances."),
        fatal=False,
    )


def _audit(app: XApp, facts: Facts) -> Iterator[Sign]:
    if app.audited_at is None:
        return
    failed = facts.audit_troubles
    yield Sign(
        label=_("Last audit"),
        value=f"{app.audited_at:%Y-%m-%d %H:%M} UTC",
        trouble=_("The audit could not mend: {failed}").format(failed=failed[0]) if failed else "",
        remedy=_("It tries again every half hour; “Compare with X and mend” on the app's page does it now."),
    )

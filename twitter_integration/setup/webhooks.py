"""Our webhook at X: registered, challenged, deleted, and compared with our rows, in the dialect the app uses.

Everything here may be run again. What X has on file that is not ours is never touched. The orders that lead to a
webhook are placed in subscriptions.py.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from twitter_integration.accounts import webhook_path, webhook_url
from twitter_integration.choices import Product
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import Webhook, XApp
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.dialect import Dialect, Hook, Line, NotOffered, Replay
from twitter_integration.registering.lines import open_line
from twitter_integration.registering.table import DIALECTS, default_product, dialect_name, hook_home


class NotOurs(Exception):
    """The registration leads somewhere else, so it is somebody else's; the text says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFile:
    """A webhook as X has it on file. `ours`: it leads to this installation, now or under an earlier public address.
    `dialect`: in whose list it stands; Enterprise and v2 may list the same, then in which we registered it."""

    x_id: str
    url: str
    valid: bool
    ours: bool
    dialect: str = ""


def list_webhooks(app: XApp, *, product: str = "") -> list[OnFile]:
    """What X has on file for the app, in the dialect of the product. Raises XError."""
    name = _dialect(app, product)
    with open_line(app, name) as line:
        return [on_file(hook, app) for hook in DIALECTS[name].list_hooks(line)]


def register_webhook(app: XApp, *, now: datetime, product: str = "") -> Webhook:
    """Have X call us: keep our registration if there is one (challenged when X holds it invalid), else make it.

    A registration of ours under another public address is replaced, for X allows self-serve apps only one. X calls our
    address before it answers, so the web process must be reachable. Raises XError.
    """
    name, url = _dialect(app, product), webhook_url(app)
    dialect = DIALECTS[name]
    with open_line(app, name) as line:
        known = [on_file(hook, app) for hook in dialect.list_hooks(line)]
        found = next((hook for hook in known if hook.url == url), None)
        if found is None:
            for outdated in known:
                if outdated.ours:
                    dialect.delete_hook(line, outdated.x_id)
            x_id = dialect.create_hook(line, url).x_id
        else:
            x_id = found.x_id
            if not found.valid:
                dialect.challenge_hook(line, x_id)
    return _keep_webhook(app, x_id, url=url, home=hook_home(name), now=now)


def find_product(app: XApp, dialect: str) -> str:
    """The product whose webhook this app registers in that dialect. Raises NotOffered: a webhook is never passed off as
    one of another dialect than the app's."""
    for product in Product.values:
        if dialect_name(app.registration, product) == dialect:
            return product
    raise NotOffered(
        _(
            "The app “%(name)s” registers by %(label)s. To use %(other)s instead, change its registration "
            "on its page in the admin, or with: manage.py x_account add --registration %(dialect)s"
        )
        % {
            "name": app.name,
            "label": Registration(app.registration).label,
            "other": Registration(dialect).label,
            "dialect": dialect,
        }
    )


def follow_dialect(app: XApp) -> None:
    """Once the app's registration was changed: what stands in today's list of X's as well is worked there from now on.
    Nothing is done at X. No call where nothing was registered in a dialect of before; where X does not show its list,
    nothing is changed."""
    before = app.webhooks.exclude(registration__in=_homes_of_today(app))
    if not before.exists():
        return
    home = hook_home(_dialect(app, ""))
    try:
        with open_line(app, home) as line:
            there = [hook.x_id for hook in DIALECTS[home].list_hooks(line)]
    except (XError, NotOffered):
        return
    before.filter(x_id__in=there).update(registration=home, environment=_label_of(app, home))


def validate_webhook(app: XApp, x_id: str, *, now: datetime) -> bool:
    """Have X challenge the webhook now, which also enables one X had given up. Raises XError with X's reason."""
    name, environment = _home_of(app, x_id)
    with open_line(app, name, environment=environment) as line:
        try:
            valid = DIALECTS[name].challenge_hook(line, x_id)
        except XError as error:
            if error.kind == ErrorKind.WEBHOOK:
                Webhook.objects.filter(app=app, x_id=x_id).update(valid=False, checked_at=now)
            raise
    Webhook.objects.filter(app=app, x_id=x_id).update(valid=valid, checked_at=now)
    if valid:
        note_challenge(app, now=now)
    return valid


def delete_webhook(app: XApp, x_id: str) -> bool:
    """Remove one registration of ours at X, and with it all its subscriptions; False when neither X nor we had it.
    Raises NotOurs, XError."""
    name, environment = _home_of(app, x_id)
    dialect = DIALECTS[name]
    with open_line(app, name, environment=environment) as line:
        was_there = _delete(dialect, line, app, x_id)
    known, _ = Webhook.objects.filter(app=app, x_id=x_id).delete()
    return was_there or bool(known)


def refresh_webhooks(app: XApp, *, now: datetime) -> list[OnFile]:
    """Bring our rows in line with what X has on file: those gone there go here, validity is copied. Raises XError."""
    found: dict[str, OnFile] = {}
    follow_dialect(app)
    made_in = set(app.webhooks.values_list("registration", "environment"))
    today = hook_home(_dialect(app, ""))
    for home, environment in sorted(made_in | ({(today, "")} if today not in dict(made_in) else set())):
        with open_line(app, home, environment=environment) as line:
            known = [replace(on_file(hook, app), dialect=home) for hook in DIALECTS[home].list_hooks(line)]
        rows = Webhook.objects.filter(app=app, registration=home, environment=environment)
        rows.exclude(x_id__in=[hook.x_id for hook in known]).delete()
        for hook in known:
            rows.filter(x_id=hook.x_id).update(valid=hook.valid, checked_at=now)
        found |= {hook.x_id: hook for hook in known}
    made = dict(app.webhooks.values_list("x_id", "registration"))
    return [replace(hook, dialect=made.get(hook.x_id, hook.dialect)) for hook in found.values()]


def replay_webhook(app: XApp, x_id: str, *, start: datetime, end: datetime) -> Replay:
    """Have X send again what it tried to deliver between two moments (UTC); its end is told at the webhook. Raises
    NotOffered where the dialect has no replay, XError with X's reason."""
    name, environment = _home_of(app, x_id)
    with open_line(app, name, environment=environment) as line:
        return DIALECTS[name].replay(line, x_id, start, end)


def own_webhook(app: XApp) -> Webhook | None:
    """The registration we last saw; one that only waits to be deleted comes last."""
    return app.webhooks.order_by(F("emptied_at").desc(nulls_first=True), "-checked_at").first()


def note_challenge(app: XApp, *, now: datetime) -> None:
    """A challenge of X's was answered well."""
    XApp.objects.filter(pk=app.pk).update(last_challenge_at=now)


def on_file(hook: Hook, app: XApp) -> OnFile:
    """Whether it leads to us, too."""
    # The token in our path is unguessable: whoever names it is us.
    return OnFile(x_id=hook.x_id, url=hook.url, valid=hook.valid, ours=hook.url.endswith(webhook_path(app)))


def _delete(dialect: Dialect, line: Line, app: XApp, x_id: str) -> bool:
    """Whether X had it."""
    found = next((on_file(hook, app) for hook in dialect.list_hooks(line) if hook.x_id == x_id), None)
    if found is None:
        return False
    if not found.ours:
        raise NotOurs(
            _("Webhook %(x_id)s does not lead to this installation; it is for its owner to delete, at X.")
            % {"x_id": x_id}
        )
    try:
        dialect.delete_hook(line, x_id)
    except XError as error:
        if error.kind != ErrorKind.GONE and error.code != "WebhookIdInvalid":
            raise
        return False
    return True


def _dialect(app: XApp, product: str) -> str:
    return dialect_name(app.registration, product or default_product(app.registration))


def _home_of(app: XApp, x_id: str) -> tuple[str, str]:
    """In which dialect it is worked, and in which premium environment: today's if it stands there, else those in which
    we registered it."""
    follow_dialect(app)
    row = Webhook.objects.filter(app=app, x_id=x_id).first()
    return (str(row.registration), row.environment) if row else (hook_home(_dialect(app, "")), "")


def _homes_of_today(app: XApp) -> set[str]:
    return {hook_home(dialect_name(app.registration, product)) for product in Product.values}


def _label_of(app: XApp, home: str) -> str:
    return app.environment.lstrip(":") if home == Registration.PREMIUM else ""


def _keep_webhook(app: XApp, x_id: str, *, url: str, home: str, now: datetime) -> Webhook:
    Webhook.objects.filter(app=app, registration=home, url__endswith=webhook_path(app)).exclude(x_id=x_id).delete()
    told = {"url": url, "valid": True, "checked_at": now}
    place = {"registration": home, "environment": _label_of(app, home)}
    webhook, made = Webhook.objects.get_or_create(app=app, x_id=x_id, defaults=told | place)
    if not made:
        # It stands in this list of X's: where it was registered in a dialect of before, it is of this one now.
        moved = place if webhook.registration not in _homes_of_today(app) else {}
        for name, value in (told | moved).items():
            setattr(webhook, name, value)
        webhook.save(update_fields=list(told | moved))
    note_challenge(app, now=now)
    return webhook

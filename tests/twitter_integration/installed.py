"""An installation with Acme's X account, without X: an app with a known secret, the account, queue and policy."""

from typing import Any

from django.db import connection

from tests.factories import ACME, NOW, make_policy, make_queue, unaudited
from tickets.models import SlaPolicy
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Delivery, PartnerAccount
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, provision

SECRET = "kapture-demo-consumer-secret"


def install_audited(page_id: str = ACME, *, app: str = "Acme app", handle: str = "acmehelp_demo") -> PartnerAccount:
    """Acme's account with Support and the policy Standard, or another account under its own Page ID."""
    make_queue("Support")
    SlaPolicy.objects.filter(name="Standard").exists() or make_policy("Standard")
    keys = {"access_token": "token", "access_token_secret": "token-secret"}
    return provision(
        AppFacts(name=app, consumer_key=f"key-of-{app.replace(' ', '-')}", consumer_secret=SECRET),
        AccountFacts(page_id=page_id, page_name=handle, queue="Support", sla_policy="Standard", **keys),
        now=NOW,
    )


install = unaudited(install_audited)


def deliver(account: PartnerAccount, *bodies: bytes, **fields: Any) -> list[Delivery]:
    """Put bodies into the raw inbox as X's app of this account; the rows in order of arrival."""
    told: dict[str, Any] = {"app_id": account.app_id, "received_at": NOW} | fields
    store([Arrival(body=body, **told) for body in bodies])
    return [Delivery.objects.get(digest=_digest(account, body)) for body in bodies]


def _digest(account: PartnerAccount, body: bytes) -> bytes:
    return Arrival(app_id=account.app_id, body=body, received_at=NOW).digest


def fail_on(word: str, *, how: str = "RAISE EXCEPTION 'provoked'") -> None:
    """From now on the database itself refuses a message that holds this word: a fault no code of ours expects."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION provoke() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN IF NEW.text LIKE '%{word}%' THEN {how}; END IF; RETURN NEW; END $$;
            CREATE TRIGGER provoke BEFORE INSERT ON tickets_message FOR EACH ROW EXECUTE FUNCTION provoke();
            """
        )


def fail_no_more() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER provoke ON tickets_message; DROP FUNCTION provoke()")

"""The first run against the sandbox: from an empty installation to the first ticket, and every failure explained."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_address, make_agent, make_customer, make_outsider, make_ticket
from tests.serving import serving
from tests.twitter_integration.doorbell import Doorbell
from tests.twitter_integration.test_connecting import at_x, back, decide, says
from tickets.models import Ticket
from twitter_integration import inbox
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Delivery, PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.sandbox import subscriptions
from twitter_integration.sandbox import webhooks as webhooks_at_x
from twitter_integration.sandbox.apps import App, app_by_id
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client, admin_user: User, sandbox: ThreadedSandbox) -> Client:
    client.force_login(admin_user)
    return client


@pytest.fixture
def bell(sandbox: ThreadedSandbox, settings: Any) -> Iterator[type[Doorbell]]:
    """The desk can be reached: challenges are answered as its receiver answers them."""
    secret = sandbox.credentials["consumer_secret"]
    handler = type("DoorbellOfAnEmptyDesk", (Doorbell,), {"secret": secret, "rung": []})
    with serving(handler) as settings.PUBLIC_URL:
        yield handler


def keys(sandbox: ThreadedSandbox, **other: str) -> dict[str, str]:
    given = {name: sandbox.credentials[name] for name in ("consumer_key", "consumer_secret")}
    return given | {"name": "Kapture", "tier": "self-serve", "registration": "v2"} | other


def save(boss: Client, sandbox: ThreadedSandbox, **other: str) -> str:
    return says(boss.post(reverse("x_start_keys"), keys(sandbox, **other), follow=True))


def act(boss: Client, name: str) -> str:
    return says(boss.post(reverse("x_start_act", args=[name]), follow=True))


def connect(boss: Client, *, as_: str = "acmehelp_demo", **about: str) -> str:
    address = boss.post(reverse("x_start_connect"), about)["Location"]
    page = says(back(boss, at_x(address, as_=as_)))
    assert "Is this the right page?" in page
    return says(boss.get(decide(boss, "save")["Location"]))


def now_at(boss: Client, query: str = "") -> str:
    """The step that is to be done."""
    page = boss.get(reverse("x_start") + query).content.decode()
    before, _, _ = page.partition('aria-current="step"')
    return before.rpartition('id="step-')[2].partition('"')[0] if "aria-current" in page.split("<main")[1] else ""


@pytest.fixture
def connected(boss: Client, acme: PartnerAccount) -> PartnerAccount:
    """Two steps are done."""
    return acme


def test_an_empty_installation_is_led_to_its_first_ticket(
    boss: Client, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    assert "0 of 5 done" in says(boss.get(reverse("x_start"))) and now_at(boss) == "keys"
    assert "X accepts the keys." in save(boss, sandbox) and now_at(boss) == "account"
    assert "X knows our callback address." in act(boss, "callback")
    assert "@acmehelp_demo is connected." in connect(boss) and now_at(boss) == "webhook"
    assert "the webhook is registered" in act(boss, "webhook") and now_at(boss) == "orders"
    assert "X now tells us what concerns @acmehelp_demo" in act(boss, "subscribe") and now_at(boss) == "message"
    assert "Waiting for it" in says(boss.get(reverse("x_start")))
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo Does this arrive?")
    take_in(bell, sandbox)
    ticket = Ticket.objects.get()
    page = says(boss.get(reverse("x_start")))
    assert "5 of 5 done" in page and f'href="/tickets/{ticket.pk}/"' in page and now_at(boss) == ""
    assert f"#{ticket.pk}" in says(boss.get(reverse("x_start_parts")))


def take_in(bell: type[Doorbell], sandbox: ThreadedSandbox, *, drained: bool = True) -> None:
    """What the sandbox delivers is stored as the receiver stores it, and worked."""
    assert sandbox.settle()
    app = XApp.objects.get()
    inbox.store([inbox.Arrival(app_id=app.pk, body=body, received_at=timezone.now()) for body in bell.rung])
    if drained:
        drain()


def test_wrong_keys_are_explained_and_can_be_corrected(boss: Client, sandbox: ThreadedSandbox) -> None:
    page = save(boss, sandbox, consumer_secret="x" * 50)
    assert "X does not recognise these keys." in page and "Copy the API key" in page and now_at(boss) == "keys"
    assert "X accepts the keys." in save(boss, sandbox) and XApp.objects.count() == 1


def test_what_cannot_be_a_key_is_not_saved(boss: Client, sandbox: ThreadedSandbox) -> None:
    page = save(boss, sandbox, consumer_key="with a blank")
    assert "copy it once more" in page and not XApp.objects.exists()


def test_a_secret_is_never_shown_again_nor_logged(
    boss: Client, sandbox: ThreadedSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = sandbox.credentials["consumer_secret"]
    pages = [save(boss, sandbox), save(boss, sandbox, consumer_key="with a blank"), says(boss.get(reverse("x_start")))]
    pages.append(save(boss, sandbox, consumer_secret=""))  # left empty it is kept
    assert "X accepts the keys." in pages[-1]
    assert not [page for page in pages if secret in page] and secret not in caplog.text


def test_an_access_level_without_webhooks_is_told_with_the_keys(boss: Client, sandbox: ThreadedSandbox) -> None:
    page = save(boss, sandbox, registration="enterprise")
    assert "does not include what was asked" in page and "X says:" in page and "pay-per-use or Enterprise" in page


def test_a_clock_that_is_off_is_told_before_x_refuses(
    boss: Client, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twitter_integration.starting.checking.by_x", lambda now: now - timedelta(minutes=3))
    page = save(boss, sandbox)
    assert "clock is 180 seconds away" in page and "network time (NTP)" in page


def test_a_clock_that_x_refuses_is_told_where_it_is_refused(
    boss: Client, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(boss, sandbox)
    monkeypatch.setattr("oauthlib.oauth1.rfc5849.generate_timestamp", lambda: "1000000000")
    page = act(boss, "callback")
    assert "clock is wrong" in page and "NTP" in page


def test_a_callback_address_x_does_not_know_is_told_letter_by_letter(
    boss: Client, sandbox: ThreadedSandbox, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://desk.example.com"
    save(boss, sandbox)
    for page in (act(boss, "callback"), says(boss.post(reverse("x_start_connect")))):
        assert "Add exactly https://desk.example.com/x/callback/" in page
    assert not PartnerAccount.objects.exists()


def test_who_cancels_at_x_is_led_back_to_the_step(boss: Client, sandbox: ThreadedSandbox) -> None:
    save(boss, sandbox)
    address = boss.post(reverse("x_start_connect"))["Location"]
    page = says(back(boss, at_x(address, decision="deny")))
    assert "You cancelled at X" in page and f'href="/start/?another={XApp.objects.get().pk}"' in page


def test_a_permission_that_is_too_small_is_told_at_once(boss: Client, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("app_permission", "write")
    save(boss, sandbox)
    assert "a token keeps the permission it was granted with" in connect(boss)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://desk.example.com", "https only"),
        ("https://desk.example.com:8443", "no address with a port"),
        ("https://10.0.0.8", "of this machine or of your own network"),
    ],
)
def test_an_address_x_never_calls_is_told_without_asking(
    boss: Client, connected: PartnerAccount, settings: Any, address: str, words: str
) -> None:
    settings.PUBLIC_URL, settings.X_API_URL = address, "https://x.invalid"
    assert words in says(boss.get(reverse("x_start"))) and words in act(boss, "webhook")
    assert not Webhook.objects.exists()


def test_an_address_x_does_not_take_is_told_with_its_own_words(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    sandbox.world.switches.set("strict_urls", True)
    page = act(boss, "webhook")
    assert "does not accept this address" in page and "the URL must use https" in page and "TLS proxy" in page


def test_where_nothing_answers_x_is_told_as_seen_from_here(
    boss: Client, connected: PartnerAccount, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    page = act(boss, "webhook")
    assert "did not get the right answer" in page and "nothing answers at 127.0.0.1" in page
    assert now_at(boss) == "webhook"


class Proxy(BaseHTTPRequestHandler):
    """Something that is not this desk."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Location", "https://elsewhere.example.com/")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"response_token": "sha256=of-another-desk"}')

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.mark.parametrize(
    ("status", "words"),
    [(200, "not with this app"), (302, "answers with a redirect"), (404, "answers 404"), (503, "answers 503")],
)
def test_a_challenge_that_failed_is_told_apart_by_what_answers_here(
    boss: Client, connected: PartnerAccount, settings: Any, status: int, words: str
) -> None:
    with serving(type("ProxyNow", (Proxy,), {"status": status})) as settings.PUBLIC_URL:
        assert words in act(boss, "webhook")


def test_where_only_x_cannot_come_through_the_firewall_is_named(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    sandbox.world.switches.set("webhook_down", True)
    page = act(boss, "webhook")
    assert "answers well" in page and "firewall" in page


def test_a_webhook_that_broke_is_the_step_to_do_again(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    act(boss, "webhook")
    bell.secret = "of another desk"
    assert "not with this app" in act(boss, "webhook") and now_at(boss) == "webhook"
    bell.secret = sandbox.credentials["consumer_secret"]
    assert "the webhook is registered" in act(boss, "webhook") and now_at(boss) == "orders"


def test_another_webhook_that_uses_up_the_allowance_is_told(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    world = sandbox.world
    webhooks_at_x.register(world.store, world.ids, app=app_at_x(sandbox), url="https://old.example.com/hook")
    assert "no further webhook" in act(boss, "webhook")


def app_at_x(sandbox: ThreadedSandbox) -> App:
    return app_by_id(sandbox.world.store, int(sandbox.credentials["app_id"]))


def test_a_limit_of_subscriptions_is_told_with_what_helps(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    act(boss, "webhook")
    store = sandbox.world.store
    (hook,) = webhooks_at_x.owned(store, app_at_x(sandbox))
    for somebody in sandbox.credentials["customers"][:3]:
        subscriptions.subscribe_account(store, hook, user_id=int(somebody["user_id"]))
    page = act(boss, "subscribe")
    assert "its subscriptions are used up" in page and "Unsubscribe another account" in page
    assert not Subscription.objects.exists() and now_at(boss) == "orders"


def test_a_token_that_died_leads_back_to_connecting(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    act(boss, "webhook")
    sandbox.world.store.run("UPDATE token SET dead = 1")
    assert "Connect the account again in step 2" in act(boss, "subscribe")


def subscribed(boss: Client) -> None:
    act(boss, "webhook")
    act(boss, "subscribe")
    Subscription.objects.update(created_at=timezone.now() - timedelta(minutes=5))


def test_nothing_that_arrives_is_told_and_compared_with_x(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    subscribed(boss)
    assert "X has delivered nothing so far" in says(boss.get(reverse("x_start_parts")))
    assert "X has the webhook as valid" in act(boss, "look")
    sandbox.world.switches.set("webhook_down", True)
    sandbox.world.store.run("UPDATE webhook SET valid = 0")
    assert "X refused the webhook" in act(boss, "look")


def test_what_no_worker_takes_up_is_told(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    subscribed(boss)
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo Hello?")
    take_in(bell, sandbox, drained=False)
    Delivery.objects.update(received_at=timezone.now() - timedelta(minutes=1))
    assert "no worker takes it up" in says(boss.get(reverse("x_start_parts")))


def test_what_makes_no_ticket_is_told_by_its_name(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    subscribed(boss)
    sandbox.act("post", user="acmehelp_demo", text="A test by the account itself")
    take_in(bell, sandbox)
    page = says(boss.get(reverse("x_start_parts")))
    assert "of which no ticket comes" in page and "from another account" in page


def test_a_second_account_takes_the_same_way(
    boss: Client, connected: PartnerAccount, sandbox: ThreadedSandbox, bell: type[Doorbell]
) -> None:
    app = XApp.objects.get()
    act(boss, "webhook")
    assert now_at(boss, f"?another={app.pk}") == "account"
    second = sandbox.credentials["accounts"][1]["handle"]
    assert f"@{second} is connected." in connect(boss, as_=second, another=str(app.pk))
    new = PartnerAccount.objects.get(page_name=second)
    assert now_at(boss) == "orders" == now_at(boss, f"?account={new.pk}")


def test_an_empty_desk_leads_there_and_one_with_a_ticket_does_not(boss: Client, client: Client) -> None:
    places = ["/", "/tickets/?view=all", "/admin/"]
    assert all('href="/start/"' in says(boss.get(place)) for place in places)
    make_ticket(make_customer(), address=make_address())
    assert not any('href="/start/"' in says(boss.get(place)) for place in places)
    Ticket.objects.all().delete()
    client.force_login(make_agent())
    assert 'href="/start/"' not in says(client.get("/"))


def test_it_is_for_who_may_configure(client: Client, sandbox: ThreadedSandbox) -> None:
    doors = ["x_start", "x_start_parts"]
    assert client.get(reverse("x_start"))["Location"].startswith("/admin/login/")
    client.force_login(make_outsider(is_staff=True))
    assert [client.get(reverse(door)).status_code for door in doors] == [404, 404]
    carl = make_agent("carl", is_staff=True)
    carl.user_permissions.add(Permission.objects.get(codename="change_partneraccount"))
    client.force_login(carl)
    assert "Ask somebody who sets up the desk" in says(client.get(reverse("x_start")))
    assert client.post(reverse("x_start_keys"), keys(sandbox)).status_code == 404 and not XApp.objects.exists()


@pytest.mark.parametrize("query", ["?account=999", "?account=x", "?another=999", "?another=-1", "?account=" + "9" * 40])
def test_what_is_not_there_is_not_found(boss: Client, query: str) -> None:
    assert boss.get(reverse("x_start") + query).status_code == 404


@pytest.mark.parametrize("name", ["webhook", "subscribe", "look", "callback", "nonsense"])
def test_a_step_that_cannot_be_yet_is_not_found(boss: Client, name: str) -> None:
    assert boss.post(reverse("x_start_act", args=[name])).status_code == 404

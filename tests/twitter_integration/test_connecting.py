"""“Connect with X”: from the admin's button over X's own page and back, and what can go wrong on the way."""

import io
import json
import re
from typing import Any

import pytest
import requests
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import BEN, make_agent, make_outsider
from twitter_integration.accounts import keys_of
from twitter_integration.choices import TokenState
from twitter_integration.client import XClient
from twitter_integration.models import PartnerAccount, Subscription, XApp
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


def at_x(address: str, *, as_: str = "acmehelp_demo", decision: str = "approve") -> str:
    """What a person does on X's page; returns where X sends the browser."""
    token = address.partition("oauth_token=")[2].partition("&")[0]
    site = address.partition("/oauth/")[0]
    form = {"oauth_token": token, "user": as_, "decision": decision}
    answer = requests.post(f"{site}/oauth/authorize", data=form, allow_redirects=False, timeout=5)
    return answer.headers.get("Location", "") or answer.text


def go(boss: Client, account: PartnerAccount, **form: str) -> str:
    """Press “Connect with X”; returns X's address."""
    answer = boss.post(reverse("x_connect", args=[account.pk]), form)
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def back(boss: Client, address: str) -> Any:
    """Follow X's redirect to our callback."""
    assert address.startswith("http"), address
    path = "/" + address.partition("://")[2].partition("/")[2]
    return boss.get(path, follow=True)


def says(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def ref_in(page: str) -> str:
    """Which page "Is this the right page?" somebody is looking at."""
    found = re.search(r'name="sign_in" value="([^"]+)"', page)
    return found[1] if found else ""


def decide(boss: Client, decision: str, *, page: str = "") -> Any:
    """Answer the page that is open, or that one."""
    ref = ref_in(page or boss.get(reverse("x_confirm")).content.decode())
    return boss.post(reverse("x_confirm"), {"decision": decision, "sign_in": ref})


def test_an_account_is_connected_again_and_keeps_everything(boss: Client, reachable: PartnerAccount) -> None:
    subscribe(reachable, now=timezone.now())
    PartnerAccount.objects.update(access_token="dead", token_state=TokenState.DEAD)
    Subscription.objects.all().delete()
    page = back(boss, at_x(go(boss, reachable)))
    assert "Is this the right page?" in says(page) and "@acmehelp_demo" in says(page)
    told = decide(boss, "save")
    assert any("tells us again" in str(message) for message in get_messages(told.wsgi_request))
    account = PartnerAccount.objects.select_related("address__queue").get()
    assert (account.token_state, str(account.address.queue)) == (TokenState.ALIVE, "Support")
    assert Subscription.objects.count() == 1
    with XClient(keys_of(account)) as x:
        assert x.me().data["id"] == account.page_id


def test_a_new_account_is_added_from_its_app(boss: Client, acme: PartnerAccount) -> None:
    answer = boss.post(reverse("x_connect_new", args=[acme.app_id]))
    page = back(boss, at_x(answer["Location"], as_="ben_demo"))
    assert "added as a new account" in says(page)
    decide(boss, "save")
    ben = PartnerAccount.objects.get(page_id=BEN)
    assert (ben.page_name, ben.address.handle, ben.app) == ("ben_demo", "ben_demo", acme.app)
    assert ben.address.name.startswith("Ben")


def test_nothing_is_saved_before_somebody_has_looked(boss: Client, acme: PartnerAccount) -> None:
    answer = boss.post(reverse("x_connect_new", args=[acme.app_id]))
    back(boss, at_x(answer["Location"], as_="ben_demo"))
    assert PartnerAccount.objects.count() == 1
    decide(boss, "drop")
    assert PartnerAccount.objects.count() == 1
    assert boss.get(reverse("x_confirm")).status_code == 410


def test_what_one_page_asked_is_not_answered_by_another(boss: Client, acme: PartnerAccount) -> None:
    """Two tabs of one browser, each with its own sign-in."""
    starts = [boss.post(reverse("x_connect_new", args=[acme.app_id]))["Location"] for _ in range(2)]
    first = back(boss, at_x(starts[0], as_="ben_demo")).content.decode()
    second = back(boss, at_x(starts[1], as_="ana_demo")).content.decode()
    refused = decide(boss, "save", page=first)
    assert refused.status_code == 409 and "Nothing was saved" in says(refused) and "@ana_demo" in says(refused)
    assert PartnerAccount.objects.count() == 1
    decide(boss, "save", page=second)
    assert set(PartnerAccount.objects.values_list("page_name", flat=True)) == {"acmehelp_demo", "ana_demo"}
    assert decide(boss, "save", page=second).status_code == 410


def test_the_wrong_page_is_refused_with_both_names(boss: Client, acme: PartnerAccount) -> None:
    page = back(boss, at_x(go(boss, acme), as_="ben_demo"))
    assert "You approved as @ben_demo" in says(page) and "that of @acmehelp_demo" in says(page)
    assert page.status_code == 409 and PartnerAccount.objects.count() == 1


def test_whoever_cancels_at_x_is_told_that_nothing_changed(boss: Client, acme: PartnerAccount) -> None:
    address = at_x(go(boss, acme), decision="cancel")
    assert "denied=" in address
    assert "You cancelled at X. Nothing was changed." in says(back(boss, address))


def test_after_a_cancelled_sign_in_back_leads_to_where_it_began(boss: Client, acme: PartnerAccount) -> None:
    begun = boss.post(reverse("x_connect_new", args=[acme.app_id]))
    page = says(back(boss, at_x(begun["Location"], decision="cancel")))
    assert f'href="{reverse("admin:twitter_integration_xapp_change", args=[acme.app_id])}">Back' in page
    page = says(back(boss, at_x(go(boss, acme), decision="cancel")))
    assert f'href="{reverse("admin:twitter_integration_partneraccount_change", args=[acme.pk])}">Back' in page


def test_a_verdict_is_not_told_again_after_something_else_failed(
    boss: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    back(boss, at_x(go(boss, acme), decision="cancel"))
    sandbox.world.faults.plan("status", path="/oauth/request_token", status=503, count=9)
    assert boss.post(reverse("x_connect", args=[acme.pk])).status_code == 502
    told = boss.get(reverse("x_confirm"))
    assert told.status_code == 410 and "You cancelled" not in says(told)


def test_a_callback_works_once_and_again_leads_to_where_it_ended(boss: Client, acme: PartnerAccount) -> None:
    address = at_x(go(boss, acme))
    back(boss, address)
    assert "Is this the right page?" in says(back(boss, address))
    decide(boss, "save")
    assert back(boss, address).status_code == 410


def test_a_reload_of_a_refusal_shows_it_once_more(boss: Client, acme: PartnerAccount) -> None:
    for address in at_x(go(boss, acme), as_="ben_demo"), at_x(go(boss, acme), decision="cancel"):
        first = back(boss, address)
        again = back(boss, address)
        assert (again.status_code, says(again)) == (first.status_code, says(first))


def test_a_callback_of_another_browser_is_refused(boss: Client, acme: PartnerAccount, admin_user: User) -> None:
    address = at_x(go(boss, acme))
    stranger = Client()
    stranger.force_login(admin_user)
    assert "not begun in this browser" in says(back(stranger, address))


def test_a_request_token_that_ran_out_is_told_in_a_sentence(
    boss: Client, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    address = at_x(go(boss, acme))
    sandbox.world.store.run("UPDATE request_token SET expires_ms = 0")
    assert "has run out or was used already" in says(back(boss, address))


def test_a_callback_x_does_not_know_is_told_letter_by_letter(
    boss: Client, acme: PartnerAccount, sandbox: ThreadedSandbox, settings: Any
) -> None:
    sandbox.world.switches.set("strict_callbacks", True)
    settings.PUBLIC_URL = "https://desk.acme.example"
    page = boss.post(reverse("x_connect", args=[acme.pk]))
    assert "Add exactly https://desk.acme.example/x/callback/" in says(page)


def test_wrong_app_keys_are_told(boss: Client, acme: PartnerAccount) -> None:
    XApp.objects.update(consumer_secret="wrong")
    page = boss.post(reverse("x_connect", args=[acme.pk]))
    assert "does not recognise the app&#x27;s consumer key" in says(page)


def test_a_wrong_clock_is_told(boss: Client, acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthlib.oauth1.rfc5849.generate_timestamp", lambda: "1000000000")
    page = boss.post(reverse("x_connect", args=[acme.pk]))
    assert "clock is wrong" in says(page) and "NTP" in says(page)


@pytest.mark.parametrize(("level", "lacks"), [("read", "neither answer nor"), ("write", "not use direct messages")])
def test_a_token_that_may_too_little_is_told_with_the_remedy(
    boss: Client, acme: PartnerAccount, sandbox: ThreadedSandbox, level: str, lacks: str
) -> None:
    sandbox.world.switches.set("app_permission", level)
    page = back(boss, at_x(go(boss, acme)))
    assert lacks in says(page) and "then connect the account again" in says(page)
    decide(boss, "save")
    assert PartnerAccount.objects.get().access_level.startswith("read")


def test_secrets_lie_sealed_in_the_session(boss: Client, acme: PartnerAccount) -> None:
    back(boss, at_x(go(boss, acme)))
    kept = json.dumps(dict(boss.session.items()))
    assert "x_granted" in kept and str(acme.access_token) not in kept


@pytest.mark.parametrize("make", [make_agent, make_outsider])
def test_for_others_there_is_no_such_page(client: Client, acme: PartnerAccount, make: Any) -> None:
    client.force_login(make())
    for name in ("x_connect", "x_connect_new"):
        assert client.get(reverse(name, args=[acme.pk])).status_code == 404
    assert client.post(reverse("x_account_do", args=[acme.pk, "disconnect"])).status_code == 404


def test_the_browser_may_follow_the_form_to_x(boss: Client, acme: PartnerAccount, settings: Any) -> None:
    page = boss.get(reverse("x_connect", args=[acme.pk]))
    assert settings.X_API_URL in page["Content-Security-Policy"]
    assert "/x/callback/" in says(page)


def type_pin(
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    *options: str,
    as_: str = "acmehelp_demo",
    pin: str = "",
    answer: str = "",
) -> dict[str, Any]:
    """Run the command; open the address it prints, pipe the PIN that X shows back into it, then the answer."""
    output, errors = io.StringIO(), io.StringIO()

    class Pipe:
        def readline(self) -> str:
            if "Is this the right page?" in errors.getvalue():
                return answer
            address = next(line for line in errors.getvalue().splitlines() if line.startswith("http"))
            return pin or at_x(address, as_=as_).partition('id="pin"')[2].partition(">")[2].partition("<")[0] + "\n"

    monkeypatch.setattr("sys.stdin", Pipe())
    call_command("x_account", "connect", who, *options, "--json", stdout=output, stderr=errors)
    told: dict[str, Any] = json.loads(output.getvalue())
    return told


def test_the_pin_is_read_from_a_pipe(acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    told = type_pin(monkeypatch, "@acmehelp_demo")
    assert (told["account"], told["new"], told["connected"]) == (acme.page_id, False, True)


def test_a_pin_adds_an_account_to_an_app(acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    told = type_pin(monkeypatch, "Acme app", as_="ben_demo", answer="yes\n")
    assert (told["account"], told["new"]) == (BEN, True)


@pytest.mark.parametrize("options", [["--yes"], ["--expect", "@Ben_Demo"]])
def test_who_is_expected_is_added_without_a_question(
    acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    assert type_pin(monkeypatch, "Acme app", *options, as_="ben_demo")["account"] == BEN


def test_a_pin_after_cancelling_may_be_more_than_over(acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = io.StringIO()

    class Pipe:
        def readline(self) -> str:
            address = next(line for line in errors.getvalue().splitlines() if line.startswith("http"))
            at_x(address, decision="cancel")
            return "1234567\n"

    monkeypatch.setattr("sys.stdin", Pipe())
    with pytest.raises(CommandError, match="mistyped, or access was cancelled at X, or the sign-in has run out"):
        call_command("x_account", "connect", acme.page_id, stderr=errors)


@pytest.mark.parametrize("answer", ["no\n", ""])
def test_who_is_not_meant_is_not_added(acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    with pytest.raises(CommandError, match=f"@ben_demo .*{BEN}.*Nothing was saved"):
        type_pin(monkeypatch, "Acme app", as_="ben_demo", answer=answer)
    with pytest.raises(CommandError, match=r"not as @acmehelp_demo\. Nothing was saved"):
        type_pin(monkeypatch, "Acme app", "--expect", "acmehelp_demo", as_="ben_demo")
    assert not PartnerAccount.objects.filter(page_id=BEN).exists()


def test_a_wrong_pin_and_the_wrong_page_are_refused(acme: PartnerAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="X did not take this PIN"):
        type_pin(monkeypatch, acme.page_id, pin="0000000")
    with pytest.raises(CommandError, match="You approved as @ben_demo"):
        type_pin(monkeypatch, acme.page_id, as_="ben_demo")


def test_disconnecting_deletes_the_tokens_and_keeps_the_rest(
    reachable: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    subscribe(reachable, now=timezone.now())
    keys = keys_of(reachable)
    call_command("x_account", "disconnect", "@acmehelp_demo", stdout=io.StringIO())
    account = PartnerAccount.objects.select_related("address__queue").get()
    assert not account.is_connected and not account.access_token and account.products
    assert account.address.sending_stopped and str(account.address.queue) == "Support"
    assert not Subscription.objects.exists()
    with XClient(keys) as x, pytest.raises(Exception, match="dead_token"):
        x.me()


def test_the_bearer_token_is_fetched_and_invalidated(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    XApp.objects.update(bearer_token="")
    call_command("x_account", "bearer", "--json", stdout=io.StringIO())
    assert XApp.objects.get().bearer_token == sandbox.credentials["bearer_token"]
    call_command("x_account", "bearer", "Acme app", "--invalidate", "--json", stdout=io.StringIO())
    assert not XApp.objects.get().bearer_token and not sandbox.credentials["bearer_token"]

"""The partner configuration page: both halves of an account on one page, secrets that never come back."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.admin.test_two_administrators import typed_on
from tests.factories import NOW, make_folder, make_policy, make_queue
from tickets.models import Address, Placement
from twitter_integration.choices import DeliveryState, TokenState
from twitter_integration.facts.consequences import withdraw_consent
from twitter_integration.models import Delivery, PartnerAccount, SearchQuery, Subscription, Webhook, XApp
from twitter_integration.sandbox.server import ThreadedSandbox

pytestmark = pytest.mark.django_db
ADD = "admin:twitter_integration_partneraccount_add"
CHANGE = "admin:twitter_integration_partneraccount_change"


def page(**changes: Any) -> dict[str, Any]:
    """What a browser sends for Acme's account."""
    app, _ = XApp.objects.get_or_create(
        name="Acme app", defaults={"consumer_key": "k", "consumer_secret": "demo-consumer-secret"}
    )
    facts: dict[str, Any] = {
        "page_id": "900000000000000001",
        "page_name": "@acmehelp_demo",
        "name": "Acme Help",
        "app": app.pk,
        "enabled": "on",
        "new_access_token": "demo-access-token-1234",
        "new_access_token_secret": "demo-token-secret-5678",
        "queue": make_queue("Support").pk,
        "folder": make_folder("Orders").pk,
        "sla_policy": "",
        "public_window_hours": 48,
        "private_window_hours": 168,
        "after_resolution": "follow_up",
    }
    return facts | changes


def errors(answer: Any) -> dict[str, Any]:
    return dict(answer.context["adminform"].form.errors) if answer.context else {}


def saved(boss: Client, **changes: Any) -> PartnerAccount:
    answer = boss.post(reverse(ADD), page(**changes))
    assert answer.status_code == 302, errors(answer)
    return PartnerAccount.objects.select_related("address").get()


def test_one_page_makes_both_halves(boss: Client) -> None:
    account = saved(boss)
    address = account.address
    assert (account.page_name, account.access_token) == ("acmehelp_demo", "demo-access-token-1234")
    assert (address.key, address.handle, address.name) == ("900000000000000001", "acmehelp_demo", "Acme Help")
    assert (address.public_window_hours, address.after_resolution) == (48, "follow_up")


def test_a_secret_never_comes_back_but_for_its_end(boss: Client) -> None:
    account = saved(boss)
    html = boss.get(reverse(CHANGE, args=[account.pk])).content.decode()
    assert "demo-access-token" not in html and "demo-token-secret" not in html
    assert "ending in 1234" in html and "ending in 5678" in html


def test_an_empty_secret_keeps_the_one_there_is(boss: Client) -> None:
    account = saved(boss)
    policy = make_policy("Standard")
    empty = {"new_access_token": "", "new_access_token_secret": ""}
    answer = boss.post(reverse(CHANGE, args=[account.pk]), page(**empty, sla_policy=policy.pk, paused="on"))
    assert answer.status_code == 302, errors(answer)
    account = PartnerAccount.objects.select_related("address").get()
    assert account.access_token == "demo-access-token-1234" and account.paused
    assert account.address.sla_policy == policy


def test_a_new_account_without_its_token_is_refused_with_a_sentence(boss: Client) -> None:
    answer = boss.post(reverse(ADD), page(new_access_token="", page_id="@acme"))
    assert set(errors(answer)) == {"new_access_token", "page_id"}
    assert not PartnerAccount.objects.exists()


def test_the_page_id_is_chosen_once(boss: Client) -> None:
    account = saved(boss)
    boss.post(reverse(CHANGE, args=[account.pk]), page(page_id="42"))
    assert PartnerAccount.objects.get().page_id == "900000000000000001"


def test_the_page_opens_although_the_key_of_the_secrets_is_lost(boss: Client, settings: Any) -> None:
    account = saved(boss)
    settings.ENCRYPTION_KEYS = ["n3yRuuqvRYFDbeiBG1QMp1rMkOSgkPMbsuZvHkvNkh4="]
    html = boss.get(reverse(CHANGE, args=[account.pk])).content.decode()
    assert "cannot be opened" in html
    assert boss.get(reverse("admin:twitter_integration_xapp_changelist")).status_code == 200


def test_a_changed_consumer_secret_keeps_the_one_before(boss: Client) -> None:
    saved(boss)
    app = XApp.objects.get()
    url = reverse("admin:twitter_integration_xapp_change", args=[app.pk])
    facts = {"name": app.name, "consumer_key": "k", "tier": "enterprise", "registration": "v2", "auth_modes": "{}"}
    answer = boss.post(url, facts | {"new_consumer_secret": "second-secret-90ab"})
    assert answer.status_code == 302, errors(answer)
    app = XApp.objects.get()
    assert (app.consumer_secret, app.previous_consumer_secret) == ("second-secret-90ab", "demo-consumer-secret")
    assert app.previous_secret_until is not None
    assert "second-secret" not in boss.get(url).content.decode()


def press(boss: Client, account: PartnerAccount, button: str, run: Any) -> list[str]:
    """Save the page with that button; returns what it says afterwards."""
    name = f"twitter_integration_partneraccount_{button}"
    unchanged = {"new_access_token": "", "new_access_token_secret": "", "app": account.app_id, name: "1"}
    with run(execute=True):
        answer = boss.post(reverse(CHANGE, args=[account.pk]), page(**unchanged))
    assert answer.status_code == 302, errors(answer)
    account.refresh_from_db()
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_token_is_checked_with_x_on_request(
    boss: Client, acme: PartnerAccount, sandbox: ThreadedSandbox, django_capture_on_commit_callbacks: Any
) -> None:
    told = press(boss, acme, "check_with_x", django_capture_on_commit_callbacks)
    assert "X accepts the token of @acmehelp_demo." in told
    assert acme.token_state == TokenState.ALIVE
    sandbox.act("revoke", user="acmehelp_demo")
    told = press(boss, acme, "check_with_x", django_capture_on_commit_callbacks)
    assert any("no longer accepts" in sentence for sentence in told)
    assert acme.token_state == TokenState.DEAD


def test_the_page_shows_what_is_ordered_and_what_came(boss: Client, acme: PartnerAccount) -> None:
    webhook = Webhook.objects.create(app=acme.app, x_id="1", url="u", valid=True, checked_at=NOW)
    Subscription.objects.create(account=acme, webhook=webhook, product="account_activity", created_at=NOW)
    facts: dict[str, Any] = {"app": acme.app, "body": b"{}", "next_try_at": NOW, "received_at": NOW}
    letter = Delivery.objects.create(digest=b"2" * 32, lane=acme.page_id, state="done", **facts)
    html = boss.get(reverse(CHANGE, args=[acme.pk])).content.decode()
    assert "Account Activity, since 2026-03-02 10:00" in html
    assert reverse("admin:twitter_integration_delivery_change", args=[letter.pk]) in html


def test_an_unreachable_webhook_is_told_on_the_page(
    boss: Client, acme: PartnerAccount, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    told = press(boss, acme, "connect_to_x", django_capture_on_commit_callbacks)
    assert any("X refused the webhook" in sentence for sentence in told)


def test_a_dead_letter_is_put_back_to_the_start(boss: Client, transactional_db: None) -> None:
    account = saved(boss)
    letter = Delivery.objects.create(
        app=account.app,
        digest=b"1" * 32,
        body=b"not json",
        state=DeliveryState.DEAD,
        attempts=5,
        reason="Not JSON.",
        next_try_at="2026-03-02T10:00:00Z",
        received_at="2026-03-02T10:00:00Z",
    )
    data = {"action": "replay", "_selected_action": [letter.pk], "index": "0"}
    boss.post(reverse("admin:twitter_integration_delivery_changelist"), data)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.reason, letter.finished_at) == (DeliveryState.NEW, 0, "", None)


def test_the_empty_list_of_dead_letters_says_what_may_come_back(boss: Client, transactional_db: None) -> None:
    account = saved(boss)
    facts = {"body": b"[]", "next_try_at": timezone.now(), "received_at": timezone.now()}
    Delivery.objects.create(app=account.app, digest=b"1" * 32, state=DeliveryState.NEW, **facts)
    listed = reverse("admin:twitter_integration_delivery_changelist") + "?state__exact=dead"
    assert "1 delivery is still to be worked" in boss.get(listed).content.decode()
    Delivery.objects.update(state=DeliveryState.DONE)
    assert "everything that X delivered could be worked" in boss.get(listed).content.decode()


def test_a_delivery_names_its_account_once(boss: Client) -> None:
    account = saved(boss)
    facts = {"next_try_at": timezone.now(), "received_at": timezone.now(), "body": b"[]"}
    letter = Delivery.objects.create(app=account.app, digest=b"1" * 32, lane="900000000000000099", **facts)
    page = boss.get(reverse("admin:twitter_integration_delivery_change", args=[letter.pk])).content.decode()
    assert page.count("900000000000000099") == 1 and "900000000000000099, not set up here" in page


def test_what_each_activity_does_is_chosen_on_the_accounts_page(boss: Client) -> None:
    account = saved(boss, effect_like_of_us="ignore", effect_mention="")
    assert account.address.effects == {"like_of_us": "ignore"}  # what is left as usual is not kept
    shown = boss.get(reverse(CHANGE, args=[account.pk])).content.decode()
    assert "As usual: A line on the customer" in shown and '<option value="ignore" selected' in shown


@pytest.mark.parametrize(
    "given", ["acme", "@acme", "https://x.com/acme", "twitter.com/acme/status/1", " x.com/@acme?s=20"]
)
def test_the_page_name_is_understood_as_people_give_it(boss: Client, given: str) -> None:
    assert saved(boss, page_name=given).page_name == "acme"


def test_a_page_name_that_is_none_is_explained(boss: Client) -> None:
    answer = boss.post(reverse(ADD), page(page_name="Acme Help!"))
    assert "account's handle on X" in errors(answer)["page_name"][0]


def test_a_new_account_is_checked_with_x_in_the_same_breath(
    boss: Client, sandbox: ThreadedSandbox, acme: PartnerAccount, django_capture_on_commit_callbacks: Any
) -> None:
    """The second brand of the same app, with a token of its own and with one that X refuses."""
    cargo = sandbox.credentials["accounts"][1]
    facts = {"page_id": cargo["user_id"], "page_name": cargo["handle"], "app": acme.app_id}
    facts |= {"twitter_integration_partneraccount_check_with_x": "1", "new_access_token": cargo["access_token"]}
    with django_capture_on_commit_callbacks(execute=True):
        answer = boss.post(reverse(ADD), page(**facts, new_access_token_secret="wrong"))
    assert any(
        "X does not accept this app's consumer key or secret" in str(told) for told in get_messages(answer.wsgi_request)
    )
    account = PartnerAccount.objects.select_related("address").get(page_id=cargo["user_id"])
    assert (account.token_state, account.address.sending_stopped) == (TokenState.UNTRIED, True)
    html = boss.get(reverse(CHANGE, args=[account.pk])).content.decode()
    assert 'name="twitter_integration_partneraccount_check_with_x"' in html


def test_a_stop_catches_the_eye_in_the_list_and_on_the_first_page(boss: Client) -> None:
    account = saved(boss)
    type(account.address).objects.update(sending_stopped=True, banner="No credits left.")
    listed = boss.get(reverse("admin:twitter_integration_partneraccount_changelist")).content.decode()
    assert "Sending stopped" in listed and "bg-red-100" in listed
    first = boss.get(reverse("admin:index")).content.decode()
    assert "<b>Sending stopped</b>" in first and ">No credits left.</p>" in first and "Dead letters" in first


def test_its_search_queries_stand_there_in_full_and_lead_to_their_pages(boss: Client) -> None:
    account = saved(boss)
    long = " OR ".join(f'"delayed flight {n}"' for n in range(20))
    query = SearchQuery.objects.create(account=account, label="Delays", query=long, enabled=False, hits=3)
    html = boss.get(reverse(CHANGE, args=[account.pk])).content.decode()
    assert long.replace('"', "&quot;") in html and "<b>off</b>" in html and "3 hits" in html
    assert f"/admin/twitter_integration/searchquery/{query.pk}/change/" in html
    assert f"/admin/twitter_integration/searchquery/add/?account={account.pk}" in html


@pytest.mark.parametrize("field", ["public_window_hours", "private_window_hours"])
@pytest.mark.parametrize("hours", [0, 24 * 365 + 1, 2**31 - 1, 99999999999])
def test_a_window_nobody_can_mean_is_refused_at_its_field(boss: Client, field: str, hours: int) -> None:
    assert list(errors(boss.post(reverse(ADD), page(**{field: hours})))) == [field]


@pytest.mark.parametrize("field", ["new_access_token", "new_access_token_secret"])
@pytest.mark.parametrize("value", ["é\u202e", "two words", "token\u200b"])
def test_a_token_x_cannot_have_given_is_refused(boss: Client, field: str, value: str) -> None:
    assert list(errors(boss.post(reverse(ADD), page(**{field: value})))) == [field]


def test_an_account_that_is_stopped_offers_to_resume_in_place_of_the_webhook(boss: Client) -> None:
    account = saved(boss)
    page = reverse(CHANGE, args=[account.pk])
    well = boss.get(page).content.decode()
    assert "partneraccount_connect_to_x" in well and "partneraccount_resume" not in well
    PartnerAccount.objects.update(token_state=TokenState.DEAD)
    stopped = boss.get(page).content.decode()
    assert "partneraccount_resume" in stopped and "partneraccount_connect_to_x" not in stopped


@pytest.mark.parametrize("key", ["abc", "_00", "1_2f", "99999999999999999999", "0"])
def test_an_address_that_names_no_account_leads_back_and_breaks_nothing(boss: Client, key: str) -> None:
    answer = boss.get(f"/admin/twitter_integration/partneraccount/{key}/change/")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("admin:index"))
    assert "exist" in str(*get_messages(answer.wsgi_request))


def test_a_withdrawn_consent_is_not_lifted_by_resuming(boss: Client, django_capture_on_commit_callbacks: Any) -> None:
    account = saved(boss)
    assert "partneraccount_resume" not in boss.get(reverse(CHANGE, args=[account.pk])).content.decode()
    PartnerAccount.objects.update(paused=True)
    withdraw_consent(account, at=timezone.now())
    banner = Address.objects.get().banner
    told = press(boss, account, "resume", django_capture_on_commit_callbacks)  # which also ends the pause
    told += [str(m) for m in get_messages(boss.post(f"/outbox/accounts/{account.address_id}/resume/").wsgi_request)]
    assert len([one for one in told if "is disconnected from X. Connect it again" in one]) == 2
    outbox = boss.get("/outbox/").content.decode()
    assert "is disconnected from X. Connect it again" in outbox and "Resume sending" not in outbox
    assert "partneraccount_resume" not in boss.get(reverse(CHANGE, args=[account.pk])).content.decode()
    account = PartnerAccount.objects.select_related("address").get()
    assert (account.token_state, account.is_connected, account.paused) == (TokenState.DEAD, False, False)
    assert account.address.sending_stopped and account.address.banner == banner


def test_a_stop_whose_cause_was_mended_is_lifted(boss: Client, django_capture_on_commit_callbacks: Any) -> None:
    account = saved(boss)
    Address.objects.update(sending_stopped=True, banner="No credits left.")
    assert "Sending is resumed." in press(boss, account, "resume", django_capture_on_commit_callbacks)
    assert not Address.objects.get().sending_stopped


def test_the_outbox_resumes_an_account_as_its_own_page_does(boss: Client) -> None:
    account = saved(boss)
    PartnerAccount.objects.update(token_state=TokenState.DEAD)
    Address.objects.update(sending_stopped=True, banner="X no longer accepts this account's access token.")
    boss.post(f"/outbox/accounts/{account.address_id}/resume/")
    account.refresh_from_db()
    assert account.token_state == TokenState.UNTRIED
    assert (account.address.sending_stopped, account.address.banner) == (False, "")


def test_where_each_kind_of_message_goes_is_chosen_on_the_accounts_page(boss: Client) -> None:
    place = make_queue("Bookings")
    account = saved(boss, place_direct_queue=place.pk, place_direct_priority="high")
    row = Placement.objects.get(address=account.address)
    assert (row.kind, row.queue, row.folder, row.priority) == ("direct", place, None, "high")
    form = boss.get(reverse(CHANGE, args=[account.pk])).context["adminform"].form
    assert (form.initial["place_direct_queue"], form.initial["place_direct_priority"]) == (place, "high")
    known = {"place_direct_queue": "", "place_direct_priority": "", "place_mention_priority": "low"}
    assert boss.post(reverse(CHANGE, args=[account.pk]), page(**known)).status_code == 302
    assert Placement.objects.get().kind == "mention"


@pytest.mark.django_db(transaction=True)
def test_it_is_saved_as_a_browser_does(boss: Client) -> None:
    account = saved(boss)
    answer = boss.post(reverse(CHANGE, args=[account.pk]), typed_on(boss, account) | {"paused": ["on"]}, follow=True)
    account.refresh_from_db()
    assert (answer.status_code, account.paused) == (200, True)

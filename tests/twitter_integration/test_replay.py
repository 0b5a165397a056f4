"""manage.py x_replay: recordings through the same inbox and drain, and a summary that a script can read."""

import json
import threading
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.factories import ANA, NOW
from tests.twitter_integration.bodies import MODERN, direct, post
from tests.twitter_integration.installed import SECRET, deliver, fail_on, install
from tickets.models import Message, Ticket
from twitter_integration.deliveries.drain import drain
from twitter_integration.deliveries.lanes import Lane, hold
from twitter_integration.deliveries.replaying import PAUSE, Summary, count_effects
from twitter_integration.models import Delivery, PartnerAccount
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, provision
from twitter_integration.signing import sign_body

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


def replay(folder: Path, *bodies: bytes | dict[str, str], **options: object) -> dict[str, int]:
    path = folder / "bodies.jsonl"
    lines = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies]
    path.write_bytes(b"\n".join(lines))
    out = StringIO()
    call_command("x_replay", str(path), stdout=out, **options)
    return dict(json.loads(out.getvalue()))


def signed(body: bytes, *, secret: str = SECRET) -> dict[str, str]:
    return {"body": body.decode(), "signature": sign_body(body, secret=secret)}


def test_the_summary_counts_what_came_of_it(acme: PartnerAccount, tmp_path: Path) -> None:
    told = replay(tmp_path, post(), direct(), post(dialect=MODERN), b'{"for_user_id":"1"}', b'{"strange":1}')
    assert told == {
        "read": 5,
        "unreadable": 0,
        "stored": 5,
        "duplicates": 0,
        "refused": 0,
        "dead_letters": 1,
        "messages": 3,
        "tickets_opened": 3,
        "waiting": 0,
    }


def test_a_second_time_changes_nothing(acme: PartnerAccount, tmp_path: Path) -> None:
    bodies = [post(f"number {n}") for n in range(5)]
    replay(tmp_path, *bodies)
    again = replay(tmp_path, *bodies, bodies[0])
    assert (again["read"], again["duplicates"], again["stored"]) == (6, 6, 0)
    assert (again["messages"], again["tickets_opened"], Message.objects.count()) == (0, 0, 5)


def test_what_the_webhook_took_before_is_recognised(acme: PartnerAccount, tmp_path: Path) -> None:
    body = post()
    replay(tmp_path, body)
    assert replay(tmp_path, signed(body))["duplicates"] == 1


def test_a_signature_is_checked_and_its_absence_remembered(acme: PartnerAccount, tmp_path: Path) -> None:
    told = replay(tmp_path, signed(post("true")), signed(post("forged"), secret="guess"), post("unsigned"))
    assert (told["refused"], told["stored"]) == (1, 2)
    assert list(Delivery.objects.order_by("id").values_list("signed", flat=True)) == [True, False]


def test_what_a_run_that_was_cut_off_left_is_worked_and_counted_by_the_next(
    acme: PartnerAccount, tmp_path: Path
) -> None:
    bodies = [post(), direct()]
    replay(tmp_path, *bodies, no_drain=True)
    told = replay(tmp_path, *bodies)
    assert (told["stored"], told["duplicates"], told["messages"], told["waiting"]) == (0, 2, 2, 0)
    assert replay(tmp_path, *bodies)["messages"] == 0


def test_without_draining_it_is_only_stored(acme: PartnerAccount, tmp_path: Path) -> None:
    told = replay(tmp_path, post(), no_drain=True)
    assert (told["stored"], told["messages"], Delivery.objects.get().state) == (1, 0, "new")
    out = StringIO()
    call_command("x_drain", stdout=out)
    assert json.loads(out.getvalue())["done"] == 1 and Ticket.objects.count() == 1


def test_what_a_worker_works_meanwhile_is_counted_once(
    acme: PartnerAccount, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    replay(tmp_path, post(), no_drain=True)
    summary = Summary(keys=list(Delivery.objects.values_list("pk", flat=True)))
    with django_assert_num_queries(1):  # what one statement sees is of one moment
        count_effects(summary, since=NOW)
    assert (summary.waiting, summary.messages) == (1, 0)
    drain()
    count_effects(summary, since=NOW)
    assert (summary.waiting, summary.messages) == (0, 1)


def test_what_comes_in_meanwhile_is_not_counted(acme: PartnerAccount, tmp_path: Path) -> None:
    deliver(acme, post("@acmehelp_demo live"), b'{"strange":1}')
    told = replay(tmp_path, post("@acmehelp_demo recorded"))
    assert (told["stored"], told["messages"], told["tickets_opened"], told["dead_letters"]) == (1, 1, 1, 0)
    assert Message.objects.count() == 2


def test_what_joins_a_ticket_that_live_traffic_opened_opened_none(acme: PartnerAccount, tmp_path: Path) -> None:
    deliver(acme, post("@acmehelp_demo live", number="1950000000000000000"))
    told = replay(tmp_path, post("@acmehelp_demo and", minute=1, answers=("1950000000000000000", ANA)))
    assert (told["messages"], told["tickets_opened"], Ticket.objects.count()) == (1, 0, 1)


def test_what_failed_is_said_to_wait_for_its_next_try(acme: PartnerAccount, tmp_path: Path) -> None:
    fail_on("guilty")
    told = replay(tmp_path, post("guilty"), post("innocent"))
    assert (told["stored"], told["messages"], told["waiting"]) == (2, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_what_another_worker_has_in_hand_is_waited_for_and_counted(acme: PartnerAccount, tmp_path: Path) -> None:
    holds = threading.Event()

    def work() -> None:
        with hold(Lane(acme.page_id)):
            holds.set()
            while Delivery.objects.count() < 3:
                time.sleep(0.02)
            time.sleep(2 * PAUSE)  # until the replay has found the account taken
            drain()
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    holds.wait()
    told = replay(tmp_path, *(post(f"@acmehelp_demo {n}") for n in range(3)))
    worker.join()
    assert (told["stored"], told["messages"], told["tickets_opened"], told["waiting"]) == (3, 3, 3, 0)


def test_two_apps_each_get_what_is_theirs(acme: PartnerAccount, tmp_path: Path) -> None:
    other = install("900000000000000009", app="Second app", handle="second_demo")
    replay(tmp_path, post(), post(us=other.page_id))
    assert set(Delivery.objects.values_list("app_id", flat=True)) == {acme.app_id, other.app_id}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_a_body_that_belongs_nowhere_is_said_with_the_remedy(acme: PartnerAccount, tmp_path: Path) -> None:
    install("900000000000000009", app="Second app", handle="second_demo")
    with pytest.raises(CommandError, match="x_account add"):
        replay(tmp_path, post(us="900000000000000077"))
    assert replay(tmp_path, post(us="900000000000000077"), app="Second app")["dead_letters"] == 1


def test_an_app_that_does_not_exist_is_said_with_those_that_do(acme: PartnerAccount, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no X app named Nobody\. There are: Acme app\."):
        replay(tmp_path, post(), app="Nobody")


def test_a_file_that_is_no_recording_is_said(acme: PartnerAccount, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not JSON"):
        replay(tmp_path, b"hello")


@pytest.mark.parametrize("path", ["", "  "])
def test_a_path_that_was_left_empty_does_not_mean_where_one_stands(
    acme: PartnerAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    (tmp_path / "bodies.jsonl").write_bytes(post())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match="PATH: it is empty"):
        call_command("x_replay", path, no_drain=True, stdout=StringIO())
    assert not Delivery.objects.exists()
    call_command("x_replay", ".", no_drain=True, stdout=StringIO())
    assert Delivery.objects.count() == 1


def test_one_bad_line_costs_nothing_but_itself(acme: PartnerAccount, tmp_path: Path) -> None:
    path, out, err = tmp_path / "day.jsonl", StringIO(), StringIO()
    path.write_bytes(b"\n".join([post("one"), b'{"cut', post("two")]))
    with pytest.raises(SystemExit, match="1"):
        call_command("x_replay", str(path), stdout=out, stderr=err)
    told = json.loads(out.getvalue())
    assert (told["read"], told["stored"], told["unreadable"], told["messages"]) == (2, 2, 1, 2)
    assert f"{path}, line 2: not JSON." in err.getvalue() and "unreadable: 1 line;" in err.getvalue()


def test_old_withdrawals_of_consent_stop_no_account_that_was_set_up_since(acme: PartnerAccount) -> None:
    fixtures = Path(__file__).parent / "fixtures"
    facts = AccountFacts(page_id=acme.page_id, access_token="token", access_token_secret="token-secret")
    provision(AppFacts(name=acme.app.name), facts, now=NOW + timedelta(days=365))
    for dialect in ("account_activity", "x_activity"):
        call_command("x_replay", str(fixtures / dialect / "revoked.json"), stdout=StringIO())
    account = PartnerAccount.objects.select_related("address").get()
    assert str(account.access_token) and not account.address.sending_stopped

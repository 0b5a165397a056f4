"""The bell's rope on the real table: one claimer a bell, bells that wait, and no poison."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import SignedPackage
from django_q.tasks import async_task

from kapture.broker import SkipLockedBroker, delayed
from tests.kapture.samples import rung

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _do_not_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Conf, "POLL", 0)


def functions(claimed: list[tuple[int, str]]) -> list[str]:
    return [SignedPackage.loads(payload)["func"] for _, payload in claimed]


def test_the_oldest_bell_is_taken_first_and_in_one_statement(django_assert_num_queries: object) -> None:
    for name in ("first", "second"):
        async_task(f"tests.{name}")
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's context manager
        claimed = SkipLockedBroker().dequeue()
    assert functions(claimed) == ["tests.first"]


def test_one_bell_is_taken_whatever_plan_the_database_makes() -> None:
    """Of a sub-select that is run anew for each row, every run would choose another bell."""
    for name in ("first", "second", "third"):
        async_task(f"tests.{name}")
    with connection.cursor() as cursor:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    assert functions(SkipLockedBroker().dequeue()) == ["tests.first"]


def test_a_claimed_bell_is_hidden_until_its_retry_time() -> None:
    async_task("tests.once")
    before = timezone.now()
    assert SkipLockedBroker().dequeue()
    assert SkipLockedBroker().dequeue() == []
    assert OrmQ.objects.get().lock >= before + timedelta(seconds=Conf.RETRY)


def test_a_delayed_bell_rings_when_it_is_due_and_not_before() -> None:
    async_task("tests.later", broker=delayed(timezone.now() + timedelta(minutes=5)))
    assert SkipLockedBroker().dequeue() == []
    OrmQ.objects.update(lock=timezone.now())
    assert functions(SkipLockedBroker().dequeue()) == ["tests.later"]


def test_a_bell_is_rung_with_the_transaction_or_not_at_all() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        async_task("tests.never", broker=delayed(timezone.now()))
        _ = 1 / 0
    assert not OrmQ.objects.exists()


def test_a_bell_that_cannot_be_read_is_dropped_and_the_good_one_beside_it_rings(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Conf, "BULK", 2)
    OrmQ.objects.create(key=Conf.CLUSTER_NAME, payload=rung("tests.gone", poison=True), lock=timezone.now())
    async_task("tests.good")
    assert functions(SkipLockedBroker().dequeue()) == ["tests.good"]
    assert "cannot be read" in caplog.text
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_bell_nor_wait_for_each_other() -> None:
    for name in ("one", "two"):
        async_task(f"tests.{name}")
    others: list[str] = []

    def claim_beside() -> None:
        others.extend(functions(SkipLockedBroker().dequeue()))
        connection.close()

    with transaction.atomic():
        mine = functions(SkipLockedBroker().dequeue())  # its row lock is held until the block ends
        beside = threading.Thread(target=claim_beside)
        beside.start()
        beside.join(timeout=5)
    assert sorted(mine + others) == ["tests.one", "tests.two"]

"""What load balancers and Prometheus see, and who may see the details."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from kapture import canary, health, probes, readiness
from kapture.figures import Figure

FAR = "203.0.113.9"


@pytest.fixture(autouse=True)
def _own_probes_only(settings: Any) -> None:
    settings.HEALTH_PROBES = ["kapture.probes.figures", "tests.kapture.test_health.some_figures"]


def some_figures() -> list[Figure]:
    return [
        Figure("desk_tickets", "Tickets by state", 3, {"state": "open"}),
        Figure("desk_tickets", "Tickets by state", 2, {"state": "closed"}),
    ]


def ask(view: Callable[[HttpRequest], HttpResponse], *, by: str = "127.0.0.1", **headers: str) -> HttpResponse:
    return view(RequestFactory().get("/", REMOTE_ADDR=by, headers=headers))


def test_being_alive_needs_no_database() -> None:
    assert ask(health.healthz).status_code == 200


@pytest.mark.django_db
def test_ready_means_database_migrations_and_a_worker_that_answers() -> None:
    canary.beat(timezone.now())
    answer = ask(health.readyz)
    parts = json.loads(answer.content)["parts"]
    assert answer.status_code == 200
    assert parts["database"]["ok"] and parts["migrations"]["ok"] and parts["kapture_canary_age_seconds"]["ok"]


@pytest.mark.django_db
def test_without_a_worker_it_is_not_ready_and_says_so() -> None:
    answer = ask(health.readyz)
    assert answer.status_code == 503
    assert json.loads(answer.content)["parts"]["kapture_canary_age_seconds"]["detail"] == "No worker has answered yet."


@pytest.mark.django_db
def test_a_probe_that_breaks_makes_it_not_ready_and_hides_no_other(settings: Any) -> None:
    settings.HEALTH_PROBES = ["tests.kapture.test_health.no_such_probe", "tests.kapture.test_health.some_figures"]
    names = [figure.name for figure in probes.collect()]
    assert names == ["kapture_probe_failed", "desk_tickets", "desk_tickets"]
    assert ask(health.readyz).status_code == 503


@pytest.mark.django_db
def test_missing_migrations_make_it_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "unapplied", lambda: 2)
    answer = ask(health.readyz)
    assert answer.status_code == 503
    assert "2 migrations" in json.loads(answer.content)["parts"]["migrations"]["detail"]


@pytest.mark.django_db
def test_figures_are_answered_in_prometheus_format() -> None:
    text = ask(health.metrics).content.decode()
    assert 'desk_tickets{state="open"} 3.0' in text
    assert text.count("# TYPE desk_tickets gauge") == 1
    assert "kapture_canary_age_seconds +Inf" in text


@pytest.mark.django_db
def test_a_stranger_learns_yes_or_no_and_nothing_else() -> None:
    assert set(json.loads(ask(health.readyz, by=FAR).content)) == {"ready"}
    assert ask(health.metrics, by=FAR).status_code == 403


@pytest.mark.django_db
def test_a_stranger_behind_a_proxy_on_this_machine_is_still_a_stranger() -> None:
    assert ask(health.metrics, **{"X-Forwarded-For": FAR}).status_code == 403


@pytest.mark.django_db
def test_the_token_opens_the_figures_from_anywhere(settings: Any) -> None:
    settings.METRICS_TOKEN = "open-sesame"
    assert ask(health.metrics, by=FAR, Authorization="Bearer open-sesame").status_code == 200
    assert ask(health.metrics, by=FAR, Authorization="Bearer wrong").status_code == 403

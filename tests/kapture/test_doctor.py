"""The doctor: each line says what is wrong and how to mend it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone

from kapture import canary, doctor
from kapture.figures import Finding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_checks_on_the_tests_database(settings: Any, tmp_path: Path) -> None:
    settings.DOCTOR_CHECKS = ["kapture.doctor.findings"]
    settings.VAR_DIR = tmp_path
    settings.DATABASE_URL = settings.DATABASE_URL or "the tests' own"  # so that no second server is started


def finding(subject: str) -> Finding:
    """Return the worst finding about `subject`."""
    found = [one for one in doctor.findings() if one.subject == subject]
    return min(found, key=lambda one: one.ok)


def test_a_good_installation_has_nothing_to_mend(settings: Any) -> None:
    settings.PUBLIC_URL, settings.HTTPS, settings.ALLOWED_HOSTS = "https://desk.example", True, ["desk.example"]
    get_user_model().objects.create_superuser("sam", password="s")
    canary.beat(timezone.now())
    assert [one for one in doctor.findings() if not one.ok] == []


def test_a_worker_that_does_not_answer_is_named_with_the_command_that_helps() -> None:
    assert finding("worker") == Finding(
        False, "worker", "The worker has never answered.", "Start everything with: make up"
    )


def test_an_address_without_https_is_advice_and_no_failure(settings: Any) -> None:
    settings.PUBLIC_URL, settings.HTTPS = "http://127.0.0.1:8000", False
    assert (finding("public address").ok, finding("public address").fatal) == (False, False)


def test_an_address_that_django_would_refuse_is_found(settings: Any) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "https://desk.example", ["localhost"]
    assert finding("public address").remedy == "Set ALLOWED_HOSTS=desk.example"


def test_a_key_that_others_may_read_is_found(settings: Any) -> None:
    (settings.VAR_DIR / "secret_key").touch()
    (settings.VAR_DIR / "secret_key").chmod(0o644)
    assert "Others may read" in finding("keys").sentence


def test_a_key_that_cannot_seal_is_found(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = ["too short"]
    assert not finding("keys").ok


def test_media_that_cannot_be_written_are_found(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "media").touch()
    settings.MEDIA_ROOT = tmp_path / "media"
    assert not finding("storage").ok


def test_a_check_that_breaks_silences_no_other(settings: Any) -> None:
    settings.DOCTOR_CHECKS = ["tests.kapture.no_such_check", "kapture.doctor.findings"]
    first, *others = doctor.examine()
    assert "tests.kapture.no_such_check" in first.sentence
    assert others


def test_the_command_exits_1_and_prints_json_for_machines() -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("doctor", "--json", stdout=out)
    assert left.value.code == 1
    assert {"ok", "subject", "sentence", "remedy", "fatal"} == set(json.loads(out.getvalue())[0])


def test_the_command_prints_one_line_a_finding() -> None:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out)
    assert "MEND  worker           The worker has never answered. Start everything with: make up" in out.getvalue()

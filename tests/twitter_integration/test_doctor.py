"""X's side of the doctor, and the check that keeps the sandbox out of production."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kapture.figures import Finding
from tests.factories import NOW
from tickets import doctor as desk
from tickets.models import Address
from twitter_integration.checks import refuse_a_timeout_that_outlives_its_worker, refuse_the_sandbox_in_production
from twitter_integration.doctor import findings
from twitter_integration.facts.consequences import withdraw_consent
from twitter_integration.models import PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.bearer import invalidate_bearer


def told() -> dict[str, Finding]:
    return {finding.subject: finding for finding in findings()}


@pytest.mark.django_db
def test_without_an_account_it_says_where_to_set_one_up() -> None:
    (finding,) = findings()
    assert not finding.ok and not finding.fatal and "x_account add" in finding.remedy


def test_a_living_account_is_well_and_its_missing_webhook_is_told(acme: PartnerAccount) -> None:
    found = told()
    assert found["@acmehelp_demo"].ok and found["clock of X"].ok
    assert "X does not know our address" in found["webhook (Acme app)"].sentence


def test_an_app_without_its_bearer_token_says_so(acme: PartnerAccount) -> None:
    assert "app (Acme app)" not in told()
    invalidate_bearer(acme.app)
    assert "keeps no bearer token" in told()["app (Acme app)"].sentence


def test_a_dead_token_is_told_with_its_remedy(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.act("revoke", user="acmehelp_demo")
    finding = told()["@acmehelp_demo"]
    assert not finding.ok and "no longer accepts" in finding.sentence


def test_a_token_of_somebody_else_is_told(acme: PartnerAccount) -> None:
    PartnerAccount.objects.update(page_id="42")
    assert "not to Page ID 42" in told()["@acmehelp_demo"].sentence


@pytest.mark.parametrize(
    ("account", "address", "sentence", "remedy"),
    [
        ({}, {"sending_stopped": True, "banner": "No credits."}, "No credits.", "Resume sending"),
        (
            {"disconnected_at": NOW},
            {"sending_stopped": True, "banner": "Consent is gone."},
            "Consent",
            "Connect with X",
        ),
        ({"paused": True}, {}, "It is paused.", "partner configuration"),
    ],
)
def test_a_halted_account_is_one_line_with_one_remedy(
    account: dict[str, Any], address: dict[str, Any], sentence: str, remedy: str, acme: PartnerAccount
) -> None:
    PartnerAccount.objects.update(**account)
    Address.objects.filter(pk=acme.address_id).update(**address)
    (finding,) = (one for one in findings() if one.subject == "@acmehelp_demo" and not one.ok)
    assert sentence in finding.sentence and remedy in finding.remedy


def test_a_withdrawn_consent_is_one_fault_whose_remedy_is_to_connect_again(acme: PartnerAccount) -> None:
    withdraw_consent(acme, at=timezone.now())
    told = [one for one in (*desk.findings(), *findings()) if not one.ok and "withdrew its consent" in one.sentence]
    assert [(one.remedy, one.fatal) for one in told] == [("Press “Connect with X” on its page.", True)]


def test_a_sentence_that_names_its_remedy_gets_no_second_one(acme: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.act("revoke", user="acmehelp_demo")
    finding = told()["@acmehelp_demo"]
    assert "must connect the account again" in finding.sentence and finding.remedy == ""


def test_a_lost_key_is_told_and_nothing_falls_over(acme: PartnerAccount, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = ["n3yRuuqvRYFDbeiBG1QMp1rMkOSgkPMbsuZvHkvNkh4="]
    finding = told()["@acmehelp_demo"]
    assert not finding.ok and "ENCRYPTION_KEYS" in finding.remedy


def test_the_sandbox_is_refused_where_the_public_can_reach(settings: Any) -> None:
    settings.X_API_URL, settings.DEBUG = "http://127.0.0.1:8400", False
    settings.PUBLIC_URL = "https://desk.acme.example"
    (error,) = refuse_the_sandbox_in_production()
    assert error.id == "twitter_integration.E001"
    with pytest.raises(CommandError, match=r"refused where https://desk\.acme\.example is public"):
        call_command("sandbox", "--credentials")


def test_the_sandbox_is_welcome_on_ones_own_machine(settings: Any) -> None:
    settings.X_API_URL, settings.PUBLIC_URL = "http://127.0.0.1:8400", "http://127.0.0.1:8000"
    assert refuse_the_sandbox_in_production() == []


@pytest.mark.parametrize(("seconds", "found"), [(0, 1), (0.5, 1), (1, 0), (15, 0), (17, 0), (46, 1)])
def test_a_call_may_not_outlive_its_worker(seconds: float, found: int, settings: Any) -> None:
    settings.X_TIMEOUT_SECONDS = seconds
    errors = refuse_a_timeout_that_outlives_its_worker()
    assert len(errors) == found and all("must be from 1 to 17" in error.msg for error in errors)

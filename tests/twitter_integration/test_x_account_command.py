"""manage.py x_account: an account set up without clicking."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_queue
from tickets.models import Address
from twitter_integration.models import PartnerAccount, XApp

pytestmark = pytest.mark.django_db
NAMED = ["--app", "Acme app", "--consumer-key", "demoKey", "--page-id", "900000000000000001"]
WHOLE = [*NAMED, "--page-name", "acmehelp_demo", "--consumer-secret", "cs", "--access-token", "at"]
WHOLE += ["--access-token-secret", "ats"]


def run(*arguments: str) -> Any:
    output = StringIO()
    call_command("x_account", *arguments, stdout=output)
    return json.loads(output.getvalue())


def test_it_tells_the_account_and_the_webhooks_path_as_json() -> None:
    told = run("add", *WHOLE)
    assert told["account"] == "900000000000000001"
    assert told["webhook_path"] == f"/webhooks/x/{XApp.objects.get().webhook_token}/"


def test_run_again_it_updates_and_keeps_the_path() -> None:
    make_queue("Support")
    before = run("add", *WHOLE)
    after = run("add", *WHOLE, "--queue", "Support", "--tier", "enterprise", "--bearer-token", "bt")
    assert after["webhook_path"] == before["webhook_path"]
    assert (after["queue"], after["tier"]) == ("Support", "enterprise")
    assert PartnerAccount.objects.count() == 1


def test_secrets_come_from_the_environment_or_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    token_file.write_text("from-a-file\n")
    monkeypatch.setenv("X_CONSUMER_SECRET", "from-the-environment")
    monkeypatch.setenv("X_ACCESS_TOKEN_SECRET_FILE", str(token_file))
    run("add", *NAMED, "--page-name", "acmehelp_demo", "--access-token-file", str(token_file))
    account = PartnerAccount.objects.select_related("app").get()
    assert account.app.consumer_secret == "from-the-environment"
    assert account.access_token == account.access_token_secret == "from-a-file"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"access token cannot be read from .*missing"):
        run("add", *NAMED, "--access-token-file", str(tmp_path / "missing"))


def test_a_mistyped_app_does_not_take_a_live_account_away() -> None:
    run("add", *WHOLE)
    other = ["--app", "Acmee app", *WHOLE[2:]]
    with pytest.raises(
        CommandError, match=r"belongs to the X app 'Acme app', not 'Acmee app' \(which there is not yet"
    ):
        run("add", *other)
    assert [app.name for app in XApp.objects.all()] == ["Acme app"]
    assert run("add", *other, "--move-app")["app"] == "Acmee app"


def test_an_unknown_queue_is_answered_with_those_there_are() -> None:
    with pytest.raises(CommandError, match=r"There is no queue 'Suport'. Known: General"):
        run("add", *WHOLE, "--queue", "Suport")


def test_the_list_shows_accounts_and_no_secret() -> None:
    run("add", *WHOLE)
    output = StringIO()
    call_command("x_account", "list", "--json", stdout=output)
    (row,) = json.loads(output.getvalue())
    assert row["page_name"] == "acmehelp_demo" and row["token"] == "untried"
    assert "ats" not in output.getvalue()


def test_the_list_comes_although_the_key_of_the_secrets_is_lost(settings: Any) -> None:
    run("add", *WHOLE)
    settings.ENCRYPTION_KEYS = ["n3yRuuqvRYFDbeiBG1QMp1rMkOSgkPMbsuZvHkvNkh4="]
    assert len(run("list", "--json")) == 1


def test_a_stopped_account_is_shown_and_sends_again() -> None:
    run("add", *WHOLE)
    Address.objects.update(sending_stopped=True, banner="The X app has no credits left.")
    assert run("list", "--json")[0]["sending_stopped"]
    assert run("resume", "@acmehelp_demo", "--json") == {"account": "900000000000000001", "was_stopped": True}
    assert (Address.objects.get().sending_stopped, Address.objects.get().banner) == (False, "")
    assert not run("resume", "@acmehelp_demo", "--json")["was_stopped"]


@pytest.mark.parametrize(("state", "words"), [({"paused": True}, "paused"), ({"enabled": False}, "switched off")])
def test_what_an_administrator_stopped_is_not_resumed(state: dict[str, bool], words: str) -> None:
    run("add", *WHOLE)
    PartnerAccount.objects.update(**state)
    with pytest.raises(CommandError, match=words):
        run("resume", "900000000000000001")

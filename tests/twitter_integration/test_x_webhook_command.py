"""manage.py x_webhook: what it prints and what it refuses. The dialects have a file of their own."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from twitter_integration.models import PartnerAccount, XApp


def run(*arguments: str) -> Any:
    output = io.StringIO()
    call_command("x_webhook", *arguments, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_it_registers_lists_validates_and_deletes(reachable: PartnerAccount) -> None:
    told = run("register")
    assert told["valid"] and told["accounts"] == {}
    assert [row["ours"] for row in run("list")] == [True]
    assert run("validate") == {"webhook_id": told["webhook_id"], "valid": True}
    assert run("delete", "--id", told["webhook_id"])["deleted"]
    assert run("list") == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["validate"], "no webhook of ours yet"),
        (["delete"], "Name the registration"),
        (["replay"], "Name the gap"),
        (["delete", "--id", "../.."], "'../..' is no id of X's: they are digits and letters"),
        (["validate", "--id", "١٢"], "is no id of X's"),
        (["replay", "--id", "1", "--from", "0001-01-01", "--to", "0001-01-02"], "Its year is from 2006 to 2100"),
        (["replay", "--id", "1", "--from", "yesterday", "--to", "today"], "Not a moment: 'yesterday'"),
        (["list", "--app", "Nobody's"], 'There is no X app "Nobody\'s"; name one with --app: Acme app'),
    ],
)
def test_what_is_not_said_well_is_answered_in_a_sentence(
    acme: PartnerAccount, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


def test_a_webhook_nobody_has_on_file_is_not_said_to_be_deleted(reachable: PartnerAccount) -> None:
    with pytest.raises(CommandError, match="There was no webhook 999"):
        run("delete", "--id", "999")


def test_people_get_lines_and_programs_json(reachable: PartnerAccount) -> None:
    made, output = run("register")["webhook_id"], io.StringIO()
    call_command("x_webhook", "list", stdout=output)
    assert output.getvalue().startswith(f"webhook id {made}, url http") and "valid yes, ours yes" in output.getvalue()


def test_a_gap_too_young_to_be_sent_again_is_refused_by_x(reachable: PartnerAccount) -> None:
    run("register")
    with pytest.raises(CommandError):
        run("replay", "--from", "2026-03-02T10:00", "--to", "2026-03-02T10:10")


def test_a_lost_key_is_told_in_a_sentence(acme: PartnerAccount, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = ["n3yRuuqvRYFDbeiBG1QMp1rMkOSgkPMbsuZvHkvNkh4="]
    with pytest.raises(CommandError, match="ENCRYPTION_KEYS"):
        run("list")
    assert XApp.objects.count() == 1

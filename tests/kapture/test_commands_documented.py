"""Every command and every option of it stands in docs/commands.md."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

OURS = sorted(name for name, app in get_commands().items() if app in ("kapture", "tickets", "twitter_integration"))
COMMON = {"--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color"}
COMMON |= {"--force-color", "--skip-checks"}
PAGE = (settings.BASE_DIR / "docs" / "commands.md").read_text(encoding="utf-8")


def options_of(name: str) -> set[str]:
    """Long options, those of sub-commands included."""
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    parsers = [parser]
    for action in parser._actions:
        parsers += list(action.choices.values()) if action.nargs == "A..." and isinstance(action.choices, dict) else []
    found = {option for part in parsers for action in part._actions for option in action.option_strings}
    return {option for option in found if option.startswith("--")} - COMMON


@pytest.mark.parametrize("name", OURS)
def test_a_command_and_its_options_are_documented(name: str) -> None:
    section = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section, f"docs/commands.md has no section {name}"
    missing = {option for option in options_of(name) if f"`{option}" not in section[1]}
    assert not missing, f"docs/commands.md does not name {missing} of {name}"

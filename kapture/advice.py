"""How a command is called on this machine, so that advice can be pasted as it is printed."""

import re
import shlex
import sys
from pathlib import Path

from django.conf import settings

_COMMAND = re.compile(r"(?<![\w/.])manage\.py (?=[a-z])")


def make_runnable(text: str) -> str:
    """Put this installation's Python, and its folder where that is not the usual one, before every `manage.py …`."""
    return _COMMAND.sub(lambda found: f"{_prefix()}{found[0]}", text)


def _prefix() -> str:
    base, var_dir = Path(settings.BASE_DIR), Path(settings.VAR_DIR).absolute()
    python = Path(sys.executable)
    here = Path.cwd() == base and python.is_relative_to(base)
    folder = "" if var_dir == base / "var" else f"KAPTURE_VAR={shlex.quote(str(var_dir))} "
    there = "" if Path.cwd() == base else f"cd {shlex.quote(str(base))} && "
    return f"{there}{folder}{shlex.quote(str(python.relative_to(base) if here else python))} "

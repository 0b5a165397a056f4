"""Reads recorded webhook bodies from files: one JSON body, an array of them, JSON lines, or a folder of such files.

A recording is a body as it is, or an envelope {"body": "<raw text>", "signature": "sha256=…"}; only the raw text of an
envelope can be checked against its signature, for a body written out again has another digest.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
TOO_DEEP = "nested too deep"
HALF_A_CHARACTER = "its body holds half a character, which no body of X's can"


class NotARecording(Exception):
    """The file cannot be read as recordings; the sentence says where and why."""


@dataclass(frozen=True, slots=True)
class Recording:
    body: bytes
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line, item or file that is no recording, among others that may be."""

    path: Path
    place: str
    why: str = "not JSON"

    def __str__(self) -> str:
        return f"{self.path}{', ' if self.place else ''}{self.place}: {self.why}."


def files(path: Path) -> list[Path]:
    """The file itself, or every .json, .jsonl and .ndjson file below the folder, in order. Raises NotARecording."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NotARecording(
            f"{path}: this is neither a file nor a folder."
            if path.exists()
            else f"{path}: there is no such file or folder."
        )
    below = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
    # os.path.isfile says no to what may not be looked at, where Path.is_file raises.
    found = sorted(p for p in below if p.suffix in _SUFFIXES and os.path.isfile(p))  # noqa: PTH113
    if not found:
        raise NotARecording(f"{path}: there is no .json, .jsonl or .ndjson file in this folder.")
    return found


def read(path: Path) -> Iterator[Recording | Unreadable]:
    """Recordings of one file, lazily where it is JSON lines; what is none is told in its place. Raises NotARecording
    where no line is one."""
    try:
        yield from _read_lines(path) if path.suffix in {".jsonl", ".ndjson"} else _read_whole(path)
    except OSError as error:  # gone meanwhile, or not ours to read
        yield Unreadable(path, "", f"cannot be read ({error.strerror})")


def _read_whole(path: Path) -> Iterator[Recording | Unreadable]:
    raw = path.read_bytes()
    try:
        tree = json.loads(raw)
    except RecursionError:
        yield Unreadable(path, "", TOO_DEEP)
    except ValueError:
        yield from _read_lines(path)
    else:
        if isinstance(tree, list):
            yield from (_recording(item, path, f"item {number}") for number, item in enumerate(tree, start=1))
        elif isinstance(tree, dict) and not _is_envelope(tree):
            yield Recording(raw.strip())  # byte for byte, as it may have been signed
        else:
            yield _recording(tree, path, "")


def _read_lines(path: Path) -> Iterator[Recording | Unreadable]:
    good, first_bad = 0, None
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            found = _read_line(line, path, f"line {number}")
            if isinstance(found, Unreadable):
                first_bad = first_bad or found
            else:
                good += 1
            yield found
    if first_bad and not good:
        raise NotARecording(str(first_bad))


def _read_line(line: bytes, path: Path, place: str) -> Recording | Unreadable:
    try:
        tree = json.loads(line)
    except RecursionError:
        return Unreadable(path, place, TOO_DEEP)
    except ValueError:
        return Unreadable(path, place)
    envelope = isinstance(tree, dict) and _is_envelope(tree)
    return _recording(tree, path, place) if envelope else Recording(line.strip())


def _is_envelope(tree: dict[str, Any]) -> bool:
    return isinstance(tree.get("body"), str | dict)


def _recording(tree: Any, path: Path, place: str) -> Recording | Unreadable:
    if not (isinstance(tree, dict) and _is_envelope(tree)):
        return Recording(_dump(tree))
    body, signature = tree["body"], tree.get("signature")
    try:
        raw = body.encode() if isinstance(body, str) else _dump(body)
    except UnicodeEncodeError:
        return Unreadable(path, place, HALF_A_CHARACTER)
    return Recording(raw, signature if isinstance(signature, str) else "")


def _dump(tree: Any) -> bytes:
    return json.dumps(tree, separators=(",", ":")).encode()

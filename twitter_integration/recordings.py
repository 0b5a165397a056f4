"""Reads recorded webhook bodies from files: one JSON body, an array of them, JSON lines, or a folder of such files.

A recording is a body as it is, or an envelope {"body": "<raw text>", "signature": "sha256=…"}; only the raw text of an
envelope can be checked against its signature, for a body written out again has another digest.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class NotARecording(Exception):
    """The file cannot be read as recordings; the sentence says where and why."""


@dataclass(frozen=True, slots=True)
class Recording:
    body: bytes
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is no JSON, among others that may be."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: not JSON."


def files(path: Path) -> list[Path]:
    """The file itself, or every .json, .jsonl and .ndjson file below the folder, in order. Raises NotARecording."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NotARecording(f"{path}: there is no such file or folder.")
    found = sorted(p for p in path.rglob("*") if p.suffix in {".json", ".jsonl", ".ndjson"} and p.is_file())
    if not found:
        raise NotARecording(f"{path}: there is no .json, .jsonl or .ndjson file in this folder.")
    return found


def read(path: Path) -> Iterator[Recording | Unreadable]:
    """Recordings of one file, lazily where it is JSON lines; a line that is none is told in its place. Raises
    NotARecording where no line is one."""
    if path.suffix in {".jsonl", ".ndjson"}:
        yield from _read_lines(path)
        return
    raw = path.read_bytes()
    try:
        tree = json.loads(raw)
    except ValueError:
        yield from _read_lines(path)
        return
    if isinstance(tree, list):
        yield from (_recording(item) for item in tree)
    elif isinstance(tree, dict) and not _is_envelope(tree):
        yield Recording(raw.strip())  # byte for byte, as it may have been signed
    else:
        yield _recording(tree)


def _read_lines(path: Path) -> Iterator[Recording | Unreadable]:
    good, first_bad = 0, None
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                tree = json.loads(line)
            except ValueError:
                bad = Unreadable(path, number)
                first_bad = first_bad or bad
                yield bad
                continue
            good += 1
            yield _recording(tree) if isinstance(tree, dict) and _is_envelope(tree) else Recording(line.strip())
    if first_bad and not good:
        raise NotARecording(str(first_bad))


def _is_envelope(tree: dict[str, Any]) -> bool:
    return isinstance(tree.get("body"), str | dict)


def _recording(tree: Any) -> Recording:
    if isinstance(tree, dict) and _is_envelope(tree):
        body, signature = tree["body"], tree.get("signature")
        raw = body.encode() if isinstance(body, str) else _dump(body)
        return Recording(raw, signature if isinstance(signature, str) else "")
    return Recording(_dump(tree))


def _dump(tree: Any) -> bytes:
    return json.dumps(tree, separators=(",", ":")).encode()

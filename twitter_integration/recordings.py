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


def read(path: Path) -> Iterator[Recording]:
    """Recordings of one file, lazily where it is JSON lines. Raises NotARecording."""
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


def _read_lines(path: Path) -> Iterator[Recording]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                tree = json.loads(line)
            except ValueError as error:
                raise NotARecording(f"{path}, line {number}: not JSON.") from error
            yield _recording(tree) if isinstance(tree, dict) and _is_envelope(tree) else Recording(line.strip())


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

"""Recorded bodies from files: as X sent them, in arrays, in lines, in folders, with or without a signature."""

import json
import os
from pathlib import Path

import pytest

from tests.twitter_integration.bodies import direct, post
from twitter_integration.deliveries.recordings import NotARecording, Recording, Unreadable, files, read

BODY = post("caf\u00e9")


def bodies_of(path: Path) -> list[Recording]:
    return [found for found in read(path) if isinstance(found, Recording)]


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_one_body_is_read_byte_for_byte(tmp_path: Path) -> None:
    raw = b'{ "for_user_id" : "1",\n "text":"\\/ \\u2014" }'
    assert list(read(written(tmp_path, "one.json", raw + b"\n"))) == [Recording(raw)]


def test_an_array_holds_a_body_each(tmp_path: Path) -> None:
    bodies = [BODY, direct()]
    array = b"[" + b",".join(bodies) + b"]"
    assert [json.loads(r.body) for r in bodies_of(written(tmp_path, "many.json", array))] == [
        json.loads(b) for b in bodies
    ]


@pytest.mark.parametrize("name", ["day.jsonl", "day.ndjson", "day.json"])
def test_lines_hold_a_body_each(tmp_path: Path, name: str) -> None:
    lines = BODY + b"\n\n  \n" + direct(number="7") + b"\n"
    assert [r.body for r in bodies_of(written(tmp_path, name, lines))] == [BODY, direct(number="7")]


def test_an_envelope_carries_the_raw_text_and_its_signature(tmp_path: Path) -> None:
    envelope = json.dumps({"body": BODY.decode(), "signature": "sha256=abc"}).encode()
    told = [Recording(BODY, "sha256=abc")]
    assert list(read(written(tmp_path, "one.json", envelope))) == told
    assert list(read(written(tmp_path, "lines.jsonl", envelope))) == told
    assert list(read(written(tmp_path, "many.json", b"[" + envelope + b"]"))) == told


def test_a_folder_is_read_in_order_and_only_what_is_a_recording(tmp_path: Path) -> None:
    for name in ("b/2.json", "a/1.jsonl", "readme.txt", "c.ndjson"):
        written(tmp_path, name, BODY)
    assert [path.relative_to(tmp_path).as_posix() for path in files(tmp_path)] == ["a/1.jsonl", "b/2.json", "c.ndjson"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("bad.jsonl", b"\nhello\nthere", "line 2: not JSON"), ("bad.json", b"hello", "line 1: not JSON")],
)
def test_what_is_no_recording_is_named_with_its_line(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(NotARecording, match=reason):
        list(read(written(tmp_path, name, content)))


def test_a_bad_line_among_good_ones_is_told_in_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, "day.jsonl", BODY + b"\nhello\n" + BODY)
    assert list(read(path)) == [Recording(BODY), Unreadable(path, "line 2"), Recording(BODY)]


def test_a_path_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotARecording, match="no such file"):
        files(tmp_path / "nowhere")
    with pytest.raises(NotARecording, match=r"no \.json"):
        files(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("deep.json", b"[" * 100_000, "deep.json: nested too deep."),
        ("deep.jsonl", BODY + b"\n" + b"[" * 100_000, "deep.jsonl, line 2: nested too deep."),
        ("half.json", b'{"body":"\\ud800 x"}', "half.json: its body holds half a character"),
        ("half.jsonl", BODY + b'\n{"body":"\\ud800 x"}', "half.jsonl, line 2: its body holds half a character"),
        ("many.json", b"[" + BODY + b',{"body":"\\ud800 x"}]', "many.json, item 2: its body holds half a character"),
    ],
)
def test_what_is_no_recording_is_told_in_its_place(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (fault,) = [found for found in read(written(tmp_path, name, content)) if isinstance(found, Unreadable)]
    assert told in str(fault)


def test_a_file_that_is_gone_by_the_time_it_is_read_stops_nothing(tmp_path: Path) -> None:
    gone = tmp_path / "gone.json"
    assert [str(found) for found in read(gone)] == [f"{gone}: cannot be read (No such file or directory)."]


def test_what_only_looks_like_a_file_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "loose.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.json").mkdir()
    assert files(written(tmp_path, "one.json", BODY).parent) == [tmp_path / "one.json"]

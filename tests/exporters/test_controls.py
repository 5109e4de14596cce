"""No file or output carries a control character, whatever another desk writes into its log."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import EventKind, canonical_json
from kiosk.domain.people.attendee import TEXT_FIELDS
from kiosk.domain.text import clean_controls, escape_in_json, has_controls
from kiosk.services.event.event import create_event
from kiosk.storage.log import projection
from kiosk.ui.cli.main import run

CONTROL = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
"""Control and bidi characters; line ends are left out."""
CLIPBOARD = "\x1b]52;c;cm0gLXJmIH4=\x07"
HOSTILE = f"A{CLIPBOARD}\x9b31m\x1b[2J\u202eB\x1f\x1e\x85\r\t\u2066C\u2028"
AT_MS = 1_802_759_400_000


def bodies(text: str) -> Iterator[tuple[EventKind, str, dict[str, Any]]]:
    """An event of each kind with this text in every field that takes any text."""
    person = dict.fromkeys(TEXT_FIELDS, text)
    extra = json.dumps({text: text}, ensure_ascii=False)
    codes = json.dumps([["C-1", text], []])
    imported = ["p1", *[text] * 8, "valid", text, 2, text, text, extra, codes]
    scan: dict[str, Any] = {
        "at": AT_MS,
        "desk": text,
        "list": "l1",
        "heads": 1,
        "reason": text,
        "forced": True,
    }
    yield EventKind.SETTING, "", {"key": "name", "value": text}
    for key in ("place", "contact", "wifi", "programme", "certificate_title", "certificate_text"):
        yield EventKind.SETTING, "", {"key": key, "value": text}
    question: dict[str, Any] = {
        "name": text,
        "text": text,
        "choices": [text, "b"],
        "lists": [],
        "types": [],
    }
    yield EventKind.SETTING, "", {"key": "question:x", "value": {**question, "position": 0}}
    yield EventKind.SETTING, "", {"key": text, "value": {text: [text]}}
    tables = {"names": [text, "2"], "seats": None, "list": "l1"}
    yield EventKind.SETTING, "", {"key": "tables", "value": tables}
    for place, name in enumerate((text, text + "2")):
        check_in_list: dict[str, Any] = {
            "name": name,
            "opens_ms": None,
            "closes_ms": None,
            "ticket_types": [],
        }
        check_in_list |= {"entry": "many", "position": place, "is_day": False, "removed": False}
        yield EventKind.LIST, f"l{place + 1}", check_in_list
    yield EventKind.IMPORT_ROWS, "", {"source": text, "rows": [imported]}
    done = {"at": AT_MS, "source": text, "sha256": text, "file_name": text, "report": {text: text}}
    yield EventKind.IMPORT_DONE, "", done
    yield EventKind.WALK_IN, "p2", {"fields": {**person, "extra": {text: text}}}
    transfer = {"from": text, "reason": text}
    yield EventKind.EDIT, "p1", {"set": {f"extra.{text}": text}, "transfer": transfer}
    yield EventKind.EDIT, "p1", {"set": {"extra.Table": text}, "dealt": True}
    yield EventKind.BIND, "p1", {"code": text}
    yield EventKind.CHECK_IN, "p1", {**scan, "code": text, "direction": "entry", "outcome": "ok"}
    yield EventKind.CHECK_IN, "p2", {**scan, "code": text, "direction": "entry", "outcome": "ok"}
    yield EventKind.REFUSED, "", {**scan, "code": text, "direction": "entry", "outcome": "invalid"}
    undo = {"at": AT_MS, "log_id": "00" * 16, "seq": 1, "reason": text, "desk": text}
    yield EventKind.UNDO, "p1", undo
    badges = [["p1", text[:200], text[:200], 1]]
    yield EventKind.BADGES_PRINTED, "", {"at": AT_MS, "layout": text, "badges": badges}
    wanted = {"at": AT_MS, "number": 1, "reason": text, "cause": text, "desk": text}
    yield EventKind.BADGE_WANTED, "p1", {**wanted, "printer": text}
    yield EventKind.HELP_DESK, "p1", {"at": AT_MS, "waits": True, "note": text, "desk": text}
    yield EventKind.DESK, "", {"earlier": [text[:64]], "desk": text}


def hostile_event(folder: Path, text: str) -> Path:
    """An event whose log has the events of `bodies`, as another desk sends them."""
    path = folder / "event.kiosk"
    for old in folder.glob("*"):
        if old.is_file():
            old.unlink()
    store = create_event(
        path, name="Meetup", timezone="Asia/Kolkata", list_names=["Door"], desk=text
    )
    with store.writing():
        for kind, subject, body in bodies(text):
            projection.apply(store.connection, store.write_event(kind, body, subject=subject))
    store.close()
    return path


def printed(path: Path, *arguments: str) -> str:
    """All that a command prints."""
    text = io.StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        run(["-e", str(path), "--desk", "1", *arguments])
    return text.getvalue()


def xlsx_text(path: Path) -> str:
    """The XML of all parts, with characters that XML and Excel escape."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if "xl/" in name]
    return re.sub(
        "_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), unescape("".join(parts))
    )


PRINTING = (
    *(["log"], ["stats"], ["lists"], ["questions"], ["tables"], ["settings"], ["find", "a"]),
    *(["show", "p1"], ["show", "p2"], ["queue"], ["help-desk"], ["conflicts"], ["desks"]),
    *(["doctor"], ["ready"], ["pin"], ["scan", "C-1"], ["scan", HOSTILE], ["export", "-o", "x.y"]),
    ["settings", "nothing=1"],
)


PDFS = (
    ("export", "report.pdf"),
    ("badges", "badges.pdf"),
    ("paper certificates", "certificates.pdf"),
    ("paper checklist", "checklist.pdf"),
)


def pdf_text(path: Path) -> str:
    """The title and the text of all pages, without the line ends of the extraction."""
    document = pypdfium2.PdfDocument(path)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
        marks = [mark.get_title() for mark in document.get_toc()]
        return "".join([document.get_metadata_dict()["Title"], *marks, *pages])
    finally:
        document.close()


def check_no_controls(path: Path) -> None:
    """Check the files and the output of all commands."""
    for command in PRINTING:
        for options in ([], ["--json"]):
            text = printed(path, *options, *command)

            assert not CONTROL.search(text), (command, options, text)
    for what, name in PDFS:
        text = printed(path, *what.split(), "-o", str(path.with_name(name)))

        assert "internal error" not in text
        if path.with_name(name).exists():
            assert not CONTROL.search(pdf_text(path.with_name(name)))
    for name in ("out.csv", "out.xlsx", "out.json"):
        assert not CONTROL.search(printed(path, "export", "-o", str(path.with_name(name))))
    for name in ("double.csv", "double.xlsx"):
        printed(path, "conflicts", "-o", str(path.with_name(name)))
    texts = [file.read_bytes().decode() for file in path.parent.glob("*.csv")]
    texts += [path.with_name("out.json").read_bytes().decode()]
    texts += map(xlsx_text, path.parent.glob("*.xlsx"))

    assert len(texts) >= 4
    assert not [text for text in texts if CONTROL.search(text)]


def test_every_kind_is_covered() -> None:
    """The hostile event has each kind of event, and no body is refused for another reason."""
    kinds = set()
    for kind, _, body in bodies("A"):
        assert validated_body(kind, canonical_json(body)), kind
        kinds.add(kind)

    assert set(EventKind) - kinds == {EventKind.BADGE_JOB}


@pytest.mark.slow
def test_a_hostile_log(tmp_path: Path) -> None:
    """Sequences that write the clipboard, clear the screen or turn the direction of text."""
    path = hostile_event(tmp_path, HOSTILE)
    check_no_controls(path)
    rows = list(csv.reader(io.StringIO(path.with_name("out.csv").read_text("utf-8-sig"))))

    assert 3 == len(rows)
    assert {len(rows[0])} == {len(row) for row in rows}


@pytest.mark.slow
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp", "Ll"]), min_size=1, max_size=30))
def test_any_control_characters(tmp_path: Path, text: str) -> None:
    """The same for random control and format characters."""
    check_no_controls(hostile_event(tmp_path, text.replace("\x00", "") or "a"))


@given(st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp", "Ll", "Cs"])))
def test_cleaning(text: str) -> None:
    """Only line ends are left; a second cleaning changes nothing."""
    cleaned = clean_controls(text)

    assert not CONTROL.search(cleaned)
    assert cleaned == clean_controls(cleaned)
    assert has_controls(text) == (cleaned != text)
    assert "\r" not in cleaned
    assert not re.search("[\x7f-\x9f\u202e]", escape_in_json(json.dumps(text)))

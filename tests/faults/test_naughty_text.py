"""Text from people is data on every way in and out: no markup, control, formula or path."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import unicodedata
from pathlib import Path

import openpyxl
import pytest

from kiosk.domain.text import clean_text
from kiosk.importers.reading import SourceFile
from kiosk.services.badges.on_demand import write_badge
from kiosk.storage.file.store import Store
from kiosk.ui.cli.console import json_line, visible_line
from tests.support.forked import kiosk
from tests.support.naughty import ACTING, NAUGHTY, SHORT, is_quiet

_FORMULA = re.compile("[\\s\ufeff\u200b-\u200f]*[=+\\-@\uff1d\uff0b\uff0d\uff20]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it all lies."""
    return tmp_path_factory.mktemp("naughty")


@pytest.fixture
def event(folder: Path, own_state: None) -> Path:
    """An event into which every text came by a CSV, in every field, under naughty names."""
    path = folder / "\x1b[31m;e $(x) 'q'.kiosk"
    if path.exists():
        return path
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["Ticket code", "Name", "Email", "Company", "=Shoe\x1b[5m <b>size"])
    for number, text in enumerate(NAUGHTY):
        writer.writerow([f"C{number}", text, text, text, text])
    table = folder / "people.csv"
    table.write_bytes(rows.getvalue().encode("utf-8", "replace").replace(b"\x00", b""))
    new = kiosk(
        *("--desk", "\x1b]0;d\x07[/b]", "new", str(path), "--name", "[/b]\x1b[31m<i>=1"),
        *("--list", "Door \x1b[2J[/b]", "--list", "\u202e=1+1"),
    )
    assert 0 == new[0], new
    assert is_quiet(new[1] + new[2])
    code, out, err = kiosk("-e", str(path), "import", str(table))
    assert code in (0, 1), err
    assert is_quiet(out + err)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        *(["stats"], ["log"], ["lists"], ["find", "x"], ["find", "[/b]"], ["scan", "C1", "C40"]),
        *(["doctor"], ["undo"], ["scan", "\x1b[31m", "\u202e", "]Q3"], ["show", "\x1b[31m"]),
        *(["scan", "--list", "\x1b[2J", "x"], ["import", "\x1b[31m.csv"], ["\x1b[31m"]),
        *(["edit", "x", "--set", "\x1b=1"], ["badges", "-o", "x.pdf", "--layout", "\x1b[1m"]),
    ],
    ids=lambda command: "_".join(command).encode("ascii", "backslashreplace").decode(),
)
@pytest.mark.parametrize("as_json", [False, True], ids=["plain", "json"])
def test_nothing_acts_on_the_terminal(command: list[str], as_json: bool, event: Path) -> None:
    """No control code or bidi override reaches stdout or stderr, plain or JSON, whatever is in
    names, lists, the event's and the desk's name, arguments and paths."""
    desk = ["--desk", "\x1b[31m[/b]\u202e"]
    code, out, err = kiosk("-e", str(event), *desk, *(["--json"] if as_json else []), *command)

    assert code in (0, 1, 2)
    assert is_quiet(out)
    assert is_quiet(err)
    assert b"Traceback" not in err
    if as_json and out:
        json.loads(out)


@pytest.mark.slow
def test_typed_and_scanned(event: Path) -> None:
    """Every text as a walk-in's name and as a scan: an answer, and the name stays itself."""
    lines = "".join(text.replace("\n", " ") + "\n" for text in NAUGHTY)
    stdin = lines.encode("utf-8", "replace")
    file = event.parent / "lines"
    file.write_bytes(stdin)
    code, out, err = kiosk(
        *("-e", str(event), "--json", "scan", "-"), before=lambda: _as_stdin(file), stdin=None
    )

    assert (1, b"") == (code, err)
    assert stdin.count(b"\n") == len([json.loads(line) for line in out.splitlines()])
    store = Store.open(event, desk="t")
    from kiosk.services.people.people import edit, find_attendee, walk_in

    for text in NAUGHTY:
        if not clean_text(text):
            continue
        person = walk_in(store, text, {"company": text, "extra.Shoe": text, "note": text})
        assert clean_text(text) == person.name == find_attendee(store, person.id).company
        assert clean_text(person.name) == person.name
        edit(store, person.id, {"name": text[::-1] or "x"})
    store.close()


def _as_stdin(file: Path) -> None:
    os.dup2(os.open(file, os.O_RDONLY), 0)


@pytest.mark.slow
def test_exports(event: Path) -> None:
    """No cell of a CSV begins as a formula, none of an XLSX is one, and JSON keeps the texts."""
    out = event.parent
    for ending in ("csv", "xlsx", "json"):
        code, _, err = kiosk("-e", str(event), "export", "-o", str(out / f"list.{ending}"))
        assert 0 == code, err
    csv.field_size_limit(10_000_000)
    with (out / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    book = openpyxl.load_workbook(out / "list.xlsx")
    cells = [cell for row in book.active.iter_rows() for cell in row]
    names = {row["Name"] for row in json.loads((out / "list.json").read_text("utf-8"))}

    assert len(rows) > len(NAUGHTY) / 2
    assert {len(rows[0])} == {len(row) for row in rows}
    assert [] == [cell for row in rows for cell in row if _FORMULA.match(cell)]
    assert [] == [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert {"=1+1", "[/b]", "../../../etc/passwd", "O'Neil"} <= names


@pytest.mark.slow
def test_badges(event: Path) -> None:
    """A badge or a sentence for everybody; a badge's file has a plain name in its own folder."""
    store = Store.open(event, desk="t")
    ids = [row[0] for row in store.connection.execute("SELECT id FROM attendee")]
    from kiosk.errors import KioskError

    written = 0
    for person in ids[:80]:
        try:
            path = write_badge(store, person)
        except KioskError:
            continue
        else:
            written += 1
            assert re.fullmatch(r"[\w-]{1,60}\.pdf", path.name, re.ASCII)
            assert path.parent == event.with_name(f"{event.stem}-badges")
    store.close()

    assert written > 10
    code, _, err = kiosk("-e", str(event), "badges", "-o", str(event.parent / "all.pdf"))
    assert code in (0, 1)
    assert is_quiet(err)


@pytest.mark.parametrize("text", SHORT, ids=range(len(SHORT)))
def test_what_is_printed(text: str) -> None:
    """Plain lines hold no acting sign; a JSON line means the same text and is strict JSON."""
    assert not ACTING.search(visible_line(text))
    line = json_line({"name": text})
    assert is_quiet(line.encode())
    if not any("\ud800" <= char <= "\udfff" for char in text):
        assert text == json.loads(line)["name"]


@pytest.mark.parametrize("text", SHORT, ids=range(len(SHORT)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """What is kept is stable, and a name that was fine is not touched."""
    once = clean_text(text)

    assert once == clean_text(once)
    if text == once:
        assert text == unicodedata.normalize("NFC", text)


BLANKS = [
    *("\u200b", "\u202e \u200b", "\u3164", "\u115f\u1160", "\ufeff\u00ad", "\u2060"),
    *("\ufe0f\ufe0f", "\U000e0100", "\u180b", "\u180e", "\u200d\ufe0f"),
]


@pytest.mark.parametrize("blank", BLANKS, ids=map(ascii, BLANKS))
def test_a_text_of_invisible_signs_is_no_text(blank: str) -> None:
    """So nobody, no table, no question and no note is called by it; letters between them stay."""
    assert "" == clean_text(blank)
    assert f"{blank.strip()}न{blank.strip()}" == clean_text(f"{blank.strip()}न{blank.strip()}")


def test_nobody_is_imported_under_a_name_that_shows_nothing(tmp_path: Path) -> None:
    """Such a ticket has no name yet, as one with an empty cell."""
    rows = [f"{blank},C{number}" for number, blank in enumerate(BLANKS)]
    (tmp_path / "people.csv").write_text("\n".join(["Name,Ticket code", "李,C99", *rows, ""]))

    read = SourceFile(tmp_path / "people.csv").registrations()

    assert ["李"] == [person.name for person in read.registrations if person.name]
    assert len(BLANKS) + 1 == len(read.registrations)


def test_a_code_with_a_nul_is_in_the_log_of_refusals(folder: Path) -> None:
    """What a broken scanner sent is refused, and the refusal can be found later, by every desk."""
    event = folder / "nul.kiosk"
    assert 0 == kiosk("new", str(event), "--name", "N")[0]

    assert 1 == kiosk("-e", str(event), "scan", "-", stdin=b"AB\x00\x01C\n")[0]
    store = Store.open(event, desk="t")
    try:
        assert ["AB\\x00\x01C"] == [row[0] for row in store.connection.execute(_CODES)]
    finally:
        store.close()


_CODES = "SELECT code FROM scan"


def test_somebody_called_two_dashes(folder: Path) -> None:
    """Whatever stands behind `--name=` is the name."""
    event = folder / "dashes.kiosk"
    assert 0 == kiosk("new", str(event), "--name", "N")[0]
    code, out, err = kiosk("-e", str(event), "--json", "walk-in", "--name=--")

    assert (0, "--") == (code, json.loads(out)["name"]), err

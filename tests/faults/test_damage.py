"""Files damaged at any place: right data, or a sentence and a doctor; never a traceback, never
wrong in silence."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

import pytest

from kiosk.domain.log.events import LogEvent, event_hash
from kiosk.services.people import lookup
from kiosk.services.safety.doctor import examine
from kiosk.storage.file.copy import reading_connection, reading_only
from kiosk.storage.file.store import Store
from tests.conftest import OLD_FORMATS
from tests.support.forked import kiosk

pytestmark = pytest.mark.slow

PAGE = 4096
Damage = Callable[[bytearray, random.Random], None]


def _page(data: bytearray, chance: random.Random) -> slice:
    start = chance.randrange(len(data) // PAGE) * PAGE
    return slice(start, start + PAGE)


def flip_bits(data: bytearray, chance: random.Random) -> None:
    """Some bits, as a dying stick does."""
    for _ in range(chance.choice([1, 1, 3, 20])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def zero_pages(data: bytearray, chance: random.Random) -> None:
    """Pages that were never written."""
    for _ in range(chance.choice([1, 1, 3])):
        data[_page(data, chance)] = bytes(PAGE)


def exchange_pages(data: bytearray, chance: random.Random) -> None:
    """Pages that went to each other's place."""
    one, other = _page(data, chance), _page(data, chance)
    data[one], data[other] = data[other], data[one]


def garbage(data: bytearray, chance: random.Random) -> None:
    """A stretch of something else."""
    start = chance.randrange(len(data))
    data[start : start + 700] = chance.randbytes(700)[: len(data) - start]


def cut(data: bytearray, chance: random.Random) -> None:
    """The end is missing."""
    del data[chance.randrange(1, len(data)) :]


def grow(data: bytearray, chance: random.Random) -> None:
    """Something was added."""
    data += chance.randbytes(chance.choice([1, 100, PAGE, 3 * PAGE]))


def bytes_of_the_header(data: bytearray, chance: random.Random) -> None:
    """The first hundred bytes, which say what all others are."""
    data[chance.randrange(100)] = chance.randrange(256)


DAMAGE: list[Damage] = [
    *(flip_bits, zero_pages, exchange_pages, garbage, cut, grow, bytes_of_the_header)
]
COMMANDS: list[list[str]] = [
    *(["stats"], ["find", "Person 7"], ["log"], ["scan", "C00003"], ["show", "x"], ["lists"]),
    *(
        ["walk-in", "--name", "Li"],
        ["undo"],
        ["ready"],
        ["queue"],
        ["backup", "-o", "{out}/b.kiosk"],
    ),
    *(["export", "-o", "{out}/x.csv"], ["import", "{out}/more.csv"], ["purge", "--yes"]),
]


def log_of(path: Path) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Every event of a sound log."""
    with closing(reading_connection(path)) as connection:
        rows = connection.execute("SELECT log_id, seq, hlc, kind, subject, body FROM event")
        return {(row[0], row[1]): row for row in rows.fetchall()}


def believed(path: Path) -> dict[tuple[str, int], tuple[Any, ...]]:
    """The events of a file that bear a right hash; none where it cannot be read."""
    found = {}
    with reading_only(path) as connection:
        for *row, digest in connection.execute("SELECT * FROM event"):
            if event_hash(LogEvent(*row)) == digest:
                found[row[0], row[1]] = tuple(row)
    return found


@pytest.mark.parametrize("times", [2, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_damaged_somewhere(damage: Damage, times: int, event: Path, tmp_path: Path) -> None:
    """Commands answer or refuse in a sentence; the repair reports the damage and neither loses nor
    invents an event of a sound page."""
    chance = random.Random(f"{damage.__name__}{times}")
    sound = event.read_bytes()
    truth = log_of(event)
    out = tmp_path / "out"
    answered = refused = salvaged = 0
    for number in range(times):
        folder = tmp_path / f"n{number}"
        folder.mkdir()
        out.mkdir()
        (out / "more.csv").write_text("Ticket code,Name\nZ,Zoe\n")
        path = folder / "e.kiosk"
        data = bytearray(sound)
        damage(data, chance)
        path.write_bytes(data)
        command = [word.format(out=out) for word in chance.choice(COMMANDS)]
        if command[0] != "purge":
            shutil.copy(path, folder / "copy.kiosk")
            code, printed, err = kiosk("-e", str(folder / "copy.kiosk"), "--json", *command)
            assert code in (0, 1, 2), (number, command, err)
            assert b"Traceback" not in err + printed, (number, command, err)
            assert b"internal error" not in err, (number, command, err)
            assert err.count(b"\n") <= 3
            answered, refused = answered + (code != 2), refused + (code == 2)
        code, printed, err = kiosk("-e", str(path), "--json", "doctor")
        assert b"Traceback" not in err, (number, err)
        assert b"internal error" not in err, (number, err)
        if code == 1 and (saved := json.loads(printed)["salvaged"]):
            salvaged += 1
            there = log_of(Path(saved["file"]))
            checks = examine(Path(saved["file"]), desk="t").checks
            assert {"numbers"} >= {check.code for check in checks if not check.ok}, number
            assert all(truth.get(key) == row for key, row in there.items()), number
            assert saved["lost"] >= 0
        elif code == 0:
            assert truth == believed(path), number
        shutil.rmtree(folder)
        shutil.rmtree(out)
    print(
        f"{damage.__name__}: {times} files, {answered} commands answered, {refused} refused "
        f"in a sentence, {salvaged} salvaged"
    )


def in_use(event: Path, folder: Path) -> Path:
    """A copy of an event in use: its last entries are in the write-ahead log."""
    folder.mkdir()
    path = folder / "e.kiosk"
    shutil.copy(event, folder / "first.kiosk")
    store = Store.open(folder / "first.kiosk", desk="t")
    from kiosk.services.checkin.checkin import ScanOrder, scan

    for number in range(5):
        scan(store, ScanOrder(code=f"C{number:05}"))
    for ending in ("", "-wal"):
        shutil.copy(f"{store.path}{ending}", f"{path}{ending}")
    store.close()
    return path


def entered(path: Path) -> int:
    """How many entries its log holds."""
    return sum(row[3] == "check_in" for row in log_of(path).values())


def test_a_write_ahead_log_of_another_file(event: Path, tmp_path: Path) -> None:
    """The write-ahead log of another event is refused or ignored: the two are never mixed."""
    path = in_use(event, tmp_path / "one")
    other = in_use(event, tmp_path / "other")
    assert 0 == kiosk("-e", str(path), "walk-in", "--name", "Only here")[0]  # takes its log in
    before = log_of(path)
    shutil.copy(f"{other}-wal", f"{path}-wal")

    code, _, err = kiosk("-e", str(path), "stats")
    found = examine(path, desk="t")

    assert code in (0, 2), err
    assert b"Traceback" not in err
    if found.ok:
        assert all(before.get(key) == row for key, row in log_of(path).items())
    else:
        assert found.salvaged is None or found.salvaged.events > 0


@pytest.mark.parametrize("times", [4, pytest.param(80, marks=pytest.mark.slow)])
def test_a_damaged_write_ahead_log(times: int, event: Path, tmp_path: Path) -> None:
    """Entries before the damage are there, those after it are not; nothing is mixed."""
    original = in_use(event, tmp_path / "original")
    wal = Path(f"{original}-wal").read_bytes()
    most, chance = 5, random.Random(times)
    seen = set()
    for number in range(times):
        folder = tmp_path / f"n{number}"
        folder.mkdir()
        path = folder / "e.kiosk"
        shutil.copy(original, path)
        data = bytearray(wal)
        chance.choice([flip_bits, garbage, cut])(data, chance)
        Path(f"{path}-wal").write_bytes(data)

        code, _, err = kiosk("-e", str(path), "stats")
        assert 0 == code, err
        seen.add(entered(path))
        assert examine(path, desk="t").ok
    assert seen <= set(range(most + 1))
    print(f"{times} damaged write-ahead logs, {len(seen)} different ends, all sound")


@pytest.mark.parametrize("left_out", ["-wal", "-shm", "both"])
def test_files_left_out_of_a_copy(left_out: str, event: Path, tmp_path: Path) -> None:
    """An event copied without its write-ahead log is sound, in an earlier state."""
    path = in_use(event, tmp_path / "copy")
    if left_out != "-shm":
        Path(f"{path}-wal").unlink()

    assert 0 == kiosk("-e", str(path), "stats")[0]
    assert entered(path) == (5 if left_out == "-shm" else 0)
    assert examine(path, desk="t").ok


FOREIGN: dict[str, str] = {
    "browser": "CREATE TABLE moz_places(id, url); PRAGMA application_id = 0",
    "package": "CREATE TABLE gpkg_contents(x); PRAGMA application_id = 1196444487",
    "same tables": "CREATE TABLE event(x); CREATE TABLE local(key, value); PRAGMA user_version = 3",
    "our mark only": "CREATE TABLE x(y); PRAGMA application_id = 1263095635;"
    "PRAGMA user_version = 3",
    "our mark, older": "CREATE TABLE event(y); PRAGMA application_id = 1263095635",
    "our mark, views": "CREATE VIEW event AS SELECT 1 log_id; CREATE VIEW local AS SELECT 1 key;"
    "PRAGMA application_id = 1263095635; PRAGMA user_version = 3",
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_databases_of_others(kind: str, tmp_path: Path) -> None:
    """Whatever calls itself an event: exit 2, a sentence, and not a byte changes."""
    path = tmp_path / "e.kiosk"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FOREIGN[kind])
    before = path.read_bytes()

    for command in (["stats"], ["scan", "x"], ["log"], ["purge", "--yes"], ["doctor"]):
        code, _, err = kiosk("-e", str(path), *command)
        assert (2, True) == (code, err.startswith(b"kiosk: ")) or command == ["doctor"], err
        assert b"Traceback" not in err
        assert b"internal error" not in err
    assert before == path.read_bytes()


ALTERED = {
    "a table is missing": "DROP TABLE scan",
    "its own facts are missing": "DROP TABLE local",
    "its own facts are gone": "DELETE FROM local",
    "a column is missing": "ALTER TABLE badge DROP COLUMN slot",
    "a column has another name": "ALTER TABLE attendee RENAME COLUMN company TO compbny",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON scan BEGIN DELETE FROM event; END",
    "an index that computes": "CREATE INDEX i ON scan(length(hex(zeroblob(9))))",
    "an index that refuses": "CREATE UNIQUE INDEX i ON list(name)",
    "a computed column": "ALTER TABLE scan ADD COLUMN g ANY AS (hex(zeroblob(9)))",
    "a view": "ALTER TABLE scan RENAME TO s; CREATE VIEW scan AS SELECT * FROM s",
}


@pytest.mark.parametrize("altered", ALTERED)
def test_tables_that_are_not_ours(altered: str, event: Path, tmp_path: Path) -> None:
    """A changed table of contents: named at opening or where it is missed, never acted on, and the
    doctor brings the whole log into a new file."""
    path = tmp_path / "altered" / "e.kiosk"
    path.parent.mkdir()
    shutil.copy(event, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"PRAGMA journal_mode = DELETE; {ALTERED[altered]}")
    log = log_of(path)

    code, _, err = kiosk("-e", str(path), "export", "-o", str(tmp_path / "out.csv"))
    if "column" not in altered or code:
        assert (2, True) == (code, b"kiosk doctor" in err), err
    assert kiosk("-e", str(path), "scan", "C00001")[0] in ((0, 2) if "column" in altered else (2,))
    assert log.items() <= log_of(path).items()
    log = log_of(path)
    found = examine(path, desk="t")

    assert not found.ok
    assert found.salvaged is not None
    assert log == log_of(found.salvaged.file)
    assert 0 == kiosk("-e", str(found.salvaged.file), "doctor")[0]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_older_files_damaged_somewhere(damage: Damage, tmp_path: Path) -> None:
    """A damaged file of an older kiosk: brought up to date whole, or left for the doctor."""
    chance = random.Random(damage.__name__)
    for number in range(30):
        path = tmp_path / f"{number}.kiosk"
        data = bytearray(
            gzip.decompress((OLD_FORMATS / "before-the-badge-queue.kiosk.gz").read_bytes())
        )
        damage(data, chance)
        path.write_bytes(data)
        for command in (["stats"], ["doctor"], ["stats"]):
            code, out, err = kiosk("-e", str(path), *command)
            assert code in (0, 1, 2), (number, err)
            assert b"Traceback" not in err + out, (number, err)
            assert b"internal error" not in err, (number, command, err)


@pytest.mark.parametrize("spoiled", ["12", "[]", "{", '{"secret": 5}', "null", '"x"'])
def test_facts_of_the_machine_that_are_spoiled(spoiled: str, event: Path) -> None:
    """A broken write-ahead log is ignored; the desk continues."""
    facts = ("sharing", "troubles", "pin_tries", "scanner_test", "nudge")
    with closing(sqlite3.connect(event)) as connection, connection:
        for fact in facts:
            connection.execute("INSERT OR REPLACE INTO local VALUES (?, ?)", (fact, spoiled))

    for command in (["ready"], ["conflicts"], ["pin"], ["scan", "C00001"], ["desks"]):
        code, _, err = kiosk("-e", str(event), *command)
        assert (True, b"") == (code in (0, 1), err.partition(b"kiosk: ")[1]), (command, err)


def test_whatever_error_damage_leads_to(event: Path) -> None:
    """An unexpected error is called damage where the file is damaged, and a program error where it
    is not."""

    def stumble() -> None:
        def findables(*_: object) -> NoReturn:
            raise AttributeError("'NoneType' object has no attribute 'replace'")

        lookup._findables = findables  # type: ignore[assignment]

    code, _, err = kiosk("-e", str(event), "find", "person", before=stumble)
    assert (2, True) == (code, b"internal error" in err), err

    sound = event.read_bytes()
    with closing(sqlite3.connect(event)) as connection, connection:
        connection.execute("UPDATE attendee SET company = 'Other' WHERE rowid = 7")
    code, _, err = kiosk("-e", str(event), "find", "person", before=stumble)
    assert (2, True) == (code, b"kiosk doctor" in err and b"damaged" in err), err

    event.write_bytes(_with_the_index_swapped(sound, event))
    code, _, err = kiosk("-e", str(event), "find", "person", before=stumble)
    assert (2, True) == (code, b"kiosk doctor" in err and b"damaged" in err), err


def _with_the_index_swapped(data: bytes, event: Path) -> bytes:
    """Two indexes of the tables change places, as if a disk had mixed up where to write."""
    with closing(sqlite3.connect(event)) as connection:
        sql = "SELECT rootpage FROM sqlite_master WHERE name IN ('attendee_order', 'attendee_name')"
        one, other = (row[0] for row in connection.execute(sql))
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    spoiled = bytearray(data)
    first, second = (slice((page - 1) * size, page * size) for page in (one, other))
    spoiled[first], spoiled[second] = data[second], data[first]
    return bytes(spoiled)


@pytest.mark.parametrize("command", [["ready"], ["export", "-o", "x.csv"]])
def test_damaged_json_in_a_table(
    command: list[str], event: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is called damage, with the way to repair the file."""
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect(event)) as connection, connection:
        connection.execute("DROP INDEX attendee_code")
        connection.execute("DROP INDEX attendee_weak_code")
        connection.execute("UPDATE attendee SET codes = '[[\"A\"'")
    code, _, err = kiosk("-e", str(event), *command)

    assert (2, True) == (code, b"kiosk doctor" in err and b"damaged" in err), err

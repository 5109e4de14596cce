"""Settings of one machine stay on it: a file from elsewhere brings none."""

from __future__ import annotations

import ast
import os
import shutil
import socket
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import kiosk
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.setting_schema import (
    MACHINE_PREFIXES,
    MACHINE_SETTINGS,
    PIN_PREFIX,
    QUESTION_PREFIX,
    TYPES,
    Scope,
    scope_of,
)
from kiosk.errors import KioskError
from kiosk.services.badges.shared_layout import logo_file, refresh_shared
from kiosk.services.event.event import take_foreign_note
from kiosk.services.event.settings import change_settings, settings_now
from kiosk.services.printing.jobs import waiting_jobs
from kiosk.services.printing.settings import PrintMode, print_settings, set_print_mode, set_printer
from kiosk.services.safety.backup import auto_back_up_store, back_up
from kiosk.services.safety.restore import restore
from kiosk.services.setup.ready import last_scanner_test
from kiosk.services.sharing.runner import SharingRunner
from kiosk.services.sharing.sharing import ensure_secret
from kiosk.storage.file.clone_detection import fingerprint
from kiosk.storage.file.store import Store
from kiosk.storage.replication.sharing import read_sharing
from kiosk.support.paths import facts_file

pytestmark = pytest.mark.slow

SHARING = (
    '{"secret": "00112233445566778899aabbccddeeff", "old_secrets": [], "is_on": true, '
    '"port": 7447, "addresses": [["127.0.0.1", 9]]}'
)


def png_header(width: int, height: int) -> bytes:
    """A PNG that only claims its size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT"


def plant(path: Path, **facts: str) -> None:
    """Write facts into a file, as an older kiosk, or an attacker, does."""
    with closing(sqlite3.connect(path)) as connection, connection:
        rows = list(facts.items())
        connection.executemany("INSERT OR REPLACE INTO local VALUES (?, ?)", rows)


def local_keys(path: Path) -> set[str]:
    """The keys in the table `local`."""
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT key FROM local")}


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    """A private file of this computer that a stranger wants."""
    path = tmp_path / "private.png"
    path.write_bytes(b"the passwords of this computer")
    return path


@pytest.fixture
def hostile(store: Store, tmp_path: Path, secret_file: Path) -> Path:
    """An event of a stranger with every fact of a machine in it."""
    for key, value in (("logo", str(secret_file)), ("backup_second", str(tmp_path / "public"))):
        with store.writing():
            store.append(EventKind.SETTING, {"key": key, "value": value})
    store.close()
    (tmp_path / "public").mkdir()
    path = tmp_path / "from a stranger.kiosk"
    shutil.copyfile(store.path, path)
    facts_file(store.path).unlink(missing_ok=True)
    plant(
        path,
        logo_here=str(secret_file),
        layout_here=str(secret_file),
        layout_used=str(secret_file),
        backup_second=str(tmp_path / "public"),
        sharing=SHARING,
        printer="ipp://127.0.0.1:9/print",
        print_mode="check_in",
        scanner_tested='{"good": true, "words": "fine"}',
        pin_tries="[99, 1]",
        labels_left="3",
        home="0" * 32,
    )
    return path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every socket that is opened is recorded."""
    opened: list[object] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        opened.append(address)
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)
    return opened


@pytest.mark.parametrize("marker", ["0" * 32, "", "copy"])
def test_a_file_of_a_stranger(
    hostile: Path, tmp_path: Path, no_network: list[object], marker: str
) -> None:
    """Nothing of its machine is used: no network, no file read or written, nothing in the log."""
    plant(hostile, home=marker)
    with closing(sqlite3.connect(hostile)) as connection:
        before = connection.execute("SELECT count(*) FROM event").fetchone()
        old_log = connection.execute("SELECT value FROM local WHERE key = 'log_id'").fetchone()[0]

    store = Store.open(hostile, desk="Victim")
    runner = SharingRunner(hostile, "Victim")
    try:
        refresh_shared(store)
        auto_back_up_store(store)
        assert not runner.start_if_shared(store)
        assert (PrintMode.OFF, "", None) == (
            print_settings(store).mode,
            print_settings(store).printer,
            print_settings(store).labels_left,
        )
        assert (None, None, None) == (
            read_sharing(store),
            last_scanner_test(store),
            logo_file(store),
        )
        assert "" == settings_now(store)["backup_second"]
        assert old_log != store.log_id
        assert [] == waiting_jobs(store)
        assert before == store.connection.execute("SELECT count(*) FROM event").fetchone()
        assert "not set on this laptop" in take_foreign_note(store)
        assert "" == take_foreign_note(store)
    finally:
        runner.stop()
        store.close()

    assert [] == no_network
    assert [] == list((tmp_path / "public").iterdir())
    assert {key for key in local_keys(hostile) if scope_of(key) is not Scope.FILE} == set()


def test_an_older_file_of_this_machine_keeps_its_settings(store: Store) -> None:
    """The marker proves that this machine wrote it: its settings move to the state folder."""
    store.close()
    facts_file(store.path).unlink()
    plant(store.path, printer="badge", sharing=SHARING)

    with closing(Store.open_reading(store.path, desk="t")) as read:
        assert "badge" == print_settings(read).printer
    with closing(Store.open(store.path, desk="t")) as opened:
        assert ("badge", True) == (print_settings(opened).printer, read_sharing(opened) is not None)
        assert "" == take_foreign_note(opened)
    assert {"printer", "sharing"}.isdisjoint(local_keys(store.path))


def test_facts_planted_later_are_removed(store: Store) -> None:
    """Once this kiosk opened a file here, facts in it are from elsewhere, whatever its marker."""
    set_printer(store, "badge")
    store.close()
    plant(store.path, printer="ipp://stranger/print", home=fingerprint(store.path))

    with closing(Store.open(store.path, desk="t")) as opened:
        assert "badge" == print_settings(opened).printer
        assert "" != take_foreign_note(opened)
    assert "printer" not in local_keys(store.path)


def test_after_a_restart(store: Store) -> None:
    """The machine that shares an event still has its secret, and no file has it."""
    secret = ensure_secret(store)
    store.close()

    with closing(Store.open(store.path, desk="t")) as opened:
        sharing = read_sharing(opened)
        assert sharing is not None
        assert secret == sharing.secret
    for path in store.path.parent.glob("*.kiosk*"):
        assert secret.hex().encode() not in path.read_bytes()


def test_a_copy_has_none(store: Store, tmp_path: Path) -> None:
    """A copied file starts without them; the original keeps its own."""
    set_printer(store, "badge")
    ensure_secret(store)
    copy = tmp_path / "copy.kiosk"
    store.close()
    shutil.copyfile(store.path, copy)

    for reading in (True, False):
        open_copy = Store.open_reading if reading else Store.open
        with closing(open_copy(copy, desk="t")) as opened:
            assert ("", None) == (print_settings(opened).printer, read_sharing(opened))
    with closing(Store.open(store.path, desk="t")) as opened:
        assert "badge" == print_settings(opened).printer


def test_a_restored_backup_keeps_them(store: Store) -> None:
    """A backup of this event in its place again works as before on this machine."""
    set_printer(store, "badge")
    secret = ensure_secret(store)
    backup = back_up(store).file
    store.close()

    for _ in range(2):
        restore(backup, store.path, desk="t")
        with closing(Store.open(store.path, desk="t")) as opened:
            sharing = read_sharing(opened)
            assert ("badge", True) == (
                print_settings(opened).printer,
                sharing is not None and sharing.secret == secret,
            )
            assert "" == take_foreign_note(opened)


def test_a_rolled_back_transaction_sets_nothing(store: Store) -> None:
    """A setting of the machine is kept only when the transaction is."""

    def fail() -> None:
        with store.writing():
            store.set_machine_facts({"printer": "badge"})
            assert "badge" == store.machine_fact("printer")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert "" == store.machine_fact("printer")
    with pytest.raises(RuntimeError):
        store.set_machine_facts({"printer": "badge"})


def test_a_state_folder_that_cannot_be_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event opens; a setting of the machine is refused with a sentence."""
    store.close()
    monkeypatch.setenv("KIOSK_STATE", os.devnull + "/state")
    with closing(Store.open(store.path, desk="t")) as opened:
        with pytest.raises(KioskError) as caught:
            set_print_mode(opened, PrintMode.BY_KEY)
        assert PrintMode.OFF == print_settings(opened).mode
    assert "cannot_write" == caught.value.code


def test_the_second_backup_place_is_of_this_machine(store: Store, tmp_path: Path) -> None:
    """It is set and shown like the other settings, and does not enter the log."""
    place = tmp_path / "stick"
    place.mkdir()
    heads = store.connection.execute("SELECT count(*) FROM event").fetchone()

    now = change_settings(store, {"backup_second": str(place)})

    assert str(place) == now["backup_second"] == settings_now(store)["backup_second"]
    assert heads == store.connection.execute("SELECT count(*) FROM event").fetchone()
    auto_back_up_store(store)
    assert 1 == len(list(place.iterdir()))
    assert "" == change_settings(store, {"backup_second": ""})["backup_second"]


@pytest.mark.parametrize(
    "data", [b"", b"root:x:0:0", png_header(6_000, 5_000), b"\x89PNG\r\n\x1a\n"]
)
def test_a_logo_that_is_no_picture(store: Store, tmp_path: Path, data: bytes) -> None:
    """It is neither set nor packed, whatever its name."""
    logo = tmp_path / "logo.png"
    logo.write_bytes(data)
    before = list(store.events())

    with pytest.raises(KioskError):
        change_settings(store, {"logo": str(logo)})
    with store.writing():
        store.append(EventKind.SETTING, {"key": "logo", "value": str(logo)})
        store.set_machine_facts({"logo_here": str(logo)})
    refresh_shared(store)

    assert len(before) + 1 == len(list(store.events()))


# The table of settings.


def _constant(node: ast.expr, names: dict[str, str]) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return names.get(name)
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text
    return None


def written_keys() -> Iterator[tuple[str, str]]:
    """(module, key) of every setting whose key is written out in a call."""
    package = Path(kiosk.__file__).parent
    names: dict[str, str] = {}
    trees = {path: ast.parse(path.read_text("utf-8")) for path in package.rglob("*.py")}
    for tree in trees.values():
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                    names.setdefault(name, text)
    for path, tree in trees.items():
        own = dict(names)
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                    own[name] = text
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            called = ast.unparse(call.func).rpartition(".")[2]
            keys: list[ast.expr | None] = []
            if called in ("machine_fact", "local"):
                keys += call.args[:1]
            elif called in ("setting", "setting_stamp"):
                keys += call.args[1:2]
            elif called == "set_machine_facts" and isinstance(call.args[0], ast.Dict):
                keys += call.args[0].keys
            elif called == "append" and "EventKind.SETTING" in ast.unparse(call):
                for part in ast.walk(call):
                    if isinstance(part, ast.Dict):
                        pairs = zip(part.keys, part.values, strict=True)
                        keys += [v for k, v in pairs if k and ast.unparse(k) == "'key'"]
            for key in keys:
                written = _constant(key, own) if key is not None else None
                if written:
                    yield path.name, written


def test_every_setting_is_in_the_table() -> None:
    """Each key in the code is shared, of the machine, or of the file."""
    found = list(written_keys())

    assert [] == [(name, key) for name, key in found if scope_of(key) is None]
    assert {"backup_second", "printer", "sharing", "boxes", "tables", "log_id"} <= {
        key for _, key in found
    }


def test_a_setting_in_the_wrong_place_is_refused(store: Store) -> None:
    """Neither can a fact of the machine go into the file, nor one of the file out of it."""
    with store.writing():
        with pytest.raises(ValueError, match="printer"):
            store.set_local(printer="badge")
        with pytest.raises(ValueError, match="log_id"):
            store.set_machine_facts({"log_id": "x"})


def test_the_manual_lists_every_setting() -> None:
    """The README names each setting that people can meet, with its scope."""
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    for key in (*TYPES, *MACHINE_SETTINGS, *MACHINE_PREFIXES, PIN_PREFIX, QUESTION_PREFIX):
        assert f"`{key}`" in text, key

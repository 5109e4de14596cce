"""What a join or merge that did not end leaves: a part to resume, and nothing after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from errno import EROFS
from pathlib import Path

import pytest

from kiosk.errors import Canceled, KioskError
from kiosk.services.people.people import walk_in
from kiosk.services.sharing.sharing import new_event_file
from kiosk.storage.file.sqlite_errors import cannot_write
from kiosk.storage.file.store import Store
from kiosk.storage.replication.merge import log_heads
from kiosk.support.files import locked_part, remove_killed_parts
from kiosk.support.paths import state_dir

KEY = "0123456789abcdef"


def stopped(
    target: Path, key: str, *, with_events: bool, by: type[BaseException] = Canceled
) -> None:
    """Begin an event file, and stop."""
    with new_event_file(target, desk="Desk 2", resume_key=key) as made:
        if with_events:
            walk_in(made.store, "Li", {})
        raise by("Joining")


@pytest.mark.parametrize("by", [Canceled, KeyboardInterrupt], ids=["Esc", "Ctrl+C"])
def test_a_join_continues_where_it_stopped(tmp_path: Path, by: type[BaseException]) -> None:
    """The part that arrived is kept under the code, and the event is made from it."""
    target = tmp_path / "new.kiosk"
    with pytest.raises(by):
        stopped(target, KEY, with_events=True, by=by)
    left = [path.name for path in tmp_path.iterdir()]
    with new_event_file(target, desk="Desk 2", resume_key=KEY) as made:
        after = log_heads(made.store)

    assert [f".kiosk-{KEY}.resume"] == left
    assert [1] == list(after.values())
    assert ["new.kiosk"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("key", ["", KEY], ids=["bundle", "join"])
def test_without_events_nothing_is_kept(tmp_path: Path, key: str) -> None:
    """A join that found no desk, and a stopped merge of a bundle, leave no file."""
    with pytest.raises(Canceled):
        stopped(tmp_path / "new.kiosk", key, with_events=not key)

    assert [] == list(tmp_path.iterdir())


def test_parts_of_a_killed_program_are_removed(tmp_path: Path) -> None:
    """At the next start, at once; those of a running program stay."""
    program = (
        "import os, pathlib\n"
        "from kiosk.support.files import locked_part\n"
        f"with locked_part(pathlib.Path({str(tmp_path)!r}) / 'x.kiosk') as part:\n"
        "    part.write_text('personal data')\n"
        "    part.with_name(part.name + '-wal').write_text('more')\n"
        "    os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    killed = len(list(tmp_path.iterdir()))
    with locked_part(tmp_path / "y.kiosk") as running:
        running.write_text("in use")
        remove_killed_parts(tmp_path)
        left = sorted(path.suffix for path in tmp_path.iterdir())

    assert 3 == killed
    assert [".lock", ".part"] == left
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("has_locks", [True, False], ids=["locks", "no locks"])
def test_a_killed_join_leaves_no_secret(tmp_path: Path, has_locks: bool) -> None:
    """What this machine kept for the part is removed with it: at the next start, or by its age in
    a folder without locks."""
    program = (
        "import os, pathlib\n"
        "from kiosk.services.sharing.sharing import new_event_file\n"
        "from kiosk.storage.replication.sharing import Sharing, write_sharing\n"
        f"with new_event_file(pathlib.Path({str(tmp_path)!r}) / 'x.kiosk', desk='D') as made:\n"
        "    with made.store.writing(): write_sharing(made.store, Sharing(b'0123456789abcdef'))\n"
        "    os._exit(9)\n"
    )

    def secrets() -> list[Path]:
        kept = (state_dir() / "events").glob("*.json")
        return [path for path in kept if b"0123456789abcdef".hex() in path.read_text()]

    subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    killed = len(secrets())
    if not has_locks:
        for path in tmp_path.glob(".kiosk-*"):
            os.utime(path, (0, 0))
            if path.suffix == ".lock":
                path.unlink()
    with locked_part(tmp_path / "y.kiosk"):
        left = secrets()

    assert 1 == killed
    assert [] == left


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the folder, not a hidden file in it."""

    def refuse(path: Path, *, desk: str) -> None:
        raise cannot_write(path, OSError(EROFS, "Read-only file system"))

    monkeypatch.setattr(Store, "create", refuse)
    with pytest.raises(KioskError) as caught:
        stopped(tmp_path / "new.kiosk", KEY, with_events=False)

    assert str(tmp_path) in caught.value.problem
    assert ".kiosk-" not in str(caught.value)


def test_a_full_disk_is_reported_as_what_it_means(tmp_path: Path) -> None:
    """Not with the name of a temporary file. Nothing is left of the file when it cannot be kept."""

    def fill() -> None:
        with new_event_file(tmp_path / "new.kiosk", desk="Desk 2", resume_key=KEY) as made:
            walk_in(made.store, "Li", {})
            made.store.connection.execute("PRAGMA max_page_count = 1")
            for number in range(1_000):
                walk_in(made.store, f"Li {number}", {"company": "x" * 1_000})

    with pytest.raises(KioskError) as caught:
        fill()

    assert "disk_full" == caught.value.code
    assert f"The disk with the folder {tmp_path} is full" in str(caught.value)
    assert "No event was created." == caught.value.saved


def test_a_full_disk_with_the_settings_of_the_laptop_is_not_called_that_of_the_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state folder can be on another disk."""

    def refuse(path: Path, *, desk: str) -> None:
        raise KioskError("disk_full", f"The disk is full: {state_dir() / 'x'} was not written.")

    monkeypatch.setattr(Store, "create", refuse)
    with pytest.raises(KioskError) as caught:
        stopped(tmp_path / "new.kiosk", KEY, with_events=False)

    assert "the event does not fit on it" not in caught.value.problem
    assert str(state_dir()) in caught.value.problem

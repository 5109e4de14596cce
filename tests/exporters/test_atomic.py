"""Either a whole new file is there, or the old one."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from kiosk.errors import Canceled, KioskError
from kiosk.support.files import atomic_file, move_new


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (OSError(errno.EIO, "Input/output error"), "cannot_write"),
        (Canceled("The export"), "canceled"),
    ],
)
@pytest.mark.parametrize("before", [None, b"before"])
def test_a_failure_keeps_the_old_file(
    error: Exception, code: str, before: bytes | None, tmp_path: Path
) -> None:
    """Disk full, disk error or a stop: the old file is kept, and no unfinished one."""
    target = tmp_path / "out.csv"
    if before is not None:
        target.write_bytes(before)

    def stopped() -> None:
        with atomic_file(target) as file:
            file.write(b"half")
            raise error

    with pytest.raises(KioskError) as caught:
        stopped()

    assert code == caught.value.code
    assert ([] if before is None else [target]) == list(tmp_path.iterdir())
    assert before is None or before == target.read_bytes()


def test_a_whole_file_is_private_and_alone(tmp_path: Path) -> None:
    """Only its owner can read the new file, and no other file is left."""
    target = tmp_path / "out.csv"
    target.write_bytes(b"a much longer file that was here before")

    with atomic_file(target) as file:
        file.write(b"new")

    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [target] == list(tmp_path.iterdir())


def test_a_link_still_points_to_the_file(tmp_path: Path) -> None:
    """Writing through a link replaces its target, not the link."""
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_bytes(b"old")
    link.symlink_to(real)

    with atomic_file(link) as file:
        file.write(b"new")

    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_folders_devices_and_missing_folders_are_refused(tmp_path: Path) -> None:
    """A name that cannot be a file is refused before anything is written."""
    codes = []
    for target in (tmp_path, Path(os.devnull), tmp_path / "none" / "out.csv"):
        with pytest.raises(KioskError) as caught, atomic_file(target):
            pass
        codes.append(caught.value.code)

    assert codes == ["not_a_file", "not_a_file", "no_such_folder"]
    assert not Path(os.devnull).is_file()


def test_a_file_made_meanwhile_is_kept(tmp_path: Path) -> None:
    """A file that must be new never replaces another one."""
    made, taken = tmp_path / "made", tmp_path / "taken"
    made.write_bytes(b"made")
    taken.write_bytes(b"taken")

    with pytest.raises(FileExistsError):
        move_new(made, taken)

    assert taken.read_bytes() == b"taken"

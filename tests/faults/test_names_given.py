"""Names that a person gives for files: nothing of value is replaced, nothing is waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.forked import kiosk

pytestmark = pytest.mark.slow

WRITERS: dict[str, list[str]] = {
    "badges": ["badges", "-o"],
    "paper": ["paper", "checklist", "-o"],
    "tickets": ["rehearse", "-o"],
    "share": ["share", "-o"],
    "export": ["export", "-o"],
    "conflicts": ["conflicts", "-o"],
    "bundle": ["bundle"],
    "restore": ["restore", "BACKUP", "-o"],
    "layouts": ["layouts", "--from-pretix", "LAYOUT", "-o"],
}
"""Every command that writes a file of somebody's choice; the name comes last."""


@pytest.fixture
def folder(event: Path, tmp_path: Path) -> Path:
    """An event called as a PDF is, its backup, a list, a pipe, a folder, and links."""
    folder = tmp_path / "given"
    folder.mkdir()
    for name in ("e.pdf", "other.csv"):
        (folder / name).write_bytes(event.read_bytes())
    (folder / "people.txt").write_text("Name\nLi\n")
    (folder / "layout.json").write_text("[]")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "folder.pdf").mkdir()
    (folder / "loop.pdf").symlink_to("loop.pdf")
    (folder / "link.pdf").symlink_to("e.pdf")
    assert 0 == kiosk("-e", str(event), "backup", "-o", str(folder / "backup.kiosk"))[0]
    return folder


@pytest.mark.parametrize("writer", WRITERS)
def test_nothing_of_value_is_replaced(writer: str, folder: Path, event: Path) -> None:
    """An event, a list, a pipe, a folder under the name, or no name: exit 2, a sentence, and all
    is as before."""
    given = {"BACKUP": str(folder / "backup.kiosk"), "LAYOUT": str(folder / "layout.json")}
    command = [given.get(word, word) for word in WRITERS[writer]]
    names = ["pipe.pdf", "~nobody-here/x.pdf"]
    if writer != "restore":  # which keeps what was there beside it, and takes a folder as such
        names += ["", "e.pdf", "other.csv", "link.pdf", "folder.pdf"]
    if writer not in ("restore", "bundle", "layouts"):  # the last two take any name
        names += ["people.txt"]
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    for name in names:
        target = str(folder / name) if name and name[0] != "~" else name
        code, _, err = kiosk("-e", str(event), *command, target)
        assert (2, True) == (code, err.startswith(b"kiosk: ")), (name, code, err)
        assert b"internal error" not in err, (name, err)
    assert before == {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("reader", ["import", "merge", "restore", "layouts"])
def test_nothing_is_waited_for(reader: str, folder: Path, event: Path) -> None:
    """A pipe that nobody writes to is refused, and so are a folder and a link to itself."""
    for name in ("pipe.pdf", "folder.pdf", "loop.pdf", "nowhere.pdf"):
        given = [reader, str(folder / name)]
        if reader == "layouts":
            given = ["layouts", "--from-pretix", str(folder / name), "-o", str(folder / "l.toml")]
        code, _, err = kiosk("-e", str(event), *given)
        assert (2, True) == (code, err.startswith(b"kiosk: ")), (name, code, err)
        assert b"internal error" not in err, (name, err)

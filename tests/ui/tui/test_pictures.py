"""The real badge and the photo next to the card, on terminals that show pictures."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console
from textual.drivers.headless_driver import HeadlessDriver

from kiosk.domain.people.attendee import Attendee
from kiosk.storage.file.store import Store
from kiosk.ui.tui.desk.pictures import WAIT_S as PICTURE_WAIT_S
from kiosk.ui.tui.input.picture_reports import PictureProtocol
from kiosk.ui.tui.widgets.picture import Picture
from tests.support.desk import Desk, open_desk
from tests.support.pty_driver import PtyProgram, wait_until
from tests.support.stores import make_store, take_in

pytest.importorskip("textual_image")

pytestmark = pytest.mark.slow
if sys.platform == "win32":
    pytest.skip("needs a Unix terminal", allow_module_level=True)

WIDE = (120, 36)
ROOT = Path(__file__).parents[3]


class FakeTerminal:
    """Answers the question of a headless driver, and keeps what is written to it."""

    def __init__(self, patch: pytest.MonkeyPatch, protocol: PictureProtocol | None) -> None:
        self.asked = 0
        self.written: list[str] = []

        def ask(_: HeadlessDriver, answered: Callable[[PictureProtocol], object]) -> None:
            self.asked += 1
            if protocol is not None:
                answered(protocol)

        patch.setattr(HeadlessDriver, "ask_for_pictures", ask, raising=False)
        patch.setattr(HeadlessDriver, "cell_size", lambda _: (8, 16), raising=False)
        patch.setattr(HeadlessDriver, "write", lambda _, text: self.written.append(text))


@pytest.fixture
def photo_store(desk_store: Store) -> Store:
    """Zoe's photo is in the folder, and the list names it."""
    folder = desk_store.path.parent / "photos"
    folder.mkdir()
    Image.new("RGB", (300, 400), "red").save(folder / "zoe.png")
    take_in(desk_store, Attendee("z", name="Zoe Zed", extra={"Photo": "zoe.png"}))
    return desk_store


def _drawn(desk: Desk, box: str) -> bool:
    """Whether a box has a picture, and its place on the screen."""
    shown = desk.screen.query_one(box, Picture)
    is_placed = shown.picture is not None and shown.size.height == shown.picture.height
    return shown.display and is_placed


async def test_sixel(desk_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The badge that prints takes the place of the miniature, and goes with the person."""
    FakeTerminal(monkeypatch, PictureProtocol.SIXEL)
    async with open_desk(desk_store, WIDE) as desk:
        await desk.scan("TICKET-003")
        await desk.until(lambda: _drawn(desk, "#badge-picture"))
        box = desk.screen.query_one("#badge-picture", Picture)
        await desk.pilot.pause()
        lines = box.render_lines(box.size.region)
        text = "".join(part.text for line in lines for part in line)

        assert "\x1bP" in text
        assert text.endswith("H")
        assert {line.cell_length for line in lines} == {box.size.width}
        assert box.region.bottom <= desk.screen.query_one("#today").region.y
        assert not desk.screen.query_one("#badge").display
        assert not _drawn(desk, "#photo")

        await desk.pilot.press("escape")
        await desk.until(lambda: not _drawn(desk, "#badge-picture"))
        assert desk.screen.query_one("#badge").display


@pytest.mark.parametrize("height", [26, 40])
async def test_the_photo(photo_store: Store, monkeypatch: pytest.MonkeyPatch, height: int) -> None:
    """On a low screen the photo takes the place of the badge, on a high one it is above it."""
    FakeTerminal(monkeypatch, PictureProtocol.SIXEL)
    async with open_desk(photo_store, (120, height)) as desk:
        await desk.scan("T-z")
        await desk.until(lambda: _drawn(desk, "#photo"))
        photo = desk.screen.query_one("#photo", Picture)

        assert (height == 40) is _drawn(desk, "#badge-picture")
        assert not desk.screen.query_one("#badge").display
        assert photo.region.height <= 11
        assert photo.picture is not None
        assert photo.picture.sixel.startswith("\x1bP")
        assert "zoe.png" not in desk.card

        await desk.scan("TICKET-003")
        await desk.until(lambda: "Speaker" in desk.card)
        assert not _drawn(desk, "#photo")


async def test_kitty(photo_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kitty gets the picture once, through the driver, and shows it where its characters are."""
    monkeypatch.setattr(Console, "color_system", "truecolor")
    terminal = FakeTerminal(monkeypatch, PictureProtocol.KITTY)
    async with open_desk(photo_store, WIDE) as desk:
        await desk.scan("T-z")
        await desk.until(lambda: _drawn(desk, "#photo"))
        box = desk.screen.query_one("#photo", Picture)
        lines = box.render_lines(box.size.region)
        sent = "".join(terminal.written)

        assert box.picture is not None
        assert len(box.picture.rows) == box.size.height == len(lines)
        assert {line.cell_length for line in lines} == {box.size.width}
        assert all("\U0010eeee" in line.text for line in lines)
        assert "\x1b_Gi=" in sent
        assert "a=d" not in sent

        forget = box.picture.forget
        await desk.pilot.press("escape")
        await desk.until(lambda: not _drawn(desk, "#photo"))
        assert forget in "".join(terminal.written)


async def test_kitty_needs_all_colours(photo_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A colour is the number of the picture; with 256 colours the miniature stays."""
    monkeypatch.setattr(Console, "color_system", "256")
    FakeTerminal(monkeypatch, PictureProtocol.KITTY)
    async with open_desk(photo_store, WIDE) as desk:
        await desk.scan("T-z")
        await desk.until(lambda: "Zoe" in desk.card)
        await desk.pilot.pause(PICTURE_WAIT_S * 1.5)
        await desk.settled()

        assert not _drawn(desk, "#photo")
        assert desk.screen.query_one("#badge").display


async def test_a_dialog_hides_pictures(photo_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal draws a picture over text, so the box is empty while a dialog is open."""
    FakeTerminal(monkeypatch, PictureProtocol.SIXEL)
    async with open_desk(photo_store, WIDE) as desk:
        await desk.scan("T-z")
        await desk.until(lambda: _drawn(desk, "#photo"))
        await desk.pilot.press("f1")
        await desk.until(lambda: not desk.screen.is_active)
        box = desk.screen.query_one("#photo", Picture)

        assert all(not line.text.strip() for line in box.render_lines(box.size.region))


@pytest.mark.parametrize(("size", "scan_only"), [((80, 24), False), (WIDE, True)])
async def test_no_pictures_on_a_small_screen_or_for_volunteers_who_only_scan(
    photo_store: Store, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], scan_only: bool
) -> None:
    """A photo is for the help desk; a scan-only desk does not even ask."""
    terminal = FakeTerminal(monkeypatch, PictureProtocol.SIXEL)
    async with open_desk(photo_store, size, scan_only=scan_only) as desk:
        await desk.scan("T-z")
        await desk.until(lambda: "Zoe" in desk.card)
        await desk.pilot.pause(PICTURE_WAIT_S * 1.5)
        await desk.settled()

        assert terminal.asked == (not scan_only)
        assert not _drawn(desk, "#photo")
        assert not _drawn(desk, "#badge-picture")


async def test_the_miniature_stays_elsewhere(
    photo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal without pictures does not answer."""
    terminal = FakeTerminal(monkeypatch, None)
    async with open_desk(photo_store, WIDE) as desk:
        await desk.scan("T-z")
        await desk.until(lambda: "Zoe" in desk.card)
        await desk.pilot.pause(PICTURE_WAIT_S * 1.5)
        await desk.settled()

        assert terminal.asked == 1
        assert not _drawn(desk, "#badge-picture")
        assert desk.screen.query_one("#badge").display


def test_the_encoder_does_not_read_the_keyboard(tmp_path: Path) -> None:
    """On a terminal, textual-image asks when it is imported; here it sends the picture only."""
    program = tmp_path / "encode.py"
    program.write_text(_ENCODE, "utf-8")
    with PtyProgram([sys.executable, str(program)], env={"PYTHONPATH": str(ROOT)}) as terminal:
        terminal.wait_for_text("sixel kitty", 30)

        assert b"\x1b[c" not in terminal.drawn
        assert b"\x1b_G" not in terminal.drawn
        assert b"\x1b[16t" not in terminal.drawn


_ENCODE = """
from PIL import Image
from kiosk.ui.tui.input.picture_reports import PictureProtocol
from kiosk.ui.tui.textual_image_compat import encode
sent = []
for protocol in PictureProtocol:
    encode(Image.new("RGB", (50, 30)), protocol, cell=(8, 16), background=(0, 0, 0),
           write=sent.append)
assert "".join(sent).startswith(chr(27) + "_Gi="), sent
print("sixel", "kitty")
"""


def test_nothing_is_imported_before_it_is_needed() -> None:
    """Neither the start nor the desk's parts load textual-image or Pillow."""
    program = (
        "import sys, kiosk.ui.tui.app, kiosk.ui.tui.desk.desk, kiosk.ui.tui.desk.pictures\n"
        "print([name for name in ('textual_image', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_on_a_real_terminal(tmp_path: Path) -> None:
    """The desk asks once it is open; after the answer, a person's badge is drawn in Sixel."""
    store = make_store(tmp_path, lists=("Door",))
    take_in(store, Attendee("z", name="Zoe Zed"))
    store.close()
    program = PtyProgram(
        [sys.executable, "-m", "kiosk", "-e", str(store.path), "desk", "--list", "Door"],
        env={"PYTHONPATH": str(ROOT), "COLUMNS": str(WIDE[0]), "LINES": str(WIDE[1])},
        size=WIDE,
    )
    with program:
        program.wait_for_text("in the last 15 min", 40)
        assert wait_until(lambda: b"\x1b[c" in program.drawn, 10)
        assert b"\x1bP" not in program.drawn
        program.write("\x1b[?62;4;22c")
        time.sleep(0.3)
        program.write("T-z\r")
        assert wait_until(lambda: b"\x1bP" in program.drawn, 20)
        program.wait_for_text("CHECKED IN")

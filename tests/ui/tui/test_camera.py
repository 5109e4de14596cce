"""Codes from cameras, videos and pictures."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import qrcode
from PIL import Image, ImageDraw

from kiosk.camera import frames
from kiosk.camera.frames import Frame
from kiosk.camera.reader import CameraReader, CameraState, CodesInView
from kiosk.support.install_hint import install_hint

needs_opencv = pytest.mark.skipif(
    importlib.util.find_spec("cv2") is None, reason="OpenCV is not installed (extra `camera`)"
)
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("zxingcpp") is None, reason="zxing-cpp is not installed"
)


def scene(*codes: str, size: tuple[int, int] = (640, 480), angle: float = 0) -> Image.Image:
    """A grey picture with QR codes on white cards."""
    picture = Image.new("RGB", size, (120, 125, 130))
    ImageDraw.Draw(picture).ellipse((20, 20, 90, 90), fill=(30, 60, 90))
    for number, code in enumerate(codes):
        card = qrcode.make(code, box_size=5, border=4).get_image().convert("RGBA")
        card = card.rotate(angle, expand=True, fillcolor=(120, 125, 130, 255))
        picture.paste(card, (30 + number * 300, 150))
    return picture


@pytest.fixture(autouse=True)
def _quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of a folder follow each other at once."""
    monkeypatch.setattr(frames, "_PICTURE_SHOWN_S", 0.01)


class Watched:
    """A reader that ran to its end, and what it told."""

    def __init__(self, source: int | Path) -> None:
        self.codes: list[str] = []
        self.states: list[CameraState] = []
        self.reader = CameraReader(source, self.codes.append, self.states.append)
        self.reader.start()

    def to_the_end(self) -> Watched:
        """Wait for the end of a file."""
        assert self.reader.wait(20)
        return self

    @property
    def error_codes(self) -> list[str]:
        """Codes of the errors told."""
        return [state.error.code for state in self.states if state.error]


SIGHTINGS: dict[str, list[tuple[float, Sequence[str], list[str]]]] = {
    "held in view": [(0, ["A"], ["A"]), (0.1, ["A"], []), (1.9, ["A"], []), (3.8, ["A"], [])],
    "away for a moment": [(0, ["A"], ["A"]), (1, [], []), (1.9, ["A"], [])],
    "away for two seconds": [(0, ["A"], ["A"]), (1, [], []), (2.0, ["A"], ["A"])],
    "two people": [(0, ["A"], ["A"]), (0.5, ["B", "A"], ["B"]), (1, ["B"], [])],
    "twice in one picture": [(0, ["A", "A"], ["A"])],
}


@pytest.mark.parametrize("sightings", SIGHTINGS.values(), ids=SIGHTINGS)
def test_a_code_in_view_counts_once(
    sightings: list[tuple[float, Sequence[str], list[str]]],
) -> None:
    """A code is new when it was never seen, or not for two seconds."""
    in_view = CodesInView()

    for at_s, codes, new in sightings:
        assert new == in_view.new_in(codes, at_s)


@pytest.mark.parametrize(
    "code",
    ["K8301243", "https://lu.ma/check-in/evt-1?pk=g-2", "नाम-१२", "=g3Vj/+", '{"i":[2,"h"]}'],
)
@pytest.mark.parametrize("angle", [0, 17, 180])
def test_a_still_picture(tmp_path: Path, code: str, angle: float) -> None:
    """The code in a picture arrives byte for byte, however the ticket is held."""
    scene(code, angle=angle).save(tmp_path / "ticket.png")

    watched = Watched(tmp_path / "ticket.png").to_the_end()

    assert watched.codes == [code]
    assert watched.states[-1].finished
    assert watched.states[0].watching


@pytest.mark.slow
def test_kinds_of_pictures(tmp_path: Path) -> None:
    """Photos lying on their side, big ones, transparent ones, and two tickets at once."""
    exif = Image.Exif()
    exif[0x0112] = 6
    scene("SIDE").save(tmp_path / "1.jpg", exif=exif, quality=80)
    scene("BIG", size=(640, 480)).resize((4000, 3000)).save(tmp_path / "2.jpg", quality=80)
    clear = qrcode.make("CLEAR").get_image().convert("LA")
    clear.putalpha(clear.getchannel("L").point(lambda value: 255 - value))
    clear.save(tmp_path / "3.png")
    scene("LEFT", "RIGHT").save(tmp_path / "4.webp")
    (tmp_path / "notes.txt").write_text("no picture")

    watched = Watched(tmp_path).to_the_end()

    assert watched.codes[:3] == ["SIDE", "BIG", "CLEAR"]
    assert sorted(watched.codes[3:]) == ["LEFT", "RIGHT"]


def test_the_same_ticket_in_pictures_that_follow(tmp_path: Path) -> None:
    """A folder is like a camera: the same code in view is one scan."""
    for number, code in enumerate(["A1", "A1", "B2", "A1"]):
        scene(code).save(tmp_path / f"{number}.png")

    assert Watched(tmp_path).to_the_end().codes == ["A1", "B2"]


def test_a_damaged_picture_among_others(tmp_path: Path) -> None:
    """It is said, and the pictures behind it are read all the same."""
    (tmp_path / "1.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    scene("B2").save(tmp_path / "2.png")

    watched = Watched(tmp_path).to_the_end()

    assert watched.codes == ["B2"]
    assert watched.error_codes[:1] == ["camera_file_unreadable"]
    assert "1.jpg" in str(watched.states[-1].error)


def test_a_picture_without_code(tmp_path: Path) -> None:
    """Nothing to read is no error."""
    scene().save(tmp_path / "empty.png")

    watched = Watched(tmp_path / "empty.png").to_the_end()

    assert (watched.codes, watched.error_codes) == ([], [])


@pytest.mark.parametrize("name", ["missing.png", "broken.png", "folder", "text.mp4"])
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str) -> None:
    """A file that is not there, damaged, empty or of another kind ends with a sentence."""
    if name == "text.mp4":
        pytest.importorskip("cv2", reason="OpenCV is not installed (extra `camera`)")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "folder").mkdir()

    watched = Watched(tmp_path / name).to_the_end()

    assert watched.error_codes[:1] == ["camera_file_unreadable"]
    error = watched.states[-1].error
    assert error is not None
    assert error.next_step
    assert not watched.states[-1].watching


@needs_opencv
def test_a_video(tmp_path: Path) -> None:
    """Tickets held before the camera one after the other are one scan each, in order."""
    _write_video(tmp_path / "desk.avi", [*["A1"] * 8, "", *["B2"] * 6, *["A1"] * 4], rate=20)

    watched = Watched(tmp_path / "desk.avi").to_the_end()

    assert watched.codes == ["A1", "B2"]
    assert watched.error_codes == []


@needs_opencv
def test_stops_in_the_middle(tmp_path: Path) -> None:
    """A reader that is stopped ends at once and says so."""
    _write_video(tmp_path / "desk.avi", ["A1"] * 400, rate=20)
    watched = Watched(tmp_path / "desk.avi")
    while not watched.codes:
        time.sleep(0.01)

    watched.reader.stop()

    assert watched.reader.wait(0)
    assert watched.states[-1].finished
    watched.reader.stop()


@needs_opencv
def test_no_camera() -> None:
    """A camera that is not there is said once a try, and stopping ends the tries."""
    watched = Watched(97)
    while not watched.states:
        time.sleep(0.01)
    watched.reader.stop()

    assert watched.error_codes[0] == "camera_not_found"
    assert watched.reader.wait(0)


def test_a_camera_that_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera that fails is tried again, and the error goes away when it works."""
    tries: list[int] = []

    def flaky(source: int) -> Any:
        tries.append(source)
        if len(tries) == 1:
            raise frames.cannot_open(source)
        while True:
            yield Frame(scene("K8301243").convert("L"), time.monotonic())

    monkeypatch.setattr("kiosk.camera.reader.frames_of", flaky)
    monkeypatch.setattr("kiosk.camera.reader._TRY_AGAIN_S", 0.01)
    watched = Watched(0)
    while not watched.codes or not watched.states[-1].watching:
        time.sleep(0.01)
    watched.reader.stop()

    assert watched.codes == ["K8301243"]
    assert watched.error_codes
    assert [s.error for s in watched.states if s.watching] == [None] * len(
        [s for s in watched.states if s.watching]
    )


@pytest.mark.parametrize("missing", ["zxingcpp", "cv2"])
def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str) -> None:
    """Without the libraries, a sentence says how to install them, and nothing is tried again."""
    monkeypatch.setitem(sys.modules, missing, None)
    frames._zxing.cache_clear()
    scene("A").save(tmp_path / "a.png")

    watched = Watched(0 if missing == "cv2" else tmp_path / "a.png").to_the_end()
    frames._zxing.cache_clear()

    assert watched.error_codes[0] == "camera_extra_missing"
    assert install_hint("camera") in str(watched.states[0].error)


def _write_video(path: Path, shown: list[str], rate: int) -> None:
    import cv2
    import numpy

    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (640, 480))
    pictures = {code: numpy.asarray(scene(*[code] * bool(code)))[:, :, ::-1] for code in set(shown)}
    for code in shown:
        video.write(pictures[code])
    video.release()

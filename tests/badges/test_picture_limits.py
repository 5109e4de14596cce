"""Huge pictures are refused by their header, before their pixels need memory."""

from __future__ import annotations

import base64
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from kiosk.badges.layout.compose import Composer
from kiosk.badges.layout.file import load_layout, pack_picture, unpack_picture
from kiosk.badges.layout.model import EventLook
from kiosk.badges.layout.scene import ImageOp
from kiosk.badges.pdf.resources import open_picture, pdf_picture, picture_size
from kiosk.camera.frames import frames_of
from kiosk.errors import KioskError
from kiosk.services.event.settings import change_settings
from kiosk.storage.file.store import Store
from kiosk.support.pictures import MAX_PIXELS


def png(width: int, height: int) -> bytes:
    """A black PNG of one bit for each pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    rows = zlib.compress(bytes(1 + (width + 7) // 8) * height)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(params=[(13_000, 13_000), (MAX_PIXELS + 1, 1), (5_001, 5_000)], ids=str)
def huge(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A small file with too many pixels."""
    path = tmp_path / "huge.png"
    path.write_bytes(png(*request.param))
    return path


def test_the_limit_itself_is_accepted(tmp_path: Path) -> None:
    """A picture of 25 megapixels is read."""
    path = tmp_path / "large.png"
    path.write_bytes(png(5_000, 5_000))

    assert (5_000, 5_000) == picture_size(path)
    assert unpack_picture(pack_picture(path))


def test_a_huge_picture_is_refused_in_a_layout(huge: Path) -> None:
    """The message has the picture's size and the limit."""
    for read in (picture_size, open_picture, lambda path: pdf_picture(path, False)):
        with pytest.raises(KioskError, match="megapixels") as refusal:
            read(huge)

        assert "picture_too_large" == refusal.value.code


def test_a_huge_picture_is_refused_as_a_logo(huge: Path, store: Store) -> None:
    """The setting is not changed."""
    with pytest.raises(KioskError, match="25 megapixels") as refusal:
        change_settings(store, {"logo": str(huge)})

    assert "bad_setting" == refusal.value.code


def test_a_huge_picture_of_another_desk_is_refused(huge: Path) -> None:
    """It is not written to a file of this laptop, and this laptop sends none."""
    with pytest.raises(KioskError, match="megapixels"):
        unpack_picture(base64.b64encode(huge.read_bytes()).decode())
    with pytest.raises(KioskError, match="megapixels"):
        pack_picture(huge)


def test_a_huge_picture_is_refused_in_front_of_the_camera(huge: Path) -> None:
    """A file that is played instead of a camera."""
    with pytest.raises(KioskError, match="megapixels"):
        list(frames_of(huge))


@pytest.mark.skipif(sys.platform == "win32", reason="resource measures memory only elsewhere")
def test_a_huge_picture_needs_no_memory(tmp_path: Path) -> None:
    """A picture of 13,000 x 13,000 pixels adds less than 64 MB to the memory of the program."""
    path = tmp_path / "huge.png"
    path.write_bytes(png(13_000, 13_000))
    program = f"""
import resource
from pathlib import Path
from kiosk.badges.pdf.resources import open_picture
from kiosk.camera.frames import frames_of
from kiosk.errors import KioskError
from PIL import Image, ImageOps
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for read in (open_picture, lambda path: list(frames_of(path))):
    try:
        read(Path({str(path)!r}))
    except KioskError:
        continue
    raise SystemExit("it was read")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert int(done.stdout) < 64 * 1024 * (1024 if sys.platform == "darwin" else 1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_that_was_cut_off_is_refused(kind: str, tmp_path: Path, store: Store) -> None:
    """As a logo, for a PDF, and from another desk: half a picture is not printed."""
    path = tmp_path / f"half.{kind.lower()}"
    Image.effect_noise((300, 200), 80).convert("RGB").save(path, kind)
    path.write_bytes(path.read_bytes()[:9_000])

    with pytest.raises(KioskError, match="cannot be the logo"):
        change_settings(store, {"logo": str(path)})
    with pytest.raises(KioskError, match="cannot be read"):
        pdf_picture(path, mono=False)
    with pytest.raises(KioskError, match="cannot be read"):
        unpack_picture(base64.b64encode(path.read_bytes()).decode())


def test_a_very_wide_logo_leaves_the_others_their_height(tmp_path: Path) -> None:
    """In a row of logos a line of 300 to 1 is as wide as a wordmark, and the square stays large."""
    paths = [tmp_path / "line.png", tmp_path / "square.png"]
    for path, size in zip(paths, [(3000, 10), (200, 200)], strict=True):
        Image.new("RGB", size, "red").save(path)
    look = EventLook(name="PyCon", sponsors=tuple(paths))
    composer = Composer(load_layout("sponsors"), look)

    drawn = [op for op in composer.shared(0, "Attendee") if isinstance(op, ImageOp)]
    line, square = drawn

    assert line.width / line.height == pytest.approx(300)
    assert square.height > 20


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_the_content_decides_the_format(kind: str, tmp_path: Path, store: Store) -> None:
    """Another desk would refuse a GIF that is called `logo.png`; so does this one."""
    path = tmp_path / "logo.png"
    Image.new("RGB", (60, 60), "red").save(path, kind)

    with pytest.raises(KioskError, match="cannot be read"):
        change_settings(store, {"logo": str(path)})
    with pytest.raises(KioskError, match="cannot be read"):
        pack_picture(path)

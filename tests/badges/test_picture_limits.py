"""Huge pictures are refused by their header, before their pixels need memory."""

from __future__ import annotations

import base64
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from kiosk.badges.layout.file import pack_picture, unpack_picture
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

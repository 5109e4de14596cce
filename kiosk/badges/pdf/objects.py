"""Write a PDF document from objects, with pages and shared resources that stay small."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import floor
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from kiosk.badges.layout.scene import BarsOp
from kiosk.domain.text import clean_controls
from kiosk.support.files import private


class PdfDocument:
    """Collects objects and pages, and writes the file.

    Source of the format: ISO 32000-1, 7.5 (file structure).
    """

    def __init__(self, title: str) -> None:
        self._objects: list[bytes] = []
        """Object 1 is the first one."""
        self._title = clean_controls(title)
        self._pages_reference = self._reference(b"")
        self._resources_reference = self._reference(b"")
        self._kids: list[str] = []
        self._bookmarks: list[tuple[str, int]] = []

    @property
    def page_count(self) -> int:
        """Number of pages added so far."""
        return len(self._kids)

    def add(self, body: str) -> str:
        """Add an object from its text; return its reference: `12 0 R`."""
        return self._reference(body.encode("latin-1"))

    def add_stream(self, content: bytes, entries: str = "", *, packed: bool = False) -> str:
        """Add a stream, compressed here unless `packed`; return its reference."""
        if not packed:
            content, entries = zlib.compress(content, 9), f"{entries}/Filter/FlateDecode"
        head = f"<<{entries}/Length {len(content)}>>\nstream\n".encode("latin-1")
        return self._reference(head + content + b"\nendstream")

    def add_form(self, content: bytes, width: float, height: float) -> str:
        """Add a form that many pages share; return its reference."""
        entries = f"/Type/XObject/Subtype/Form/BBox[0 0 {width:.2f} {height:.2f}]"
        return self.add_stream(content, f"{entries}/Resources {self._resources_reference}")

    def add_page(self, content: bytes, width: float, height: float) -> None:
        """Add one page; size in points."""
        drawing = self.add_stream(content)
        box = f"/MediaBox[0 0 {width:.2f} {height:.2f}]"
        parts = f"/Parent {self._pages_reference}{box}/Contents {drawing}"
        self._kids.append(self.add(f"<</Type/Page{parts}>>"))

    def bookmark(self, title: str) -> None:
        """Add a bookmark for the page that is added next."""
        self._bookmarks.append((title, len(self._kids)))

    def save(self, path: Path, fonts: dict[str, str], images: dict[str, str]) -> None:
        """Write and fsync the file, private to its owner; fonts, images: references by name."""
        listed = [
            "".join(f"/{name} {reference}" for name, reference in entries.items())
            for entries in (fonts, images)
        ]
        resources = f"<</Font<<{listed[0]}>>/XObject<<{listed[1]}>>>>"
        self._set(self._resources_reference, resources)
        kids = " ".join(self._kids)
        pages = f"<</Type/Pages/Kids[{kids}]/Count {len(self._kids)}"
        self._set(self._pages_reference, f"{pages}/Resources {self._resources_reference}>>")
        outlines = f"/Outlines {self._add_outlines()}" if self._bookmarks else ""
        root = self.add(f"<</Type/Catalog/Pages {self._pages_reference}{outlines}>>")
        with open(path, "wb", opener=private) as file:
            self._write(file, root, self._add_information())
            file.flush()
            os.fsync(file.fileno())

    def _add_information(self) -> str:
        made = time.strftime("D:%Y%m%d%H%M%SZ", time.gmtime())
        words = f"/Author(kiosk)/Creator(kiosk)/Producer(kiosk)/CreationDate({made})"
        return self.add(f"<</Title{_text_string(self._title)}{words}>>")

    def _write(self, file: BinaryIO, root: str, information: str) -> None:
        """The header, the objects, the table of their places, and the trailer."""
        digest = hashlib.md5(usedforsecurity=False)
        at = file.write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
        places = [b"0000000000 65535 f \n"]
        for number, body in enumerate(self._objects, 1):
            places.append(b"%010d 00000 n \n" % at)
            digest.update(body)
            at += file.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        file.write(b"xref\n0 %d\n%b" % (len(places), b"".join(places)))
        identity = f"<{digest.hexdigest()}>"
        file.write(
            f"trailer\n<</Size {len(places)}/Root {root}/Info {information}"
            f"/ID[{identity}{identity}]>>\nstartxref\n{at}\n%%EOF\n".encode("ascii")
        )

    def _add_outlines(self) -> str:
        """The bookmarks: names of the badges, for an exact search in every script."""
        parent = self._reference(b"")
        first = len(self._objects) + 1
        last = first + len(self._bookmarks) - 1
        for number, (title, page) in enumerate(self._bookmarks, first):
            links = f"/Prev {number - 1} 0 R" if number > first else ""
            links += f"/Next {number + 1} 0 R" if number < last else ""
            target = f"/Dest[{self._kids[page]}/Fit]"
            self.add(
                f"<</Title{_text_string(clean_controls(title))}/Parent {parent}{links}{target}>>"
            )
        count = len(self._bookmarks)
        self._set(parent, f"<</Type/Outlines/First {first} 0 R/Last {last} 0 R/Count {count}>>")
        return parent

    def _reference(self, body: bytes) -> str:
        self._objects.append(body)
        return f"{len(self._objects)} 0 R"

    def _set(self, reference: str, body: str) -> None:
        """Set the body of an object that was added before its content was known."""
        self._objects[int(reference.split()[0]) - 1] = body.encode("ascii")


def _text_string(text: str) -> str:
    if text.isascii() and text.isprintable():
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"({escaped})"
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"


# Linear codes.

QUIET_MODULES = 10
"""White modules on each side of a Code 128 (ISO/IEC 15417)."""


def code128(
    text: str, x: float, y: float, width: float, height: float, dot: float
) -> BarsOp | None:
    """A Code 128 centred in a box, in whole printer dots (`dot` points); None if it cannot fit.

    For desks with scanners that read only linear codes.
    """
    if not (text.isascii() and text.isprintable()):
        return None
    code: Any = _reportlab_code128()(text, quiet=0)
    code.validate()
    code.encode()
    code.decompose()
    # One letter a stripe: capitals are bars, small letters gaps; A is one module wide, B two ...
    modules = sum(ord(letter.lower()) - 96 for letter in code.decomposed)
    dots = floor(width / (modules + 2 * QUIET_MODULES) / dot + 1e-6)
    if dots < 1:
        return None
    module = dots * dot
    left = round((x + (width - modules * module) / 2) / dot) * dot
    bars, at = [], 0.0
    for letter in code.decomposed:
        wide = (ord(letter.lower()) - 96) * module
        if letter.isupper():
            bars.append((at, wide))
        at += wide
    return BarsOp(tuple(bars), left, y, height)


def _reportlab_code128() -> Any:
    """reportlab's encoder.

    On import, reportlab runs `~/.reportlab_mods` and `reportlab_settings` if they exist (see
    `reportlab/__init__.py` and `rl_config.py`), fails if the home is not a folder, and asks for
    the working folder, which can be gone after a stick is removed. Badges must not depend on these.
    """
    for name in ("reportlab_mods", "reportlab_settings"):
        sys.modules.setdefault(name, ModuleType(name))
    with _existing_working_folder():
        # a heavy leaf that few layouts need: 0.1 s
        from reportlab.graphics.barcode.code128 import Code128
    return Code128


@contextmanager
def _existing_working_folder() -> Iterator[None]:
    """Change to another folder for a moment if the working folder is gone."""
    try:
        os.getcwd()
    except OSError:
        gone = os.open(".", os.O_RDONLY)
        os.chdir(Path(__file__).parent)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.chdir(gone)
            os.close(gone)
    else:
        yield

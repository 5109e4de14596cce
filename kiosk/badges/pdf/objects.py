"""Build a PDF document from objects, with pages and shared resources that stay small.

reportlab numbers the objects and writes the cross-reference table. Its own pages are not used:
each has its own resource dictionary, and drawings stay uncompressed until the end.

On import, reportlab runs `~/.reportlab_mods` and `reportlab_settings` if they exist (see
`reportlab/__init__.py` and `rl_config.py`), fails if the home is not a folder, and asks for the
working folder, which can be gone after a stick is removed. Badges must not depend on these.
"""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import floor
from pathlib import Path
from types import ModuleType
from typing import Any

from kiosk.badges.layout.scene import BarsOp
from kiosk.domain.text import clean_controls
from kiosk.support.files import private

for _name in ("reportlab_mods", "reportlab_settings"):
    sys.modules.setdefault(_name, ModuleType(_name))


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


with _existing_working_folder():
    from reportlab.pdfbase import pdfdoc


class _Object(pdfdoc.PDFObject):  # type: ignore[misc]
    """An indirect object with its bytes, which can be set later through `data`."""

    __RefOnly__ = 1

    def __init__(self, data: bytes = b"null") -> None:
        self.data = data

    def format(self, document: Any) -> bytes:
        """Called by reportlab when it writes the file."""
        return self.data


class _Outlines(_Object):
    """The bookmarks: names of the badges, for an exact search in every script."""

    ready = 1

    def prepare(self, document: Any, canvas: Any) -> None:
        """Called by reportlab before writing; nothing to do."""


class PdfDocument:
    """Collects objects and pages, and writes the file."""

    def __init__(self, title: str) -> None:
        self._document = pdfdoc.PDFDocument(compression=1, pdfVersion=(1, 5))
        self._document.setTitle(clean_controls(title))
        self._document.setAuthor("kiosk")
        self._document.setCreator("kiosk")
        self._document.setSubject("")
        self._pages = _Object()
        self._pages_reference = self._reference(self._pages)
        self._document.Pages = self._document.Catalog.Pages = self._pages
        self._resources = _Object()
        self._resources_reference = self._reference(self._resources)
        self._kids: list[str] = []
        self._bookmarks: list[tuple[str, int]] = []

    @property
    def page_count(self) -> int:
        """Number of pages added so far."""
        return len(self._kids)

    def add(self, body: str) -> str:
        """Add an object from its text; return its reference: `12 0 R`."""
        return self._reference(_Object(body.encode("latin-1")))

    def add_stream(self, content: bytes, entries: str = "", *, packed: bool = False) -> str:
        """Add a stream, compressed here unless `packed`; return its reference."""
        if not packed:
            content, entries = zlib.compress(content, 9), f"{entries}/Filter/FlateDecode"
        head = f"<<{entries}/Length {len(content)}>>\nstream\n".encode("latin-1")
        return self._reference(_Object(head + content + b"\nendstream"))

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
        self._resources.data = f"<</Font<<{listed[0]}>>/XObject<<{listed[1]}>>>>".encode("ascii")
        kids = " ".join(self._kids)
        self._pages.data = (
            f"<</Type/Pages/Kids[{kids}]/Count {len(self._kids)}"
            f"/Resources {self._resources_reference}>>"
        ).encode("ascii")
        self._add_outlines()
        data = self._document.GetPDFData(None)
        with open(path, "wb", opener=private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _add_outlines(self) -> None:
        root = _Outlines()
        document = self._document
        document.Outlines = document.outline = document.Catalog.Outlines = root
        if not self._bookmarks:
            root.ready = -1
            return
        parent = self._reference(root)
        first = document.objectcounter + 1
        last = first + len(self._bookmarks) - 1
        for number, (title, page) in enumerate(self._bookmarks, first):
            links = f"/Prev {number - 1} 0 R" if number > first else ""
            links += f"/Next {number + 1} 0 R" if number < last else ""
            target = f"/Dest[{self._kids[page]}/Fit]"
            self.add(
                f"<</Title{_text_string(clean_controls(title))}/Parent {parent}{links}{target}>>"
            )
        count = len(self._bookmarks)
        root.data = f"<</Type/Outlines/First {first} 0 R/Last {last} 0 R/Count {count}>>".encode()

    def _reference(self, data: _Object) -> str:
        self._document.Reference(data, f"K{self._document.objectcounter + 1}")
        return f"{self._document.objectcounter} 0 R"


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
    # a part of reportlab that few layouts need: 0.1 s
    from reportlab.graphics.barcode.code128 import Code128

    if not (text.isascii() and text.isprintable()):
        return None
    code: Any = Code128(text, quiet=0)
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

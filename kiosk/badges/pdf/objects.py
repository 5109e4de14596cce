"""A PDF document on reportlab's, for pages and resources that are written once and stay small.

reportlab numbers the objects and writes the cross-reference table; its own pages would each carry
a resource dictionary and keep their drawing uncompressed until the end.
"""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Any

from kiosk.badges.pdf.library import pdfdoc
from kiosk.support.files import private


class _Object(pdfdoc.PDFObject):  # type: ignore[misc]
    """An indirect object whose bytes are known, or given later through `data`."""

    __RefOnly__ = 1

    def __init__(self, data: bytes = b"null") -> None:
        self.data = data

    def format(self, document: Any) -> bytes:
        """Called by reportlab when the file is put together."""
        return self.data


class _Outlines(_Object):
    """The names of the badges, for a search that is exact in every script."""

    ready = 1

    def prepare(self, document: Any, canvas: Any) -> None:
        """Called by reportlab before writing; nothing is left to do."""


class PdfDocument:
    """Objects in, bytes out."""

    def __init__(self, title: str) -> None:
        self._document = pdfdoc.PDFDocument(compression=1, pdfVersion=(1, 5))
        self._document.setTitle(title)
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
        """Pages added so far."""
        return len(self._kids)

    def add(self, body: str) -> str:
        """An object by its text; the reference to it: `12 0 R`."""
        return self._reference(_Object(body.encode("latin-1")))

    def add_stream(self, content: bytes, entries: str = "", *, packed: bool = False) -> str:
        """A stream, compressed here unless `packed`; the reference to it."""
        if not packed:
            content, entries = zlib.compress(content, 9), f"{entries}/Filter/FlateDecode"
        head = f"<<{entries}/Length {len(content)}>>\nstream\n".encode("latin-1")
        return self._reference(_Object(head + content + b"\nendstream"))

    def add_form(self, content: bytes, width: float, height: float) -> str:
        """What many pages share; the reference to it."""
        entries = f"/Type/XObject/Subtype/Form/BBox[0 0 {width:.2f} {height:.2f}]"
        return self.add_stream(content, f"{entries}/Resources {self._resources_reference}")

    def add_page(self, content: bytes, width: float, height: float) -> None:
        """One page, points."""
        drawing = self.add_stream(content)
        box = f"/MediaBox[0 0 {width:.2f} {height:.2f}]"
        parts = f"/Parent {self._pages_reference}{box}/Contents {drawing}"
        self._kids.append(self.add(f"<</Type/Page{parts}>>"))

    def bookmark(self, title: str) -> None:
        """The next page to be added, by a name."""
        self._bookmarks.append((title, len(self._kids)))

    def save(self, path: Path, fonts: dict[str, str], images: dict[str, str]) -> None:
        """Writes and fsyncs the file, its owner's alone; fonts, XObjects: references by name."""
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
            self.add(f"<</Title{_text_string(title)}/Parent {parent}{links}{target}>>")
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

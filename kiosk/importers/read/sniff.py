"""Detect the type of a file from its bytes, and refuse files that cannot be a list of people.

Signatures are the published magic numbers of the formats (PNG specification, ISO 32000 for PDF,
APPNOTE.TXT for ZIP, MS-CFB for the older Office container).
"""

from __future__ import annotations

import os
import re
import stat
from enum import StrEnum
from pathlib import Path

from kiosk.errors import FileRefused
from kiosk.importers import refusals
from kiosk.importers.read.decoding import utf16_without_bom

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Larger than a million rows of any export; it limits memory."""


class Kind(StrEnum):
    TEXT = "text"
    ZIP_SHEET = "zip sheet"
    OLD_SHEET = "old sheet"
    JSON = "json"


_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "file_image", "is a picture (PNG), not a list of people."),
    (b"\xff\xd8\xff", "file_image", "is a picture (JPEG), not a list of people."),
    (b"GIF8", "file_image", "is a picture (GIF), not a list of people."),
    (b"BM\x00\x00", "file_image", "is a picture (BMP), not a list of people."),
    (b"II*\x00", "file_image", "is a picture (TIFF), not a list of people."),
    (b"MM\x00*", "file_image", "is a picture (TIFF), not a list of people."),
    (b"\x00\x00\x01\x00", "file_image", "is an icon, not a list of people."),
    (b"%PDF", "file_pdf", "is a PDF, from which no columns can be read."),
    (b"{\\rtf", "file_document", "is a text document (RTF), not a table."),
    (b"\x7fELF", "file_binary", "is a program, not a list of people."),
    (b"MZ", "file_binary", "is a program, not a list of people."),
    (b"SQLite format 3\x00", "file_database", "is a database, not an export."),
    (b"\x1f\x8b", "file_archive", "is a compressed archive (gzip)."),
    (b"BZh", "file_archive", "is a compressed archive (bzip2)."),
    (b"\xfd7zXZ\x00", "file_archive", "is a compressed archive (xz)."),
    (b"7z\xbc\xaf\x27\x1c", "file_archive", "is a compressed archive (7z)."),
    (b"Rar!", "file_archive", "is a compressed archive (RAR)."),
    (b"\x28\xb5\x2f\xfd", "file_archive", "is a compressed archive (zstd)."),
)
_NEXT_STEPS = {
    "file_archive": "Unpack it first, then import the CSV or XLSX inside.",
    "file_database": "If it is an event of kiosk, open it as an event; else export it as CSV.",
}
_MARKUP = re.compile(
    rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|script|div|form)\b",
    re.IGNORECASE | re.DOTALL,
)
_LOGIN = re.compile(rb"password|log[ -]?in|sign[ -]?in|anmelden|connexion", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = bytes(set(range(32)) - {0, 9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31})


def read_bytes(path: Path) -> bytes:
    """Read the file.

    Raises:
        FileRefused: missing, a folder, not allowed, not a regular file, empty or much too big.
    """
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise refusals.folder(path)
        if not stat.S_ISREG(status.st_mode):
            raise refusals.refused("file_special", path, "is not a regular file.")
        if status.st_size > MAX_FILE_BYTES:
            raise _too_large(path, status.st_size)
        with open(path, "rb") as handle:
            raw = handle.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise refusals.missing(path) from None
    except PermissionError:
        raise refusals.not_allowed(path) from None
    except (OSError, ValueError):
        # ValueError: a NUL in the name
        raise refusals.unreadable(path) from None
    if len(raw) > MAX_FILE_BYTES:
        raise _too_large(path, len(raw))
    if is_lock_file(path.name):
        raise _lock_file(path)
    if len(raw) < 65536 and not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise refusals.empty(path)
    return raw


def is_lock_file(name: str) -> bool:
    """Whether a file is the mark of a spreadsheet program for a list that is open in it."""
    return name.startswith(("~$", ".~lock."))


def _lock_file(path: Path) -> FileRefused:
    name = path.name.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")
    return refusals.refused(
        "file_lock",
        path,
        f"is not a list: a spreadsheet program makes it while {name} is open.",
        f"Import {name} itself. Save and close it in the spreadsheet program first.",
    )


def _too_large(path: Path, size: int) -> FileRefused:
    size_mb, limit_mb = -(-size // (1 << 20)), MAX_FILE_BYTES >> 20
    return refusals.too_big(path, f"is larger than {limit_mb} MB: it has {size_mb:,} MB.")


def kind_of(path: Path, raw: bytes) -> Kind:
    """The type of the bytes; refuses pictures, PDFs, web pages, archives, programs and noise."""
    head = raw[:4096]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Kind.ZIP_SHEET
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Kind.OLD_SHEET
    if head.startswith((b"\x09\x08\x10\x00\x00\x06", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00")):
        return Kind.OLD_SHEET
    _refuse_signature(path, raw)
    _refuse_markup(path, raw)
    if raw.startswith(_UTF16):
        return Kind.TEXT
    _refuse_noise(path, raw)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return Kind.JSON
    return Kind.TEXT


def _refuse_signature(path: Path, raw: bytes) -> None:
    for signature, code, says in _SIGNATURES:
        if raw.startswith(signature):
            if signature in (b"MZ", b"BZh", b"GIF8") and b"\x00" not in raw[:1024]:
                continue  # text that happens to begin with these letters
            raise refusals.refused(code, path, says, _NEXT_STEPS.get(code, refusals.EXPORT_AGAIN))
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        raise refusals.refused("file_image", path, "is a picture (WebP), not a list of people.")
    if raw[4:8] == b"ftyp":
        raise refusals.refused("file_image", path, "is a picture or a film.")


def _refuse_markup(path: Path, raw: bytes) -> None:
    head = raw[:200_000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if _MARKUP.match(head):
        if _LOGIN.search(head) and b"<table" not in head.lower():
            raise refusals.refused(
                "file_login_page",
                path,
                "is a sign-in page, saved instead of the list.",
                "Sign in on the platform in the browser, then download the attendee list again.",
            )
        raise refusals.refused(
            "file_html",
            path,
            "is a web page (HTML), not a spreadsheet, despite its name.",
            "Export the list as CSV or XLSX; or open this file in a spreadsheet program "
            "and save it as XLSX.",
        )
    if head.lstrip().startswith(b"<?xml") or head.lstrip().startswith(b"<svg"):
        raise refusals.refused(
            "file_xml",
            path,
            "is an XML document, not a table.",
            "Open it in a spreadsheet program and save it as XLSX or CSV.",
        )


def _refuse_noise(path: Path, raw: bytes) -> None:
    """Refuse bytes that are not text: many control characters, or NULs outside UTF-16."""
    sample = raw[:65536]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    nuls = sample.count(0)
    many = controls > len(sample) * 0.02 + 2 or nuls > len(sample) * 0.02 + 4
    if many and not utf16_without_bom(raw):
        raise refusals.refused(
            "file_binary", path, "contains binary data, not text or a spreadsheet."
        )

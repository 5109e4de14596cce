"""The PDF on its way to a printer."""

from __future__ import annotations

from pathlib import Path

from kiosk.printing.errors import PrintError


def read_badge_pdf(pdf: Path) -> bytes:
    """The file's bytes.

    Raises:
        PrintError: it cannot be read, or is no PDF. A printer would take it for text and print
            pages of rubbish, or drop it and say nothing.
    """
    try:
        content = pdf.read_bytes()
    except OSError as trouble:
        raise _unusable("cannot be read") from trouble
    if b"%PDF-" not in content[:1024]:  # the header may stand that deep: ISO 32000-1, annex H
        raise _unusable("is no PDF")
    return content


def _unusable(why: str) -> PrintError:
    return PrintError(
        "badge_file_unusable",
        f"The badge's PDF file {why}, so nothing was sent to a printer.",
        next_step="Print the badge again; if it stays so, look whether the disk is full.",
    )

"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.atomic import cannot_write, check_no_event, check_target, hidden_name, sync_folder
from kiosk.domain.text import storable
from kiosk.errors import KioskError


class PendingFiles:
    """Files being written beside their targets."""

    def __init__(self) -> None:
        self._moves: list[tuple[Path, Path]] = []

    def beside(self, target: Path) -> Path:
        """Where to write what will be `target`."""
        temporary = hidden_name(target)
        self._moves.append((temporary, target))
        return temporary

    def retarget(self, targets: list[Path]) -> None:
        """New targets for the files pending, in their order."""
        pairs = zip(self._moves, targets, strict=True)
        self._moves = [(temporary, target) for (temporary, _), target in pairs]

    def commit(self) -> None:
        """Moves every file over its target and fsyncs the folder."""
        for temporary, target in self._moves:
            os.replace(temporary, target)
        for folder in {target.parent for _, target in self._moves}:
            sync_folder(folder)

    def discard(self) -> None:
        """Removes what was written."""
        for temporary, _ in self._moves:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def pending_files(target: Path) -> Iterator[PendingFiles]:
    """PDFs appear under their names only when the block ends well.

    Raises:
        KioskError: `no_pdf_name`, `not_a_file`, `is_an_event`, `no_such_folder`, or the disk.
    """
    check_pdf_target(target)
    files = PendingFiles()
    try:
        yield files
        files.commit()
    except OSError as error:
        files.discard()
        raise cannot_write(target, error) from error
    except BaseException:
        files.discard()
        raise


def check_pdf_target(target: Path) -> None:
    """See that pages replace no list, no event and no device, before any is drawn.

    Raises:
        KioskError: `no_pdf_name`, `not_a_file`, `is_an_event`, `no_such_folder`.
    """
    if target.suffix.casefold() != ".pdf":
        raise KioskError(
            "no_pdf_name",
            f"“{storable(target.name)}” is no name for a PDF.",
            saved="Nothing was drawn.",
            next_step="Give the name of a file that ends in .pdf.",
        )
    check_target(target)
    check_no_event(target)

"""Import a file in the background: read and compare it, then write all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import FileRefused
from kiosk.importers.preview import FilePreview, preview_source
from kiosk.importers.reading import SourceFile
from kiosk.services.people.people import labels_of
from kiosk.services.setup.imports import ImportPlan, ImportReport, accept_import, plan_source
from kiosk.services.setup.new_event import NewEvent, create_from_plan, plan_new
from kiosk.support.progress import Progress
from kiosk.ui.tui.dialogs.writing import on_event

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

NAMED = 200
"""People who are named in a report; the file itself has the others."""

_UNSURE = "No column has names, e-mail addresses or codes: nothing can be imported yet."


@dataclass(frozen=True, slots=True)
class ImportChoice:
    """A file, with its selected columns and sheet."""

    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    """Headings of columns that are left aside."""
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The choices for a file, kept when a person goes back."""

    choice: ImportChoice
    typed: Mapping[str, str]
    """Name, days and time zone of a new event, as typed; empty: not yet."""


KeptChoices = dict[Path, Kept]
"""By file, as long as the program runs."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as the preview shows it."""

    preview: FilePreview | None
    """None for a format in which each field has a fixed name, as pretix JSON."""
    plan: ImportPlan | None
    """None while the columns are not mapped."""
    problem: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Attendee id to name, for people of the event in the report."""


def read_file(choice: ImportChoice, event: Path | None, desk: str, progress: Progress) -> ReadFile:
    """Read a file once, understand it and compare it with the event; nothing is written.

    Raises:
        FileRefused: the file cannot be read. Columns that are not sure are no error.
    """
    source = SourceFile(
        choice.path, columns=choice.columns, ignored=choice.ignored, sheet=choice.sheet
    )
    preview = preview_source(source)
    progress(0, preview.rows)
    try:
        if event is None:
            return ReadFile(preview, plan_new(source, desk=desk, progress=progress))
        return on_event(event, desk, partial(_compared, source, preview))(progress)
    except FileRefused as error:
        if error.code not in ("columns_unsure", "no_people") or not preview.columns:
            raise
        unsure = error.code == "columns_unsure"
        return ReadFile(preview, None, _UNSURE if unsure else error.problem)


def _compared(
    source: SourceFile, preview: FilePreview, store: Store, progress: Progress
) -> ReadFile:
    plan = plan_source(store, source, progress)
    report = plan.report
    named = [kept.id for kept in report.kept[:NAMED]] + report.missing_people[:NAMED]
    return ReadFile(preview, plan, names=labels_of(store, named))


def writer(
    plan: ImportPlan, *, target: Path, event: NewEvent | None, desk: str
) -> Callable[[Progress], ImportReport]:
    """Return the work that writes a plan to a new event, or to the one at `target`."""

    if event is not None:
        return lambda progress: create_from_plan(target, event, plan, desk=desk, progress=progress)
    return on_event(
        target, desk, lambda store, progress: accept_import(store, plan, progress=progress)
    )

"""`kiosk badges`, `paper`, `layouts` and `stocks`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kiosk.badges.layout.file import list_layouts
from kiosk.badges.sheets.stock import list_stocks, load_stock
from kiosk.badges.text.fontbook import font_hint
from kiosk.domain.badges.order import BadgeProblem, BadgeSort
from kiosk.domain.text import counted
from kiosk.errors import KioskError
from kiosk.services.badges.badges import BadgeOrder, BadgeReport, make_badges, make_blanks
from kiosk.services.badges.layouts import convert_pretix_layout
from kiosk.services.badges.signage import Paper, PaperOrder, make_paper, queues
from kiosk.services.printing.paper import parse_offset
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import (
    FILE,
    SeveralWords,
    Word,
    command,
    layout_option,
    list_option,
    output_option,
    printer_option,
    stock_option,
)

_REPLACED_SHOWN = 20
"""Replaced badges that are named one by one; above that, whole boxes are replaced."""

_sort_option = click.option(
    "--sort",
    type=Word(BadgeSort),
    default=str(BadgeSort.FAMILY),
    show_default=True,
    help="Order: by family name, given name or ticket type.",
)


@command("badges")
@output_option("OUT.pdf", "PDF to write.", "--out", required=True)
@click.option(
    "--who",
    cls=SeveralWords,
    default=("all",),
    metavar="WHO...",
    help="all, unprinted, changed, or the ids of attendees; default: all.",
)
@click.option("--type", "ticket_type", metavar="TYPE", help="Only badges of this ticket type.")
@layout_option("Layout, or a TOML file.")
@stock_option("Paper or labels; default: one badge per page.")
@_sort_option
@click.option("--start", default=1, metavar="N", help="First label to print on; default: 1.")
@click.option("--stack", is_flag=True, help="Order for cutting a stack of sheets.")
@click.option(
    "--back", type=Word(("same", "none")), help="Back of the badges; default: as in the layout."
)
@click.option(
    "--blank", type=int, metavar="N", help="N badges without names, with codes to link at the desk."
)
@click.option("--proof", is_flag=True, help="Draw guides; the badges do not count as printed.")
@click.option(
    "--nudge",
    metavar="DX,DY[,SCALE]",
    help="Correction for the printer, in mm (see kiosk paper ruler); kept for this printer.",
)
@printer_option("Printer of the correction; default: the printer of this desk.")
def badges_command(
    line: CommandLine, /, output: Path, nudge: str | None, blank: int | None, **given: Any
) -> int:
    """Make badges as a PDF."""
    given["back"] = given["back"] or ""
    order = BadgeOrder(nudge=parse_offset(nudge) if nudge else None, **given)
    if blank is not None:
        report = make_blanks(line.store, output, blank, order)
    else:
        progress = line.console.progress("Drawing badge")
        report = make_badges(line.store, output, order, progress=progress)
    _print_report(line, report)
    return 1 if report.problems else 0


def _print_report(line: CommandLine, report: BadgeReport) -> None:
    files = ", ".join(str(path) for path in report.files) or "no file"
    made = f"{counted(report.badges, 'badge')} on {counted(report.pages, 'page')}: {files}"
    line.console.result(asdict(report), [made])
    for problem in report.problems:
        line.console.hint(f"No badge for {problem.name or problem.id}: {problem.why}.")
    _say_font_hint(line, report.problems)
    printed = [old for old in report.replaced if old.printed]
    if unsure := len(report.replaced) - len(printed):
        line.console.hint(
            f"{counted(unsure, 'badge is', 'badges are')} in an earlier PDF, too, which is not "
            "confirmed as printed: use only the new PDF."
        )
    if len(printed) > _REPLACED_SHOWN:
        line.console.hint(
            f"{counted(len(printed), 'older badge is', 'older badges are')} replaced: "
            "empty those boxes first. With --json every place is named."
        )
        return
    for old in printed:
        line.console.hint(f"Throw away the old badge of {old.name}: {old.old_place}.")


def _say_font_hint(line: CommandLine, problems: Sequence[BadgeProblem]) -> None:
    if hint := font_hint(problem.name for problem in problems):
        line.console.hint(hint)


@command("paper", reads=True)
@click.argument("paper", type=Word(Paper), metavar="WHAT")
@output_option("OUT.pdf", "PDF to write.", "--out", required=True)
@click.option("--desks", default=1, metavar="N", help="Number of queues; default: 1.")
@list_option("Only this check-in list.")
@_sort_option
@stock_option("Paper or labels of the ruler; default: one badge per page.")
def paper_command(line: CommandLine, /, output: Path, **given: Any) -> int:
    """Make signs, cards, lists and certificates as a PDF.

    WHAT is box-signs for the boxes of badges; index-cards between the badges; queue-signs with
    the letters of each queue (--desks N); a checklist to tick without a laptop; certificates for
    attendees who came; a ruler to measure the offset of a printer; a scanner-test with codes to
    scan; or rehearsal-tickets of made-up people.
    """
    order = PaperOrder(**given)
    result = make_paper(line.store, output, order)
    document: dict[str, object] = {
        "file": result.file,
        "pages": result.pages,
        "problems": [asdict(problem) for problem in result.problems],
    }
    lines = [f"{counted(result.pages, 'page')}: {result.file}"]
    if order.paper is Paper.QUEUE_SIGNS:
        spans = queues(line.store, order.desks, order.sort)
        document["queues"] = [{"letters": q.span, "people": q.heads} for q in spans]
        lines += [f"{q.span:<24} {counted(q.heads, 'person'):>13}" for q in spans]
    line.console.result(document, lines)
    for problem in result.problems:
        line.console.hint(f"{problem.name or problem.id}: {problem.why}.")
    _say_font_hint(line, result.problems)
    return 1 if result.problems else 0


@command("layouts")
@click.option(
    "--from-pretix", type=FILE, metavar="FILE.json", help="pretix badge layout to convert."
)
@click.option("--size", metavar="WxH", help="Page of a list of elements in mm, such as 82x203.")
@output_option("OUT.toml", "File to write, with --from-pretix.", "--out")
def layouts_command(
    line: CommandLine, from_pretix: Path | None, size: str | None, output: Path | None
) -> int:
    """Show the badge layouts, or convert one of pretix."""
    if from_pretix:
        page = load_stock(size) if size else None
        sides = (page.page_width, page.page_height) if page else None
        return _convert_layout(line, from_pretix, output or from_pretix.with_suffix(".toml"), sides)
    if size:
        raise KioskError("usage", "--size is only for `kiosk layouts --from-pretix`.")
    rows: list[dict[str, object]] = [
        {
            "name": layout.name,
            "description": layout.description,
            "width_mm": layout.width,
            "height_mm": layout.height,
            "adapts_mm": layout.adapts,
        }
        for layout in list_layouts()
    ]
    line.console.result(rows, _table_lines(rows))
    return 0


def _convert_layout(
    line: CommandLine, source: Path, output: Path, size: tuple[float, float] | None
) -> int:
    notes = convert_pretix_layout(source, output, size)
    written = f"Written: {output}. Use it with --layout {output}."
    line.console.result({"file": output, "notes": notes}, [written])
    for note in notes:
        line.console.hint(f"Note: {note}")
    return 0


@command("stocks")
def stocks_command(line: CommandLine) -> int:
    """Show the papers and labels."""
    rows = [
        {
            "name": stock.name,
            "description": stock.description,
            "page_mm": [stock.page_width, stock.page_height],
            "badge_mm": [stock.badge_width, stock.badge_height],
            "per_page": stock.per_page,
        }
        for stock in list_stocks()
    ]
    line.console.result(rows, _table_lines(rows))
    return 0


def _table_lines(rows: list[dict[str, object]]) -> list[str]:
    return [f"{row['name']!s:<16} {row['description']}" for row in rows]

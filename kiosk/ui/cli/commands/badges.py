"""`kiosk badges`, `layouts` and `stocks`."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.domain.badges.order import BadgeSort
from kiosk.domain.wording import counted
from kiosk.services.badges.badges import BadgeOrder, BadgeReport, make_badges
from kiosk.services.printing.offsets import parse_offset
from kiosk.ui.cli.console import CommandLine, at_home

SHOWN = 20
"""Replaced badges named one by one: more of them means that whole boxes are replaced."""


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    badges = subparsers.add_parser("badges", help="draw badges into a PDF")
    badges.add_argument("-o", "--out", type=Path, required=True, metavar="OUT.pdf")
    badges.add_argument(
        "--who", nargs="+", default=["all"], metavar="WHO", help="all, unprinted, changed, or ids"
    )
    badges.add_argument(
        "--type", dest="ticket_type", metavar="T", help="only badges of this ticket type"
    )
    badges.add_argument("--layout", metavar="L", help="a layout's name, or a TOML file")
    badges.add_argument("--stock", metavar="S", help="the paper; default: the badge's own size")
    badges.add_argument("--sort", choices=list(BadgeSort), default=BadgeSort.FAMILY)
    badges.add_argument("--start", type=int, default=1, metavar="N", help="first place, from 1")
    badges.add_argument("--proof", action="store_true", help="with guides, not counted as printed")
    badges.add_argument(
        "--nudge",
        metavar="DX,DY[,SCALE]",
        help="what the printer is off, in mm (see `kiosk paper ruler`); remembered here",
    )
    badges.add_argument("--printer", metavar="P", help="whose nudge; default: the desk's printer")
    badges.set_defaults(handler=_badges)
    layouts = subparsers.add_parser("layouts", help="the badge layouts there are")
    layouts.add_argument(
        "--from-pretix", type=Path, metavar="FILE.json", help="turn a pretix badge layout into ours"
    )
    layouts.add_argument("-o", "--out", type=Path, metavar="OUT.toml", help="with --from-pretix")
    layouts.set_defaults(handler=_layouts)
    stocks = subparsers.add_parser("stocks", help="the papers and labels there are")
    stocks.set_defaults(handler=_stocks)
    return [badges, layouts, stocks]


def _badges(line: CommandLine) -> int:
    options = line.options
    order = BadgeOrder(
        who=tuple(options.who),
        ticket_type=options.ticket_type,
        nudge=parse_offset(options.nudge) if options.nudge else None,
        printer=options.printer,
        layout=options.layout,
        stock=options.stock,
        sort=BadgeSort(options.sort),
        start=options.start,
        proof=options.proof,
    )
    report = make_badges(
        line.store, at_home(options.out), order, progress=line.console.progress("Drawing badge")
    )
    if line.console.as_json:
        line.console.json(
            {
                "badges": report.badges,
                "pages": report.pages,
                "problems": [
                    {"id": problem.id, "name": problem.name, "why": problem.why}
                    for problem in report.problems
                ],
                "files": [str(path) for path in report.files],
                "replaced": [
                    {
                        "id": badge.id,
                        "name": badge.name,
                        "old_place": badge.old_place,
                        "new_place": badge.new_place,
                    }
                    for badge in report.replaced
                ],
            }
        )
    else:
        _tell(line, report)
    return 1 if report.problems else 0


def _tell(line: CommandLine, report: BadgeReport) -> None:
    files = ", ".join(str(path) for path in report.files) or "no file"
    line.console.show(
        f"{counted(report.badges, 'badge')} on {counted(report.pages, 'page')}: {files}"
    )
    for problem in report.problems:
        line.console.say(f"No badge for {problem.name or problem.id}: {problem.why}.")
    if len(report.replaced) > SHOWN:
        line.console.say(
            f"{counted(len(report.replaced), 'older badge is', 'older badges are')} replaced: "
            f"empty those boxes first. "
            "With --json every place is named."
        )
        return
    for old in report.replaced:
        line.console.say(f"Throw away the old badge of {old.name}: {old.old_place}.")


def _layouts(line: CommandLine) -> int:
    if line.options.from_pretix:
        return _from_pretix(line)
    from kiosk.badges.layout.file import list_layouts

    rows = [
        {
            "name": layout.name,
            "description": layout.description,
            "width_mm": layout.width,
            "height_mm": layout.height,
        }
        for layout in list_layouts()
    ]
    return _table(line, rows)


def _from_pretix(line: CommandLine) -> int:
    from kiosk.services.badges.layouts import convert_pretix_layout

    out = line.options.out or line.options.from_pretix.with_suffix(".toml")
    notes = convert_pretix_layout(line.options.from_pretix, out)
    if line.console.as_json:
        line.console.json({"file": str(out), "notes": notes})
        return 0
    line.console.show(f"Written: {out}. Use it with --layout {out}.")
    for note in notes:
        line.console.say(f"Note: {note}")
    return 0


def _stocks(line: CommandLine) -> int:
    from kiosk.badges.sheets.stock import list_stocks

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
    return _table(line, rows)


def _table(line: CommandLine, rows: list[dict[str, object]]) -> int:
    if line.console.as_json:
        line.console.json(rows)
        return 0
    for row in rows:
        line.console.show(f"{row['name']!s:<16} {row['description']}")
    return 0

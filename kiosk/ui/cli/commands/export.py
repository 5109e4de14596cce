"""`kiosk export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.domain.wording import counted
from kiosk.services.reports.attendance import Who
from kiosk.services.reports.report import export_file
from kiosk.ui.cli.console import CommandLine, at_home


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """Add the parser of `export`."""
    parser = subparsers.add_parser("export", help="write the attendance list to a file")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help=".csv, .xlsx or .json for a table, .pdf for a report",
    )
    parser.add_argument("--list", dest="list_name", metavar="L", help="this check-in list only")
    parser.add_argument("--who", choices=[*Who], default=Who.ALL, help="which rows; default: all")
    parser.add_argument(
        "--columns",
        metavar="NAME,NAME...",
        help="these columns only, in this order: email,name; not for .pdf",
    )
    parser.add_argument(
        "--letter",
        action="store_true",
        help="each e-mail address once, with a name, for a mailing list; not for .pdf",
    )
    parser.set_defaults(handler=_export)
    return [parser]


def _export(line: CommandLine) -> int:
    options = line.options
    result = export_file(
        line.store,
        at_home(options.output),
        list_name=options.list_name,
        who=Who(options.who),
        columns=None if options.columns is None else options.columns.split(","),
        letter=options.letter,
        progress=line.console.progress("Writing row"),
    )
    if line.console.as_json:
        line.console.json({"rows": result.rows, "file": str(result.file)})
    else:
        line.console.show(f"{counted(result.rows, 'row')} written to {result.file}.")
    return 0

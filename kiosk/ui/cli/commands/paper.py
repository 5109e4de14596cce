"""`kiosk paper`: signs, cards, lists and certificates."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.domain.badges.order import BadgeSort
from kiosk.domain.wording import counted
from kiosk.services.badges.signage import Paper, PaperOrder, make_paper, queues
from kiosk.ui.cli.console import CommandLine

_HELP = (
    "box-signs for the boxes of badges, index-cards between them, queue-signs with balanced "
    "letters for --desks N, a checklist to tick without a laptop, certificates for those who "
    "came, a ruler to measure what a printer is off, a scanner-test to scan codes from, "
    "rehearsal-tickets of made-up people"
)


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    paper = subparsers.add_parser("paper", help="signs, cards, check lists, certificates as PDF")
    paper.add_argument("paper", choices=list(Paper), metavar="WHAT", help=_HELP)
    paper.add_argument("-o", "--out", type=Path, required=True, metavar="OUT.pdf")
    paper.add_argument("--desks", type=int, default=1, metavar="N", help="how many queues")
    paper.add_argument("--list", dest="list_name", metavar="L", help="only this check-in list")
    paper.add_argument("--sort", choices=list(BadgeSort), default=BadgeSort.FAMILY)
    paper.add_argument("--stock", metavar="S", help="whose ruler; default: the badge's own size")
    paper.set_defaults(handler=_paper)
    return [paper]


def _paper(line: CommandLine) -> int:
    options = line.options
    order = PaperOrder(
        paper=Paper(options.paper),
        desks=options.desks,
        list_name=options.list_name,
        sort=BadgeSort(options.sort),
        stock=options.stock,
    )
    result = make_paper(line.store, options.out, order)
    spans = queues(line.store, order.desks, order.sort) if order.paper is Paper.QUEUE_SIGNS else []
    if line.console.as_json:
        problems = [{"id": p.id, "name": p.name, "why": p.why} for p in result.problems]
        document: dict[str, object] = {
            "file": str(result.file),
            "pages": result.pages,
            "problems": problems,
        }
        if spans:
            document["queues"] = [{"letters": q.span, "people": q.heads} for q in spans]
        line.console.json(document)
        return 1 if result.problems else 0
    pages = counted(result.pages, "page")
    line.console.show(f"{pages}: {result.file}")
    for queue in spans:
        line.console.show(f"{queue.span:<24} {counted(queue.heads, 'person'):>13}")
    for problem in result.problems:
        line.console.say(f"{problem.name or problem.id}: {problem.why}.")
    return 1 if result.problems else 0

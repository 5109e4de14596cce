"""`kiosk ready`: what is not ready yet."""

from __future__ import annotations

import argparse

from kiosk.domain.setup.readiness import Check
from kiosk.services.setup.ready import accept_check, check_readiness
from kiosk.ui.cli.console import CommandLine


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    ready = subparsers.add_parser("ready", help="what is left to do before the event")
    ready.add_argument(
        "--accept", nargs="+", default=[], metavar="CHECK", help="let these stay as they are"
    )
    ready.add_argument(
        "--reopen", nargs="+", default=[], metavar="CHECK", help="look at these again"
    )
    ready.set_defaults(handler=_ready)
    return [ready]


def _ready(line: CommandLine) -> int:
    store = line.store
    for code in line.options.accept:
        accept_check(store, code)
    for code in line.options.reopen:
        accept_check(store, code, accept=False)
    report = check_readiness(store, progress=line.console.progress("Looking at badge"))
    if line.console.as_json:
        checks = [
            {"code": c.code, "ok": c.ok, "what": c.what, "fix": c.fix, "accepted": c.accepted}
            for c in report.checks
        ]
        line.console.json({"ready": report.ready, "checks": checks})
        return 0 if report.ready else 1
    for check in report.checks:
        line.console.show(_line(check))
        if check.fix:
            line.console.show(f"    {check.fix}")
    left = sum(not check.ok for check in report.checks)
    done = "Everything is ready." if report.ready else f"{left} left to do."
    line.console.show(done)
    return 0 if report.ready else 1


def _line(check: Check) -> str:
    sign = "·" if check.accepted else "✓" if check.ok else "✗"
    return f"{sign} {check.code:<17} {check.what}{' (accepted)' if check.accepted else ''}"

"""One module per group of commands; each adds its parsers and handles what they parse."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from kiosk.cli.commands import (
    badges,
    checkin,
    demo,
    desk,
    event,
    export,
    importing,
    paper,
    people,
    pin,
    printing,
    ready,
    safety,
    sharing,
    stats,
)

Add = Callable[
    ["argparse._SubParsersAction[argparse.ArgumentParser]"], list[argparse.ArgumentParser]
]

ALL: tuple[Add, ...] = (
    desk.add,
    demo.add,
    event.add,
    importing.add,
    checkin.add,
    people.add,
    badges.add,
    printing.add,
    paper.add,
    ready.add,
    export.add,
    stats.add,
    safety.add,
    sharing.add,
    pin.add,
)

"""What a command prints, and which event it works on."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.domain.checkin.rules import is_one_of
from kiosk.domain.text import clean_text, escape_controls
from kiosk.errors import KioskError
from kiosk.services.setup.recent import remember_event, remembered_event
from kiosk.storage.queries.attendees import ticket_types
from kiosk.ui.cli.streams import give_up, mend_streams

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store


class Console:
    """Data on stdout, everything else on stderr; never a control code of somebody's name."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.output_failed = False
        mend_streams()

    def say(self, sentence: str) -> None:
        """A message for the person at the keyboard; nobody may be there to read it."""
        try:
            print(visible_lines(sentence), file=sys.stderr, flush=True)
        except OSError:
            give_up(sys.stderr)

    def fail(self, error: KioskError) -> None:
        """Why a command could not be done."""
        self.say(f"kiosk: {_LONG_WORD.sub(_shortened, str(error))}")

    def show(self, text: str) -> None:
        """One line of a result for people."""
        self.write(visible_lines(text) + "\n")

    def json(self, document: Any) -> None:
        """One JSON document, written out before the command goes on."""
        self.write(json_line(document) + "\n")

    def write(self, text: str) -> None:
        """Text as it is, written out before the command goes on.

        Raises:
            OSError: nobody reads it, or its disk is full.
        """
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            self.output_failed = True
            raise

    def progress(self, what: str) -> Progress:
        """A counter on stderr where a person is looking, silence elsewhere."""
        return Progress(what, sys.stderr.isatty() and not self.as_json)


class Progress:
    """`Reading 4,000 of 10,000`, rewritten in place."""

    def __init__(self, what: str, shown: bool) -> None:
        self.what = what
        self.shown = shown

    def __call__(self, done: int, total: int | None) -> None:
        """Show how far it is."""
        if self.shown:
            of = f" of {total:,}" if total else ""
            end = "\n" if total and done >= total else ""
            with contextlib.suppress(OSError):
                print(f"\r{self.what} {done:,}{of}\x1b[K", end=end, file=sys.stderr, flush=True)


_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal may act on, or UTF-8 cannot carry, and JSON does not escape by itself."""


def json_line(document: Any) -> str:
    """A document on one line: every control character stands as an escape, texts are the same."""
    import json

    text = json.dumps(document, ensure_ascii=False)
    return text if text.isascii() and "\x7f" not in text else _UNSEEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    # half a pair is no text, and strict readers refuse its escape: it is shown as one instead
    slashes = "\\\\" if 0xD800 <= number <= 0xDFFF else "\\"
    return f"{slashes}u{number:04x}"


_LONG_WORD = re.compile(r"\S{200,}")


def _shortened(found: re.Match[str]) -> str:
    """What somebody gave us, cut to what a person reads."""
    return f"{found[0][:80]}…{found[0][-20:]}"


def visible_lines(text: str) -> str:
    """Every line of a text without control codes; line ends stay."""
    return "\n".join(escape_controls(line) for line in text.split("\n"))


def at_home(path: Path) -> Path:
    """The path with `~` written out.

    Raises:
        KioskError: `no_such_folder`: nobody here has that name.
    """
    try:
        return path.expanduser()
    except RuntimeError:
        raise KioskError(
            "no_such_folder",
            f"There is no home folder {path.parts[0]}.",
            saved="Nothing was changed.",
            next_step="Write the folder's name out.",
        ) from None


class CommandLine:
    """One invocation: its options, its console, and the event when it is asked for."""

    def __init__(self, options: argparse.Namespace, console: Console) -> None:
        self.options = options
        self.console = console
        self._store: Store | None = None

    @property
    def desk(self) -> str:
        """`--desk`, else `$KIOSK_DESK`, else the machine's name."""
        given = getattr(self.options, "desk", None) or os.environ.get("KIOSK_DESK", "")
        if not given:
            import platform

            given = platform.node()
        return clean_text(given, limit=60) or "Desk"

    def event_path(self) -> Path | None:
        """`-e`, else `$KIOSK_EVENT`, else the event opened last; None when there is none."""
        given = getattr(self.options, "event", None) or os.environ.get("KIOSK_EVENT", "")
        return at_home(Path(given)) if given else remembered_event()

    @property
    def store(self) -> Store:
        """The event, opened.

        Raises:
            KioskError: `no_event`, or why the file cannot be opened.
        """
        if self._store is None:
            path = self.event_path()
            if path is None:
                raise KioskError(
                    "no_event",
                    "There is no event yet.",
                    saved="Nothing was changed.",
                    next_step="Name one with -e FILE, or make one: kiosk new FILE --name NAME.",
                )
            from kiosk.storage.file.store import Store

            self._store = Store.open(path, desk=self.desk)
            remember_event(path)
        return self._store

    def adopt(self, store: Store) -> None:
        """Work on an event that a command has just made."""
        self._store = store

    def close(self) -> None:
        """Let go of the event."""
        if self._store is not None:
            self._store.close()
            self._store = None


# What is said of ticket types named in a command.


def say_types_nobody_has(line: CommandLine, named: Sequence[str] | None) -> None:
    """A type in no registration is taken all the same, and may be a slip: it is said, with those
    there are. Before anybody was imported there is nothing to compare with."""
    known = ticket_types(line.store.connection)
    if not known:
        return
    for kind in named or ():
        if kind.strip() and not is_one_of(known, kind):
            there = ", ".join(escape_controls(name) for name in known[:8])
            more = f" and {len(known) - 8} more" if len(known) > 8 else ""
            line.console.say(
                f"No attendee has the ticket type “{escape_controls(kind)}” yet. "
                f"There are: {there}{more}."
            )

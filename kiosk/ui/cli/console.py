"""Print results and messages, and open the event that a command works on."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.domain.text import clean_text, escape_controls, escape_in_json
from kiosk.errors import Action, KioskError, Refused
from kiosk.services.setup.recent import opened_events, remember_event, remembered_event
from kiosk.ui.actions import COMMAND_LINE, full_message
from kiosk.ui.cli.streams import discard_output, open_closed_streams

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store
    from kiosk.support.progress import Progress


class Console:
    """Data on stdout, messages on stderr; control codes in names never reach the terminal."""

    def __init__(self) -> None:
        self.as_json = False
        self.output_failed = False
        open_closed_streams()

    def say(self, sentence: str) -> None:
        """Print a message on stderr. It is lost if stderr is closed."""
        try:
            print(visible_line(sentence), file=sys.stderr, flush=True)
        except OSError:
            discard_output(sys.stderr)

    def hint(self, sentence: str) -> None:
        """Print a message on stderr that a script does not need: nothing with `--json`."""
        if not self.as_json:
            self.say(sentence)

    def fail(self, error: KioskError) -> None:
        """Explain why a command failed, and what to do."""
        message = full_message(error, COMMAND_LINE)
        self.say(f"kiosk: {_LONG_WORD.sub(_shortened, message)}")

    def show(self, text: str) -> None:
        """Print one line of a result for people."""
        self.write(visible_line(text) + "\n")

    def json(self, document: Any) -> None:
        """Print one JSON document and flush it."""
        self.write(json_line(document) + "\n")

    def write(self, text: str) -> None:
        """Write text unchanged to stdout and flush it.

        Raises:
            OSError: the reader closed the pipe, or the disk is full.
        """
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            self.output_failed = True
            raise

    def result(self, document: Any, lines: Iterable[str]) -> None:
        """Print a result: one JSON document with `--json`, else lines for people."""
        if self.as_json:
            self.json(document)
            return
        for text in lines:
            self.show(text)

    def progress(self, what: str) -> Progress | None:
        """Show a counter such as `Reading 4,000 of 10,000`, where stderr is a terminal."""
        if self.as_json or not sys.stderr.isatty():
            return None

        def show(done: int, total: int | None) -> None:
            of = f" of {total:,}" if total else ""
            end = "\n" if total and done >= total else ""
            with contextlib.suppress(OSError):
                print(f"\r{what} {done:,}{of}\x1b[K", end=end, file=sys.stderr, flush=True)

        return show


def json_line(document: Any) -> str:
    """Format a document on one line, with every control character escaped; paths are texts."""
    # strict readers refuse the escape of a lone surrogate: show the escape as text instead
    text = json.dumps(document, ensure_ascii=False, default=os.fspath)
    return escape_in_json(_SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text))


_SURROGATE = re.compile("[\ud800-\udfff]")
_LONG_WORD = re.compile(r"\S{200,}")


def _shortened(match: re.Match[str]) -> str:
    return f"{match[0][:80]}…{match[0][-20:]}"


def _no_event() -> KioskError:
    if opened := opened_events():
        return Refused(
            "no_event",
            f"The event opened last, {opened[0]}, is not there any more.",
            next_step="Insert the stick that it is on, or name another event with -e.",
        )
    return Refused("no_event", "There is no event yet.", action=Action.CREATE_EVENT)


def visible_line(text: str) -> str:
    """Escape the control codes of a text, on one line.

    A value with several lines, such as a company or an answer, cannot look like lines of kiosk.
    """
    return " / ".join(escape_controls(line) for line in text.split("\n"))


def expand_home(path: Path) -> Path:
    """Replace a leading `~` or `~name` with the home folder.

    Raises:
        KioskError: `no_such_folder`: this computer has no user of that name.
    """
    try:
        return path.expanduser()
    except RuntimeError:
        raise Refused(
            "no_such_folder",
            f"There is no home folder {path.parts[0]}.",
            next_step="Write the full name of the folder.",
        ) from None


class CommandLine:
    """One run of the program: shared options, console, and the event once a command needs it."""

    def __init__(self) -> None:
        self.console = Console()
        self.event: str | None = None
        """The value of `-e`."""
        self.desk_name: str | None = None
        """The value of `--desk`."""
        self.reads = False
        """The command only reads: it must not change the event file."""
        self.pin_stdin = False
        """The PIN is the first line of standard input."""
        self._store: Store | None = None

    @property
    def desk(self) -> str:
        """`--desk`, else `$KIOSK_DESK`, else the name stored for the event, else the computer's."""
        given = self.given_desk or self._stored_desk()
        return given or clean_text(platform.node(), limit=60) or "Desk"

    @property
    def given_desk(self) -> str | None:
        """`--desk`, else `$KIOSK_DESK`; None when neither is given."""
        given = self.desk_name or os.environ.get("KIOSK_DESK") or ""
        return clean_text(given, limit=60) or None

    def _stored_desk(self) -> str:
        from kiosk.services.setup.recent import stored_desk_name  # not for `kiosk --help`

        path = self.event_path()
        return stored_desk_name(path) if path is not None else ""

    def option_event(self) -> Path | None:
        """`-e`; None when it is not given."""
        return expand_home(Path(self.event)) if self.event else None

    def given_event(self) -> Path | None:
        """`-e`, else `$KIOSK_EVENT`; None when neither is given."""
        given = self.event or os.environ.get("KIOSK_EVENT")
        return expand_home(Path(given)) if given else None

    def event_path(self) -> Path | None:
        """`-e`, else `$KIOSK_EVENT`, else the last opened event; None when there is none."""
        return self.given_event() or remembered_event()

    def required_event_path(self) -> Path:
        """As `event_path`.

        Raises:
            KioskError: `no_event`.
        """
        path = self.event_path()
        if path is None:
            raise _no_event()
        return path

    @property
    def store(self) -> Store:
        """The event, opened; for reading only where the command only reads.

        Raises:
            KioskError: `no_event`, or why the file cannot be opened.
        """
        if self._store is None:
            # `kiosk --help` needs no SQLite
            from kiosk.services.event.event import open_event, read_event, take_foreign_note

            path = self.required_event_path()
            self._store = (read_event if self.reads else open_event)(path, desk=self.desk)
            if not self.reads and (note := take_foreign_note(self._store)):
                self.console.say(note)
            remember_event(path)
        return self._store

    def store_for_writing(self) -> Store:
        """The event, opened again for writing where it was open for reading.

        Raises:
            KioskError: why the file cannot be opened.
        """
        if self.reads:
            self.close()
            self.reads = False
        return self.store

    def adopt(self, store: Store) -> None:
        """Continue with an event that the command has just created."""
        self._store = store

    def close(self) -> None:
        """Close the event."""
        if self._store is not None:
            self._store.close()
            self._store = None

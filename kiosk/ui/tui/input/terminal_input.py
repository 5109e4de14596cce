"""Turn the bytes that a terminal sends into Textual's messages."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable

from textual import events
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from kiosk.ui.tui.textual_compat import XTermParser

_ACCEPTED = (
    events.Key,
    events.Paste,
    events.MouseEvent,
    events.AppFocus,
    events.AppBlur,
    TerminalSupportsSynchronizedOutput,
)
"""The messages that a terminal may cause. It reports sizes and positions as well, but a scanned
code can contain the same bytes: the desk asks the system for the size, and never for a position."""


class _Parser(XTermParser):
    """Textual's parser, with mouse positions in cells whatever size was reported."""

    def parse_mouse_code(self, code: str) -> Message | None:
        """Parse a mouse report; a reported size would turn it into pixels, or divide by zero."""
        self.mouse_pixels = False
        return super().parse_mouse_code(code)


class TerminalInput:
    """Decoder and parser of one terminal's input, for bytes in pieces of any size.

    No input ends it: bytes that are not UTF-8 become U+FFFD, and a sequence that makes Textual's
    parser fail is dropped.
    """

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._parser = _Parser()

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that `data` completes, in order."""
        messages: list[Message] = []
        for character in self._decode(data):  # one by one: an error loses what is fed with it
            messages += self._accepted(self._parser.feed, character)
        return messages

    def tick(self) -> list[Message]:
        """Return the messages that the silence completes: an escape key that nothing follows."""
        return self._accepted(self._parser.tick)

    def _accepted(self, parse: Callable[..., Iterable[Message]], *text: str) -> list[Message]:
        try:
            return [message for message in parse(*text) if _is_accepted(message)]
        except Exception:  # which error a malformed sequence causes is not documented
            self._parser = _Parser()
            return []


def _is_accepted(message: Message) -> bool:
    if isinstance(message, events.Key) and not _is_text(message.character or ""):
        return False
    return isinstance(message, _ACCEPTED)


def _is_text(characters: str) -> bool:
    """Whether it can be stored and drawn: half of a surrogate pair cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in characters)

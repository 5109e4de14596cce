"""Turn the bytes that a terminal sends into Textual's messages.

A scanned code can contain any bytes, also those of keys, of a paste, and of a terminal's reports.
So the alphabet is closed: characters, keys of Textual's tables, mouse events, pastes. Everything
else is `InputNoise`, which says only that something arrived.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Sequence

from textual import events
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from kiosk.ui.tui.input.keystream import KEY_ALONE_S, SILENCE_S
from kiosk.ui.tui.input.messages import InputNoise, mark_key
from kiosk.ui.tui.textual_compat import KEY_SEQUENCES, NAMED_KEYS, KeyParser

PASTE_SILENCE_S = 0.300
"""A paste in which nothing arrives for so long has no end."""

MAX_PASTE = 4_096
"""Characters of a paste; the rest of a longer one is read as keys."""

_MAX_SEQUENCE = 32
"""Characters of a key or mouse sequence, as in Textual's parser."""

_MAX_REPORT = 512
"""Characters of a report in a string (OSC, DCS, APC)."""

_ESC = "\x1b"
_PASTE_BEGINS = "\x1b[200~"
_PASTE_ENDS = "\x1b[201~"

_WHOLE = re.compile(
    r"\x1b(?:"
    r"\[\[[A-E]"  # F1 to F5 of the Linux console
    r"|\[M[\s\S]{3}"  # the oldest form of mouse reports
    r"|\[(?!M)[0-?]*[ -/]*[@-Z\\-~]"  # CSI
    r"|O[ -~]"  # SS3
    r"|[\]P_^X][^\x00-\x1f]*(?:\x07|\x1b\\)"  # OSC, DCS, APC, PM, SOS
    r"|[^\x00-\x08\x0a-\x1f\[O\]P_^X]"  # Alt and a character
    r")"
)
_BEGUN = re.compile(r"\x1b(?:\[(?:\[|M[\s\S]{0,2}|[0-?]*[ -/]*)|O|[\]P_^X][^\x00-\x1f]*\x1b?)?")
_STRING = re.compile(r"\x1b[\]P_^X]")
_CURSOR_REPORT = re.compile(r"\x1b\[\d+;\d+R")
_KEY = re.compile(r"\x1b\[(?:(?P<code>\d*)[\d:;]*)(?P<end>[u~A-FHPQS])")
_MOUSE = re.compile(r"\x1b\[<\d{1,4};-?\d{1,5};-?\d{1,5}[Mm]")
_DRAWS_WHOLE_FRAMES = re.compile(r"\x1b\[\?2026;[1-4]\$y")


class TerminalInput:
    """Decoder and parser of one terminal's input, for bytes in pieces of any size.

    No input ends it, and none makes it wait for more than `PASTE_SILENCE_S`. Bytes that are not
    UTF-8 become U+FFFD. A sequence or a paste that does not end is read as single keys.

    Times are arrivals, in seconds on a clock that does not run backwards. The messages carry them.

    Args:
        reported: called with each sequence that is noise; a report, or part of a code.
    """

    def __init__(self, reported: Callable[[str], object] | None = None) -> None:
        self._reported = reported
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")
        self._half_letter_at: float | None = None
        self._parser = KeyParser()
        self._sequence: list[tuple[str, float]] = []
        """The characters since an escape, each with its arrival."""
        self._paste: list[tuple[str, float]] | None = None
        self._rereading = False
        self._last_at = 0.0

    def feed(self, data: bytes, at: float) -> list[Message]:
        """Return the messages that `data` completes, in order."""
        self._last_at = at
        messages = []
        for char in self._decoder.decode(data):
            began, self._half_letter_at = self._half_letter_at, None
            messages += self._read(char, at if began is None else began)
        if self._half_letter_at is None and self._decoder.getstate()[0]:
            self._half_letter_at = at
        return messages

    def tick(self, at: float) -> list[Message]:
        """Return the messages that silence until `at` completes, such as an escape key alone."""
        silence = at - self._last_at
        if self._paste is not None and silence <= PASTE_SILENCE_S:
            return []
        messages = self._unended_paste() if self._paste is not None else []
        while self._sequence and silence > (KEY_ALONE_S if len(self._sequence) == 1 else SILENCE_S):
            messages += self._unended_sequence()
        return messages

    def _read(self, char: str, at: float) -> list[Message]:
        if self._paste is not None:
            return self._read_paste(char, at)
        if not self._sequence and char != _ESC:
            return self._character(char, at)
        self._sequence.append((char, at))
        text = "".join(char for char, _ in self._sequence)
        if _WHOLE.fullmatch(text):
            began = self._sequence[0][1]
            self._sequence = []
            return self._whole(text, began, at)
        longest = _MAX_REPORT if _STRING.match(text) else _MAX_SEQUENCE
        if len(text) <= longest and _BEGUN.fullmatch(text):
            return []
        return self._unended_sequence()

    def _unended_sequence(self) -> list[Message]:
        """Read an escape key, and the characters behind it once more."""
        (_, began), *rest = self._sequence
        self._sequence = []
        messages = self._character(_ESC, began)
        for char, at in rest:
            messages += self._read(char, at)
        return messages

    def _read_paste(self, char: str, at: float) -> list[Message]:
        assert self._paste is not None
        self._paste.append((char, at))
        if char == "~" and _ends_paste(self._paste):
            text = "".join(char for char, _ in self._paste[: -len(_PASTE_ENDS)])
            began, self._paste = self._paste[0][1], None
            return [_stamped(events.Paste(text.replace("\x00", "")), began, at)]
        return self._unended_paste() if len(self._paste) > MAX_PASTE else []

    def _unended_paste(self) -> list[Message]:
        """Read the characters of a paste that has no end as keys; its beginnings are noise."""
        paste, self._paste = self._paste or [], None
        self._rereading = True
        messages = [message for char, at in paste for message in self._read(char, at)]
        self._rereading = False
        return messages

    def _whole(self, sequence: str, began: float, at: float) -> list[Message]:
        if sequence == _PASTE_BEGINS and not self._rereading:
            self._paste = []
            return []  # a paste is one key of a person, like any other command
        try:
            found = self._meaning(sequence)
        except Exception:  # which error a malformed sequence causes is not documented
            found = []
        for message in found:
            _stamped(message, began, at)
        data = sequence[1:]
        if data.isprintable() and (len(data) == 1 or data[0] == "O"):
            for message in found:  # Alt, or an arrow; or Esc right before a code
                mark_key(message, data=data)
        if not found and self._reported is not None:
            self._reported(sequence)
        return [*found] or [InputNoise(at, began)]

    def _meaning(self, sequence: str) -> Sequence[Message]:
        """Return the messages of one whole escape sequence; none if it is not in the alphabet."""
        if _MOUSE.fullmatch(sequence):
            mouse = self._parser.parse_mouse_code(sequence)
            return [mouse] if mouse is not None else []
        if _DRAWS_WHOLE_FRAMES.fullmatch(sequence):
            return [TerminalSupportsSynchronizedOutput()]
        if len(sequence) == 2 and sequence not in KEY_SEQUENCES:
            return [key for key in self._parser.keys_of(sequence[1], alt=True) if _is_text(key)]
        if sequence in KEY_SEQUENCES and not _CURSOR_REPORT.fullmatch(sequence):
            return [key for key in self._parser.keys_of(sequence) if _is_text(key)]
        key = _KEY.fullmatch(sequence)
        if key is None or not _is_known(key["code"] or "1", key["end"]):
            return []
        return [key for key in self._parser.keys_of(sequence) if _is_text(key)]

    def _character(self, char: str, at: float) -> list[Message]:
        if "\x80" <= char <= "\x9f":
            return [InputNoise(at)]
        return [_stamped(key, at, at) for key in self._parser.keys_of(char)]


def _stamped(message: Message, began: float, at: float) -> Message:
    message.time = at
    mark_key(message, began=began)
    return message


def _ends_paste(paste: list[tuple[str, float]]) -> bool:
    return "".join(char for char, _ in paste[-len(_PASTE_ENDS) :]) == _PASTE_ENDS


def _is_known(code: str, end: str) -> bool:
    """Whether a sequence is a named key, or a character in the Kitty keyboard protocol."""
    if f"{code}{end}" in NAMED_KEYS:
        return True
    return end == "u" and int(code) < 0x110000 and chr(int(code)).isprintable()


def _is_text(key: events.Key) -> bool:
    """Whether a key's character can be stored and drawn, or is that of Enter or Tab."""
    char = key.character
    if char is None or key.key in ("enter", "tab", "backspace"):
        return True
    return len(char) == 1 and char.isprintable()

"""Keys with arrival times, for tests of the key stream and of apps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kiosk.ui.tui.input.keystream import Command, Focus, KeyStream, Pass, Press, Scan

ENTER, LF, TAB, LEFT = "\r", "\n", "\t", "\x1b"
"""Characters that stand for keys in `press`; the last is any key that is part of no code."""
QUIT, F6, DOWN, CLICK, NOISE, ALT_8 = "\x11", "\ue006", "\ue001", "\ue002", "\ue003", "\ue008"
"""More of them: Ctrl+Q, a function key, an arrow, a mouse button, a report, Alt and 8."""
_KINDS = {
    F6: Command.FUNCTION,
    DOWN: Command.REPEATED,
    CLICK: Command.CLICK,
    NOISE: Command.NOISE,
}
COMMANDS = LEFT + QUIT + F6 + DOWN + CLICK + NOISE + ALT_8


def press(character: str, at: float) -> Press:
    """One key at a time in seconds."""
    if character in (ENTER, LF, TAB):
        return Press(at, None, ends=True, key=character)
    if character in COMMANDS or not character.isprintable():
        data = "8" if character == ALT_8 else character if character < " " else ""
        data = "" if character == LEFT else data
        kind = _KINDS.get(character, Command.ALONE)
        key = "<" if character == LEFT else character
        return Press(at, None, key=key, command=kind, data=data, name=character)
    return Press(at, character, key=character)


def typed(text: str, gap_ms: float, start_ms: float = 0) -> list[Press]:
    """`text` a character every `gap_ms`, the first at `start_ms`."""
    return [press(char, (start_ms + i * gap_ms) / 1000) for i, char in enumerate(text)]


def after(keys: Sequence[Press], pause_ms: float, more: Iterable[Press]) -> list[Press]:
    """`more`, moved to begin `pause_ms` after the last of `keys`, appended to them."""
    shift = keys[-1].at + pause_ms / 1000 if keys else 0.0
    return [
        *keys,
        *(p._replace(at=p.at + shift) for p in more),
    ]


@dataclass
class Heard:
    """What came out of a stream."""

    scans: list[str] = field(default_factory=list)
    text: str = ""
    """What a field holds that took the passed keys and gave back what had to be taken back."""
    shown: str = ""
    """Every key passed, whether taken back or not."""


def hear(keys: Iterable[Press], focus: Focus, *, silence: bool = True) -> Heard:
    """Feed keys to a fresh stream, telling it of each silence as the driver does."""
    stream, heard, last_at = KeyStream(), Heard(), None
    for key in keys:
        if last_at is not None and silence:
            _note(heard, _silences(stream, last_at, key.at))
        _note(heard, stream.feed(key, focus))
        last_at = key.at
    if last_at is not None and silence:
        _note(heard, _silences(stream, last_at, last_at + 10))
    return heard


def _silences(stream: KeyStream, last_at: float, next_at: float) -> list[Pass | Scan]:
    moments = [last_at + silence_s for silence_s in (0.0351, 0.0501, 0.1501)]
    return [output for at in moments if at < next_at for output in stream.quiet(at)]


def _note(heard: Heard, outputs: Iterable[Pass | Scan]) -> None:
    for output in outputs:
        if isinstance(output, Pass):
            heard.text += str(output.press.key)
            heard.shown += str(output.press.key)
        else:
            heard.scans.append(output.raw)
            heard.text = heard.text[: len(heard.text) - output.passed]

"""Undo the changes that a wrong keyboard layout makes to a scanned code.

A keyboard scanner sends keys, not characters. A scanner set to a US keyboard sends for `z` the key
at the position of z on a US keyboard, and a computer with a German layout reads it as `y`. The
original code follows by finding, for each character, its key in the computer's layout and the
character on that key in the US layout.

Source of the layouts: the national standards as shipped with the X keyboard configuration
(xkeyboard-config, symbols/de, fr, es ...) and Microsoft's published layout pictures.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

MAX_GARBLED = 512
"""Characters of a scan that is tried as if typed on other keyboards: no ticket's code is longer,
and a page of text in a QR code would keep the queue waiting for a tenth of a second."""

_US = (
    "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
    '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?',
)
"""The 47 character keys of an ANSI keyboard row by row, plain and with Shift. Other layouts list
their characters for the same positions."""

_LAYOUTS = {
    "de": (
        "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-",
        "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_",
        "^´`",
    ),
    "fr": (
        "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!",
        "~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§",
        "^¨",
    ),
    "es": (
        "º1234567890'¡qwertyuiop`+çasdfghjklñ´zxcvbnm,.-",
        'ª!"·$%&/()=?¿QWERTYUIOP^*ÇASDFGHJKLÑ¨ZXCVBNM;:_',
        "`^´¨",
    ),
    "it": (
        "\\1234567890'ìqwertyuiopè+ùasdfghjklòàzxcvbnm,.-",
        '|!"£$%&/()=?^QWERTYUIOPé*§ASDFGHJKLç°ZXCVBNM;:_',
        "",
    ),
    "uk": (
        "`1234567890-=qwertyuiop[]#asdfghjkl;'zxcvbnm,./",
        '¬!"£$%^&*()_+QWERTYUIOP{}~ASDFGHJKL:@ZXCVBNM<>?',
        "",
    ),
    "pt": (
        "\\1234567890'«qwertyuiop+´~asdfghjklçºzxcvbnm,.-",
        '|!"#$%&/()=?»QWERTYUIOP*`^ASDFGHJKLÇªZXCVBNM;:_',
        "´~`^",
    ),
    "br": (
        "'1234567890-=qwertyuiop´[]asdfghjklç~zxcvbnm,.;",
        '"!@#$%¨&*()_+QWERTYUIOP`{}ASDFGHJKLÇ^ZXCVBNM<>:',
        "´~¨`^",
    ),
    "ch (German)": (
        "§1234567890'^qwertzuiopü¨$asdfghjklöäyxcvbnm,.-",
        '°+"*ç%&/()=?`QWERTZUIOPè!£ASDFGHJKLéàYXCVBNM;:_',
        "^¨`",
    ),
    "ch (French)": (
        "§1234567890'^qwertzuiopè¨$asdfghjkléàyxcvbnm,.-",
        '°+"*ç%&/()=?`QWERTZUIOPü!£ASDFGHJKLöäYXCVBNM;:_',
        "^¨`",
    ),
    "be": (
        "²&é\"'(§è!çà)-azertyuiop^$µqsdfghjklmùwxcvbn,;:=",
        "³1234567890°_AZERTYUIOP¨*£QSDFGHJKLM%WXCVBN?./+",
        "^¨",
    ),
    "sv": (
        "§1234567890+´qwertyuiopå¨'asdfghjklöäzxcvbnm,.-",
        '½!"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLÖÄZXCVBNM;:_',
        "´¨`^",
    ),
    "no": (
        "|1234567890+\\qwertyuiopå¨'asdfghjkløæzxcvbnm,.-",
        '§!"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLØÆZXCVBNM;:_',
        "¨`^",
    ),
    "da": (
        "½1234567890+´qwertyuiopå¨'asdfghjklæøzxcvbnm,.-",
        '§!"#¤%&/()=?`QWERTYUIOPÅ^*ASDFGHJKLÆØZXCVBNM;:_',
        "´¨`^",
    ),
    "latam": (
        "|1234567890'¿qwertyuiop´+}asdfghjklñ{zxcvbnm,.-",
        '°!"#$%&/()=?¡QWERTYUIOP¨*]ASDFGHJKLÑ[ZXCVBNM;:_',
        "´¨",
    ),
    "tr": (
        '"1234567890*-qwertyuıopğü,asdfghjklşizxcvbnmöç.',
        "é!'^+%&/()=?_QWERTYUIOPĞÜ;ASDFGHJKLŞİZXCVBNMÖÇ:",
        "^",
    ),
    "cz": (
        ";+ěščřžýáíé=´qwertzuiopú)¨asdfghjklů§yxcvbnm,.-",
        "°1234567890%ˇQWERTZUIOP/('ASDFGHJKL\"!YXCVBNM?:_",
        "´¨°ˇ",
    ),
    "hu": (
        "0123456789öüóqwertzuiopőúűasdfghjkléáyxcvbnm,.-",
        "§'\"+!%/=()ÖÜÓQWERTZUIOPŐÚŰASDFGHJKLÉÁYXCVBNM?:_",
        "",
    ),
    "ru": (
        "ё1234567890-=йцукенгшщзхъ\\фывапролджэячсмитьбю.",
        'Ё!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,',
        "",
    ),
    "us (international)": (*_US, "`~^'\""),
}
"""Layout to the characters on its keys, plain, with Shift, and the dead keys among them: a dead key
shows nothing until the next key, and then puts an accent on its letter. More common layouts
first."""

_CAPS_IS_SHIFT = ("fr", "be")
"""Layouts on which Caps Lock acts like Shift on every key, so also on digits; on some systems it
changes letters only."""

_MARKS = {
    "´": "\u0301",
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    "¨": "\u0308",
    '"': "\u0308",
    "~": "\u0303",
    "°": "\u030a",
    "ˇ": "\u030c",
}
"""The combining mark a dead key puts on the letter after it."""


class _Key(NamedTuple):
    place: int
    """Index into the 47 keys."""
    shift: bool
    is_letter: bool
    """Caps Lock works on it."""

    def on_us_keyboard(self, *, caps: bool) -> str:
        return _US[self.shift != caps][self.place]


@dataclass(frozen=True, slots=True)
class _Layout:
    keys: dict[str, _Key]
    """Character to its key."""
    dead: dict[str, _Key] = field(default_factory=dict)
    """Combining mark to the key that makes it."""

    def keys_for(self, text: str) -> list[_Key | None] | None:
        """The keys that type `text`, None for Space; or None if this layout cannot type it."""
        pressed: list[_Key | None] = []
        for character in unicodedata.normalize("NFC", text):
            if (found := self._keys_for_one(character)) is None:
                return None
            pressed += found
        return pressed

    def _keys_for_one(self, character: str) -> list[_Key | None] | None:
        if character == " ":
            return [None]
        if character in self.keys:
            return [self.keys[character]]
        letter, mark = _without_last_accent(character)
        if mark in self.dead and letter in self.keys:
            return [self.dead[mark], self.keys[letter]]
        return None


def as_if_typed_on(scan: str) -> list[str]:
    """Codes that a scanner may have sent when the desk received `scan`.

    The scanner is assumed to send the keys of a US keyboard, while the computer has another layout,
    Caps Lock, or both. Dead keys are undone where they made an accented letter (`ô` on a German
    keyboard is two keys); a key that the system dropped is lost.

    Args:
        scan: the received text, without terminator. It may contain a prefix, changed by the
            layout (`]` is `+` in German): remove it from the results, not from this.

    Returns:
        Printable ASCII texts other than `scan`, each once, the likelier layouts first and those
        with Caps Lock after all without. Empty for a text longer than `MAX_GARBLED`.
    """
    if len(scan) > MAX_GARBLED:
        return []
    candidates = dict.fromkeys(code for _, _, code in readings(scan))
    return [code for code in candidates if code != scan and code.isprintable()]


def readings(scan: str) -> Iterator[tuple[str, bool, str]]:
    """(layout, with Caps Lock, code): all codes that a scanner may have sent, unchanged first.

    The layout is empty where scanner and computer agree.
    """
    yield "", False, scan
    for name, code in by_layout(scan):
        yield name, False, code
    for name, layout in {"": _layout(*_US, ""), **_layouts()}.items():
        if keys := layout.keys_for(scan):
            yield name, True, _sent(keys, lambda key: key.is_letter)
            if name in _CAPS_IS_SHIFT:
                yield name, True, _sent(keys, lambda _: True)


LAYOUT_WORDS = {
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "uk": "British",
    "pt": "Portuguese",
    "br": "Brazilian",
    "ch (German)": "Swiss German",
    "ch (French)": "Swiss French",
    "be": "Belgian",
    "sv": "Swedish",
    "no": "Norwegian",
    "da": "Danish",
    "latam": "Latin American",
    "tr": "Turkish",
    "cz": "Czech",
    "hu": "Hungarian",
    "ru": "Russian",
    "us (international)": "US international",
}
"""Names of the layouts."""


def by_layout(scan: str) -> Iterator[tuple[str, str]]:
    """(layout, code): the code sent if the computer has this layout, without Caps Lock."""
    for name, layout in _layouts().items():
        if keys := layout.keys_for(scan):
            yield name, _sent(keys, lambda _: False)


def _sent(keys: list[_Key | None], caps: Callable[[_Key], bool]) -> str:
    """The characters of these keys on a US keyboard; `caps`: whether Caps Lock changed a key."""
    return "".join(key.on_us_keyboard(caps=caps(key)) if key else " " for key in keys)


def _without_last_accent(character: str) -> tuple[str, str]:
    """A letter in two: `ǘ` is `ü` and an acute accent. Both empty where it has no accent."""
    parts = unicodedata.decomposition(character).split()
    if len(parts) != 2 or parts[0].startswith("<"):
        return "", ""
    return chr(int(parts[0], 16)), chr(int(parts[1], 16))


@cache
def _layouts() -> dict[str, _Layout]:
    return {name: _layout(*rows) for name, rows in _LAYOUTS.items()}


@cache
def _layout(plain: str, shifted: str, dead: str) -> _Layout:
    keys: dict[str, _Key] = {}
    for place, pair in enumerate(zip(plain, shifted, strict=True)):
        is_letter = pair[0].isalpha() and pair[0].upper() == pair[1]
        for shift, character in enumerate(pair):
            keys.setdefault(character, _Key(place, bool(shift), is_letter))
    return _Layout(keys, {_MARKS[accent]: keys[accent] for accent in dead})

"""What a code was before a wrong keyboard layout changed it.

A keyboard scanner sends keys, not characters. One that is set to a US keyboard sends for `z` the
key at the z's place of a US keyboard, and a computer set to a German one reads it as `y`. The code
on the ticket follows from the text by asking which key of the computer's layout makes each
character, and what is on that key in the US layout.

Source of the layouts: the national standards as shipped with the X keyboard configuration
(xkeyboard-config, symbols/de, fr, es ...) and Microsoft's published layout pictures.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

_US = (
    "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
    '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?',
)
"""The 47 character keys of an ANSI keyboard row by row, plain and with Shift. Other layouts give
for each of these places what they have there."""

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
"""Layout to what is on the keys, plain and with Shift, and which of these are dead keys: they
show nothing until the next key, and then put an accent on its letter. More common ones first."""

_CAPS_IS_SHIFT = ("fr", "be")
"""Layouts on which Caps Lock gives what Shift gives on every key, so digits; by system it can also
be the letters only."""

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


@dataclass(frozen=True, slots=True)
class _Key:
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
    """What the keys show, to the key."""
    dead: dict[str, _Key] = field(default_factory=dict)
    """Combining mark to the key that makes it."""

    def keys_for(self, text: str) -> list[_Key | None] | None:
        """The keys that show `text`, None for Space; or None if this layout cannot show it."""
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

    The scanner is taken to send the keys of a US keyboard, the computer to have another layout,
    Caps Lock, or both. Dead keys are undone where they made an accented letter (`ô` on a German
    keyboard is two keys); one that the system swallowed is lost.

    Args:
        scan: what was received, without terminator. Prefixes may still be on it, in the disguise of
            the layout (`]` is `+` in German): take them off the results, not off this.

    Returns:
        Printable ASCII texts other than `scan`, each once, the likelier layouts first and those
        with Caps Lock after all without.
    """
    candidates = dict.fromkeys([*_without_caps(scan), *_with_caps(scan)])
    return [code for code in candidates if code != scan and code.isprintable()]


def readings(scan: str) -> Iterator[tuple[str, bool, str]]:
    """(layout, whether with Caps Lock, code): everything a scanner may have sent, as it came first.

    The layout is empty where scanner and computer agree.
    """
    yield "", False, scan
    for name, code in by_layout(scan):
        yield name, False, code
    for name, layout in {"": _layout(*_US, ""), **_layouts()}.items():
        if keys := layout.keys_for(scan):
            yield name, True, _text(k.on_us_keyboard(caps=k.is_letter) if k else " " for k in keys)
            if name in _CAPS_IS_SHIFT:
                yield name, True, _text(k.on_us_keyboard(caps=True) if k else " " for k in keys)


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
"""For people."""


def by_layout(scan: str) -> Iterator[tuple[str, str]]:
    """(layout, code): what a scanner sent if the computer has this layout, without Caps Lock."""
    for name, layout in _layouts().items():
        if keys := layout.keys_for(scan):
            yield name, _text(key.on_us_keyboard(caps=False) if key else " " for key in keys)


def _without_caps(scan: str) -> Iterator[str]:
    for layout in _layouts().values():
        if keys := layout.keys_for(scan):
            yield _text(key.on_us_keyboard(caps=False) if key else " " for key in keys)


def _with_caps(scan: str) -> Iterator[str]:
    for name, layout in {"us": _layout(*_US, ""), **_layouts()}.items():
        if not (keys := layout.keys_for(scan)):
            continue
        yield _text(key.on_us_keyboard(caps=key.is_letter) if key else " " for key in keys)
        if name in _CAPS_IS_SHIFT:
            yield _text(key.on_us_keyboard(caps=True) if key else " " for key in keys)


def _text(characters: Iterator[str]) -> str:
    return "".join(characters)


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

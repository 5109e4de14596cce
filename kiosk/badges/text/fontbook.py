"""Choose a face for letters: the shipped font of the script first, then the system's."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from kiosk.badges.text import script_fonts
from kiosk.badges.text.faces import Face, shipped_face
from kiosk.badges.text.system_fonts import east_asian_face, face_with


@dataclass(frozen=True, slots=True)
class TextStyle:
    """The options that change the face of a letter; part of every cache key."""

    bold: bool = True
    mono: bool = False
    nastaliq: bool = False
    """Arabic letters in the sloping style that Urdu readers expect, else Naskh."""
    han_language: str = "zh-hans"
    """One of `script_fonts.HAN_LANGUAGES`: 渡邊 looks different in each."""


class FontBook:
    """Faces in order of preference for one style."""

    def __init__(self, style: TextStyle) -> None:
        self.style = style
        self.weight = 700 if style.bold else 400
        self._faces: dict[tuple[tuple[int, ...], str], Face | None] = {}

    @cached_property
    def text_face(self) -> Face:
        """The face of Latin letters and spaces."""
        face = self._shipped(script_fonts.MONO if self.style.mono else script_fonts.TEXT)
        if face is None:
            raise FileNotFoundError("assets/fonts/NotoSans-Bold.ttf is missing")
        return face

    def emoji_face(self, codepoints: tuple[int, ...]) -> Face | None:
        """The emoji face, if it has all the code points."""
        face = self._shipped(script_fonts.EMOJI)
        return face if face and face.covers(codepoints) else None

    def face_for(self, codepoints: tuple[int, ...], script: str) -> Face | None:
        """The first face with all the code points; None if this machine has none."""
        key = (codepoints, script)
        if key not in self._faces:
            faces = self._candidates(codepoints, script)
            self._faces[key] = next((face for face in faces if face.covers(codepoints)), None)
        return self._faces[key]

    def _candidates(self, codepoints: tuple[int, ...], script: str) -> Iterator[Face]:
        stems = [script_fonts.MONO] if self.style.mono else []
        if script == "Arab" and self.style.nastaliq:
            stems.append(script_fonts.NASTALIQ)
        stems.append(script_fonts.SHIPPED.get(script, script_fonts.TEXT))
        stems += [script_fonts.TEXT, script_fonts.EMOJI]
        for stem in dict.fromkeys(stems):
            if face := self._shipped(stem):
                yield face
        if any(_is_east_asian(codepoint) for codepoint in codepoints):
            own = {"Hang": "ko", "Hira": "ja", "Kana": "ja", "Bopo": "zh-hant"}.get(script)
            wanted = (own or self.style.han_language, *script_fonts.HAN_LANGUAGES)
            for language in dict.fromkeys(wanted):
                if face := east_asian_face(language, self.weight):
                    yield face
        if script == "Arab":
            yield from filter(None, (shipped_face(script_fonts.NASTALIQ),))
        for codepoint in codepoints:
            if face := face_with(codepoint, self.weight):
                yield face

    def _shipped(self, stem: str) -> Face | None:
        return shipped_face(stem, "Bold" if self.style.bold else "Regular")


_SAMPLE_LETTERS = {"Hani": "漢", "Hira": "あ", "Kana": "ア", "Hang": "한", "Bopo": "ㄅ"}


def lacks_east_asian_font(scripts: Iterable[str]) -> bool:
    """Whether one of the scripts (of `script_fonts.EAST_ASIAN`) has no font on this computer."""
    book = FontBook(TextStyle())
    return any(book.face_for((ord(_SAMPLE_LETTERS[script]),), script) is None for script in scripts)


def _is_east_asian(codepoint: int) -> bool:
    return codepoint >= 0x1100 and unicodedata.east_asian_width(chr(codepoint)) in ("W", "F", "H")

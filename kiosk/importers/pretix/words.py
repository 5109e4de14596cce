"""Translate pretix's headings: pretix exports them in the language of its user.

Source: pretix's published translations (the `locale` folder of pretix/pretix) of the headings of
order positions and check-in lists. Listed are only headings that identify the format or that the
general vocabulary does not know, in the order of `ENGLISH`; an empty word means the English one.
"""

from __future__ import annotations

import tomllib

from kiosk.support.paths import assets_dir

ENGLISH = (
    "order code",
    "position id",
    "attendee name",
    "product",
    "ticket secret",
    "secret",
    "pseudonymization id",
)

WORDS: dict[str, tuple[str, ...]] = {
    language: tuple(phrases.split("|"))
    for language, phrases in tomllib.loads(
        (assets_dir() / "pretix_headings.toml").read_text("utf-8")
    ).items()
}


def in_english(keys: list[str]) -> dict[str, str]:
    """Heading key to pretix's English heading, for the language that matches most of them."""
    best: dict[str, str] = {}
    for words in WORDS.values():
        found = {
            word: english for english, word in zip(ENGLISH, words, strict=True) if word in keys
        }
        if len(found) > len(best):
            best = found
    return best if len(best) >= 3 else {}

"""Which part of a name is printed large, never changing the name a person gave."""

from __future__ import annotations

from kiosk.badges.clusters import script_of
from kiosk.badges.script_fonts import EAST_ASIAN
from kiosk.badges.text_cleaning import clean_text


def large_and_rest(name: str, given_name: str) -> tuple[str, str]:
    """The large part and the small one below it; all is large and the rest empty when in doubt.

    A given name in front is large with the rest below; one that stands elsewhere (`Nguyễn Thị
    Hương`) is large above the whole name, so that the name itself keeps its order. Initials
    (`S. Karthik`) and Chinese, Japanese and Korean names are not taken apart.
    """
    name, given = clean_text(name), clean_text(given_name)
    words, parts = name.split(), given.split()
    if not parts or len(parts) >= len(words) or _is_initial(given) or _is_east_asian(name):
        return name, ""
    folded = [word.casefold() for word in words]
    wanted = [part.casefold() for part in parts]
    for start in range(len(words) - len(parts) + 1):
        if folded[start : start + len(parts)] == wanted:
            large = " ".join(words[start : start + len(parts)])
            return large, " ".join(words[len(parts) :]) if start == 0 else name
    return name, ""


def _is_initial(given: str) -> bool:
    letters = [char for char in given if char.isalpha()]
    return len(letters) <= 1 or given.endswith(".")


def _is_east_asian(name: str) -> bool:
    return any(script_of(char) in EAST_ASIAN for char in name)

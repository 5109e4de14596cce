"""Clean text for printing: remove controls, limit stacked marks, describe damage."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from kiosk.badges.text.breaks import SOFT_HYPHEN, ZERO_WIDTH_SPACE, visible
from kiosk.badges.text.faces import EAST_ASIAN
from kiosk.badges.text.runs import script_of
from kiosk.domain.badges.order import BadgePerson

MAX_MARKS = 8
"""Marks on one letter. Cantillated Hebrew and Tibetan have fewer; "zalgo" text has more."""

MAX_LETTERS = 300
"""A longer name is a copy-and-paste mistake and fits no badge."""

_SPACES = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_JOINERS = frozenset("\u200c\u200d")
_BREAKS = frozenset((SOFT_HYPHEN, ZERO_WIDTH_SPACE))
_INSIDE = _JOINERS | _BREAKS
"""Invisible characters that are kept only inside words."""
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Characters of category letter that are invisible: Hangul fillers, the empty Braille cell."""


@lru_cache(maxsize=4096)
def clean_text(text: str) -> str:
    """NFC, one line, single spaces, without terminal controls, direction and break marks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return visible(clean_breakable(text))


@lru_cache(maxsize=4096)
def clean_breakable(text: str) -> str:
    """As `clean_text`, but with the soft hyphens and zero-width spaces inside of words.

    Joiners (ZWJ, ZWNJ) are kept between two visible characters, as Sinhala, Persian and emoji need
    them; variation selectors are kept after a character, tags after the black flag of 🏴󠁧󠁢󠁥󠁮󠁧󠁿.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    in_flag = False
    for char in unicodedata.normalize("NFC", text):
        in_flag = char == "\U0001f3f4" or (in_flag and "\U000e0020" <= char <= "\U000e007f")
        if char in _SPACES or unicodedata.category(char) == "Zs":
            kept.append(" ")
        elif _is_ink(char) or (in_flag and char != "\U0001f3f4"):
            if char in _INSIDE and (not kept or kept[-1] == " " or kept[-1] in _INSIDE):
                continue
            kept.append(char)
    joined = " ".join("".join(kept).split())
    return _without_loose_joiners(_bound_marks(joined)) if not joined.isascii() else joined


def damage(text: str) -> str:
    """Why a name is damaged, as one clause for the organiser; empty if it is not."""
    if text.isascii() and text.isprintable():
        return ""
    for char in text:
        if "\ud800" <= char <= "\udfff":
            return f"contains half a character (U+{ord(char):04X}): the file is damaged"
        if char == "\ufffd":
            return "contains � in place of a letter: the file was read in a wrong encoding"
        if char not in _SPACES and unicodedata.category(char) == "Cc":
            return f"contains a control character (U+{ord(char):04X})"
    stacked = 0
    for char in unicodedata.normalize("NFD", text):
        stacked = stacked + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if stacked > MAX_MARKS:
            return "has more marks on one letter than any script uses"
    return ""


def _is_ink(char: str) -> bool:
    category = unicodedata.category(char)
    if category in ("Cc", "Cs"):
        return False
    if category == "Cf":
        return char in _INSIDE or "\u0600" <= char <= "\u0605"
    return char not in _BLANK_LETTERS and char not in "\u034f\ufffd"


def _without_loose_joiners(text: str) -> str:
    words = [word.strip("\u200c\u200d\u00ad\u200b") for word in text.split(" ")]
    return " ".join(word for word in words if word)


def _bound_marks(text: str) -> str:
    kept: list[str] = []
    stacked = 0
    for char in text:
        stacked = stacked + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if stacked <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)


# Reasons not to draw a badge, in words for the organiser.


class CannotDrawError(Exception):
    """A badge that must not be printed; the message is one clause for the organiser."""


def why_not(person: BadgePerson) -> None:
    """Raise `CannotDrawError` for a name that must not be printed."""
    if not person.name.strip():
        raise CannotDrawError("has no name")
    if len(person.name) > MAX_LETTERS:
        raise CannotDrawError(f"has {len(person.name)} letters, too many for a badge")
    if reason := damage(person.name):
        raise CannotDrawError(reason)
    if not clean_text(person.name):
        raise CannotDrawError("has nothing visible in the name")


def no_font_for(missing: tuple[str, ...]) -> CannotDrawError:
    """The error for clusters that are in no font, with their code points."""
    shown = list(dict.fromkeys(missing))[:3]
    codes = ", ".join(
        f"{cluster} ({' '.join(f'U+{ord(char):04X}' for char in cluster)})" for cluster in shown
    )
    more = " …" if len(set(missing)) > 3 else ""
    return CannotDrawError(f"no font on this computer has {codes}{more}")


# The part of a name that is printed large. The name itself never changes.


def large_and_rest(name: str, given_name: str) -> tuple[str, str]:
    """The large part and the small part below it; in doubt all is large and the rest empty.

    A given name at the start is large, with the rest below. A given name elsewhere (`Nguyễn Thị
    Hương`) is large above the whole name, so the name keeps its order. A name in one column is
    divided where its form shows the given name. Initials (`S. Karthik`) and Chinese, Japanese
    and Korean names are not divided.
    """
    name = clean_breakable(name)
    given = clean_breakable(given_name) or _likely_given(name)
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


_TITLES = frozenset(
    word
    for line in (
        "dr prof mr mrs ms mx miss sir dame herr frau ing dipl dipl.-ing h.c mult mag hr fru",
        "doctor professor doktor doktorin professorin dott dott.ssa prof.ssa sig sig.ra avv",
        "mme mlle monsieur madame docteur professeur sr er sra srta dra dhr mevr mevrouw drs",
        "mgr bc rndr mudr judr phdr capt sgt rev dato dato’ datuk encik puan cik bpk",
        "shri smt sri kum thiru tmt pt",
        "г-н г-жа гн д-р др проф доктор профессор господин госпожа пан пані κ κα κος δρ",
        "պրն տիկ դոկտ ბატონი ქალბატონი დოქტ",
        "ד״ר ד\"ר פרופ פרופ׳ פרופ' מר גב׳ גב' גברת הרב עו״ד עו\"ד",
        "السيد السيدة الآنسة الدكتور الدكتورة دكتور دكتورة د الأستاذ الأستاذة أستاذ أ.د",
        "المهندس المهندسة مهندس الشيخ آقای خانم دکتر جناب محترم محترمہ ڈاکٹر پروفیسر مسز",
        "श्री श्रीमती सुश्री श्रीमान डॉ डा डॉक्टर डाक्टर प्रो प्रोफेसर",
        "শ্রী শ্রীমতী ড ডঃ ডা ডাঃ ডক্টর জনাব অধ্যাপক",
        "શ્રી શ્રીમતી ડૉ ડો ਸ੍ਰੀ ਸ਼੍ਰੀ ਸ੍ਰੀਮਤੀ ਸ਼੍ਰੀਮਤੀ ਡਾ ଶ୍ରୀ ଶ୍ରୀମତୀ ଡା ଡଃ ଡକ୍ଟର",
        "திரு திருமதி டாக்டர் முனைவர் శ్రీ శ్రీమతి డా డాక్టర్ ಶ್ರೀ ಶ್ರೀಮತಿ ಡಾ ശ്രീ ശ്രീമതി ഡോ",
        "ආචාර්ය මහාචාර්ය นาย นาง นางสาว คุณ ดร ທ້າວ ນາງ ນາງສາວ ທ່ານ ດຣ",
        "លោក លោកស្រី អ្នកស្រី កញ្ញា បណ្ឌិត ဦး ဒေါ် ဒေါက်တာ አቶ ወ/ሮ ወይዘሮ ወ/ሪት ወይዘሪት ዶ/ር ዶክተር ፕሮፌሰር",
    )
    for word in line.split()
)
"""Words before a name that are no part of it, in the languages of the shipped fonts."""
_COMPOUNDS = frozenset("abd abdul abdel abu abul umm ibn عبد أبو ابو بو".split())  # noqa: SIM905
"""First halves of Arabic given names: the next word belongs to them."""
_VIETNAMESE = frozenset(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý".split()  # noqa: SIM905
)
"""Common family names, which stand first; the given name is the last word."""
_SEVERAL = frozenset(("&", "+", "/", "and", "und"))
"""Signs of two people, or of a group."""
_AND = frozenset("et y e i en och og ve и та και و और".split())  # noqa: SIM905
"""Words for `and` that are also in names of one person: they count as the second word only."""


def _likely_given(name: str) -> str:
    """The given name in a name of one column; empty in doubt."""
    words = name.split()
    if words[1:2] and words[1].casefold() in _AND:
        return ""
    if "," in name or not _SEVERAL.isdisjoint(name.casefold().replace("von und zu", "").split()):
        family, _, given = name.partition(", ")
        return given if family and given and len(given.split()) < 3 and "," not in given else ""
    plain = [word for word in words if word.casefold().rstrip(".") not in _TITLES]
    if len(plain) < 2 or not plain[0][0].isalpha() or plain[0][1:2] in ("'", "’"):
        return ""  # O’Brien is a family name
    if plain[0].casefold() in _VIETNAMESE and len(plain) > 2:
        return plain[-1]
    count = 2 if plain[0].casefold() in _COMPOUNDS and len(plain) > 2 else 1
    return " ".join(plain[:count])


def _is_initial(given: str) -> bool:
    letters = [char for char in given if char.isalpha()]
    return len(letters) <= 1 or given.endswith(".")


def _is_east_asian(name: str) -> bool:
    return any(script_of(char) in EAST_ASIAN for char in name)

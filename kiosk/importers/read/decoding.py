"""Decode a CSV file: find its encoding.

Order: byte order mark, UTF-16 without one, UTF-8, then the old code pages. The best code page is
the one with the most known headings; then the one where letters look like words of one language.
An upper-case letter inside a lower-case word, or a currency sign inside a word, marks a wrong code
page, and so do letters that no language has together (`Jiøí`).

Why not charset-normalizer alone: on 48 lists of 3 to 180 names in 16 code pages (German to
Korean), this scoring decodes 30 correctly and charset-normalizer 3.5 decodes 24: it reads German
in Windows-1252 as 1250 and Russian in Windows-1251 as Mac Cyrillic. It is the last resort here.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.importers import refusals
from kiosk.importers.understand import headers

_CODE_PAGES = (
    "cp1252",
    "cp932",
    "shift_jis_2004",
    "gb18030",
    "big5",
    "euc_kr",
    "euc_jp",
    "cp1250",
    "iso8859_2",
    "cp1251",
    "koi8_r",
    "cp866",
    "cp1256",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp874",
    "cp1257",
    "mac_roman",
    "cp850",
    "cp852",
)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"
_CONTROL_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_C1_BYTES = re.compile(b"\xc2[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text file as UTF-8 bytes, from which lines are read as they are needed."""

    utf8: bytes
    encoding: str
    """The encoding of the file on the disk."""
    guessed: bool = False
    """The encoding is a guess from the letters."""

    def head(self, size: int) -> str:
        """About the first `size` bytes as text."""
        return self.utf8[:size].decode("utf-8", "ignore")

    def stream(self, start: int = 0) -> io.TextIOWrapper:
        """The text from byte `start`, line ends untouched; may raise `UnicodeDecodeError`."""
        raw = io.BytesIO(self.utf8)
        raw.seek(start)
        return io.TextIOWrapper(raw, encoding="utf-8", newline="")


def probably_utf8(raw: bytes) -> Decoded | None:
    """The bytes as UTF-8, with only the first part checked; None if they are not UTF-8."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return None
    sample = raw[:65536]
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4 or len(sample) == len(raw):
            return None
    if sample.count(0) * 20 > len(sample):
        return None
    bom = raw.startswith(b"\xef\xbb\xbf")
    plain = raw.translate(None, _CONTROL_BYTES)
    if b"\xc2" in plain:
        plain = _C1_BYTES.sub(b"", plain)
    return Decoded(plain[3:] if bom else plain, "utf-8-sig" if bom else "utf-8")


def decode(
    path: Path,
    raw: bytes,
) -> Decoded:
    """Decode a file that is not plain UTF-8, and remove control characters.

    Args:
        path: for the error message.
        raw: the bytes.

    Raises:
        FileRefused: `file_encoding` when no encoding fits.
    """
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return _with_bom(path, raw, encoding)
    wide = utf16_without_bom(raw)
    if wide:
        # a file that is cut in the middle of a character can still be read
        return _decoded(raw.decode(wide, "replace"), wide)
    plain = raw.translate(None, _CONTROL_BYTES)
    try:
        return _decoded(plain.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(plain) - 4 and error.reason == "unexpected end of data":
            return _decoded(plain[: error.start].decode("utf-8"), "utf-8")
    if b"\xed" in plain:
        with suppress(UnicodeDecodeError):
            return _decoded(plain.decode("utf-8", "surrogatepass"), "utf-8")
    if _mixed_utf8(plain):
        return _line_by_line(path, plain)
    return _code_page(path, plain)


def _decoded(text: str, encoding: str, guessed: bool = False) -> Decoded:
    return Decoded(without_controls(text).encode("utf-8"), encoding, guessed)


def without_controls(text: str) -> str:
    """`text` without control characters other than tab and line ends.

    Half a surrogate pair, which cannot be stored, becomes the replacement character.
    """
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATE.sub("\ufffd", _CONTROL_TEXT.sub("", text))


def _mixed_utf8(raw: bytes) -> bool:
    """Whether some lines are UTF-8, and others have another encoding.

    In a code page a line is UTF-8 only by chance, and then its letters look odd.
    """
    lines = [line for line in raw.splitlines() if not line.isascii()]
    valid = [text for line in lines if (text := _as_utf8(line)) is not None]
    return len(valid) * 4 >= len(lines) and plausibility("\n".join(valid)) > 0.7


def _as_utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _line_by_line(
    path: Path,
    raw: bytes,
) -> Decoded:
    """Decode lines of UTF-8, and the other lines in the code page that fits them."""
    lines = raw.splitlines(keepends=True)
    texts = [_as_utf8(line) for line in lines]
    others = b"".join(line for line, text in zip(lines, texts, strict=True) if text is None)
    page = _code_page(path, others)
    text = "".join(
        line.decode(page.encoding, "replace") if text is None else text
        for line, text in zip(lines, texts, strict=True)
    )
    return _decoded(text, f"UTF-8, with lines in {page.encoding}", guessed=True)


def _with_bom(
    path: Path,
    raw: bytes,
    encoding: str,
) -> Decoded:
    try:
        return _decoded(raw.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        if error.start < len(raw) - 4:
            if encoding != "utf-8-sig":
                return _decoded(raw.decode(encoding, "replace"), encoding)
            return _line_by_line(path, raw[3:])
    return _decoded(raw.decode(encoding, "ignore"), encoding)


def utf16_without_bom(raw: bytes) -> str:
    sample = raw[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    # headings and separators are usually ASCII, so one half of the bytes is mostly NUL; in other
    # scripts one half has only a few values, the blocks of the script
    if odd > half * 0.3 and even < odd * 0.1:
        return "utf-16-le"
    if even > half * 0.3 and odd < even * 0.1:
        return "utf-16-be"
    for encoding, high, nuls in (
        ("utf-16-le", sample[1::2], odd),
        ("utf-16-be", sample[::2], even),
    ):
        blocks = sum(count for _, count in Counter(high).most_common(4))
        if nuls >= 2 and blocks > len(high) * 0.9 and not even * odd:
            text = sample.decode(encoding, "ignore")
            if any(end in text for end in "\r\n") and any(sign in text for sign in ",;\t|"):
                return encoding
    return ""


def _code_page(
    path: Path,
    plain: bytes,
) -> Decoded:
    sample = plain[:300_000]
    cut = sample.rfind(b"\n")
    sample = sample if cut <= 0 or len(sample) == len(plain) else sample[:cut]
    best: tuple[int, float, int] | None = None
    chosen = ""
    hinted = headers.hinted_code_pages(sample[:20_000].decode("ascii", "replace"))
    for place, encoding in enumerate(_CODE_PAGES):
        try:
            text = sample.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        likely = plausibility(text) * one_language(text)
        known = headers.non_ascii_headings(text) if likely > 0.3 else 0
        known += encoding in hinted and likely > 0.5
        score = (known, round(likely, 2), -place)
        if best is None or score > best:
            best, chosen = score, encoding
    if best is None or (best[0] == 0 and best[1] < 0.5):
        chosen = _ask_detector(sample) or chosen
    if not chosen or (best is not None and best[0] == 0 and best[1] < 0.2):
        raise _undecodable(path)
    try:
        return _decoded(plain.decode(chosen), chosen, guessed=True)
    except UnicodeDecodeError:
        raise _undecodable(path) from None


def _ask_detector(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # a heavy leaf, rarely needed

    match = from_bytes(sample[:20_000]).best()
    return match.encoding if match else ""


def _undecodable(path: Path) -> Exception:
    return refusals.refused(
        "file_encoding",
        path,
        "has letters in no known encoding, so they cannot be read.",
        "Open it in a spreadsheet program, check the names, and save it as “CSV UTF-8” or XLSX.",
    )


_WORD = re.compile(r"[^\W\d_]+")
_ODD_SIGN = re.compile(
    r"[^\W\d_][¤¦§¨¬¯°±²³´¶¸¹¼½¾×÷†‡‰‹›√∞≈◊ˆ˜¡¿¢£¥©®™„…•∂∑∏π∫Ω∆─-▟]|[\x80-\x9f\ue000-\uf8ff]"
)


def _script(char: str) -> str:
    point = ord(char)
    if point < 0x250 or 0x1E00 <= point < 0x1F00:
        return "latin"
    if 0x370 <= point < 0x400:
        return "greek"
    if 0x400 <= point < 0x530:
        return "cyrillic"
    if 0x590 <= point < 0x600:
        return "hebrew"
    if 0x600 <= point < 0x780 or 0xFB50 <= point < 0xFF00:
        return "arabic"
    if 0xE00 <= point < 0xE80:
        return "thai"
    if 0x3040 <= point < 0x3100 or 0x31F0 <= point < 0x3200:
        return "kana"
    if 0xFF61 <= point < 0xFFA0:
        return "halfwidth"
    if 0xAC00 <= point < 0xD7B0:
        return "hangul"
    if 0x4E00 <= point < 0xA000:
        return "han"
    return "other"


def plausibility(text: str) -> float:
    """Share (0 to 1) of the words with non-ASCII letters that look like words of one script."""
    good = bad = 0.0
    for line in text.splitlines()[:2000]:
        if line.isascii():
            continue
        bad += len(_ODD_SIGN.findall(line))
        for word in _WORD.findall(line):
            if not word.isascii():
                score = _word_score(word)
                good += score
                bad += 1 - score
        if good + bad > 3000:
            break
    return good / (good + bad) if good + bad else 0.6


_ALPHABETS = tuple(
    frozenset(letters + letters.upper().replace("SS", ""))
    for letters in (
        "áâãàçéêíóôõúüªº",  # Portuguese
        "áéíñóúüªº",  # Spanish
        "àâäæçéèêëîïôöœùûüÿ",  # French
        "äöüßéèà",  # German
        "àèéìíòóùú",  # Italian
        "åäöéüàè",  # Swedish, Finnish
        "æøåéèôöäü",  # Danish, Norwegian
        "áéèêëïíóöü",  # Dutch
        "àçéèíïòóúü",  # Catalan
        "áéíóúýðþæö",  # Icelandic
        "ąćęłńóśźżé",  # Polish
        "áäčďéěíľňóôřšťúůýžöü",  # Czech, Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîșțşţ",  # Romanian
        "čćđšžéöü",  # Croatian, Slovene, Serbian
        "çğıöşüâîûİ",  # Turkish
        "ąčęėįšųūžé",  # Lithuanian
        "āčēģīķļņšūž",  # Latvian
        "äöõüšž",  # Estonian
    )
)


def one_language(text: str) -> float:
    """The greatest share (0 to 1) of the accented Latin letters that one language has."""
    letters = Counter(
        char for char in text[:100_000] if not char.isascii() and _script(char) == "latin"
    )
    for sign in "×÷":
        del letters[sign]
    in_all = sum(count for char, count in letters.items() if char.isalpha())
    if not in_all:
        return 1.0
    return max(sum(letters[char] for char in alphabet) for alphabet in _ALPHABETS) / in_all


def _word_score(word: str) -> float:
    scripts = {_script(char) for char in word}
    if scripts == {"latin"}:
        inner = word[1:]
        mixed = not (word.islower() or word.isupper() or inner.islower())
        if mixed and any(not char.isascii() and char.isupper() for char in inner):
            return 0.0
        letters = sum(char.isascii() for char in word)
        if letters == 0 and len(word) > 1:
            return 0.05
        return 1.0 if letters * 2 >= len(word) or len(word) <= 3 else 0.6
    if scripts <= {"han", "kana"}:
        return 0.95 if "kana" in scripts else 0.8 * _common_han(word) + 0.1
    if len(scripts) > 1 or "halfwidth" in scripts or "other" in scripts:
        return 0.1
    if scripts in ({"cyrillic"}, {"greek"}):
        inner = word[1:]
        if len(word) > 1 and (word.islower() or word.isupper()):
            return 0.85  # Hebrew read as Cyrillic is all in one case; names seldom are
        return 0.9 if inner.islower() or len(word) == 1 else 0.2
    return 0.9


def _common_han(word: str) -> float:
    """Share of common characters: level 1 of GB 2312 or of JIS X 0208."""
    return sum(_is_common(char) for char in word) / len(word)


def _is_common(char: str) -> bool:
    for encoding, low, high in (
        ("gb2312", 0xB0, 0xD7),
        ("euc_jp", 0xB0, 0xCF),
        ("big5", 0xA4, 0xC6),
    ):
        try:
            lead = char.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
        if low <= lead <= high:
            return True
    return False

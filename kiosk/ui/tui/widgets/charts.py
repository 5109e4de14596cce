"""Fit text into terminal cells, and draw bar and column charts and large digits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells, set_cell_size
from textual.content import Content


def fit(text: str, cells: int) -> str:
    """Cut the text to this many terminal cells; an ellipsis marks a cut."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(0, cells - 1)).rstrip() + "…" if cells > 0 else ""


def padded(text: str, cells: int, *, gap: int = 0) -> str:
    """The text, cut or filled with spaces to `cells` cells, of which the last `gap` are spaces."""
    return set_cell_size(fit(text, cells - gap), cells)


def wrapped(text: str, cells: int) -> list[str]:
    """Wrap the text into lines of at most this many cells, between words if possible."""
    lines: list[str] = []
    rest = text.strip()
    while cell_len(rest) > cells:
        head = chop_cells(rest, cells)[0]
        if not rest[len(head)].isspace() and " " in head:
            head = head[: head.rindex(" ")]
        lines.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [*lines, rest] if rest else lines


_EIGHTHS_ACROSS = " ▏▎▍▌▋▊▉"
_EIGHTHS_UP = " ▁▂▃▄▅▆▇█"
_WIDEST_COLUMN = 4
"""The most cells for a column and the gap after it."""


_BIG = {
    "0": ("▄▄▄", "█ █", "█▄█"),
    "1": ("▄▄ ", " █ ", "▄█▄"),
    "2": ("▄▄▄", "▄▄█", "█▄▄"),
    "3": ("▄▄▄", " ▄█", "▄▄█"),
    "4": ("▄ ▄", "█▄█", "  █"),
    "5": ("▄▄▄", "█▄▄", "▄▄█"),
    "6": ("▄▄▄", "█▄▄", "█▄█"),
    "7": ("▄▄▄", "  █", "  █"),
    "8": ("▄▄▄", "█▄█", "█▄█"),
    "9": ("▄▄▄", "█▄█", "▄▄█"),
    ",": (" ", " ", "▄"),
}
"""Digits of solid blocks: thin lines cannot be read from three metres away."""


def big_number(number: int) -> str:
    """A number (0 or more), three lines high."""
    digits = [_BIG[char] for char in f"{number:,}"]
    return "\n".join(" ".join(digit[row] for digit in digits) for row in range(3))


_GLYPHS = {
    "A": ".##. #..# #### #..# #..#", "B": "###. #..# ###. #..# ###.",
    "C": ".### #... #... #... .###", "D": "###. #..# #..# #..# ###.",
    "E": "#### #... ###. #... ####", "F": "#### #... ###. #... #...",
    "G": ".### #... #.## #..# .###", "H": "#..# #..# #### #..# #..#",
    "I": "### .#. .#. .#. ###", "J": "..## ...# ...# #..# .##.",
    "K": "#..# #.#. ##.. #.#. #..#", "L": "#... #... #... #... ####",
    "M": "#...# ##.## #.#.# #...# #...#", "N": "#..# ##.# #.## #..# #..#",
    "O": ".##. #..# #..# #..# .##.", "P": "###. #..# ###. #... #...",
    "Q": ".##. #..# #..# #.#. .#.#", "R": "###. #..# ###. #.#. #..#",
    "S": ".### #... .##. ...# ###.", "T": "##### ..#.. ..#.. ..#.. ..#..",
    "U": "#..# #..# #..# #..# .##.", "V": "#...# #...# #...# .#.#. ..#..",
    "W": "#...# #...# #.#.# ##.## #...#", "X": "#...# .#.#. ..#.. .#.#. #...#",
    "Y": "#...# .#.#. ..#.. ..#.. ..#..", "Z": "#### ...# .##. #... ####",
    "0": ".##. #..# #..# #..# .##.", "1": ".#. ##. .#. .#. ###",
    "2": "###. ...# .##. #... ####", "3": "###. ...# .##. ...# ###.",
    "4": "#..# #..# #### ...# ...#", "5": "#### #... ###. ...# ###.",
    "6": ".##. #... ###. #..# .##.", "7": "#### ...# ..#. .#.. .#..",
    "8": ".##. #..# .##. #..# .##.", "9": ".##. #..# .### ...# .##.",
    " ": ".. .. .. .. ..", "-": "... ... ### ... ...", "'": "# # . . .",
    ".": ". . . . #", "·": ". . # . .", "…": "..... ..... ..... ..... #.#.#",
    "!": "## ## ## .. ##", "?": "###. ...# .##. .... .#..",
    "✓": "......# .....## #...##. ##.##.. .###...", "✗": "##.## ##.## .###. ##.## ##.##",
    "→": "...#... ....##. ####### ....##. ...#...", "↶": "..#.... .##.... ######. ..#...# .....#.",
}  # fmt: skip
"""Rows of pixels by character."""
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def block_rows(text: str, scale: int = 1) -> list[str]:
    """The text in capitals of blocks, 3 lines high (5 at scale 2); empty where a letter has none.

    A pixel is half a cell, so that it is about square.
    """
    glyphs = [_GLYPHS.get(char) for char in text.upper()]
    if not text or None in glyphs:
        return []
    rows = ["."] * 6
    for glyph in glyphs:
        for line, pixels in enumerate((glyph or "").split()):
            rows[line] += f"{pixels}."
    width = len(rows[0])
    trimmed = [row.ljust(width, ".")[1:-1] for row in rows]
    large = ["".join(pixel * scale for pixel in row) for row in trimmed for _ in range(scale)]
    large = large[: 2 * ((5 * scale + 1) // 2)]
    return [
        "".join(_HALVES[above == "#", below == "#"] for above, below in zip(*pair, strict=True))
        for pair in zip(large[::2], large[1::2], strict=True)
    ]


def bar(part: int, whole: int, cells: int, style: str = "$primary") -> Content:
    """A horizontal bar filled by `part` of `whole`; any part above 0 is visible."""
    share = min(1.0, part / whole) if whole > 0 else float(part > 0)
    eighths = max(round(share * cells * 8), 1 if part > 0 else 0)
    full, rest = divmod(eighths, 8)
    drawn = "█" * full + (_EIGHTHS_ACROSS[rest] if rest else "")
    return Content.styled(drawn + " " * (cells - len(drawn)), f"{style} on $panel")


def share_text(part: int, whole: int) -> str:
    """`57 %`, rounded down, so that 100 % means all; "" if `whole` is 0."""
    return f"{part * 100 // whole} %" if whole > 0 else ""


def bar_line(
    name: str, came: int, expected: int, cells: int, *, numbers: int, is_marked: bool = False
) -> Content:
    """`Regular ████▌     212 of 400`, exactly `cells` wide.

    Args:
        numbers: cells for the numbers on the right.
    """
    label = label_cells(cells, numbers)
    text = padded(name, label, gap=1)
    counts = numbers_text(came, expected).rjust(numbers)
    long = cells - label - numbers
    return Content.assemble(
        (text, "bold $accent" if is_marked else ""),
        bar(came, expected, long, "$accent" if is_marked else "$primary"),
        (counts, "bold"),
    )


def label_cells(cells: int, numbers: int) -> int:
    """Cells for the name in a line of `bar_line`, including the gap after it."""
    return max(8, min(max(20, cells // 3), (cells - numbers) // 2))


def distinct_names(names: Sequence[str], cells: int) -> list[str]:
    """Drop the first words that several names share, where cutting would make them look the same.

    >>> distinct_names(["Ticket – Early bird", "Ticket – Regular", "VIP"], 10)
    ['…Early bird', '…Regular', 'VIP']
    """
    cut = [fit(name, cells) for name in names]
    labels = []
    for name, short in zip(names, cut, strict=True):
        alike = {other for other, other_cut in zip(names, cut, strict=True) if other_cut == short}
        rest = " ".join(name.split(" ")[_shared_words(alike) :])
        labels.append(f"…{rest}" if len(alike) > 1 and len(rest) < len(name) and rest else name)
    return labels


def _shared_words(names: Iterable[str]) -> int:
    count = 0
    for words in zip(*(name.split(" ") for name in names), strict=False):
        if len(set(words)) > 1:
            break
        count += 1
    return count


def numbers_text(came: int, expected: int) -> str:
    """` 212 of 400`."""
    return f" {came:,} of {expected:,}"


def column_chart(
    values: Sequence[int], labels: Sequence[str], cells: int, rows: int
) -> list[Content]:
    """Columns over a line of labels, `rows` lines in all; the oldest are dropped if too many.

    Args:
        labels: one per value; the first and those at full hours are shown where they fit.
    """
    highest = max(values, default=0)
    axis = len(f"{highest:,}") + 1
    width = cells - axis
    step = max(1, min(_WIDEST_COLUMN, width // max(1, len(values))))
    shown = min(len(values), width // step)
    values, labels = values[len(values) - shown :], labels[len(labels) - shown :]
    highest = max(values, default=0)
    thick = max(1, step - 1)
    high = max(1, rows - 1)
    lines = []
    for row in range(high, 0, -1):
        mark = f"{highest:,}" if row == high else ""
        drawn = "".join(
            _column_cell(value, highest, row, high) * thick + " " * (step - thick)
            for value in values
        )
        lines.append(Content.assemble((mark.rjust(axis - 1) + " ", "dim"), (drawn, "$primary")))
    lines.append(Content.styled(" " * axis + _label_line(labels, step, width), "$secondary"))
    return lines


def _column_cell(value: int, highest: int, row: int, high: int) -> str:
    eighths = max(round(value / highest * high * 8), 1) if value > 0 else 0
    return _EIGHTHS_UP[max(0, min(8, eighths - (row - 1) * 8))]


def _label_line(labels: Sequence[str], step: int, width: int) -> str:
    line = ""
    for number, label in enumerate(labels):
        at = number * step
        full_hour = label.endswith(":00")
        is_free = (not line or at > len(line)) and at + len(label) <= width
        if (number == 0 or full_hour) and is_free:
            line = line.ljust(at) + label
    return line

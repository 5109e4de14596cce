"""Read CSV of any dialect into a table: delimiter, quotes, line ends."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from kiosk.importers import refusals
from kiosk.importers.read.decoding import Decoded, decode, probably_utf8
from kiosk.importers.read.tables import Rows, Table, TableBuilder, find_headings
from kiosk.importers.understand import headers
from kiosk.support.progress import Progress

_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r"\"?sep=(.)\"?[;,\t]*\r?\n?", re.IGNORECASE)
_LINE_BREAK = re.compile("\r\n|\r|\n")
_LINE_END = re.compile("[\r\n]")
_FIELD_LIMIT = 64 * 1024 * 1024
_BLOCK = 1000
"""Rows turned into columns at a time: few enough to stay in the processor's cache."""
_HEAD = 400_000
_MAX_CELLS = 100_000
"""Of one line: far more than columns, because a line may be part of a quoted text."""


def read_csv(path: Path, raw: bytes, wanted: tuple[str, ...], progress: Progress | None) -> Table:
    """Read the table of a text file.

    Raises:
        FileRefused: not decodable, not a table, header only.
    """
    decoded = probably_utf8(raw)
    if decoded is not None:
        with contextlib.suppress(UnicodeDecodeError):  # a later byte is not UTF-8
            return _read(path, decoded, wanted, progress)
    return _read(path, decode(path, raw), wanted, progress)


def _read(
    path: Path, decoded: Decoded, wanted: tuple[str, ...], progress: Progress | None
) -> Table:
    decoded = _without_outer_quotes(decoded)
    head = decoded.head(_HEAD)
    declared = _SEP_LINE.match(head)
    start = len(declared[0].encode()) if declared else 0
    delimiter = declared[1] if declared else _delimiter(head, wanted)
    blocks = _blocks(path, decoded, delimiter, start, 2 if declared else 1)
    first, numbers, unclosed = next(blocks)
    row, _ = find_headings(first, wanted)
    if row < 0:
        raise refusals.empty(path)
    builder = TableBuilder(path, first, numbers, row)
    done = 0
    for rows, numbers, torn in blocks:
        unclosed = unclosed or torn
        builder.add(rows, numbers)
        done += len(rows)
        if progress is not None and done % 20_000 < _BLOCK:
            progress(done, None)
    table = builder.table()
    _drop_line_ends(table)
    table.is_plain = not any(sign.search(decoded.utf8) for sign in _REPAIRABLE)
    table.encoding, table.delimiter = decoded.encoding, delimiter
    _warn(table, decoded, unclosed)
    return table


def _without_outer_quotes(decoded: Decoded) -> Decoded:
    """The text of a file in which each line was quoted as one cell: `"Name,Email"`."""
    end = decoded.utf8.find(b"\n")
    first = decoded.utf8[: max(end, 0)].strip()
    inner = first[1:-1].replace(b'""', b"")
    if len(first) > _MAX_CELLS or first[:1] + first[-1:] != b'""' or b'"' in inner:
        return decoded
    cells = re.split(f"[{_DELIMITERS}]", first[1:-1].decode("utf-8", "replace"))
    if headers.recognised([cell.strip('" ') for cell in cells]) < _TWO_HEADINGS:
        return decoded
    lines = _reader(decoded.stream(), "\x1f")
    text = "\n".join("".join(line) for line in lines)
    return replace(decoded, utf8=text.encode())


_TWO_HEADINGS = 6
"""The sum of `headers.recognised` that two sure headings reach."""

_REPAIRABLE = tuple(
    map(
        re.compile,
        (
            rb"&(?:#\d|#x|[A-Za-z]{2,12}\d?;)",
            rb"\xc3[\x82-\x85\x8e-\x91](?:[\xc2\xc5\xc6\xcb\xe2]| )",
            rb"\xc3[\xa0\xa2](?:\xc2|\xe2\x82\xac)",
            rb"\xe2\x88\x9a",
            rb"\xd0[\xa0\xa1](?:[\xc2\xe2]|\xd0[\x82-\x8f]|\xd1[\x92-\x9f])",
            rb"#[A-Z\xc2][A-Z/\xc2\xa1]",
            rb"'[\t\r ]*[=+@\xe2\xef-]",
        ),
    )
)
"""Signs of what `understand.letters` repairs: one search of the bytes instead of all cells."""


def _drop_line_ends(table: Table) -> None:
    """Drop the delimiters that another program added to the end of each line: `Acme;;;`."""
    found = _ADDED.search(table.headings[-1]) if table.headings else None
    if found and sum(cell.endswith(found[0]) for cell in table.columns[-1]) * 2 > table.count:
        table.headings[-1] = table.headings[-1].removesuffix(found[0])
        table.columns[-1] = [cell.removesuffix(found[0]) for cell in table.columns[-1]]


_ADDED = re.compile(r"[;,\t|]+$")


def _warn(table: Table, decoded: Decoded, unclosed: int) -> None:
    if decoded.guessed:
        table.warnings.append(
            f"The file's letters were read as {decoded.encoding}; check the names."
        )
    if unclosed:
        table.warnings.append(
            f"A quotation mark that opens on line {unclosed} is not closed; "
            "from there on lines were read one by one."
        )


def _delimiter(sample: str, wanted: tuple[str, ...]) -> str:
    """The character between the cells."""
    best, chosen = (-1.0, 0.0), ","
    for delimiter in _DELIMITERS:
        if delimiter not in sample:
            continue
        score = _delimiter_score(sample, delimiter, wanted)
        if score > best:
            best, chosen = score, delimiter
    return chosen


def _delimiter_score(sample: str, delimiter: str, wanted: tuple[str, ...]) -> tuple[float, float]:
    """How well a delimiter fits: by known headings, then by rows of equal width."""
    try:
        rows = list(islice(_reader(io.StringIO(sample, newline=""), delimiter), 60))
    except csv.Error:
        return (-1.0, 0.0)
    filled = [row for row in rows[: max(1, len(rows) - 1)] if any(row)]
    widths = Counter(len(row) for row in filled)
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    if max(widths, default=1) < 2:
        return (-0.5, 0.0)
    _, sure = find_headings(rows, wanted)
    return (float(sure), times / max(len(filled), 1) + min(width, 50) / 1000)


def _reader(lines: Iterable[str], delimiter: str) -> Any:
    """A CSV reader; a quoted cell may follow a space (`"Asha", "Rao"`)."""
    csv.field_size_limit(max(csv.field_size_limit(), _FIELD_LIMIT))
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True)


def _blocks(
    path: Path, decoded: Decoded, delimiter: str, start: int, line: int
) -> Iterator[tuple[Rows, list[int], int]]:
    """Blocks of rows, the first line of each row, and the line of a quote that is not closed."""
    _check_width(path, decoded, delimiter)
    reader = _reader(decoded.stream(start), delimiter)
    skipped = line - 1
    width = 0
    while True:
        torn, before = 0, reader.line_num
        try:
            rows = list(islice(reader, _BLOCK))
            ends = _last_lines(rows, before, reader.line_num)
        except csv.Error:  # a cell over the limit: an unclosed quote contains the rest of the file
            rows, ends = _up_to_error(decoded, delimiter, start, line - skipped)
            torn = ends[-1] + 1 if ends else line - skipped
        numbers = [line, *(number + skipped + 1 for number in ends[:-1])][: len(rows)]
        width = width or max(map(len, rows[:20]), default=0)
        last = len(rows) < _BLOCK
        lines = [(number - skipped, end) for number, end in zip(numbers, ends, strict=False)]
        place = _swallowing(decoded, start, rows, lines, width, delimiter)
        if place is not None:
            torn = lines[place][0]
            del rows[place:], numbers[place:]
        if torn:
            _line_by_line(decoded, delimiter, start, torn, rows, numbers)
            yield rows, numbers, torn + skipped
            return
        yield rows, numbers, 0
        if last:
            return
        line = ends[-1] + skipped + 1


def _last_lines(rows: Rows, before: int, last: int) -> list[int]:
    """The last line of each row; a row has more than one where a cell contains line breaks."""
    if last - before == len(rows):
        return list(range(before + 1, last + 1))
    breaks = (sum(len(_LINE_BREAK.findall(cell)) for cell in row) for row in rows)
    return list(accumulate((lines + 1 for lines in breaks), initial=before))[1:]


def _check_width(path: Path, decoded: Decoded, delimiter: str) -> None:
    """Refuse a file with far too many cells in one line, before it is split."""
    if not _has_long_line(decoded.utf8):
        return
    for line in decoded.stream():
        if len(line) > _MAX_CELLS and (cells := line.count(delimiter)) > _MAX_CELLS:
            raise refusals.refused(
                "file_columns",
                path,
                f"has {cells:,} cells in one line; the limit is {_MAX_CELLS:,}.",
            )


def _has_long_line(raw: bytes) -> bool:
    """Whether a line may have more than `_MAX_CELLS` bytes; jumps from line end to line end."""
    start = 0
    while len(raw) - start > _MAX_CELLS:
        end = raw.rfind(b"\n", start, start + _MAX_CELLS)
        if end < 0:
            return True
        start = end + 1
    return False


def _up_to_error(
    decoded: Decoded, delimiter: str, start: int, first: int
) -> tuple[Rows, list[int]]:
    """The readable rows from line `first` on, and the last line of each."""
    reader = _reader(islice(decoded.stream(start), first - 1, None), delimiter)
    rows: Rows = []
    ends: list[int] = []
    with contextlib.suppress(csv.Error):
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num + first - 1)
    return rows, ends


def _swallowing(
    decoded: Decoded,
    start: int,
    rows: Rows,
    lines: list[tuple[int, int]],
    width: int,
    delimiter: str,
) -> int | None:
    """The place of the first row with a quote that is not closed and contains further rows.

    Args:
        lines: the first and the last line of each row.
    """
    suspects = [
        place
        for place, (first, last) in enumerate(lines)
        if first < last and any(_holds_rows(cell, width, delimiter) for cell in rows[place])
    ]
    if not suspects:
        return None
    begin, end = lines[suspects[0]][0], lines[suspects[-1]][1]
    text = list(islice(decoded.stream(start), begin - 1, end))
    for place in suspects:
        first, last = lines[place]
        if _quoted_row(text[first - begin : last - begin + 1], delimiter) is None:
            return place
    return None


def _holds_rows(cell: str, width: int, delimiter: str) -> bool:
    filled = [line for line in _LINE_END.split(cell)[1:] if line]
    like_rows = sum(1 for line in filled if line.count(delimiter) >= width * 0.6 - 1)
    return like_rows > 0 and like_rows * 2 >= len(filled)


def _quoted_row(lines: list[str], delimiter: str) -> list[str] | None:
    """The cells of one row; None where a quote is not closed, or text follows the closing one."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _line_by_line(
    decoded: Decoded, delimiter: str, start: int, first: int, rows: Rows, numbers: list[int]
) -> None:
    """Read each line from `first` on as a row; ignore its quotes where they are wrong."""
    skipped = 1 if start else 0
    lines = islice(decoded.stream(start), first - 1, None)
    for number, line in enumerate(lines, first + skipped):
        if text := line.rstrip("\r\n"):
            row = _quoted_row([text], delimiter) or text.split(delimiter)
            rows.append([cell.strip('"') for cell in row])
            numbers.append(number)

"""Paper sizes in IPP."""

from __future__ import annotations

import math

import pytest

from kiosk.errors import PrintError
from kiosk.printing.media import hundredths, named_size_mm, ppd_size_mm, sizes_mm, takes_size

SIDES = [(62, 6200), (100.0, 10000), (58.9, 5890), (101.6, 10160), (85.725, 8572), (53.98, 5398)]


@pytest.mark.parametrize(("side_mm", "expected"), SIDES)
def test_a_side_is_hundredths_of_a_millimetre(side_mm: float, expected: int) -> None:
    """Whole numbers, the nearest one."""
    assert expected == hundredths(side_mm)


@pytest.mark.parametrize("side_mm", [0, -62, math.nan, math.inf, 1e9])
def test_an_impossible_side_is_refused(side_mm: float) -> None:
    """A mistake in a stock is reported before labels are wasted."""
    with pytest.raises(PrintError) as refused:
        hundredths(side_mm)

    assert refused.value.code == "paper_size_impossible"


NAMES = [
    ("iso_a4_210x297mm", (210.0, 297.0)),
    ("na_index-4x6_4x6in", (101.6, 152.4)),
    ("oe_w62h100_62x100mm", (62.0, 100.0)),
    ("custom_max_215.9x355.6mm", (215.9, 355.6)),
    ("A4", None),
    ("", None),
]


@pytest.mark.parametrize(("name", "size"), NAMES)
def test_a_media_name_holds_its_size(name: str, size: tuple[float, float] | None) -> None:
    """Self-describing names of PWG 5101.1; other names have no size."""
    found = named_size_mm(name)

    assert (size is None) == (found is None)
    assert found is None or found == pytest.approx(size)


ROLL = ("custom_min_20x20mm", "custom_max_62x300mm", "oe_54x101_54x101mm")
OFFERS = [
    (ROLL, 54, 101, True),
    (ROLL, 53.98, 101.4, True),
    (ROLL, 62, 100, True),
    (ROLL, 105, 148, False),
    (("iso_a6_105x148mm",), 62, 100, False),
    (("A4", "Letter"), 62, 100, None),
    ((), 62, 100, None),
]


@pytest.mark.parametrize(("media", "width", "height", "expected"), OFFERS)
def test_whether_a_printer_takes_a_size(
    media: tuple[str, ...], width: float, height: float, expected: bool | None
) -> None:
    """Listed sizes within a millimetre, else the custom range; None if no size is listed."""
    assert expected == takes_size(media, width, height)


PPD = [
    ("A4", (210, 297)),
    ("A6.Borderless", (105, 148)),
    ("LetterSmall", (215.9, 279.4)),
    ("w162h288", (57.15, 101.6)),
    ("w162h288.1", (57.15, 101.6)),
    ("4x6", (101.6, 152.4)),
    ("4.00x3.00", (101.6, 76.2)),
    ("29x90", (29, 90)),
    ("62x100mm.Fullbleed", (62, 100)),
    ("oe_54x101mm_54x101mm", (54, 101)),
    ("DC06", None),
    ("Custom.WIDTHxHEIGHT", None),
]


@pytest.mark.parametrize(("choice", "size"), PPD)
def test_the_words_of_a_driver_have_a_size(choice: str, size: tuple[float, float] | None) -> None:
    """Names of the PPD format, points, inches and millimetres; with their variants."""
    found = ppd_size_mm(choice)

    assert (size is None) == (found is None)
    assert found is None or found == pytest.approx(size, abs=0.1)


def test_a_size_that_cups_lists_twice_is_one() -> None:
    """As cupsd lists a PPD of A4 and Letter."""
    media = ("iso_a4_210x297mm", "na_letter_8.5x11in", "oe_209.9x297.04mm_209.9x297.04mm")

    assert sizes_mm(media) == ((210, 297), (215.9, 279.4))

"""Below the verdict stands what the volunteer is to do, and it stands there whole."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from kiosk.domain.checkin.words import BANNERS, CHECKED_OUT, UNDONE
from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.rows import hint_lines
from kiosk.ui.tui.widgets.charts import block_rows, wrapped
from tests.support.desk import Desk, open_desk

pytestmark = pytest.mark.slow


def is_shown(desk: Desk, words: str) -> bool:
    """Whether one of the banner's lines has these words."""
    return any(words in line for line in shown(desk))


def shown(desk: Desk) -> list[str]:
    """The banner's lines as they are painted."""
    banner = desk.screen.query_one(ResultBanner)
    return str(banner.render()).splitlines()[: banner.content_size.height]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab é中🙂", max_size=200), st.integers(4, 80))
def test_wrapping_loses_nothing_but_spaces(text: str, cells: int) -> None:
    """Every line fits, and no letter is missing."""
    lines = wrapped(text, cells)

    assert all(cell_len(line) <= cells for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="abcdefgh -", min_size=1, max_size=300),
    st.integers(40, 80),
    st.sampled_from([2, 3]),
)
def test_what_people_wrote_gives_way(written: str, cells: int, most: int) -> None:
    """However long it is, what is to be done is whole."""
    lines = hint_lines(f"{written.strip()}  Enter: done.", [written.strip()], cells, most)

    assert len(lines) <= most
    assert " ".join(lines).endswith("Enter: done.")


NOTE = "Her guardian fetches her at six; call " + "the number on the back of the form " * 6


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
@pytest.mark.parametrize("note", ["Bring the form.", NOTE])
async def test_a_note_is_confirmed_by_a_key_that_is_named(
    desk_store: Store, size: tuple[int, int], note: str
) -> None:
    """A long note is shortened before the key that goes on is."""
    from kiosk.services.people.people import edit
    from kiosk.storage.queries.attendees import find_by_code

    person = find_by_code(desk_store.connection, "TICKET-001").attendees[0]
    edit(desk_store, person.id, {"attention": note})
    async with open_desk(desk_store, size=size) as desk:
        await desk.scan("TICKET-001")
        await desk.says("ASK FIRST")
        await desk.until(lambda: shown(desk)[-1].strip().endswith("Enter: done."))

        assert len(shown(desk)) <= desk.screen.query_one(ResultBanner).content_size.height


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_an_error_is_told_in_full(desk_store: Store, size: tuple[int, int]) -> None:
    """A sentence that is too long for the first line goes on below; then all is as before."""
    error = KioskError(
        "code",
        "The badge of somebody with a long name could not be written to the folder.",
        saved="Nothing was changed.",
        next_step="Choose another folder with F3.",
    )
    async with open_desk(desk_store, size=size) as desk:
        usual = desk.screen.query_one(ResultBanner).size.height
        desk.screen.show_error(error)
        await desk.until(lambda: "Choose another folder with F3." in " ".join(shown(desk)))
        assert error.problem in " ".join(line.strip() for line in shown(desk))

        await desk.scan("TICKET-002")
        await desk.says("CHECKED IN")
        await desk.until(lambda: desk.screen.query_one(ResultBanner).size.height == usual)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 60)])
async def test_nothing_below_the_banner_moves(desk_store: Store, size: tuple[int, int]) -> None:
    """The banner is as high for every verdict and at rest; its words are always there as text."""
    async with open_desk(desk_store, size=size) as desk:
        heights = {desk.screen.query_one(ResultBanner).size.height}
        for code, words in (
            ("TICKET-001", "✓ CHECKED IN"),
            ("TICKET-004", "! UNPAID"),
            ("NOBODY-1", "✗ NOT FOUND"),
        ):
            await desk.scan(code)
            await desk.says(words)
            await desk.until(partial(is_shown, desk, words))
            heights.add(desk.screen.query_one(ResultBanner).size.height)
        await desk.pilot.press("escape")
        await desk.until(lambda: "READY" in " ".join(shown(desk)))
        heights.add(desk.screen.query_one(ResultBanner).size.height)

        assert 1 == len(heights)
        has_blocks = any("█" in line for line in shown(desk))
        assert has_blocks == (size[0] >= 100)


def test_block_letters() -> None:
    """Three lines at once, five at twice the size; a letter without blocks gives none."""
    assert ["█▀▀▄", "█▀█ ", "▀  ▀"] == block_rows("r")
    assert [5] * 2 == [len(block_rows("✓ CHECKED IN", 2)), len(block_rows("A", 2))]
    assert [] == block_rows("आशा")
    for item in (*BANNERS.values(), CHECKED_OUT, UNDONE):
        assert len(block_rows(f"{item.sign} {item.words}")[0]) <= 94


def test_each_family_has_a_colour_and_a_sign_of_its_own() -> None:
    """Admitted, checked out, wait or ask, refused."""
    signs: dict[str, set[str]] = {}
    for item in (*BANNERS.values(), CHECKED_OUT):
        signs.setdefault(item.tone, set()).add(item.sign)

    assert {"success": {"✓"}, "out": {"→"}, "warning": {"!", "?"}, "error": {"✗"}} == signs


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_desk_that_only_scans_fills_the_screen(
    desk_store: Store, size: tuple[int, int]
) -> None:
    """The verdict takes the place of list and card until a key or Esc."""
    async with open_desk(desk_store, size=size, scan_only=True) as desk:
        await desk.scan("TICKET-001")
        await desk.says("CHECKED IN")
        banner = desk.screen.query_one(ResultBanner)
        await desk.until(lambda: banner.size.height > size[1] - 8)
        assert any("✓ CHECKED IN" in line for line in shown(desk))

        await desk.pilot.press("escape")
        await desk.until(lambda: banner.size.height < 10)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
async def test_a_signature_is_named(desk_store: Store, size: tuple[int, int]) -> None:
    """The banner says what a signature proves, and offers to link no forgery."""
    from kiosk.services.event.settings import change_settings
    from tests.support.signing import OTHER_KEY, pem, signed

    change_settings(desk_store, {"ticket_keys": pem()})
    async with open_desk(desk_store, size=size) as desk:
        await desk.scan(signed("seed", 17))
        await desk.says("ASK FIRST")
        assert is_shown(desk, "Product 17 is not in the list")
        await desk.pilot.press("enter")
        await desk.says("CHECKED IN")
        await desk.until(lambda: "sold after the list was exported" in one_line(desk))
        await desk.scan(signed("seed", 17, key=OTHER_KEY))
        await desk.says("NOT FOUND")
        await desk.until(lambda: "did not sign this ticket" in one_line(desk))
        assert "Scan it again." in one_line(desk)


def one_line(desk: Desk) -> str:
    """The banner's lines, joined as one sentence."""
    return " ".join(" ".join(shown(desk)).split())

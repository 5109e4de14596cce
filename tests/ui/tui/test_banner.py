"""Below the verdict stands what the volunteer is to do, and it stands there whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from kiosk.errors import KioskError
from kiosk.storage.file.store import Store
from kiosk.ui.tui.desk.banner import ResultBanner
from kiosk.ui.tui.desk.rows import hint_lines
from kiosk.ui.tui.widgets.charts import wrapped
from tests.support.desk import Desk, open_desk


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

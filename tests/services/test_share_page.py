"""The code on paper: it reads back, goes to a printer that has sheets, and is its owner's alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kiosk.domain.sharing.pairing import grouped
from kiosk.errors import KioskError
from kiosk.services.sharing.share_page import print_share_page, share_page_path, write_share_page
from kiosk.services.sharing.sharing import ShareInfo, code_of
from kiosk.storage.file.store import Store
from tests.support.fake_printing import FakePrinter, FakeSystem


@pytest.fixture
def info(store: Store) -> ShareInfo:
    """The code and addresses of the first desk."""
    pytest.importorskip("nacl", reason="encryption (extra `desks`) is not installed")
    return ShareInfo(code_of(store), "0421", ("192.168.1.20:7447",))


def text_of(path: Path) -> str:
    """The words of a PDF, in reading order."""
    found = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return " ".join(found.stdout.split())


def test_everything_is_on_the_page(store: Store, info: ShareInfo, tmp_path: Path) -> None:
    """Event, letters in groups, steps, digits, address; one page that is its owner's alone."""
    page = write_share_page(store, info, tmp_path / "page.pdf")
    try:
        text = text_of(page)
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")

    assert 0o600 == page.stat().st_mode & 0o777
    for words in ("PyCon Pune 2027", "Join desks", "0421", "192.168.1.20:7447", "stick"):
        assert words in text
    for group in grouped(info.code).split():
        assert group in text


def test_the_qr_reads_back(store: Store, info: ShareInfo, tmp_path: Path) -> None:
    """A scanner gets the code and nothing else from the drawn page."""
    reader = pytest.importorskip("zxingcpp", reason="the camera's reader is not installed")
    from PIL import Image

    page = write_share_page(store, info, tmp_path / "page.pdf")
    try:
        subprocess.run(
            ["pdftoppm", "-r", "90", "-png", "-singlefile", str(page), str(tmp_path / "page")],
            check=True,
        )
    except FileNotFoundError:
        pytest.skip("pdftoppm is not installed")
    found = reader.read_barcodes(Image.open(tmp_path / "page.png"))

    assert [info.code] == [one.text for one in found]


def test_only_a_pdf_is_written(store: Store, info: ShareInfo, tmp_path: Path) -> None:
    """No list and no event is overwritten by it."""
    with pytest.raises(KioskError) as caught:
        write_share_page(store, info, tmp_path / "list.csv")

    assert "no_pdf_name" == caught.value.code
    assert not (tmp_path / "list.csv").exists()


def test_it_is_printed_where_there_are_sheets(
    store: Store, info: ShareInfo, tmp_path: Path
) -> None:
    """The printer gets one A4 page; without a printer, the PDF is next to the event."""
    printer = FakePrinter("Office")
    where = print_share_page(store, FakeSystem(tmp_path, [printer]), info)
    alone = print_share_page(store, FakeSystem(tmp_path, []), info)

    assert "Office" == where
    assert [(210.0, 297.0)] == printer.sizes
    assert printer.sheets[0].startswith(b"%PDF")
    assert str(share_page_path(store)) == alone

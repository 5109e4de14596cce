"""Badges saved as PDF files where there is no printer."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.domain.printing.job import PDF_FOLDER, PrintState
from kiosk.domain.printing.report import read_report
from kiosk.errors import PrintError
from kiosk.printing.backend import PageSize
from kiosk.printing.backends.save_pdf import (
    SavePdfBackend,
    open_in_viewer,
    viewer_command,
)


def save(backend: SavePdfBackend, pdf: Path, title: str) -> int:
    job = backend.submit(pdf, PDF_FOLDER, title=title, page=PageSize(62, 100))
    return job.job_id


def test_badges_are_saved_under_running_numbers(tmp_path: Path, pdf: Path) -> None:
    """Each badge has its own file, also for one name; existing files stay."""
    folder = tmp_path / "badges"
    backend = SavePdfBackend(folder)

    numbers = [save(backend, pdf, "Priya Rao"), save(backend, pdf, "Priya Rao")]
    (folder / "notes.pdf").touch()
    numbers.append(save(SavePdfBackend(folder), pdf, "प्रिया"))

    assert numbers == [1, 2, 3]
    assert {"0001-Priya-Rao.pdf", "0002-Priya-Rao.pdf", "notes.pdf"} < {
        file.name for file in folder.iterdir()
    }
    assert (folder / "0001-Priya-Rao.pdf").read_bytes() == pdf.read_bytes()
    assert len(list(folder.iterdir())) == 4, "nothing else is left"


def test_a_saved_badge_is_flushed_to_the_disk(
    tmp_path: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job reported as saved survives a power cut: its PDF is flushed before it gets its name."""
    flushed: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        flushed.append(os.fstat(descriptor).st_size)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    save(SavePdfBackend(tmp_path / "out"), pdf, "Priya Rao")

    assert pdf.stat().st_size in flushed


TITLES = [
    ("../../etc/passwd", "etc-passwd"),
    ("a\\b:c*?", "a-b-c"),
    ("\x00\n", "badge"),
    ("", "badge"),
]


@pytest.mark.parametrize(("title", "name"), TITLES)
def test_a_title_is_not_a_path(tmp_path: Path, pdf: Path, title: str, name: str) -> None:
    """A name from a registration cannot leave the folder."""
    save(SavePdfBackend(tmp_path / "out"), pdf, title)

    assert [f"0001-{name}.pdf"] == [file.name for file in (tmp_path / "out").iterdir()]


def test_two_desks_share_a_folder(tmp_path: Path, pdf: Path) -> None:
    """Saved at the same moment, no two badges get one number."""
    with ThreadPoolExecutor(8) as pool:
        numbers = list(
            pool.map(lambda n: save(SavePdfBackend(tmp_path / "out"), pdf, f"n{n}"), range(40))
        )

    assert len(set(numbers)) == 40
    assert len(list((tmp_path / "out").iterdir())) == 40


def test_a_saved_badge_is_unknown_until_confirmed(tmp_path: Path, pdf: Path) -> None:
    """The job is unknown until the volunteer confirms it, and asks for no help."""
    backend = SavePdfBackend(tmp_path)
    job = backend.submit(pdf, PDF_FOLDER, title="x", page=PageSize(62, 100))

    verdict = read_report(backend.report(job), 100)

    assert (verdict.state, verdict.needs_help, verdict.final) == (PrintState.UNKNOWN, False, True)


def test_cancel_removes_the_file(tmp_path: Path, pdf: Path) -> None:
    """Only that badge's file; canceling twice is not an error."""
    backend = SavePdfBackend(tmp_path / "out")
    job = backend.submit(pdf, PDF_FOLDER, title="x", page=PageSize(62, 100))
    save(backend, pdf, "y")

    backend.cancel(job)
    backend.cancel(job)

    assert [file.name for file in (tmp_path / "out").iterdir()] == ["0002-y.pdf"]


VIEWERS = [("darwin", "open"), ("linux", "xdg-open"), ("freebsd14", "xdg-open")]


@pytest.mark.parametrize(("platform", "program"), VIEWERS)
def test_the_viewer_of_each_system(platform: str, program: str) -> None:
    """A file named like an option is still a file."""
    command = viewer_command(Path("-x.pdf"), platform)

    assert command[0] == program
    assert Path(command[1]).is_absolute()


@pytest.mark.skipif(os.name != "posix", reason="Windows opens files by itself")
def test_no_viewer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without one says where the file is."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")

    with pytest.raises(PrintError) as refused:
        open_in_viewer(tmp_path / "b.pdf")

    assert refused.value.code == "no_viewer"
    assert "b.pdf" in refused.value.next_step


def test_a_folder_that_cannot_be(tmp_path: Path, pdf: Path) -> None:
    """A folder below a file gives an error, and nothing is saved."""
    with pytest.raises(PrintError) as refused:
        save(SavePdfBackend(pdf / "folder"), pdf, "x")

    assert refused.value.code == "badge_not_saved"


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"\x1b%-12345X"])
def test_only_a_pdf_goes_to_a_printer(tmp_path: Path, content: bytes | None) -> None:
    """A missing file or another kind of file is refused before anything is sent."""
    file = tmp_path / "b.pdf"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(PrintError) as refused:
        save(SavePdfBackend(tmp_path / "out"), file, "x")

    assert (refused.value.code, refused.value.may_have_printed) == ("badge_file_unusable", False)

"""`lp` and SumatraPDF: their commands and their output."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kiosk.domain.printing.job import TELLS_NOTHING, PrinterState
from kiosk.errors import PrintError
from kiosk.printing.backend import PageSize, PrinterInfo, SubmittedJob
from kiosk.printing.backends import lp
from kiosk.printing.backends.ipp import CupsBackend
from kiosk.printing.backends.lp import LpBackend, lp_command
from kiosk.printing.backends.windows import (
    SumatraBackend,
    find_sumatra,
    parse_printers,
    print_command,
)
from kiosk.printing.ipp.client import IppClient
from kiosk.printing.ipp.http import Endpoint
from kiosk.services.printing.paper import described
from tests.support.fake_ipp import FakeIppServer
from tests.support.real_cups import free_port

posix = pytest.mark.skipif(os.name != "posix", reason="needs a shell script as program")


def program(folder: Path, name: str, script: str) -> None:
    """Put a shell script on the path."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in front of the path."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@posix
def test_a_program_has_no_terminal_to_ask_for_a_password() -> None:
    """The desk's screen and keys are not for it."""
    session = lp.run([sys.executable, "-c", "import os; print(os.getsid(0))"])

    assert os.getsid(0) != int(session)


def nobody() -> CupsBackend:
    return CupsBackend(IppClient(Endpoint("127.0.0.1", free_port())))


def test_lp_is_called_for_one_unscaled_badge(tmp_path: Path) -> None:
    """Custom paper in mm, no scaling, and nothing of a name can become an option."""
    command = lp_command(Path("/tmp/-x.pdf"), "label", title="-o bad\n", page=PageSize(62, 98.95))

    assert command == [
        *("lp", "-d", "label", "-n", "1", "-t", "-o bad"),
        *("-o", "media=Custom.62x98.95mm", "-o", "print-scaling=none"),
        *("--", str(Path("/tmp/-x.pdf").absolute())),
    ]


@posix
def test_lp_selects_the_paper_that_the_driver_names(programs: Path, pdf: Path) -> None:
    """A driver may not know sizes in numbers; without a name of that size they are used."""
    sizes = "PageSize/Media Size: A4 *w162h288 4x6 62x100mm.Fullbleed"
    program(programs, "lpoptions", f'[ "$2" = label ] && echo "{sizes}"')
    program(programs, "lp", f'echo "$@" >> {programs}/calls; echo "request id is label-1 (1 file)"')
    for width, height in ((57, 102), (102, 152), (62, 100), (54, 101)):
        LpBackend(nobody()).submit(pdf, "label", title="x", page=PageSize(width, height))

    calls = (programs / "calls").read_text().splitlines()
    papers = [word for call in calls for word in call.split() if word.startswith("media=")]
    assert papers == [
        *("media=w162h288", "media=4x6", "media=62x100mm.Fullbleed"),
        "media=Custom.54x101mm",
    ]


@posix
@pytest.mark.parametrize(
    ("options", "taken"),
    [
        ("PageSize/Media Size: *A4 Letter Legal", False),
        ("media/Media: *w174h283 A4.Borderless", True),
        ("PageSize/Media Size: *A4 Custom.WIDTHxHEIGHT", None),
        ("PageSize/Media Size: *A4 DC06", None),
        ("Duplex/2-sided: *None DuplexTumble", None),
    ],
)
def test_a_queue_that_reports_no_papers_is_asked_by_its_options(
    options: str, taken: bool | None, programs: Path
) -> None:
    """Names without a known size, or sizes in numbers, exclude nothing."""
    program(programs, "lpoptions", f'echo "{options}"')
    program(programs, "lpstat", "echo label")

    found = described(LpBackend(nobody()), "label")

    assert found is not None
    assert found.takes_size(62, 100) is taken


@posix
def test_lp_names_the_job(programs: Path, pdf: Path, server: FakeIppServer) -> None:
    """The job's number is read for every queue name; cupsd reports the state if it can."""
    program(programs, "lp", 'echo "request id is my-2-7 (1 file(s))"')
    backend = LpBackend(nobody())

    job = backend.submit(pdf, "my-2", title="x", page=PageSize(62, 100))

    assert SubmittedJob("my-2", 7, "lp") == job
    assert backend.report(job).reasons == (TELLS_NOTHING,)


@posix
def test_lp_that_fails(programs: Path, pdf: Path) -> None:
    """Its message is quoted on one line."""
    program(programs, "lp", 'echo "lp: The printer or class\ndoes not exist." >&2; exit 1')

    with pytest.raises(PrintError) as refused:
        LpBackend(nobody()).submit(pdf, "none", title="x", page=PageSize(62, 100))

    assert (refused.value.code, refused.value.may_have_printed) == ("printer_refused", False)
    assert "The printer or class does not exist." in refused.value.problem


@posix
def test_lp_lists_printers_in_c(programs: Path) -> None:
    """`lpstat` is read untranslated."""
    program(programs, "lpstat", '[ "$LC_ALL" = C ] && [ "$1" = -e ] && printf "one\\ntwo\\n"')

    names = [printer.name for printer in LpBackend(nobody()).list_printers()]

    assert names == ["one", "two"]


@posix
def test_a_program_that_hangs(programs: Path, pdf: Path) -> None:
    """It is ended, and whether it printed is open."""
    with pytest.raises(PrintError) as lost:
        lp.run(["sleep", "60"], may_print=True, timeout_s=0.1)

    assert (lost.value.code, lost.value.may_have_printed) == ("printer_silent", True)


@pytest.mark.parametrize("command", [["no-such-program-here"], [sys.executable, "a\0b"]])
def test_a_program_that_cannot_start(command: list[str]) -> None:
    """A missing program or an impossible argument is a refusal, not a crash."""
    with pytest.raises(PrintError) as refused:
        lp.run(command)

    assert refused.value.code == "printer_refused"


def test_a_job_without_a_number_cannot_be_canceled() -> None:
    """The error says where to cancel it."""
    with pytest.raises(PrintError) as refused:
        LpBackend(nobody()).cancel(SubmittedJob("x", 0, "lp"))

    assert refused.value.code == "job_unknown"


def test_sumatra_is_called_without_scaling() -> None:
    """The printer's name is one argument, whatever is in it; the file is absolute."""
    command = print_command(Path("C:/S/SumatraPDF.exe"), 'Brother "QL" 820', Path("b.pdf"))

    assert command[1:6] == [
        "-print-to",
        'Brother "QL" 820',
        "-print-settings",
        "1x,noscale",
        "-silent",
    ]
    assert Path(command[6]).is_absolute()


def test_sumatra_is_found_where_its_installer_puts_it(tmp_path: Path) -> None:
    """In the user's or the machine's program folder; None elsewhere."""
    program_file = tmp_path / "SumatraPDF" / "SumatraPDF.exe"
    program_file.parent.mkdir()
    program_file.touch()

    assert find_sumatra({"LOCALAPPDATA": str(tmp_path)}) == program_file
    assert find_sumatra({"PROGRAMFILES": str(tmp_path / "none"), "PATH": ""}) is None


ONE = '{"Name":"QL-820","DriverName":"Brother","PrinterStatus":3,"WorkOffline":true,"Default":true}'
PRINTER = PrinterInfo("QL-820", "Brother", PrinterState.IDLE, True, ("offline",), True)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ONE, [PRINTER]),
        (f"[{ONE}]", [PRINTER]),
        ("", []),
        ('[{"Name":"A","PrinterStatus":null},{"x":1}]', [PrinterInfo("A", "", None, True)]),
    ],
)
def test_windows_printers_are_read(answer: str, expected: list[PrinterInfo]) -> None:
    """One printer is an object, several are an array, none is nothing."""
    assert expected == parse_printers(answer)


@pytest.mark.parametrize("answer", ["{", "[1]", '"text"'])
def test_a_list_that_is_none(answer: str) -> None:
    """Anything else is an error with a next step."""
    with pytest.raises(PrintError) as refused:
        parse_printers(answer)

    assert refused.value.code == "printers_not_listed"


@posix
def test_sumatra_tells_nothing(programs: Path, pdf: Path) -> None:
    """After it has printed, only the volunteer knows."""
    program(programs, "SumatraPDF.exe", "exit 0")
    backend = SumatraBackend(programs / "SumatraPDF.exe")

    job = backend.submit(pdf, "QL-820", title="x", page=PageSize(62, 100))

    assert SubmittedJob("QL-820", 0, "sumatra") == job
    assert backend.report(job).reasons == (TELLS_NOTHING,)

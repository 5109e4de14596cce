"""Events opened one after the other in one program: each lets go of the one before.

`KIOSK_OPENINGS=50 KIOSK_OPENED_PEOPLE=100000` does it for longer; it prints its figures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("needs /proc", allow_module_level=True)

from tests.faults.soak_day import guest, write_registrations
from tests.support.forked import kiosk

OPENINGS = int(os.environ.get("KIOSK_OPENINGS", "8"))
PEOPLE = int(os.environ.get("KIOSK_OPENED_PEOPLE", "10000"))
_ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_opened_again_and_again(empty_event: Path, tmp_path: Path) -> None:
    """The names, threads and files of events that were open before do not stay."""
    write_registrations(tmp_path / "people.csv", PEOPLE)
    assert 0 == kiosk("-e", str(empty_event), "import", str(tmp_path / "people.csv"))[0]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.reopening"),
            *(str(empty_event), str(OPENINGS), guest(PEOPLE // 2).name),
        ],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr[-3000:]
    held = [[float(figure) for figure in line.split()] for line in done.stdout.splitlines()]
    print(f"\n{PEOPLE:,} people, MB at each opening: {[row[0] for row in held]}")

    assert OPENINGS == len(held)
    for _, indexes, threads, files in held[2:]:
        assert indexes <= 3  # this one, the one before, and one still on its way out
        assert (threads, files) <= (held[1][2] + 1, held[1][3] + 2)

"""Readers of what others wrote, fed with what nobody would write: an answer, soon, in little room.

`KIOSK_FUZZ_S=600` goes on for longer, `KIOSK_FUZZ_SEED` elsewhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs POSIX resource limits", allow_module_level=True)

from tests.faults.fuzz_targets import TARGETS

SECONDS = float(os.environ.get("KIOSK_FUZZ_S", "3"))
SEED = os.environ.get("KIOSK_FUZZ_SEED", "2027")
_ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_every_input_has_an_answer(name: str, tmp_path: Path) -> None:
    """What is read is read, all else is refused with a sentence; no input takes long, or much."""
    command = [sys.executable, "-m", "tests.faults.fuzzing", name, str(SECONDS), SEED]
    done = subprocess.run(
        [*command, str(tmp_path)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS + 120,
        check=False,
    )
    died_of = (tmp_path / "now").read_bytes() if (tmp_path / "now").exists() else b""
    assert 0 == done.returncode, f"{done.stderr[-3000:]}\n{died_of.hex()[:4000]}"
    result = json.loads((tmp_path / "result.json").read_text())
    print(f"\n{name}: " + ", ".join(f"{k} {v}" for k, v in result.items() if k != "failures"))

    assert [] == [(content[:4000], trouble) for content, trouble in result["failures"]]

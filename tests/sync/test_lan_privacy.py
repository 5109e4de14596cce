"""A listener at the switch learns nothing about the event or its people."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .agreement import NAME, code_of, codes, make_event, wait_agree, wait_seen
from .lan import Lan, running
from .programs import DeskProgram, wait_for

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

pytestmark = pytest.mark.slow
MAIL = "sanjay.secret@example.org"
SPEAKS = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaker:
    speaker.sendto(sys.argv[2].encode(), (sys.argv[1], 9))
"""
"""Traffic of a program without encryption, as a control."""


def test_a_listener_reads_nothing(lan: Lan, tmp_path: Path) -> None:
    """Joining, scans and an edit pass the switch, and neither name nor e-mail, ticket, event,
    desk or pairing code is in the bytes; the same name sent in the clear is."""
    seen = tmp_path / "seen.bin"
    with (
        DeskProgram(tmp_path, "Desk of Sanjay", lan.plug(1)) as one,
        DeskProgram(tmp_path, "Desk of Meera", lan.plug(2)) as two,
        running(
            ["ip", "netns", "exec", lan.switch],
            Path(__file__).with_name("capture.py").read_text(encoding="utf-8"),
            "port1",
            str(seen),
        ),
    ):
        make_event(one)
        code = str(one.run("share")[1]["code"])
        one.open()
        assert 0 == two.run("join", code)[0]
        two.open()
        wait_seen(one, two)
        before = seen.stat().st_size
        assert ["ok"] * 20 == two.scan(*codes(0, 20))
        person = one.run("find", f"{NAME} 7")[1][0]["id"]
        assert 0 == one.run("edit", person, "--set", f"email={MAIL}")[0]
        wait_agree(one, two)
        assert seen.stat().st_size > before + 5_000
        assert NAME.encode() not in seen.read_bytes()
        plain = [*lan.inside(2), sys.executable, "-c", SPEAKS, lan.address(1), NAME]
        subprocess.run(plain, check=True)
        wait_for(lambda: seen.read_bytes().count(NAME.encode()) > 0, "the control")

        data = seen.read_bytes()
        for secret in (MAIL, code_of(3), code_of(59), "Meetup", one.name, two.name, person, code):
            assert secret.encode() not in data, secret
            assert secret.encode("utf-16-le") not in data, secret

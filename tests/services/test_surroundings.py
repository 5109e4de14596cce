"""A clock that is wrong, and a disk that is none of this computer's own: said, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.people.people import walk_in
from kiosk.services.safety import environment_checks
from kiosk.services.safety.environment_checks import (
    ClockWatch,
    clock_stepped_back_warning,
    environment_warnings,
)
from kiosk.services.sharing.desks import ago, wrong_clocks
from kiosk.storage.file.copy import network_share
from kiosk.storage.file.store import Store
from kiosk.storage.recovery.integrity import differing_tables
from kiosk.sync.peers import DeskState, DeskStatus
from kiosk.sync.status_file import SharedState
from tests.conftest import Clock
from tests.support.stores import bind_code

MINUTE_MS, HOUR_S, DAY_S = 60_000, 3_600, 86_400
MOUNTS = """\
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:40 / /home/li/My\\040share rw shared:9 - cifs //nas/x rw
41 27 0:41 / /mnt/nfs rw - nfs4 nas:/x rw
42 27 0:42 / /mnt/ssh rw - fuse.sshfs li@nas:/x rw
43 27 0:43 / /mnt/stick rw - vfat /dev/sdb1 rw
44 27 0:44 / /mnt/vm rw - 9p hostshare rw
45 41 254:1 / /mnt/nfs/local rw - ext4 /dev/vdb rw
nonsense
"""


@pytest.fixture
def people(store: Store) -> Store:
    """Three people with a ticket."""
    for number in (1, 2, 3):
        bind_code(store, f"T{number}", walk_in(store, f"Guest {number}", {}).id)
    return store


def test_a_right_clock_is_not_spoken_of(people: Store, clock: Clock) -> None:
    """No warning while the clock runs normally."""
    scan(people, ScanOrder(code="T1"))
    clock.pass_s(5)

    assert [] == environment_warnings(people)


@pytest.mark.parametrize(("back_s", "said"), [(30, False), (HOUR_S, True), (3 * DAY_S, True)])
def test_a_clock_before_the_last_scan(people: Store, clock: Clock, back_s: int, said: bool) -> None:
    """A desk that scanned later than it is now says so when it is opened."""
    scan(people, ScanOrder(code="T1"))
    clock.pass_s(-back_s)
    notes = environment_warnings(people)

    assert said == bool(notes)
    assert all("09:40 on Tue 16 Feb 2027" in note.text for note in notes)


def test_days_back_nothing_breaks(people: Store, clock: Clock) -> None:
    """The log keeps its order; each scan has the time and the list that the clock stated."""
    clock.pass_s(DAY_S)
    assert "ok" == scan(people, ScanOrder(code="T1")).outcome
    clock.pass_s(-DAY_S)
    assert "ok" == scan(people, ScanOrder(code="T2")).outcome
    undo(people)
    assert "ok" == scan(people, ScanOrder(code="T2")).outcome
    written = people.connection.execute("SELECT seq FROM event ORDER BY hlc, log_id, seq")
    numbers = [row[0] for row in written]
    rows = people.connection.execute(
        "SELECT code, at_ms, list_id FROM scan WHERE outcome = 'ok' ORDER BY seq"
    ).fetchall()

    assert sorted(numbers) == numbers
    assert ["T1", "T2", "T2"] == [row[0] for row in rows]
    assert [DAY_S * 1000, 0, 0] == [row[1] - clock.now_ms for row in rows]
    assert rows[0][2] != rows[1][2] == rows[2][2]
    assert [] == differing_tables(people.connection, people.events())


def test_an_hour_asleep(people: Store, clock: Clock) -> None:
    """The clock jumps ahead, over midnight too: the day's list changes, and nothing breaks."""
    assert "ok" == scan(people, ScanOrder(code="T1")).outcome
    clock.pass_s(HOUR_S)
    assert "already_redeemed" == scan(people, ScanOrder(code="T1")).outcome
    clock.pass_s(14 * HOUR_S)

    assert "ok" == scan(people, ScanOrder(code="T1")).outcome
    assert [] == environment_warnings(people)
    assert [] == differing_tables(people.connection, people.events())


@pytest.mark.parametrize(
    ("wall_s", "monotonic_s", "back_s"),
    [(5, 5, 0), (HOUR_S, 5, 0), (-30, 5, 0), (-HOUR_S, 5, HOUR_S + 5), (-3 * DAY_S, 0, 3 * DAY_S)],
)
def test_the_watch(wall_s: int, monotonic_s: int, back_s: int) -> None:
    """A step back gives one warning; sleep and small corrections give none."""
    at = [10**12, 1_000.0]
    watch = ClockWatch(lambda: int(at[0]), lambda: at[1])
    at[:] = [at[0] + wall_s * 1000, at[1] + monotonic_s]

    assert back_s * 1000 == watch.look()
    assert 0 == watch.look()


def test_what_is_said_of_a_step(store: Store) -> None:
    """The warning says how far the clock went back, the time now, and the next step."""
    note = clock_stepped_back_warning(store, 2 * DAY_S * 1000)

    assert "went back by 2 days, to 09:40 on Tue 16 Feb 2027" in note.text


@pytest.mark.parametrize(
    ("span_s", "words"),
    [
        (59, "59 s"),
        (60, "1 min"),
        (6 * 60 + 59, "7 min"),
        (6 * 60 + 29, "6 min"),
        (59 * 60 + 29, "59 min"),
        (59 * 60 + 31, "1 h"),
        (HOUR_S + 1900, "2 h"),
        (47 * HOUR_S, "47 h"),
        (3 * DAY_S - 60, "3 days"),
        (-5, "0 s"),
    ],
)
def test_the_nearest_span(span_s: int, words: str) -> None:
    """Minutes, hours and days round to the nearest."""
    assert words == ago(span_s * 1000)


@pytest.mark.parametrize(
    ("fast_min", "said"),
    [
        ((7, 0), ["Desk 0's clock is 7 min fast: set it."]),
        (
            (7, -7),
            ["Desk 0's clock is 7 min fast: set it.", "Desk 1's clock is 7 min slow: set it."],
        ),
        ((7, 8), ["This desk's clock is 7 min slow: set it."]),
        ((-1440 * 3, -1440 * 3), ["This desk's clock is 3 days fast: set it."]),
        (
            (-180, -1440 * 3),
            ["This desk's clock is 3 h fast: set it.", "Desk 1's clock is 3 days slow: set it."],
        ),
        (
            (180, 180, 0),
            [f"Desk {n}'s clock and this desk's differ by 3 h: set the wrong one." for n in (0, 1)],
        ),
        ((7,), ["Desk 0's clock and this desk's differ by 7 min: set the wrong one."]),
        ((-7,), ["Desk 0's clock and this desk's differ by 7 min: set the wrong one."]),
        ((0,), []),
    ],
)
def test_whose_clock_is_off(fast_min: tuple[int, ...], said: list[str]) -> None:
    """The middle clock is right, also where the other two agree with none; of two, none is."""
    desks = [
        DeskStatus(f"Desk {number}", str(number), DeskState.UP_TO_DATE, 0, 1, span * MINUTE_MS)
        for number, span in enumerate(fast_min)
    ]

    assert said == wrong_clocks(SharedState(tuple(desks)))


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/li/e.kiosk", ""),
        ("/home/li/My share/e.kiosk", "SMB"),
        ("/home/li/My shares/e.kiosk", ""),
        ("/mnt/nfs/deep/e.kiosk", "NFS"),
        ("/mnt/nfs/local/e.kiosk", ""),
        ("/mnt/ssh/e.kiosk", "sshfs"),
        ("/mnt/stick/e.kiosk", ""),
        ("/mnt/vm/e.kiosk", "9p"),
    ],
)
def test_network_shares(place: str, kind: str) -> None:
    """The nearest mount decides; its name may have spaces."""
    assert kind == network_share(Path(place), MOUNTS)


def test_a_share_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warning names the kind of share and the next step."""
    monkeypatch.setattr(environment_checks, "network_share", lambda path: "NFS")

    (note,) = environment_warnings(store)
    assert "is on a network share (NFS): copy it to this laptop" in note.text

"""Three laptops on a switch without internet, each a network namespace: cuts, floods, moves."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from .agreement import (
    assert_sums,
    code_of,
    codes,
    make_event,
    sees,
    store_of,
    wait_agree,
    wait_seen,
)
from .conftest import Venue
from .lan import Lan, running
from .programs import DeskProgram, wait_for

pytest.importorskip("zenoh", reason="the engine (extra `desks`) is not installed")

pytestmark = pytest.mark.slow
TAKES_PORTS = """
import socket, sys, time
held = []
for port in map(int, sys.argv[2:]):
    held.append(socket.socket())
    held[-1].bind((sys.argv[1], port))
    held[-1].listen()
print("held", flush=True)
time.sleep(600)
"""


def percentile_ms(spans_s: list[float], share: float) -> float:
    """Of spans in seconds, in milliseconds."""
    ordered = sorted(spans_s)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def test_three_desks_agree(venue: Venue) -> None:
    """Joined by code alone; what each lets in is everywhere, and ALREADY IN at the others."""
    desks = venue(3)
    for number, desk in enumerate(desks):
        assert ["ok"] * 10 == desk.scan(*codes(number * 10, number * 10 + 10))
    wait_agree(*desks)
    for number, desk in enumerate(desks):
        other = desks[(number + 1) % 3]
        assert ["already_redeemed"] == other.scan(code_of(number * 10))
        assert sees(desk, *(one.name for one in desks if one is not desk))
    wait_agree(*desks)

    assert_sums(desks)


@pytest.mark.parametrize(("cut_s", "name"), [(1.5, "below"), (9.0, "above")])
def test_a_cut_heals(venue: Venue, lan: Lan, cut_s: float, name: str) -> None:
    """Split for less and for more than the engine's lease of 4 s, with admissions on both sides,
    ten people at both: nothing is delayed, all merges, and just the ten are reported."""
    desks = one, two, three = venue(3)
    lan.cut(3)
    end = time.monotonic() + cut_s
    assert ["ok"] * 20 == one.scan_timed(*codes(0, 20))
    assert ["ok"] * 10 == two.scan_timed(*codes(20, 30))
    assert ["ok"] * 20 == three.scan_timed(*codes(10, 20), *codes(30, 40))
    time.sleep(max(0.0, end - time.monotonic()))
    lan.heal(3)
    healed_s = wait_agree(*desks)
    spans = [span for desk in desks for span in desk.spans_s]
    print(f"cut {name} the lease: healed in {healed_s:.1f} s", end=", ")
    print(f"verdicts meanwhile p99 {percentile_ms(spans, 0.99):.0f} ms")

    assert_sums(desks, unseen_doubles=10)
    assert ["already_redeemed"] == one.scan(code_of(39))


def test_without_multicast_the_code_leads_there(venue: Venue) -> None:
    """Where the access point swallows multicast, the address in the code is enough, desks 2 and
    3 find each other through the first, and go on without it."""
    desks = one, two, three = venue(3, multicast=False)
    one.scan(code_of(0))
    wait_agree(*desks)
    one.kill()
    assert ["ok"] == two.scan(code_of(1))
    assert ["ok"] == three.scan(code_of(2))
    wait_agree(two, three)
    one.open()
    back_s = wait_agree(*desks)
    print(f"without multicast the first desk is back in {back_s:.1f} s")

    assert_sums(desks)


def test_two_kept_apart_meet(venue: Venue, lan: Lan, tmp_path: Path) -> None:
    """Without multicast, desks 2 and 3 are introduced by the first while nothing passes between
    the two: what they write goes around by way of it, and they meet once they can."""
    one, two = venue(2, multicast=False)
    with DeskProgram(tmp_path, "Desk 3", lan.plug(3)) as three:
        lan.swallow_multicast(3)
        lan.keep_apart(2, 3)
        assert 0 == three.run("join", one.run("share")[1]["code"])[0]
        three.open()
        assert ["ok"] * 5 == three.scan(*codes(0, 5))
        around_s = wait_agree(one, two, three)
        lan.let_meet(2, 3)
        start = time.monotonic()
        wait_for(lambda: sees(two, three.name) and sees(three, two.name), "them to meet", 120)
        print(f"kept apart: around in {around_s:.1f} s", end=", ")
        print(f"free to meet: met in {time.monotonic() - start:.1f} s")
        assert ["ok"] * 5 == two.scan(*codes(5, 10))
        wait_agree(one, two, three)

        assert_sums([one, two, three])


def test_no_interface_and_then_one(lan: Lan, tmp_path: Path, venue: Venue) -> None:
    """Without any network the desk works at its usual speed and says that it is alone; once a
    cable is plugged in, it finds the others."""
    one, two = venue(2)
    with DeskProgram(tmp_path, "Desk 3", lan.plug(3)) as three:
        assert 0 == three.run("join", one.run("share")[1]["code"])[0]
        lan.unplug(3)
        three.open()
        assert ["ok"] == three.scan(code_of(30))
        assert ["ok"] * 30 == three.scan_timed(*codes(0, 30))
        wait_for(lambda: "not on a network" in three.run("desks")[2], "the word that it is alone")
        _, seen, _ = three.run("desks")
        assert {desk["state"] for desk in seen} <= {"this", "away", "joined"}
        one.scan(code_of(40))
        lan.plug(3)
        found_s = wait_agree(one, two, three)
        print(f"no interface: verdicts p99 {percentile_ms(three.spans_s, 0.99):.0f} ms", end=", ")
        print(f"a cable plugged in: merged in {found_s:.1f} s")
        wait_seen(one, two, three)

        assert_sums([one, two, three])
        assert "not on a network" not in three.run("desks")[2]


def test_an_address_changes(venue: Venue, lan: Lan) -> None:
    """A running desk that gets another address from the access point reconnects."""
    desks = one, two, three = venue(3)
    lan.readdress(2, "10.77.0.92")
    start = time.monotonic()
    assert ["ok"] * 5 == two.scan_timed(*codes(0, 5))
    assert ["ok"] * 5 == three.scan_timed(*codes(5, 10))
    wait_agree(*desks)
    print(f"another address: merged in {time.monotonic() - start:.1f} s")
    one.scan(code_of(11))
    wait_agree(*desks)

    assert_sums(desks)


@pytest.mark.parametrize("ports", [[7447], list(range(7447, 7455))], ids=["the first", "all usual"])
def test_a_taken_port(lan: Lan, tmp_path: Path, ports: list[int]) -> None:
    """Another program has the port: the desk takes another, and the code on its screen leads
    there even without multicast."""
    prefix = lan.plug(1)
    held = running(prefix, TAKES_PORTS, lan.address(1), *map(str, ports))
    with held, DeskProgram(tmp_path, "Desk 1", prefix) as one:
        make_event(one)
        one.run("share")
        one.open()
        wait_for(
            lambda: f":{ports[0]}" not in str(one.run("share")[1]["addresses"]), "another port"
        )
        with DeskProgram(tmp_path, "Desk 2", lan.plug(2)) as two:
            lan.swallow_multicast(1)
            lan.swallow_multicast(2)
            exit_code, _, said = two.run("join", one.run("share")[1]["code"])
            assert 0 == exit_code, said
            two.open()
            assert ["ok"] == two.scan(code_of(0))
            wait_agree(one, two)

            assert_sums([one, two])


def test_a_flood_with_a_dead_link(venue: Venue, lan: Lan) -> None:
    """One desk's link dies in the middle of a flood of refused tickets: the others' verdicts go
    on at their pace, and afterwards all of it is everywhere."""
    desks = one, two, three = venue(3)
    two.scan_timed(*codes(0, 30))
    quiet_s, two.spans_s = two.spans_s, []
    lan.cut(3)
    one.send(*(f"X{number:04}" for number in range(2_000)))
    three.send(*codes(50, 60))
    assert ["ok"] * 20 == two.scan_timed(*codes(30, 50))
    flood_s = two.spans_s
    wait_for(lambda: one.answer_count == 2_000, "the flood to be answered", 60)
    lan.heal(3)
    healed_s = wait_agree(*desks)
    print(f"verdicts p50/p99 quiet {percentile_ms(quiet_s, 0.5):.1f}", end="/")
    print(f"{percentile_ms(quiet_s, 0.99):.1f} ms, in the flood", end=" ")
    print(f"{percentile_ms(flood_s, 0.5):.1f}/{percentile_ms(flood_s, 0.99):.1f} ms", end=", ")
    print(f"healed in {healed_s:.1f} s")
    store = store_of(three)
    refused = store.connection.execute("SELECT count(*) FROM scan WHERE outcome = 'invalid'")

    assert (2_000,) == refused.fetchone()
    store.close()
    assert_sums(desks)

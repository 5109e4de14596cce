"""Settings of any shape from another desk never stop a command."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.checkin.privileges import CHANGE_PINS, OVERRIDE, Role, ScryptCost
from kiosk.domain.log.events import EventKind
from kiosk.domain.log.setting_schema import TYPES, is_fitting_setting
from kiosk.errors import KioskError
from kiosk.services.checkin import authorisation
from kiosk.services.checkin.authorisation import (
    asked_role,
    authorise,
    check_pin,
    damaged_pins,
    pin_roles,
    set_pin,
)
from kiosk.services.event.event import create_event
from kiosk.services.tally.event_tally import event_tally, frozen_tally
from kiosk.storage.file.store import Store
from kiosk.storage.log import projection
from kiosk.storage.queries.lists import invalid_settings, setting
from kiosk.ui.cli.main import run

KEYS = [*sorted(TYPES), "question:meal", "pin.supervisor", "pin.organiser", "of_a_newer_kiosk"]
UNUSUAL: tuple[Any, ...] = (
    *("x", "", 0, -1, 1e300, 2**63 - 1, True, None, [], {}, [[]], [None], {"": None}),
    *({"A": 1}, {"A": []}, {"A": ["K-N"]}, {"A": [1, 2, 3]}, {'"': ["a", 1, ""]}),
    *(["0001-01-01"], ["9999-12-31"], ["2027-02-30"], ["2027-02-16"] * 5_000, "2027-02-16"),
    *("Mars/Base", "../../etc/passwd", "Asia", "/", "x" * 25_000, "\x1b[31m", "\u202e", "\x00"),
    *("#12345", "#FFFFFF", "red", "/etc/passwd", "/etc/passwd.toml", "a6.toml", "~/x"),
    {"name": "x", "toml": "[", "pictures": {"../x.png": "!"}},
    {"name": "/logo.png", "picture": "iVBORw0KGgo="},
    {"name": "Meal", "text": "?", "choices": [], "lists": "x", "types": [1], "position": -1},
    {"name": "", "text": "", "choices": ["", ""], "lists": [""], "types": [""], "position": 0},
    {"names": ["x"], "seats": 0, "list": ""},
    {"names": ["x", "x", ""], "seats": 1, "list": "nothing"},
    {"salt": "", "hash": "", "n": 0, "r": 0, "p": 0},
    {"salt": "00", "hash": "00" * 32, "n": 2**40, "r": 8, "p": 1},
    {"salt": "00", "hash": "00" * 32, "n": 2**14, "r": 2**20, "p": 1},
    {"lists": [], "people": 3, "heads": "x"},
    json.loads("[" * 40 + "]" * 40),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
VALUES = st.sampled_from(UNUSUAL) | JSON


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An event with two attendees, one of them checked in with a badge in a box."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("hostile")
        patch.setenv("KIOSK_STATE", str(folder / "state"))
        path = folder / "event.kiosk"
        create_event(path, name="Meetup", list_names=["Door"], desk="1").close()
        people = folder / "people.csv"
        people.write_text("Ticket code,Name,Email\nC-1,Asha Rao,a@x.org\nC-2,Bo Lee,b@x.org\n")
        for command in (
            ["import", str(people)],
            ["badges", "-o", str(folder / "badges.pdf")],
            ["scan", "C-1"],
        ):
            code, text = printed(path, *command)

            assert code == 0, (command, text)
        yield path


def printed(path: Path, *arguments: str) -> tuple[int, str]:
    """The exit code, and all that a command prints."""
    text = io.StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        code = run(["-e", str(path), *arguments])
    return code, text.getvalue()


def commands(folder: Path) -> Iterator[list[str]]:
    """Commands that read settings; each must succeed."""
    for name in ("stats", "log", "lists", "questions", "tables", "settings", "queue", "layouts"):
        yield [name]
    yield from (["pin"], ["doctor"], ["conflicts"], ["desks"], ["help-desk"])
    yield from (["find", "asha"], ["scan", "C-2", "--ack"], ["undo"], ["walk-in", "--name", "Cy"])
    yield from (["export", "-o", str(folder / f"out.{kind}")] for kind in ("csv", "xlsx", "json"))
    yield ["export", "-o", str(folder / "report.pdf")]
    yield ["badges", "-o", str(folder / "badges.pdf")]
    yield ["paper", "box-signs", "-o", str(folder / "signs.pdf")]
    yield ["paper", "certificates", "-o", str(folder / "certificates.pdf")]
    yield ["paper", "checklist", "-o", str(folder / "checklist.pdf")]
    yield ["backup", "-o", str(folder / "backup.kiosk")]


def hostile_copy(original: Path, folder: Path, values: dict[str, Any]) -> Path:
    """A copy of the event in which another desk has set these settings."""
    path = folder / "event.kiosk"
    for old in (path, *folder.glob("*.kiosk*")):
        old.unlink(missing_ok=True)
    shutil.copy(original, path)
    store = Store.open(path, desk="Hostile")
    with store.writing():
        for key, value in values.items():
            body = {"key": key, "value": value}
            projection.apply(store.connection, store.write_event(EventKind.SETTING, body))
    store.close()
    return path


def check_all_commands(path: Path) -> None:
    """Run each command that reads settings on this event."""
    for command in commands(path.parent):
        code, text = printed(path, *command)

        assert code == 0, (command, text)
    for command in (["--json", "ready"], ["rehearse", "--end"], ["purge", "--yes"]):
        code, text = printed(path, *command)

        assert code in (0, 1), (command, text)


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(4))
def test_every_command_works_with_unusual_settings(
    original: Path, tmp_path: Path, turn: int
) -> None:
    """Each setting has another unusual value; no command is stopped by one."""
    values = {key: UNUSUAL[(place * 7 + turn) % len(UNUSUAL)] for place, key in enumerate(KEYS)}
    check_all_commands(hostile_copy(original, tmp_path, values))


@pytest.mark.slow
@pytest.mark.parametrize("value", UNUSUAL, ids=lambda value: repr(value)[:40])
def test_every_command_works_with_one_value_for_all_settings(
    original: Path, tmp_path: Path, value: Any
) -> None:
    """An unusual value for every setting at once stops no command."""
    check_all_commands(hostile_copy(original, tmp_path, dict.fromkeys(KEYS, value)))


@pytest.mark.slow
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(values=st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=len(KEYS)))
def test_every_command_works_with_any_settings(
    original: Path, tmp_path: Path, values: dict[str, Any]
) -> None:
    """Settings of any JSON stop no command."""
    check_all_commands(hostile_copy(original, tmp_path, values))


@pytest.mark.slow
@given(key=st.sampled_from(KEYS), value=VALUES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_reader_gives_a_fitting_value_or_the_default(
    original: Path, tmp_path: Path, key: str, value: Any
) -> None:
    """A value of the wrong type counts as not set, and its key is reported."""
    store = Store.open(hostile_copy(original, tmp_path, {key: value}), desk="1")
    try:
        read = setting(store.connection, key, "default")

        assert read == "default" or is_fitting_setting(key, read)
        assert set(invalid_settings(store.connection)) <= {key}
    finally:
        store.close()


@pytest.mark.parametrize("key", ["accent", "boxes", "ready_accepted", "pin.supervisor"])
def test_an_invalid_setting_is_reported(original: Path, tmp_path: Path, key: str) -> None:
    """The doctor and the checks before the event name it in one line."""
    path = hostile_copy(original, tmp_path, {key: {"a": 1}})

    for command in ("doctor", "ready"):
        _, text = printed(path, command)

        assert 1 == sum(key in line and "invalid value" in line for line in text.splitlines())


@pytest.fixture
def cheap_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN is checked fast."""
    monkeypatch.setattr("kiosk.domain.checkin.privileges.COST", ScryptCost(16, 8, 1))
    monkeypatch.setattr(authorisation, "_closed_until", {})


@pytest.mark.parametrize(
    "value", [{"a": 1}, "x", 0, [], {"salt": "0", "hash": "", "n": 1, "r": 1, "p": 1}, False]
)
@pytest.mark.usefixtures("cheap_pins")
def test_a_damaged_pin_admits_no_one(original: Path, tmp_path: Path, value: Any) -> None:
    """A damaged record counts as a PIN that no one has, until a new one is set."""
    store = Store.open(hostile_copy(original, tmp_path, {"pin.supervisor": value}), desk="1")
    try:
        assert Role.SUPERVISOR is asked_role(store, CHANGE_PINS)
        assert {Role.SUPERVISOR} == pin_roles(store) == damaged_pins(store)
        with pytest.raises(KioskError) as refusal:
            check_pin(store, "246810")
        assert "pin_damaged" == refusal.value.code

        set_pin(store, Role.ORGANISER, "13579")

        assert Role.ORGANISER == check_pin(store, "13579")
        assert Role.SUPERVISOR is asked_role(store, OVERRIDE)

        set_pin(store, Role.SUPERVISOR, "246810", given=authorise(store, "13579"))

        assert Role.SUPERVISOR == check_pin(store, "246810")
        assert not damaged_pins(store)
    finally:
        store.close()


@pytest.mark.slow
@pytest.mark.parametrize("kept", UNUSUAL, ids=lambda value: repr(value)[:40])
def test_invalid_counts_of_a_purged_event_count_as_none(tmp_path: Path, kept: Any) -> None:
    """An event without people, with counts of any shape, still has statistics and a report."""
    store = create_event(
        tmp_path / "e.kiosk", name="Meetup", timezone="UTC", list_names=["Door"], desk="1"
    )
    with store.writing():
        for key in ("purged", "purged_report"):
            body = {"key": key, "value": {**frozen_tally(event_tally(store)), "event": kept}}
            projection.apply(store.connection, store.write_event(EventKind.SETTING, body))
    try:
        assert 0 == event_tally(store).people
    finally:
        store.close()

"""`kiosk help-desk`, and the help desk at the plain desk."""

from __future__ import annotations

import pytest

from kiosk.services.people.people import walk_in
from kiosk.storage.file.store import Store
from kiosk.ui.plain.desk import PlainDesk
from tests.support.program import Program
from tests.support.stores import bind_code


@pytest.fixture
def priya(store: Store) -> str:
    """An attendee with a ticket."""
    person = walk_in(store, "Priya Sharma", {"ticket_type": "Speaker"})
    bind_code(store, "TICKET-1", person.id)
    return person.id


def test_send_list_and_settle(store: Store, priya: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The start of an id is enough; each answer is the new list."""
    program = Program(store.path, capsys)
    empty = program.json("help-desk")
    code, sent = program.json("--desk", "Door", "help-desk", priya[:8], "says", "she paid")
    words = program.run("help-desk")
    done = program.json("help-desk", "--done", priya[:8])

    assert (0, []) == empty == done
    assert (0, "says she paid", "Door", priya) == (
        code, sent[0]["note"], sent[0]["desk"], sent[0]["attendee"]["id"],
    )  # fmt: skip
    assert sent[0]["at"].startswith("20")
    assert "Priya Sharma, Speaker: says she paid  (Door)" in words[1]
    assert f"kiosk help-desk --done {priya[:8]}" in words[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ffffffff", "note"), "No attendee has the id"),
        (("PRIYA",), "Write a short note"),
        (("--done", "PRIYA"), "is not waiting"),
        (("--done", "PRIYA", "PRIYA", "note"), "Either"),
    ],
)
def test_errors_are_sentences(
    store: Store,
    priya: str,
    arguments: tuple[str, ...],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An error is exit 2, and the log does not change."""
    before = list(store.events())
    given = [priya if word == "PRIYA" else word for word in arguments]
    code, _, said = Program(store.path, capsys).run("help-desk", *given)

    assert 2 == code
    assert sentence in said
    assert before == list(store.events())


def test_the_plain_desk_sends_and_settles(store: Store, priya: str) -> None:
    """A note sends the last attendee; the list has numbers; later scans show the note."""
    said: list[str] = []
    desk = PlainDesk(store, said.append, lambda _: "")
    desk.answer("help desk wrong name")
    desk.answer("TICKET-1")
    desk.answer("help desk wrong name")
    desk.answer("help desk")
    desk.answer("count")
    desk.answer("who")
    desk.answer("TICKET-1")
    desk.answer("settled 2")
    desk.answer("settled 1")
    desk.answer("help desk")
    desk.answer("settled")
    text = "\n".join(said)

    assert "No attendee is selected" in said[0]
    assert "Priya Sharma is sent to the help desk: wrong name. Every desk sees it." in text
    assert "1: 9:40, Priya Sharma: wrong name, sent by Desk 1" in text
    assert "At the help desk: 1." in text
    assert "Help desk: wrong name (9:40, Desk 1)." in text
    assert "Sent to the help desk: wrong name, Desk 1." in text
    assert "settled NUMBER: help desk shows" in text
    assert "Done: Priya Sharma" in text
    assert "No one waits at the help desk." in text
    assert "is not waiting" in said[-1]

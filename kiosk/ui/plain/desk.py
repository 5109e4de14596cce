"""One line in, plain words out: the services of the desk without a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from kiosk.domain.checkin.code_matching import looks_like_code
from kiosk.domain.checkin.rules import LIFTABLE, CheckInList, Direction, Outcome
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin import checkin
from kiosk.services.checkin.card import attendee_card
from kiosk.services.checkin.checkin import ScanOrder, ScanResult
from kiosk.services.checkin.lists import choose_list, find_list, kept_list, list_gone
from kiosk.services.checkin.pins import check_pin, needs_pin, undo_needs_pin
from kiosk.services.checkin.prompts import PromptQueue
from kiosk.services.event.event import event_info
from kiosk.services.people.help_desk import send_to_help_desk, settle_help, waiting_people
from kiosk.services.people.lookup import Lookup, LookupResult
from kiosk.services.people.people import walk_in
from kiosk.services.safety.environment_checks import environment_warnings
from kiosk.services.sharing.desks import take_restored_note
from kiosk.services.tally.counts import desk_counts
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee, find_by_code
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.scans import last_standing_scan
from kiosk.ui.plain import words
from kiosk.ui.plain.commands import Command, parse_command
from kiosk.ui.plain.people import NOBODY_YET, PlainPeople, not_here
from kiosk.ui.plain.sharing import PlainSharing

CHOICES = 9
"""People numbered at once: one digit chooses, and more is too much to listen to."""
UNDO_REASON = "undone at the line desk"

Say = Callable[[str], None]
AskSecret = Callable[[str], str]


class PlainDesk(PlainPeople):
    """The state between two lines: list, direction, the last verdict, the numbered choices."""

    def __init__(
        self,
        store: Store,
        say: Say,
        ask_secret: AskSecret,
        *,
        list_name: str | None = None,
        scan_only: bool = False,
        sharing: PlainSharing | None = None,
    ) -> None:
        self.store = store
        self.sharing = sharing
        self.ask_secret = ask_secret
        self.scan_only = scan_only
        self.list_name = list_name
        self._chosen: CheckInList | None = None
        """As it was when it was chosen; another desk may rename it, or remove it."""
        self.direction = Direction.ENTRY
        self.last: ScanResult | None = None
        self.person_id = ""
        self.pending_code = ""
        """An unknown code that the next person chosen gets."""
        self._reason = ""
        """Why the last person was let in; the rest of their party comes in for the same."""
        self.asking: PromptQueue | None = None
        """What is being asked of the last person."""
        self._print = say
        self._said: list[str] = []
        self._choices: Sequence[Attendee] = ()
        self._lookup: Lookup | None = None

    def run(self, lines: Iterable[str]) -> None:
        """Answer each line before the next is read, until `quit` or the lines end."""
        with self._speaking():
            self.greet()
        for line in lines:
            with self._speaking():
                goes_on = self.answer(line)
            if not goes_on:
                return

    def _speaking(self) -> AbstractContextManager[None]:
        """News of other desks wait for the end of an answer."""
        if self.sharing is None:
            return nullcontext()
        self.sharing.look()
        return self.sharing.answering()

    def greet(self) -> None:
        """Which event and list, and how to get help."""
        name = escape_controls(event_info(self.store).name)
        chosen = self._list()
        self._say(
            f"{name}. Scans count for {escape_controls(chosen.name)}.",
            "Scan a ticket, or type a name. ? for help.",
        )
        if note := take_restored_note(self.store):
            self._say(note)
        for odd in environment_warnings(self.store):
            self._say(f"{odd.title.capitalize()}: {odd.text}")

    def answer(self, line: str) -> bool:
        """Do what one line says; False when it ends the desk."""
        if not line.strip():
            return True  # scanners that end a code with CR and LF send an empty line after each
        command = parse_command(line)
        if command.name == "quit":
            self._say("Good-bye. Everything confirmed is saved.")
            return False
        try:
            self._do(command)
        except KioskError as error:
            self._say(escape_controls(str(error)))
        return True

    def _do(self, command: Command) -> None:
        if command.name in ("help", "again"):
            self._say(*(words.HELP if command.name == "help" else self._said))
            return
        if command.name == "text" and self._is_name(command.text):
            self._named(command.text)
            return
        self.nameless = None
        choices, self._choices = self._choices, ()
        number = command.text.strip()
        if command.name == "text" and choices and number.isdecimal() and len(number) < 3:
            self._choose(choices, int(number))
            return
        asking = self.asking
        if asking and asking.question and command.name == "text" and _is_answer(asking, number):
            self._answer(asking, number)
            return
        steps: dict[str, Callable[[str], None]] = {
            "text": self._text,
            "find": self._find,
            "undo": lambda _: self._undo(),
            "who": lambda _: self._who(),
            "badge": lambda _: self._badge(),
            "all": lambda _: self._all(),
            "ack": lambda _: self._ack(),
            "let in": self._let_in,
            "walk-in": self._walk_in,
            "list": self._switch_list,
            "exit": self._exits,
            "count": lambda _: self._count(),
            "name": self._name,
            "pass on": self._pass_on,
            "first time": lambda _: self._first_time(),
            "help desk": self._help_desk,
            "settled": self._settled,
            "desks": lambda _: self._desks(),
        }
        steps[command.name](command.text)

    # scans and names

    def _text(self, text: str) -> None:
        self.asking = None
        if find_by_code(self.store.connection, text).attendees:
            self._scan(ScanOrder(code=text))
            return
        found = self._search(text)
        if not found.people and looks_like_code(text.strip()):
            self._scan(ScanOrder(code=text))
        elif not found.people:
            shown = escape_controls(" ".join(text.split())[:60])
            self._say(f"Nobody found for “{shown}”. walk-in NAME: register somebody.")
        elif found.clear:
            self._take(found.people[0].id)
        else:
            self._offer(found.people)

    def _search(self, text: str) -> LookupResult:
        if self._lookup is None:
            self._lookup = Lookup.load(self.store)
        else:
            self._lookup.refresh(self.store)
        return self._lookup.search(self.store, text, CHOICES + 1)

    def _find(self, text: str) -> None:
        if not text:
            self._say("find TEXT: whom? Some letters of the name are enough.")
            return
        people = self._search(text).people
        if people:
            self._offer(people)
        else:
            self._say(f"Nobody found for “{escape_controls(text[:60])}”.")

    def _offer(self, people: Sequence[Attendee]) -> None:
        self._choices = tuple(people[:CHOICES])
        arrived = self._lookup.arrived if self._lookup else set()
        more = " There are more: type more letters." if len(people) > CHOICES else ""
        count = len(self._choices)
        asked = "This one? Type 1" if count == 1 else f"Which one? Type a number, 1 to {count}"
        self._say(f"{asked}, or another name.{more}", *words.choice_lines(self._choices, arrived))

    def _choose(self, choices: Sequence[Attendee], number: int) -> None:
        if 1 <= number <= len(choices):
            self._take(choices[number - 1].id)
            return
        self._choices = choices
        self._say(f"Type a number from 1 to {len(choices)}, or another name.")

    def _take(self, attendee_id: str) -> None:
        """Check in a person chosen by name; a guest without one is asked for it first."""
        person = attendee(self.store.connection, attendee_id)
        if person is not None and not person.name and self._may_be_named(person):
            self._ask_name(person)
        else:
            self._check_in(attendee_id)

    def _may_be_named(self, person: Attendee) -> bool:
        arrived = self._lookup is not None and person.id in self._lookup.arrived
        return self.direction is Direction.ENTRY and not self.scan_only and not arrived

    def _check_in(self, attendee_id: str) -> None:
        """Whoever is chosen gets the code that nobody had."""
        code, self.pending_code = self.pending_code, ""
        if code:
            checkin.bind_code(self.store, code, attendee_id)
        self._scan(ScanOrder(code=code, attendee_id=attendee_id))

    def _scan(self, order: ScanOrder) -> None:
        if self._is_list_gone():
            return
        order = replace(order, list_name=self._list().id, direction=self.direction)
        result = checkin.scan(self.store, order)
        self.last = result
        is_open = result.outcome is Outcome.INCOMPLETE
        self.asking = PromptQueue(order, result) if is_open else None
        self.person_id = result.attendee.id if result.attendee else ""
        self.pending_code = ""
        if result.outcome is Outcome.INVALID and result.code.strip():
            self.pending_code = result.code
        self._say(*words.verdict_lines(result))
        if result.outcome is Outcome.AMBIGUOUS:
            said = list(self._said)
            self._offer(result.candidates)
            self._said = said + self._said
        elif self.asking is not None and self.asking.question is not None:
            self._ask(self.asking)

    def _ask(self, asking: PromptQueue) -> None:
        """The next question, or the check-in that waited for the last."""
        if asking.is_done:
            self._scan(asking.order())
        else:
            self._say(*words.question_lines(asking))

    def _answer(self, asking: PromptQueue, text: str) -> None:
        question = asking.question
        assert question is not None
        choices = (None, *question.choices)
        if not _is_digit(text):
            asking.answer(question.worded(text))
        elif int(text) < len(choices):
            asking.answer(choices[int(text)])
        else:
            self._say(*words.question_lines(asking))
            return
        self._ask(asking)

    # what can be said after a verdict

    def _all(self) -> None:
        last = self.last
        if last is None or last.attendee is None or last.outcome is not Outcome.OK:
            self._say("all: there is no party to let in. Scan its ticket first.")
            return
        if last.attendee.heads <= last.admitted:
            self._say(f"All {last.attendee.heads} of this ticket are in.")
            return
        reason = self._reason if last.forced else ""
        person_id = last.attendee.id
        self._scan(ScanOrder(attendee_id=person_id, heads=0, force=bool(reason), reason=reason))

    def _ack(self) -> None:
        if self.asking is None or not self.asking.note:
            self._say("ack: nothing has to be acknowledged.")
            return
        self.asking.confirm()
        self._ask(self.asking)

    def _let_in(self, reason: str) -> None:
        last = self.last
        if last is None or last.attendee is None or last.outcome not in LIFTABLE:
            self._say("let in: nobody was refused whom a supervisor may let in.")
            return
        if not reason:
            self._say("let in REASON: say why, for example: let in paid at the desk.")
            return
        if needs_pin(self.store):
            check_pin(self.store, self.ask_secret("PIN of the supervisor: "))
        elif self.scan_only:
            raise not_here("Letting in against the rules")
        self._reason = reason
        self._scan(ScanOrder(attendee_id=last.attendee.id, force=True, reason=reason))

    def _who(self) -> None:
        facts = attendee_card(self.store, self.person_id) if self.person_id else None
        if facts is None:
            self._say(NOBODY_YET)
            return
        self._say(*words.card_lines(facts))

    def _badge(self) -> None:
        if not self.person_id:
            self._say(NOBODY_YET)
            return
        from kiosk.services.badges.on_demand import write_badge

        self._say(
            f"Badge written to {escape_controls(str(write_badge(self.store, self.person_id)))}."
        )

    # the rest of the desk

    def _undo(self) -> None:
        connection = self.store.connection
        row = last_standing_scan(connection, log_id=self.store.log_id, desk=self.store.desk)
        if row is not None and undo_needs_pin(self.store, row):
            check_pin(self.store, self.ask_secret("An older check-in. PIN of the supervisor: "))
        taken = checkin.undo(self.store, reason=UNDO_REASON)
        person = attendee(connection, taken.attendee_id)
        names = {item.id: item.name for item in check_in_lists(connection)}
        self.last, self.person_id = None, taken.attendee_id
        name = escape_controls(person.label) if person else ""
        list_name = escape_controls(names.get(taken.list_id, ""))
        self._say(f"↶ UNDONE: {name}, {taken.direction} on “{list_name}”.")

    def _walk_in(self, name: str) -> None:
        if self.scan_only:
            raise not_here("Registering a walk-in")
        if not name:
            self._say("walk-in NAME: the name as it should stand on the badge.")
            return
        self._take(walk_in(self.store, name, {}).id)

    def _switch_list(self, name: str) -> None:
        lists = check_in_lists(self.store.connection)
        if not name:
            current = self._list().id
            self._say(
                "Lists. list NAME: work on another one.",
                *(
                    f"{escape_controls(item.name)}{' (now)' if item.id == current else ''}"
                    for item in lists
                ),
            )
            return
        chosen = choose_list(lists, name, self.store.clock())
        self._chosen = chosen
        self._say(f"Scans count for {escape_controls(chosen.name)}.")

    def _exits(self, word: str) -> None:
        if word:
            self.direction = Direction.EXIT if word == "on" else Direction.ENTRY
        leaving = self.direction is Direction.EXIT
        now = "Every scan lets somebody out." if leaving else "Every scan is an entry."
        self._say(f"{now} exit {'off' if leaving else 'on'} changes it; quit ends the desk.")

    def _count(self) -> None:
        chosen = self._list()
        self._say(words.count_line(desk_counts(self.store, chosen), chosen.name))

    def _help_desk(self, note: str) -> None:
        if not note:
            waiting = waiting_people(self.store)
            first = f"At the help desk: {len(waiting)}. settled NUMBER: that one is done."
            if not waiting:
                first = "Nobody waits at the help desk."
            self._say(first, *words.waiting_lines(waiting))
            return
        if not self.person_id:
            self._say(NOBODY_YET)
            return
        row = send_to_help_desk(self.store, self.person_id, note)
        name = self._label_of(row.attendee_id)
        self._say(
            f"{name} is sent to the help desk: {escape_controls(row.note)}. Every desk sees it."
        )

    def _settled(self, number: str) -> None:
        person_id = self.person_id
        if number:
            waiting = waiting_people(self.store)
            index = int(number) - 1 if number.isdecimal() and len(number) < 4 else -1
            if not 0 <= index < len(waiting):
                self._say("settled NUMBER: which one? help desk: shows them with their numbers.")
                return
            person_id = waiting[index].row.attendee_id
        if not person_id:
            self._say(NOBODY_YET)
            return
        settle_help(self.store, person_id)
        self._say(f"Settled: {self._label_of(person_id)} does not wait at the help desk any more.")

    def _label_of(self, person_id: str) -> str:
        person = attendee(self.store.connection, person_id)
        return escape_controls(person.label) if person else "That person"

    def _desks(self) -> None:
        self._say(*(self.sharing.lines() if self.sharing else ["This desk works alone."]))

    def _list(self) -> CheckInList:
        lists, now_ms = check_in_lists(self.store.connection), self.store.clock()
        if self.list_name is not None:
            self._chosen, self.list_name = find_list(lists, self.list_name), None
        return kept_list(lists, self._chosen.id if self._chosen else None, now_ms)

    def _is_list_gone(self) -> bool:
        """Whether another desk removed the list: that is said, before anybody is let in on the one
        that is left."""
        now, before = self._list(), self._chosen
        if before is None or now.id == before.id:
            return False
        self._chosen = None
        self._say(f"{list_gone(before.name, now.name)} Nothing was recorded: scan again.")
        return True

    def _say(self, *lines: str) -> None:
        self._said = list(lines)
        for line in lines:
            self._print(line)


def _is_answer(asking: PromptQueue, text: str) -> bool:
    """Whether a line is meant for the open question: a digit, or an answer in its own words."""
    question = asking.question
    return _is_digit(text) or (question is not None and question.worded(text) is not None)


def _is_digit(text: str) -> bool:
    return text.isdecimal() and len(text) == 1

"""The plain desk: one line in, plain sentences out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from kiosk.desk.prompts import PromptQueue
from kiosk.desk.session import (
    Candidates,
    DeskSession,
    ListRemoved,
    LookUp,
    NameNeeded,
    NoMatch,
    OrderDone,
    PaperTime,
    Reply,
    Undone,
    UndoQuestion,
    scan_only_error,
)
from kiosk.domain.checkin.rules import CheckInList, Direction, Outcome
from kiosk.domain.checkin.words import UNDONE, question_open
from kiosk.domain.datetimes import when_words
from kiosk.domain.people.attendee import Attendee
from kiosk.domain.text import counted, escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.activity import check_out_everybody
from kiosk.services.checkin.authorisation import Authorisation
from kiosk.services.checkin.card import attendee_card
from kiosk.services.checkin.checkin import ScanResult
from kiosk.services.checkin.codes import is_checked_in
from kiosk.services.checkin.lists import event_lists, find_list
from kiosk.services.checkin.verdict_text import checked_out_sentence, opens_later
from kiosk.services.event.event import event_info
from kiosk.services.people.lookup import Lookup, LookupResult
from kiosk.services.people.people import walk_in
from kiosk.services.safety.backup import EVERY_S, auto_back_up_store
from kiosk.services.safety.environment_checks import environment_warnings
from kiosk.services.setup.recent import is_rehearsal
from kiosk.services.sharing.desks import take_restored_note
from kiosk.services.tally.counts import desk_counts
from kiosk.ui.actions import PLAIN_DESK, full_message
from kiosk.ui.plain import words
from kiosk.ui.plain.people import NO_ATTENDEE, NO_NAME, ChangeRequest, NextLine, PersonCommands
from kiosk.ui.plain.sharing import PlainSharing
from kiosk.ui.plain.words import Command, parse_command

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

CHOICES = 9
"""People numbered at once: one digit selects, and more is too much to listen to."""
UNDO_REASON = "undone at the line desk"
SHOWN_TEXT = 60
"""Characters of a typed text that are repeated."""

Say = Callable[[str], None]
AskSecret = Callable[[str], str]


class PlainDesk:
    """Parses lines, passes them to a desk session and says the replies."""

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
        self.session = DeskSession(list_name, scan_only=scan_only)
        self._next_line = NextLine(store)
        self._changing = ChangeRequest(store, self._say, ask_secret, self._next_line)
        self._print = say
        self._said: list[str] = []
        self._choices: Sequence[Attendee] = ()
        self._lookup: Lookup | None = None
        self._undo_question: UndoQuestion | None = None
        self._walk_in_name = ""
        """A walk-in whose name is that of a registered attendee: the same line again registers."""
        people = PersonCommands(store, self._say, self.session, self._changing)
        self._commands: dict[str, Callable[[str], None]] = {
            "help": lambda _: self._say(*words.HELP),
            "again": lambda _: self._say(*self._said),
            "text": self._text,
            "find": self._find,
            "undo": lambda _: self._undo(),
            "cancel": lambda _: self._cancel(),
            "who": lambda _: self._who(),
            "badge": lambda _: people.badge(),
            "all": lambda _: self._all(),
            "order": self._order,
            "paper": self._paper,
            "check out all": lambda _: self._check_out(),
            "ack": lambda _: self._ack(),
            "let in": self._let_in,
            "walk-in": self._walk_in,
            "list": self._switch_list,
            "exit": self._exits,
            "count": lambda _: self._count(),
            "name": people.name,
            "pass on": people.transfer,
            "first time": lambda _: people.first_time(),
            "help desk": people.help_desk,
            "settled": people.settled,
            "hand out": people.hand_out,
            "desks": lambda _: self._desks(),
        }

    def run(self, lines: Iterable[str]) -> None:
        """Answer each line before the next is read, until `quit` or the lines end."""
        with self._speaking():
            self.greet()
        for line in lines:
            with self._speaking():
                stays_open = self.answer(line)
            if not stays_open:
                return

    def _speaking(self) -> AbstractContextManager[None]:
        """Report no news of other desks until an answer is complete."""
        if self.sharing is None:
            return nullcontext()
        self.sharing.look()
        return self.sharing.answering()

    def greet(self) -> None:
        """Say which event and list this is, and how to get help."""
        event = event_info(self.store)
        name, list_name = escape_controls(event.name), escape_controls(self._list().name)
        self._say(
            f"{name}. You check people in for {list_name}.",
            "Scan a ticket. ? for help."
            if self.session.scan_only
            else "Scan a ticket, or type a name. ? for help.",
        )
        if at := opens_later(self._list(), self.store.clock(), event.zone):
            self._say(f"It opens {at}. To try things before: kiosk rehearse.")
        if note := take_restored_note(self.store):
            self._say(note)
        for warning in environment_warnings(self.store):
            self._say(f"{warning.title.capitalize()}: {warning.text}")

    def answer(self, line: str) -> bool:
        """Do what one line says; False when it ends the desk."""
        if not line.strip():
            return True  # scanners that end a code with CR and LF send an empty line after each
        command = parse_command(line)
        if command.name == "quit":
            self._say("Good-bye. Everything is saved.")
            return False
        try:
            self._do(command)
        except KioskError as error:
            self._say(escape_controls(full_message(error, PLAIN_DESK)))
        return True

    def _do(self, command: Command) -> None:
        if command.name not in ("help", "again"):
            if command.name == "text" and self._next_line.takes(command.text):
                self._next_line.take(command.text)
                return
            self._next_line.drop()
            choices, self._choices = self._choices, ()
            if command.name != "undo":
                self._undo_question = None
            if command.name == "text" and self._is_short_answer(choices, command.text.strip()):
                return
        self._commands[command.name](command.text)

    def _is_short_answer(self, choices: Sequence[Attendee], text: str) -> bool:
        """Take a line as a number of the list or as an answer; False where it is neither."""
        prompts = self.session.state.prompts
        if choices and text.isdecimal() and len(text) < 3:
            self._select(choices, int(text))
        elif (
            prompts
            and prompts.question
            and (prompts.is_free or _is_digit(text) or prompts.question.worded(text) is not None)
        ):
            self._answer(prompts, text)
        else:
            return False
        return True

    # scans and names

    def _text(self, text: str) -> None:
        self.session.looked_up(self.session.state.last)
        reply = self.session.typed(self.store, text)
        if isinstance(reply, LookUp):
            reply = self.session.found(self.store, text, self._search(text))
        self._show(reply)

    def _search(self, text: str) -> LookupResult:
        chosen = self.session.state.list
        if self._lookup is None:
            self._lookup = Lookup.load(self.store)
        else:
            self._lookup.refresh(self.store)
        self._lookup.use_list(self.store, chosen.id if chosen else None)
        return self._lookup.search(self.store, text, CHOICES + 1)

    def _find(self, text: str) -> None:
        if self.session.scan_only:
            raise scan_only_error("Looking up a name")
        if not text:
            self._say("find TEXT: some letters of the name are enough.")
            return
        people = self._search(text).people
        if people:
            self._offer(people)
        else:
            self._say(f"No match for “{escape_controls(text[:SHOWN_TEXT])}”.")

    def _offer(self, people: Sequence[Attendee]) -> None:
        self._choices = tuple(people[:CHOICES])
        here = self._list().id
        arrived = {one.id for one in self._choices if is_checked_in(self.store, one.id, here)}
        more = " There are more: type more letters." if len(people) > CHOICES else ""
        count = len(self._choices)
        asked = "This one? Type 1" if count == 1 else f"Which one? Type a number, 1 to {count}"
        self._say(f"{asked}, or another name.{more}", *words.choice_lines(self._choices, arrived))

    def _select(self, choices: Sequence[Attendee], number: int) -> None:
        if 1 <= number <= len(choices):
            self._show(self.session.selected(self.store, choices[number - 1].id))
            return
        self._choices = choices
        self._say(f"Type a number from 1 to {len(choices)}, or another name.")

    def _show(self, reply: Reply | None) -> None:
        """Say a reply of the session, and what can be typed next."""
        match reply:
            case ScanResult():
                self._show_verdict(reply)
            case PromptQueue():
                self._say(*words.question_lines(reply))
            case Candidates(found):
                self._offer(found.people)
            case NoMatch(text):
                shown = escape_controls(" ".join(text.split())[:SHOWN_TEXT])
                self._say(f"No match for “{shown}”. walk-in NAME: register a new attendee.")
            case NameNeeded(person):
                self._next_line.ask(lambda line: self._name(person.id, line))
                label = escape_controls(person.label)
                self._say(f"{label}: type the name for the badge, or - for none.")
            case PaperTime(at_ms):
                self._say_paper(at_ms)
            case OrderDone():
                self._say(reply.message)
            case ListRemoved():
                self._say(f"{reply.message} Nothing was recorded: scan again.")

    def _name(self, attendee_id: str, line: str) -> None:
        """Check in the guest whose name was asked for."""
        name = "" if line.strip() == NO_NAME else line
        self._changing.make(
            lambda given: self.session.named(self.store, attendee_id, name, given=given), self._show
        )

    def _show_verdict(self, result: ScanResult) -> None:
        state = self.session.state
        lines = words.verdict_lines(result, links=bool(state.pending_code))
        left = () if state.party_left else self.session.order_left(self.store)
        if left:
            more = counted(len(left), "person of this order is", "people of this order are")
            who = "" if self.session.scan_only else "  order: who they are."
            lines.append(f"{more} not in. all: admit them.{who}")
        self._say(*lines)
        prompts = state.prompts
        if result.outcome is Outcome.AMBIGUOUS and not self.session.scan_only:
            verdict = list(self._said)
            self._offer(result.candidates)
            self._said = verdict + self._said
        elif prompts is not None and prompts.question is not None:
            self._say(*words.question_lines(prompts))

    def _answer(self, prompts: PromptQueue, text: str) -> None:
        question = prompts.question
        assert question is not None
        if prompts.is_free:
            answer = None if text == words.SKIP else text
            self._show(self.session.answered(self.store, prompts, answer))
            return
        choices = (None, *question.choices)
        if not _is_digit(text):
            choice = question.worded(text)
        elif int(text) < len(choices):
            choice = choices[int(text)]
        else:
            self._say(*words.question_lines(prompts))
            return
        self._show(self.session.answered(self.store, prompts, choice))

    # after a verdict

    def _all(self) -> None:
        last = self.session.state.last
        if last is None:
            self._say("all: there is no party or order to admit. Scan its ticket first.")
        else:
            self._show(self.session.whole_order(self.store))

    def _order(self, text: str) -> None:
        """Name the people of the order who are not in, or check in those with these numbers."""
        if self.session.scan_only:
            raise scan_only_error("Choosing among the people of an order")
        left = self.session.order_left(self.store)
        wanted = [int(word) for word in text.split() if _is_digit(word)]
        ids = [left[number - 1].id for number in wanted if 1 <= number <= len(left)]
        if ids:
            self._show(self.session.whole_order(self.store, ids))
        elif left:
            lines = words.choice_lines(left, set())
            self._say("Not in yet. order 1 3: these; all: everyone.", *lines)
        else:
            self._say("order: no one of this order is left to admit.")

    def _paper(self, text: str) -> None:
        self._say_paper(self.session.enter_paper(self.store, text))

    def _say_paper(self, at_ms: int | None) -> None:
        if at_ms is None:
            self._say("Scans count for the present time.")
            return
        at = when_words(at_ms, event_info(self.store).zone, self.store.clock())
        self._say(f"Scans and names count for {at}. Type another time, or: paper.")

    def _check_out(self) -> None:
        item = self._list()
        self._say(checked_out_sentence(item.name, check_out_everybody(self.store, item)))

    def _ack(self) -> None:
        prompts = self.session.state.prompts
        if prompts is None or not prompts.note:
            self._say("ack: there is no note to confirm.")
        else:
            self._show(self.session.confirmed(self.store, prompts))

    def _let_in(self, reason: str) -> None:
        if not self.session.state.can_let_in:
            self._say("admit: there is no refused attendee to admit.")
        elif not reason:
            self._say("admit REASON: say why, for example: admit paid at the desk.")
        else:
            self._changing.make(
                lambda given: self.session.let_in(self.store, reason, given=given), self._show
            )

    def _who(self) -> None:
        attendee_id = self.session.state.attendee_id
        card = attendee_card(self.store, attendee_id) if attendee_id else None
        self._say(
            *(words.card_lines(card, no_contact=self.session.scan_only) if card else [NO_ATTENDEE])
        )

    # the rest of the desk

    def _undo(self) -> None:
        """Undo the check-in of the last verdict; any other one after a second `undo`."""
        question, self._undo_question = self._undo_question, None
        row, shown = question.row if question else None, self.session.state.attendee_id

        def undo(given: Authorisation) -> Undone | UndoQuestion:
            return self.session.undo(self.store, UNDO_REASON, shown=shown, row=row, given=given)

        self._changing.make(undo, self._say_undone)

    def _say_undone(self, reply: Undone | UndoQuestion) -> None:
        name, list_name = escape_controls(reply.name), escape_controls(reply.list_name)
        if isinstance(reply, UndoQuestion):
            self._undo_question = reply
            self._say(f"Undo {name}, {reply.at} on “{list_name}”? undo: yes. Anything else: no.")
        else:
            self._say(f"{UNDONE}: {name}, {reply.direction} on “{list_name}”.{reply.of_party}")

    def _cancel(self) -> None:
        """Forget the last attendee, open questions and the code that waits."""
        state = self.session.state
        self.session.clear(state.last)
        dropped = f"Code {escape_controls(state.pending_code[:SHOWN_TEXT])} is not linked."
        asked = f"{question_open(state.prompts.attendee.label)}." if state.prompts else ""
        said = " ".join(part for part in (dropped if state.pending_code else "", asked) if part)
        self._say(said or "Nothing waits. Scan a ticket, or type a name.")

    def _walk_in(self, name: str) -> None:
        if self.session.scan_only:
            raise scan_only_error("Registering a walk-in")
        if not name:
            self._say("walk-in NAME: the name as it should be on the badge.")
            return
        alike = self.session.registered_like(self.store, name)
        if alike and self._walk_in_name != name:
            self._walk_in_name = name
            self._print("Registered and not in yet:")
            self._offer(alike)
            self._print(f"walk-in {escape_controls(name)}: register another person of this name.")
            return
        self._walk_in_name = ""
        self._changing.make(
            lambda given: walk_in(self.store, name, {}, given=given),
            lambda person: self._show(self.session.selected(self.store, person.id)),
        )

    def _switch_list(self, name: str) -> None:
        lists = event_lists(self.store)
        if not name:
            current = self._list().id
            names = (
                f"{escape_controls(item.name)}{' (now)' if item.id == current else ''}"
                for item in lists
            )
            self._say("Lists. list NAME: use another one.", *names)
            return
        chosen = find_list(lists, name)
        self.session.use_list(chosen)
        self._say(f"You check people in for {escape_controls(chosen.name)}.")

    def _exits(self, word: str) -> None:
        if word:
            self.session.set_direction(Direction.EXIT if word == "on" else Direction.ENTRY)
        if self.session.state.direction is Direction.EXIT:
            now, other = "Exit mode: each scan checks a person out.", "off"
        else:
            now, other = "Each scan checks a person in.", "on"
        self._say(f"{now} exit {other} changes it; quit ends the desk.")

    def _count(self) -> None:
        chosen = self._list()
        self._say(words.count_line(desk_counts(self.store, chosen), chosen.name))

    def _desks(self) -> None:
        self._say(*(self.sharing.lines() if self.sharing else ["This desk works alone."]))

    def _list(self) -> CheckInList:
        return self.session.open(self.store)

    def _say(self, *lines: str) -> None:
        self._said = list(lines)
        for line in lines:
            self._print(line)


def _is_digit(text: str) -> bool:
    return text.isdecimal() and len(text) == 1


class Backups:
    """Automatic backups of the event of a plain desk; each kind of problem is shown once."""

    def __init__(self, store: Store, show: Say) -> None:
        self._store = store
        self._show = show
        self._last = time.monotonic()
        self._shown: set[str] = set()

    def between(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines; when it is time, back up after the answer to one."""
        for text in lines:
            yield text
            if time.monotonic() - self._last >= EVERY_S:
                self.make()

    def make(self) -> None:
        """Back up what no backup has yet."""
        self._last = time.monotonic()
        if is_rehearsal(self._store.path):
            return
        for problem in auto_back_up_store(self._store).problems:
            if problem.code not in self._shown:
                self._shown.add(problem.code)
                self._show(escape_controls(full_message(problem, PLAIN_DESK)))

"""The locked screen at which attendees check themselves in."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Label, Static

from kiosk.desk.self_service import Answer, Reply, SelfService
from kiosk.domain.checkin.code_matching import looks_like_code
from kiosk.domain.checkin.questions import MAX_ANSWER, Question, QuestionKind
from kiosk.domain.checkin.words import (
    ENGLISH,
    answer_in_all_languages,
    in_all_languages,
)
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.checkin.authorisation import Authorisation
from kiosk.ui.tui.dialogs.dialog import AnswerScreen
from kiosk.ui.tui.dialogs.pin import PinScreen
from kiosk.ui.tui.host import LocksKeyboard, host_of
from kiosk.ui.tui.input.messages import CodeScanned
from kiosk.ui.tui.widgets.charts import block_rows
from kiosk.ui.tui.widgets.scan_input import BareInput
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

WELCOME_S = 6.0
REFUSAL_S = 6.0
IDLE_S = 25.0
"""Half-typed text is deleted after this time: its attendee has left."""
NO_ANSWER = "0"
PRESSED_TWICE_S = 0.6
"""The same key again so soon is one key pressed twice: no one reads faster."""
TYPED_ANSWER_S = 1.2
"""Every answer to typed text takes this time, so that the time reveals nothing."""

_TONES = {
    Answer.WELCOME: "-welcome",
    Answer.HELP_DESK: "-help",
    Answer.AGAIN: "-help",
    Answer.WAIT: "-help",
    Answer.ASK: "-ask",
    Answer.CONFIRM: "-ask",
}
_ALL_TONES = ("-welcome", "-help", "-wait", "-ask")


_HOW = {
    QuestionKind.CHOICE: "answer",
    QuestionKind.SEVERAL: "several",
    QuestionKind.NUMBER: "typed",
    QuestionKind.TEXT: "typed",
    QuestionKind.CODE: "scan",
}
"""The text that says how to answer each kind of question."""
_LARGE = {
    Answer.WELCOME: ("        ▄█", "      ▄█▀ ", "▀█▄ ▄█▀   ", "  ▀█▀     "),
    Answer.HELP_DESK: ("      ▀█▄ ", "▄▄▄▄▄▄▄▄█▄", "▀▀▀▀▀▀▀▀█▀", "      ▄█▀ "),
}
"""The sign of an answer, in letters that are readable from some steps away."""
LARGE_FROM = 24
"""The fewest lines of a screen that shows it."""
OTHER_LINES = 19
"""Lines of the longest welcome below the sign."""


class OwnField(BareInput):
    """A field for attendees: one person's text cannot appear again for the next."""

    BINDINGS = [
        Binding("delete", "delete_right", show=False),
        Binding("left", "cursor_left", show=False),
        Binding("right", "cursor_right", show=False),
    ]


class SelfServiceScreen(AnswerScreen[None], LocksKeyboard):
    """Greeting, two fields, one answer at a time. Leaves with a PIN only."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-normal"), (100, "-wide")]
    takes_scans = True
    AUTO_FOCUS = "#own-name"
    BINDINGS = [
        Binding("f11,ctrl+l", "leave", "Leave", show=False),
        Binding("down,tab", "other_field", show=False),
        Binding("up,shift+tab", "other_field", show=False),
    ]
    ACTIONS = frozenset({"leave", "other_field"})

    def __init__(
        self,
        session: Session,
        list_name: str | None,
        checked_in: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        self.service = SelfService(list_name, time.monotonic)
        self.checked_in = checked_in
        """Called with the id of each attendee who is checked in."""
        self._number = 0
        self._back: Timer | None = None
        self._question: Question | None = None
        """The current question."""
        self._confirms = False
        """Enter checks in the attendee who is shown."""
        self._may_retype = False
        """The answer asks for a second attempt."""
        self._answered = ("", 0.0)
        """The key that last answered a question, and when, in monotonic seconds."""

    def compose(self) -> ComposeResult:
        """English, with Hindi and Urdu below."""
        with Vertical(id="own-box"):
            yield Static(_lines("greeting"), id="own-greeting")
            yield Static(_lines("ask"), id="own-ask")
            with Vertical(id="own-form"):
                for field, label in (("own-name", "name"), ("own-second", "second")):
                    with Horizontal(classes="own-field"):
                        yield Label(" · ".join(in_all_languages(label)), markup=False)
                        yield OwnField(id=field, max_length=320)
            yield Static(Content("Enter ↵"), id="own-enter")
        with Vertical(id="own-reply"):
            yield Static("", id="own-answer", markup=False)
            yield OwnField(id="own-free", max_length=MAX_ANSWER)
        yield Static("Staff: F11", id="own-staff", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only the actions of this screen."""
        return action in self.ACTIONS

    # scans and typing

    @on(CodeScanned)
    def _code_scanned(self, message: CodeScanned) -> None:
        message.stop()
        raw = message.raw
        if self._question is not None and self._question.kind is QuestionKind.CODE:
            self._answer(raw)
            return
        self._decide(self._begin(), lambda store: self.service.ticket(store, raw))

    def _decide(self, number: int, work: Callable[[Store], Reply]) -> None:
        """Ask the service, and show its reply to this attendee."""
        self.session.ask(
            work,
            lambda reply: self._show(number, reply),
            lambda error: self._failed(number, error),
        )

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "own-free":
            if self._question is not None and (event.value.strip() or not self._question.required):
                self._answer(event.value.strip() or None)
            return
        name, second = (self.query_one(f"#own-{which}", Input) for which in ("name", "second"))
        if not name.value.strip():
            name.focus()
            return
        if second.value.strip() or looks_like_code(name.value.strip()):
            self._ask(name.value, second.value)
        else:
            second.focus()

    def _ask(self, name: str, second: str) -> None:
        """Answer after a fixed time."""
        asked_at = time.monotonic()
        number = self._begin()
        self._say(_in_all("wait"), "-wait")

        def answered(reply: Reply) -> None:
            left_s = max(0.01, asked_at + TYPED_ANSWER_S - time.monotonic())
            self.set_timer(left_s, lambda: self._show(number, reply))

        self.session.ask(
            lambda store: self.service.typed(store, name, second),
            answered,
            lambda error: answered(Reply(Answer.HELP_DESK)),
        )

    def on_key(self, event: events.Key) -> None:
        """A question is answered by its number; an answer gives way to the next person, and Esc
        goes back to the greeting."""
        char = event.character or ""
        if self._is_pressed_twice(char):
            event.stop()
            event.prevent_default()
        elif self._confirms and event.key in ("enter", "ctrl+j"):
            event.stop()
            event.prevent_default()
            self._confirm()
        elif event.key == "escape" and not (self._may_retype and self.has_class("-answered")):
            event.stop()
            self._reset()
        elif self._question is not None and self._question.is_one_key:
            event.stop()
            event.prevent_default()
            self._answer_by_key(self._question, char)
        elif self._question is not None:
            return  # the field takes the key
        elif self.has_class("-answered"):
            self._reset(same_person=self._may_retype)

    def _is_pressed_twice(self, char: str) -> bool:
        key, at = self._answered
        return bool(char) and char == key and time.monotonic() - at < PRESSED_TWICE_S

    def _confirm(self) -> None:
        self._confirms = False
        self._decide(self._number, self.service.confirm)

    def _answer_by_key(self, question: Question, key: str) -> None:
        first = 1 if question.required else 0
        if not (key.isascii() and key.isdigit() and first <= int(key) <= len(question.choices)):
            return
        self._answered = (key, time.monotonic())
        self._answer(question.choices[int(key) - 1] if key != NO_ANSWER else None)

    def _answer(self, text: str | None) -> None:
        self._question = None
        self._decide(self._number, lambda store: self.service.answer(store, text))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        """While someone types, wait; after a pause, delete the text."""
        event.stop()
        if event.value:
            self._reset_after(IDLE_S)

    def action_other_field(self) -> None:
        """From one field to the other."""
        second = self.query_one("#own-second", Input)
        (self.query_one("#own-name", Input) if self.focused is second else second).focus()

    # answers

    def _begin(self) -> int:
        """Begin with the next attendee: delete everything of the one before."""
        self._number += 1
        self._question = None
        self._confirms = False
        for field in self.query(Input):
            field.value = ""
        return self._number

    def _show(self, number: int, reply: Reply) -> None:
        if reply.answer is Answer.WELCOME:
            host_of(self).sounder.play("ok")
            if self.checked_in is not None and reply.attendee_id:
                self.checked_in(reply.attendee_id)
        if number == self._number:
            self._may_retype = reply.answer is Answer.AGAIN
            self._question = reply.question
            self._confirms = reply.answer is Answer.CONFIRM
            is_typed = reply.question is not None and not reply.question.is_one_key
            self.set_class(is_typed, "-typed")
            free = self.query_one("#own-free", Input)
            free.value = ""
            if is_typed:
                free.focus()
            elif reply.question is not None or self._confirms:
                self.set_focus(None)
            sign = _sign(reply, *self.size)
            words = _answer(reply)
            if sign and reply.question is None:
                words = Content("\n\n\n").join([Content("\n".join(sign)), words])
            self._say(words, _TONES[reply.answer])
            self._reset_after(_shown_s(reply.answer))

    def _failed(self, number: int, error: KioskError) -> None:
        """Errors are for the staff; attendees go to the help desk."""
        logging.getLogger("kiosk").warning("self-service: %s", error.code)
        self._show(number, Reply(Answer.HELP_DESK))

    def _say(self, words: Content, tone: str) -> None:
        self.remove_class(*_ALL_TONES)
        self.add_class(tone, "-answered" if tone != "-wait" else "-wait")
        self.query_one("#own-answer", Static).update(words)

    def _reset(self, *, same_person: bool = False) -> None:
        """Show the greeting again; a second attempt is by the same person."""
        self._begin()
        self._may_retype = False
        forget = self.service.forget if same_person else self.service.next_attendee
        self.session.ask(lambda _: forget())
        self.remove_class(*_ALL_TONES, "-answered", "-typed")
        self.query_one("#own-answer", Static).update("")
        self.call_after_refresh(self.query_one("#own-name", Input).focus)

    def _reset_after(self, seconds: float) -> None:
        if self._back is not None:
            self._back.stop()
        self._back = self.set_timer(seconds, self._reset)

    def action_leave(self) -> None:
        """Back to the desk, with the PIN."""

        def answered(given: Authorisation | None) -> None:
            self._reset()
            if given is not None:
                self.dismiss()

        self._reset()
        self.app.push_screen(PinScreen(self.session, "Self-service ends with it."), answered)


def _shown_s(answer: Answer) -> float:
    """How long an answer stays if no key is pressed."""
    if answer in (Answer.ASK, Answer.CONFIRM):
        return IDLE_S
    return WELCOME_S if answer is Answer.WELCOME else REFUSAL_S


def _sign(reply: Reply, width: int, height: int) -> Sequence[str]:
    """The answer in block letters: a welcome has the first name, if it can be written so."""
    if height < LARGE_FROM:
        return ()
    if reply.answer is Answer.WELCOME:
        for scale in (2, 1):
            rows = block_rows(f"✓ {reply.first_name}", scale)
            if rows and len(rows[0]) <= width - 4 and len(rows) + OTHER_LINES <= height:
                return rows
    return _LARGE.get(reply.answer, ())


def _in_all(field: str) -> Content:
    """A text in all languages, one below the other."""
    return Content("\n").join(map(Content, in_all_languages(field)))


def _lines(field: str) -> Content:
    english, *others = in_all_languages(field)
    rest = [Content.styled(text, "dim") for text in others]
    return Content("\n").join([Content.styled(english, "bold"), *rest])


def _answer(reply: Reply) -> Content:
    if reply.question is not None:
        return _question(reply.question, reply.first_name, is_again=reply.is_again)
    if reply.answer is Answer.AGAIN:
        english, *others = in_all_languages("again")
        return Content("\n\n").join([Content.styled(f"→ {english}", "bold"), *map(Content, others)])
    if reply.answer is Answer.CONFIRM:
        who = " · ".join(
            escape_controls(part) for part in (reply.first_name, reply.ticket_type) if part
        )
        return Content("\n\n").join([Content.styled(who, "bold"), _in_all("confirm")])
    if reply.answer is not Answer.WELCOME:
        return Content("\n\n").join(
            [
                Content.styled(f"→ {ENGLISH.help_desk}", "bold"),
                *map(Content, in_all_languages("help_desk")[1:]),
            ]
        )
    name = escape_controls(reply.first_name)
    parts = [Content.styled(f"✓  {name}" if name else "✓", "bold")]
    if reply.ticket_type:
        parts.append(Content.styled(escape_controls(reply.ticket_type).upper(), "bold"))
    if reply.badge_place:
        parts.append(_filled("badge", reply.badge_place))
    if reply.table:
        parts.append(_filled("table", reply.table))
    parts.append(_in_all("checked_in"))
    return Content("\n\n").join(parts)


def _filled(field: str, value: str) -> Content:
    """A text with a gap in all languages, in bold, filled with this value."""
    texts = (text.replace("{}", escape_controls(value)) for text in in_all_languages(field))
    return Content("\n").join(Content.styled(text, "bold") for text in texts)


def _question(question: Question, first_name: str, *, is_again: bool) -> Content:
    texts = [answer_in_all_languages(escape_controls(choice)) for choice in question.choices]
    width = max(map(cell_len, texts), default=0)  # centred lines of one width are in one column
    choices = [
        Content.assemble((f" {number} ", "reverse bold"), f"  {set_cell_size(text, width)}")
        for number, text in enumerate(texts, 1)
    ]
    how = [_HOW[question.kind], *(() if question.required else (_skip(question),))]
    parts = [
        _in_all("bad_answer") if is_again else None,
        Content.styled(escape_controls(first_name), "bold") if first_name else None,
        Content.styled(escape_controls(question.text), "bold"),
        Content("\n").join(choices) if choices else None,
        Content("\n").join(
            map(Content, map(" ".join, zip(*map(in_all_languages, how), strict=True)))
        ),
    ]
    return Content("\n\n").join([part for part in parts if part is not None])


def _skip(question: Question) -> str:
    return "skip_key" if question.is_one_key else "skip_empty"

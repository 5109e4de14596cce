"""The palette: every action with its key, grouped, and found by the words people use for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from inspect import isawaitable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from kiosk.domain.text import escape_controls
from kiosk.ui.tui.desk.desk import DeskScreen
from kiosk.ui.tui.dialogs.dialog import Dialog
from kiosk.ui.tui.palette_entries import COLOURS, HERE, SECTIONS, Entry
from kiosk.ui.tui.theme import THEMES
from kiosk.ui.tui.widgets.charts import fit
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine, bindings_of, key_name

if TYPE_CHECKING:
    from kiosk.ui.tui.app import KioskApp

_MOST_STEPS_BACK = 8
"""Dialogs over dialogs, and some that go one step back first."""


@dataclass(frozen=True, slots=True)
class Command:
    """An entry on the screen that is open, with its key."""

    entry: Entry
    section: str
    callback: Callable[[], Any]
    key: str = ""
    can: bool = True
    """Whether it can act now."""

    @property
    def title(self) -> str:
        """Its words, and its key in brackets."""
        return f"{self.entry.words} ({self.key})" if self.key else self.entry.words


# The commands of a screen.


def commands(app: KioskApp, screen: Screen[Any]) -> list[Command]:
    """What can be done on this screen, by section: its own commands first, then the desk's."""
    desk = app.desk
    found = list(_own_commands(app, screen)) if screen is not desk else []
    listed = {command.entry.name for command in found}
    home = desk or screen
    for section, entries in SECTIONS.items():
        if section == COLOURS:
            found += _colours(app)
        for entry in entries:
            if entry.name not in listed and (desk is not None or entry.needs_no_event):
                found += _command(app, screen, home, section, entry)
    return found


def _own_commands(app: KioskApp, screen: Screen[Any]) -> Iterator[Command]:
    """The keys of a screen over the desk, or of a screen without one."""
    for binding in bindings_of(screen):
        if binding.show and binding.action not in ("app.quit", "app.help"):
            about = binding.tooltip or ""
            entry = Entry(binding.action, binding.description, about, everywhere=True)
            yield from _command(app, screen, screen, HERE, entry)


def _command(
    app: KioskApp, screen: Screen[Any], home: Screen[Any], section: str, entry: Entry
) -> Iterator[Command]:
    """The command of an entry on its home screen, if it applies."""
    keys = _keys(home)
    has_key = entry.name in keys
    if entry.rehearsal is not None and entry.rehearsal != app.is_rehearsing:
        return
    if app.scan_only and not (entry.everywhere or has_key):
        return
    can = home.check_action(entry.action, ())
    if can is False or (can is None and (not has_key or app.scan_only)):
        return
    run = _run(app, home, entry) if can else partial(_say_why_not, home, entry.name)
    if home is not screen and not entry.needs_no_event:  # its keys do not act up here
        yield Command(entry, section, partial(_back_at, app, home, run), can=bool(can))
    else:
        yield Command(entry, section, run, keys.get(entry.name, ""), can=bool(can))


def _run(app: KioskApp, screen: Screen[Any], entry: Entry) -> Callable[[], Any]:
    target = app if entry.is_of_app else screen
    method: Callable[[], Any] | None = getattr(target, f"action_{entry.name}", None)
    # an action with a value in brackets is no method's name
    return method or partial(screen.run_action, entry.action)


def _say_why_not(desk: Screen[Any], action: str) -> None:
    """Show the reason of a command that cannot act now, as its key does."""
    if isinstance(desk, DeskScreen):
        desk.say_why_not(action)


async def _back_at(app: KioskApp, desk: Screen[Any], run: Callable[[], Any]) -> None:
    """Close the screens over the desk as Esc does, then act; if one stays open, do nothing."""
    for _ in range(_MOST_STEPS_BACK):
        top = app.screen
        if top is desk:
            done = run()
            if isawaitable(done):
                await done
            return
        back = next((key for key in bindings_of(top) if "escape" in key.key.split(",")), None)
        if back is None:
            return
        await top.run_action(back.action)


def _colours(app: KioskApp) -> Iterator[Command]:
    for words, theme in THEMES.items():
        entry = Entry(
            f"theme:{theme.name}",
            f"Colours: {words}",
            "For the whole program, on this computer",
            "theme color colour dark mode light mode night contrast accessibility display",
        )
        yield Command(entry, COLOURS, partial(app.use_theme, theme.name))


def _keys(screen: Screen[Any]) -> dict[str, str]:
    """The key of each action, as it is written on the screen."""
    keys: dict[str, str] = {}
    for binding in bindings_of(screen):
        if binding.id or binding.tooltip or binding.show:
            keys.setdefault(binding.action.removeprefix("app."), key_name(binding.key))
    return keys


# Searching: words of the title count most, then synonyms, then the description.

_NO_MEANING = frozenset(
    (
        *("a", "an", "the", "to", "of", "my", "our", "me", "i", "we", "it", "is", "how", "do"),
        *("can", "for", "this", "that", "and"),
    )
)
"""Words that are left out of a search."""
_TYPO = 0.8
"""Similarity of two words (0 to 1) from which one may be a typing error of the other."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A command that matches, with the word that matched where its title does not show it."""

    command: Command
    score: float
    by: str = ""


def search(found: Sequence[Command], text: str) -> list[Hit]:
    """The commands that match all words, best first; if there are none, those that match any."""
    typed = _words(text)
    wanted = [word for word in typed if word not in _NO_MEANING] or typed
    hits: list[tuple[int, Hit]] = []
    for command in found:
        scores = [(score, by) for score, by in (_match(command, w) for w in wanted) if score]
        if scores:
            total = sum(score for score, _ in scores) + _bonus(command)
            by = next((by for _, by in sorted(scores, reverse=True) if by), "")
            hits.append((len(scores), Hit(command, total, by)))
    most = max((count for count, _ in hits), default=0)
    best = [hit for count, hit in hits if count == most]
    return sorted(best, key=lambda hit: -hit.score)


def _bonus(command: Command) -> float:
    """Short titles come first, as “Help”, and commands that can act now."""
    return 4 / len(command.entry.words.split()) + (0.5 if command.can else 0)


def _words(text: str) -> list[str]:
    """Folded words; `check-in` is one word, and its parts too."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [word for word in re.split(r"[^\w^+]+", plain.replace("-", "").replace("'", "")) if word]


def _match(command: Command, word: str) -> tuple[float, str]:
    """How well a typed word fits a command, and the synonym that fits better than its title."""
    entry = command.entry
    if command.key and word in _key_words(command.key):
        return 95, ""
    shown = max(
        _fit(word, _title_words(entry.words), 100),
        _fit(word, _words(f"{entry.about} {command.section}"), 40),
    )
    fits = [(_fit(word, _words(phrase), 80), phrase) for phrase in entry.synonyms]
    also, synonym = max(fits, default=(0, ""))
    return (also, synonym) if also > shown else (shown, "")


def _title_words(title: str) -> list[str]:
    """The words of a title, the parts of `check-in`, and `backup` for “Back up”."""
    words = _words(title)
    return [*words, *_words(title.replace("-", " ")), *map("".join, pairwise(words))]


def _key_words(key: str) -> list[str]:
    """How people type the name of a key: `^p` and `ctrl+p`."""
    return [key.casefold(), key.casefold().replace("^", "ctrl+")]


def _fit(word: str, words: Iterable[str], weight: float) -> float:
    return max((_similar(word, other) * weight for other in words), default=0)


def _similar(word: str, other: str) -> float:
    """1 for the same word, less for its beginning, a part of it or a typing error; 0 else."""
    if word == other:
        return 1
    if other.startswith(word):
        return 0.9
    if len(word) < 3:
        return 0
    if word in other or (len(other) > 3 and word.startswith(other)):
        return 0.5
    if len(word) < 4 or word[0] != other[0]:
        return 0
    alike = SequenceMatcher(None, word, other).ratio()
    return alike / 3 if alike >= _TYPO else 0


# The screen.

_OTHER_ROWS = 10
"""Rows of the screen that are no commands."""


class PaletteScreen(Dialog[Command | None]):
    """A field to search, and the commands; answers the chosen one."""

    HELP = "Type what you want to do: export, printer, PIN, late ... Enter does the selected line."
    BINDINGS = [
        Binding("escape,ctrl+p", "dismiss(None)", "Back"),
        Binding("down", "move('cursor_down')", show=False, priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
    ]

    def __init__(self, list_commands: Callable[[], Sequence[Command]]) -> None:
        """`list_commands`: what can be done now; asked again for each search."""
        super().__init__()
        self._list_commands = list_commands
        self.options = OptionList(id="commands")
        self._rows: list[Hit | None] = []
        """The commands of the lines; None for a heading."""

    def compose(self) -> ComposeResult:
        """The field, the commands, the description of the selected one, the keys."""
        with Vertical(classes="dialog", id="palette"):
            yield Input(placeholder="What do you want to do? export, printer, PIN ...", id="wanted")
            yield self.options
            yield StatusLine(id="command-about")
            yield Hint("↑↓ select", "Enter OK", "Esc back")

    def on_mount(self) -> None:
        """List everything."""
        self.options.can_focus = False
        self.query_one(Input).focus()
        self.call_after_refresh(self._show, "")

    def on_resize(self) -> None:
        """Fill the new width."""
        self.call_after_refresh(self._show, self.query_one(Input).value)

    @property
    def hits(self) -> list[Hit]:
        """The commands on screen, in order."""
        return [row for row in self._rows if row is not None]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    def _show(self, text: str) -> None:
        found = self._list_commands()
        if text.strip():
            self._rows = [*search(found, text)]
            lines = [self._line(hit, text) for hit in self.hits]
        else:
            self._rows, lines = self._by_section(found)
        self.options.styles.max_height = max(3, self.size.height - _OTHER_ROWS)
        self.options.clear_options()
        self.options.add_options(lines)
        first = next((n for n, row in enumerate(self._rows) if row is not None), None)
        self.options.highlighted = first
        self._say_about(first)

    def _by_section(self, found: Sequence[Command]) -> tuple[list[Hit | None], list[Option]]:
        rows: list[Hit | None] = []
        lines: list[Option] = []
        for section in (HERE, *SECTIONS):
            own = [Hit(command, 0) for command in found if command.section == section]
            if own:
                rows += [None, *own]
                lines.append(Option(Content.styled(section, "bold $accent"), disabled=True))
                lines += [self._line(hit) for hit in own]
        return rows, lines

    def _line(self, hit: Hit, text: str = "") -> Option:
        """The title, the word that matched, or the description where it fits, and the key."""
        command, width = hit.command, max(30, (self.options.size.width or 60) - 3)
        key = f"  {command.key}" if command.key else ""
        title = fit(escape_controls(command.entry.words), width - 2 - cell_len(key))
        extra = hit.by or (command.entry.about if width >= 80 else "")
        space = width - 4 - cell_len(title) - cell_len(key)
        extra = fit(f"  {escape_controls(extra)}", space) if extra else ""
        gap = " " * max(0, width - 2 - cell_len(title) - cell_len(extra) - cell_len(key))
        plain = "" if command.can else "dim"
        return Option(
            Content.assemble(
                "  ",
                Content.styled(title, plain) if not command.can else _marked(title, text),
                (extra, "dim"),
                gap,
                (key, "bold $accent" if command.can else "dim"),
            )
        )

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._say_about(event.option_index)

    def _say_about(self, index: int | None) -> None:
        """Describe the command of a line."""
        hit = self._hit(index)
        if index is None:
            self.say("No command matches. Try another word, for example: print, list, save.")
        elif hit is not None:
            why = "" if hit.command.can else " Not now: Enter says why."
            about = hit.command.entry.about
            self.say(f"{about}.{why}" if about else why.strip())

    def action_move(self, how: str) -> None:
        """Select another line."""
        getattr(self.options, f"action_{how}")()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _chosen(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        event.stop()
        hit = self._hit(self.options.highlighted)
        if hit is not None:
            self.dismiss(hit.command)

    def _hit(self, index: int | None) -> Hit | None:
        """The command of a line; None for a heading."""
        return self._rows[index] if index is not None and index < len(self._rows) else None


def _marked(title: str, text: str) -> Content:
    """The title with the typed words in bold."""
    shown = Content(title)
    for word in text.split():
        match = re.search(rf"\b{re.escape(word)}", title, re.IGNORECASE)
        if match:
            shown = shown.stylize("bold $accent", *match.span())
    return shown

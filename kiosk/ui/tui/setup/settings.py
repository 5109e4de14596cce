"""The settings of the event, of its badges and of this computer, with a preview of the badge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static, TextArea

from kiosk.domain.datetimes import days_in_words
from kiosk.domain.text import escape_controls
from kiosk.errors import KioskError
from kiosk.services.badges.layouts import PREVIEWED, view_setting
from kiosk.services.badges.preview import BadgeView, BadgeViewer
from kiosk.services.event.settings import SETTINGS, change_settings, settings_now
from kiosk.services.printing.settings import PrintMode, print_settings, set_print_mode
from kiosk.services.setup.folders import typed_path
from kiosk.services.setup.new_event import parse_days
from kiosk.services.sharing.sharing import name_desk
from kiosk.ui.tui.dialogs.dialog import EventDialog
from kiosk.ui.tui.dialogs.form import FormScreen
from kiosk.ui.tui.dialogs.pin import make_change
from kiosk.ui.tui.host import host_of
from kiosk.ui.tui.printing.layout_preview import BadgePictureView, LayoutPreviewScreen
from kiosk.ui.tui.printing.printer_check import PrinterTestScreen
from kiosk.ui.tui.theme import THEMES
from kiosk.ui.tui.widgets.charts import fit
from kiosk.ui.tui.widgets.form import Choice, RecordList
from kiosk.ui.tui.widgets.key_bar import Hint, StatusLine
from kiosk.ui.tui.worker import Session

if TYPE_CHECKING:
    from kiosk.storage.file.store import Store

# The settings in plain words.

EVENT, BADGES, CERTIFICATES, HERE = "Event", "Badges", "Certificates", "This computer"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting in plain words."""

    key: str
    section: str
    label: str
    about: str
    example: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_long: bool = False
    """A text of several lines."""
    default: str = ""
    """What counts while nothing is set."""


# fmt: off
FIELDS = (
    Field("name", EVENT, "Name", "On the desk, badges and reports.", "PyCon Pune 2027"),
    Field("days", EVENT, "Days", "The check-in list of a day moves with it.", "16-17 Feb 2027"),
    Field("timezone", EVENT, "Time zone", "For days, lists and times.", "Asia/Kolkata, or Pune"),
    Field("place", EVENT, "Place", "On badges and certificates that show it.", "COEP, Pune"),
    Field("self_service_confirm", EVENT, "Self-service", "Whether it shows the person first.",
          choices=(("", "checks in at once"), ("yes", "shows the person, Enter checks in"))),
    Field("ticket_keys", EVENT, "Signed tickets",
          "The public key of pretix admits tickets that were sold late.", "~/key.pem, or the key"),
    Field("badge_layout", BADGES, "Layout", "The design of the badges, with a preview.",
          default="the last one used, else a6"),
    Field("accent", BADGES, "Colour", "Of stripes and titles on badges, as #RRGGBB.", "#1f5fa8",
          default="#1f5fa8"),
    Field("logo", BADGES, "Logo", "A PNG or JPEG file; empty: none.", "~/Pictures/logo.png"),
    Field("sponsors", BADGES, "Sponsors", "A folder with their logos as PNG or JPEG.",
          "~/sponsors"),
    Field("programme", BADGES, "Programme", "Inside of folded badges, one line each.",
          is_long=True),
    Field("contact", BADGES, "Contact", "For the code of conduct, on folded badges.", is_long=True),
    Field("wifi", BADGES, "Wi-Fi", "Network and password, on folded badges.", is_long=True),
    Field("han_language", BADGES, "Chinese characters", "The form that names are printed in.",
          choices=(("", "by the attendee's country"), ("ja", "Japanese"), ("ko", "Korean"),
                   ("zh-hans", "Chinese, simplified"), ("zh-hant", "Chinese, traditional"))),
    Field("nastaliq", BADGES, "Urdu names", "In Nastaliq, the style of Urdu, or in Naskh.",
          choices=(("auto", "by language and country"), ("always", "Nastaliq"),
                   ("never", "Naskh"))),
    Field("certificate_title", CERTIFICATES, "Title", "In large letters.",
          "Certificate of attendance", default="Certificate of attendance"),
    Field("certificate_text", CERTIFICATES, "Text", "Between the name and the event.", "attended",
          default="attended"),
    Field("certificate_signed_by", CERTIFICATES, "Signed by", "Below the line.",
          "Meera Joshi, chair"),
    Field("desk_name", HERE, "Desk name", "Of this laptop, in the log and at other desks.",
          "Desk 2"),
    Field("printer", HERE, "Printer", "Choose it, its labels and layout; print a sample badge."),
    Field("print_mode", HERE, "Badges print", "When badges print at this desk.",
          choices=((PrintMode.OFF, "never: F6 writes a PDF"),
                   (PrintMode.BY_KEY, "when F6 is pressed"),
                   (PrintMode.ON_CHECK_IN, "at each first check-in"))),
    Field("backup_second", HERE, "Second backup folder",
          "Every five minutes a copy goes there, too; empty: none.", "a USB stick"),
    Field("theme", HERE, "Colours", "Of the screen.",
          choices=tuple((theme.name, words) for words, theme in THEMES.items())),
    Field("sound", HERE, "Sound", "A sound for each verdict, until kiosk is closed.",
          choices=(("on", "on"), ("off", "off"))),
)
# fmt: on


def all_fields() -> tuple[Field, ...]:
    """The settings above, and each other setting of the event with the words of the commands."""
    known = {field.key for field in FIELDS}
    others = (key for key in SETTINGS if key not in known)
    return (*FIELDS, *(_plain_field(key) for key in others))


def _plain_field(key: str) -> Field:
    about = SETTINGS[key].about
    return Field(
        key, "More", key.replace("_", " ").capitalize(), f"{about[:1].upper()}{about[1:]}."
    )


_WIDE = 60
"""Cells from which a line shows the name of its section."""
DRAW_S = 0.2
"""Delay between the last key and the new picture."""


Saved = Callable[[object], None]
Failed = Callable[[KioskError], None]


class SettingsScreen(EventDialog[None]):
    """One line for each setting; Enter changes the selected one."""

    HELP = (
        "Enter changes the selected setting. A value that cannot be used is refused with the "
        "reason. Settings of “This computer” stay on this laptop; all others go to every desk."
    )
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("enter", "change", "Change"),
    ]

    def __init__(self, event: Path, desk: str, select: str = "") -> None:
        """`select`: the key of the setting to begin with."""
        super().__init__(event, desk)
        self.lines = RecordList[Field](lambda field: field.key, id="settings-lines")
        self.values: dict[str, str] = {}
        self._first = select

    def compose(self) -> ComposeResult:
        """The settings, what the selected one means, the last action, the keys."""
        with Vertical(classes="dialog wide", id="settings"):
            yield Static("Settings", classes="title")
            yield self.lines
            yield Static("", id="setting-about", classes="line", markup=False)
            yield StatusLine(id="settings-said")
            yield Hint("↑↓ select", "Enter change", "Esc back")

    def on_mount(self) -> None:
        """Read the values."""
        self._load()

    def on_resize(self) -> None:
        """Fill the new width."""
        if self.values:
            self.call_after_refresh(self._show)

    def _load(self, done: str = "") -> None:
        def loaded(values: dict[str, str]) -> None:
            self.values = values | self._of_the_program()
            self._show()
            self.say(done)

        self.session.ask(_values, self.while_open(loaded))

    def _of_the_program(self) -> dict[str, str]:
        host = host_of(self)
        sound = "on" if host.sounder.enabled else "off"
        return {"desk_name": host.desk_name, "theme": self.app.theme, "sound": sound}

    def _show(self) -> None:
        width = self.lines.line_width()
        self.lines.show(all_fields(), lambda field: _line(field, self.values, width))
        if self._first:
            self.lines.select(self._first)
            self._first = ""

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        field = self.lines.selected
        self.query_one("#setting-about", Static).update(field.about if field else "")

    # changing

    @on(OptionList.OptionSelected)
    def _enter_pressed(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_change()

    def action_change(self) -> None:
        """Change the selected setting."""
        field, paper = self.lines.selected, host_of(self).paper
        if field is None or not self.values:
            return
        if field.key == "badge_layout":
            self.app.push_screen(
                LayoutPreviewScreen(self.event, self.desk), lambda name: self._left(field, name)
            )
        elif field.key == "printer" and paper is not None:
            self.app.push_screen(PrinterTestScreen(paper), lambda _: self._load())
        else:
            form = SettingForm(self.session, field, self.values.get(field.key, ""), self._save)
            self.app.push_screen(form, lambda value: self._left(field, value))

    def _left(self, field: Field, value: str | None) -> None:
        self._load(f"✓ Saved: {field.label}." if value is not None else "")

    def _save(self, key: str, value: str, then: Saved, failed: Failed) -> None:
        """Save a value with what owns the setting."""
        host, session = host_of(self), self.session
        if key in SETTINGS:
            make_change(
                self.app,
                session,
                lambda store, given: change_settings(store, {key: value}, given=given),
                then,
                failed,
            )
        elif key == "desk_name":
            session.ask(lambda store: name_desk(store, value), self._named(then), failed)
        elif key == "print_mode":
            self._set_print_mode(PrintMode(value), then, failed)
        elif key == "theme":
            host.use_theme(value)
            then(None)
        else:
            host.sounder.enabled = value == "on"
            then(None)

    def _named(self, then: Saved) -> Callable[[str], None]:
        def named(name: str) -> None:
            host_of(self).desk_renamed(name)
            then(name)

        return named

    def _set_print_mode(self, mode: PrintMode, then: Saved, failed: Failed) -> None:
        paper = host_of(self).paper
        if paper is not None:  # the queue follows at once
            paper.choose(paper.settings.printer, mode)
            then(None)
        else:
            self.session.ask(lambda store: set_print_mode(store, mode), then, failed)


def _values(store: Store) -> dict[str, str]:
    """The stored settings."""
    printing = print_settings(store)
    return {**settings_now(store), "printer": printing.printer, "print_mode": printing.mode}


def _line(field: Field, values: Mapping[str, str], width: int) -> Content:
    """Section, label and value in `width` cells; the section at its first setting, if it fits."""
    first = next(one for one in all_fields() if one.section == field.section)
    section = field.section if field is first else ""
    value = values.get(field.key, "")
    shown = escape_controls(_words(field, value)) or "–"
    swatch = ("██ ", value or field.default) if field.key == "accent" else ""
    section_width = 14 if width >= _WIDE else 0
    space = width - 24 - section_width - (3 if swatch else 0)
    return Content.assemble(
        (f"{section:14}"[:section_width], "bold $accent"),
        f"{field.label:22}  ",
        swatch,
        (fit(shown, max(8, space)), "" if value else "dim"),
    )


def _words(field: Field, value: str) -> str:
    """A value as a person reads it."""
    if field.key == "days" and value:
        return days_in_words(parse_days(value))
    if field.choices:
        return dict(field.choices).get(value, field.choices[0][1])
    return (value or field.default).replace("\n", " / ")


class SettingForm(FormScreen[str | None]):
    """One setting; answers the saved value, or None when nothing was saved."""

    PREFIX = "setting"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-normal")]
    HELP = "Type or select the value. F2 saves it; Esc goes back and changes nothing."

    def __init__(
        self,
        session: Session,
        field: Field,
        value: str,
        save: Callable[[str, str, Saved, Failed], None],
    ) -> None:
        """`save`: gets the key, the value, and what to call afterwards."""
        super().__init__()
        self.session = session
        self.setting = field
        self.before = value
        self._save = save
        self._viewer = BadgeViewer()
        self._asked = 0

    BINDINGS = [Binding("enter", "save", "Save", show=False)]

    @property
    def has_preview(self) -> bool:
        """Whether the badge shows this setting."""
        return self.setting.key in PREVIEWED

    def compose(self) -> ComposeResult:
        """The field, the error, the badge with the typed value, the keys."""
        setting = self.setting
        keys = ("←→ change",) if setting.choices else ()
        save = "F2 save" if setting.is_long else "Enter save"
        with Vertical(classes="dialog", id="setting-form"):
            yield Static(setting.label, classes="title", markup=False)
            with Container(id="setting-body"):
                with Vertical(id="setting-left"):
                    yield Static(setting.about, classes="line", markup=False)
                    yield self._value_field()
                    yield StatusLine(id="setting-said")
                if self.has_preview:
                    yield BadgePictureView(id="setting-badge")
            yield Hint(*keys, save, "Esc back")

    def _value_field(self) -> Widget:
        """The field that fits the setting."""
        setting = self.setting
        if setting.choices:
            return Choice(setting.choices, self.before, id="setting-value")
        if setting.is_long:
            return TextArea(self.before, id="setting-value", tab_behavior="focus")
        return Input(
            escape_controls(self.before or setting.default * (setting.key in PREVIEWED)),
            placeholder=setting.example,
            id="setting-value",
            max_length=4_000,
        )

    def on_mount(self) -> None:
        """Put the cursor in the field and draw the badge."""
        self.set_class(self.has_preview, "-preview")
        self.query_one("#setting-value").focus()
        self.call_after_refresh(self._draw_soon)

    def on_resize(self) -> None:
        """Draw the badge again in the new size."""
        self.call_after_refresh(self._draw_soon)

    @property
    def value(self) -> str:
        """The typed or selected value."""
        widget = self.query_one("#setting-value")
        if isinstance(widget, TextArea):
            return widget.text
        text = widget.value if isinstance(widget, Choice | Input) else ""
        if self.setting.key in ("logo", "sponsors", "backup_second") and text.strip():
            return str(typed_path(text))
        return self.before if text == escape_controls(self.before) else text

    # the badge

    @on(Input.Changed)
    @on(Choice.Changed)
    def _changed(self, event: Input.Changed | Choice.Changed) -> None:
        event.stop()
        self.say("")
        self._draw_soon()

    def _draw_soon(self) -> None:
        """Draw the badge when no key follows; of several requests the last one counts."""
        self._asked += 1
        number = self._asked
        if self.has_preview:
            self.set_timer(DRAW_S, lambda: self._draw(number))

    def _draw(self, number: int) -> None:
        if number != self._asked or not self.is_attached:
            return
        key, value = self.setting.key, self.value
        width, height = self.query_one("#setting-badge").size

        def shown(view: BadgeView) -> None:
            if number == self._asked and self.is_attached:
                self.query_one("#setting-badge", BadgePictureView).show_view(view)

        self.session.ask(
            lambda store: view_setting(
                self._viewer, store, key, value, max(1, width), max(1, height - 1)
            ),
            shown,
            lambda error: self._cannot_draw(number, error),
        )

    def _cannot_draw(self, number: int, error: KioskError) -> None:
        """Say why the typed value cannot be shown; the last picture stays."""
        if number == self._asked:
            self.say(error.problem)

    # saving

    def enter(self, field: Input) -> None:
        """Enter saves."""
        self.action_save()

    def action_save(self) -> None:
        """Save the value, or show why it cannot be used."""
        value = self.value
        self._save(self.setting.key, value, lambda _: self._saved(value), self.failed)

    def _saved(self, value: str) -> None:
        if self.is_attached:
            self.dismiss(value)

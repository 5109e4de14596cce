"""List the badge layouts of an event, and preview a real person's badge in one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kiosk.badges.layout.file import load_layout
from kiosk.badges.layout.pretix import import_pretix_layout
from kiosk.domain.badges.order import BadgePerson
from kiosk.domain.people.names import fold
from kiosk.errors import KioskError, NotWritten
from kiosk.services.badges.badges import admitted_people
from kiosk.services.badges.context import badge_of, chosen_layout, event_look
from kiosk.services.badges.preview import BadgeView, BadgeViewer
from kiosk.services.badges.shared_layout import is_own, layout_file
from kiosk.services.event.settings import checked_setting
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.lists import setting
from kiosk.support.files import atomic_file, plain_bytes
from kiosk.support.paths import assets_dir

_PEOPLE = 12
"""Real people in the preview: more names show nothing new about a layout."""
_SAMPLE_PERSON = BadgePerson(
    "",
    "Chandrika Venkataraman",
    "Chandrika",
    "Venkataraman",
    "Example Works",
    "Speaker",
    "K1EXAMPLE",
)
"""Shown while there are no attendees."""


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """A layout file that can be chosen; it may have mistakes."""

    name: str
    """The stored value: a shipped layout's name, or the path of an own file."""
    path: Path
    is_chosen: bool = False

    @property
    def label(self) -> str:
        """Its name on the screen."""
        return self.path.name if self.name.endswith(".toml") else self.name

    def stamp(self) -> tuple[int, int]:
        """A value that changes when the file is saved; (-1, -1) while the file is missing."""
        try:
            stat = self.path.stat()
        except OSError:
            return (-1, -1)
        return stat.st_mtime_ns, stat.st_size

    def about(self) -> str:
        """Its size and description; empty while it cannot be read."""
        try:
            layout = load_layout(self.path)
        except KioskError:
            return ""
        stock = f", for {layout.stock}" if layout.stock else ""
        return f"{layout.width:g} x {layout.height:g} mm{stock}. {layout.description}"


def layout_choices(store: Store) -> list[LayoutChoice]:
    """The shipped layouts, and the TOML files next to the event."""
    chosen, _ = chosen_layout(store, None)
    own = sorted(store.path.resolve().parent.glob("*.toml"))
    names = {str(path): path for path in own}
    for known in (setting(store.connection, "badge_layout", ""), chosen):
        file = layout_file(store, known) if known and is_own(known) else ""
        if file and Path(known).resolve() not in own:
            names[known] = Path(file).resolve()
    shipped = sorted((assets_dir() / "layouts").glob("*.toml"))
    choices = [LayoutChoice(path.stem, path, path.stem == chosen) for path in shipped]
    return choices + [
        LayoutChoice(name, path, is_own(chosen) and Path(chosen).resolve() == Path(name).resolve())
        for name, path in names.items()
    ]


def preview_people(store: Store, first: str | None) -> list[str]:
    """Ids of people to preview a layout with: the given one, the longest names, other scripts."""
    admitted = [person for person in admitted_people(store) if person.name]
    by_length = sorted(admitted, key=lambda person: (-len(person.name), person.id))
    foreign = [person for person in by_length if not fold(person.name).isascii()]
    short = by_length[::-1]
    wanted = [attendee(store.connection, first)] if first else []
    ids: dict[str, None] = {person.id: None for person in wanted if person}
    for group in zip(by_length, foreign or by_length, short, strict=False):
        ids.update(dict.fromkeys(person.id for person in group))
        if len(ids) >= _PEOPLE:
            break
    ids.update(dict.fromkeys(person.id for person in by_length[:3]))
    return list(ids)[:_PEOPLE]


def view_layout(
    viewer: BadgeViewer, store: Store, path: Path, attendee_id: str | None, columns: int, rows: int
) -> BadgeView:
    """An attendee's badge in this layout.

    Raises:
        KioskError: the mistake in the file, with its line and the nearest valid word.
    """
    layout = load_layout(path)
    person = _person_shown(store, attendee_id)
    view, _ = viewer.draw(person, layout, event_look(store), columns, rows)
    return view


def _person_shown(store: Store, attendee_id: str | None) -> BadgePerson:
    found = attendee(store.connection, attendee_id) if attendee_id else None
    return badge_of(store, found) if found else _SAMPLE_PERSON


PREVIEWED = ("name", "place", "accent", "logo", "han_language", "nastaliq")
"""Settings that the front of a badge can show."""


def view_setting(
    viewer: BadgeViewer, store: Store, key: str, value: str, columns: int, rows: int
) -> BadgeView:
    """A badge as it would look with another value of one of the settings `PREVIEWED`.

    Raises:
        KioskError: `bad_setting`.
    """
    _, checked = checked_setting(key, value)
    person = _person_shown(store, next(iter(preview_people(store, None)), None))
    shown: dict[str, Any] = {key: checked}
    if key == "logo":
        shown[key] = Path(checked) if checked else None
    look = replace(event_look(store), **shown)
    view, _ = viewer.draw(person, chosen_layout(store, None)[1], look, columns, rows)
    return view


def convert_pretix_layout(path: Path, out: Path, size: tuple[float, float] | None) -> list[str]:
    """Turn a badge layout exported from pretix into a layout file.

    Args:
        size: width and height of the page in mm, for a list of elements without them.

    Returns:
        A sentence for each part that was not converted.

    Raises:
        KioskError: the file cannot be read or is not a badge layout, or `out` cannot be written.
    """
    try:
        text = plain_bytes(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise NotWritten(
            "cannot_read",
            f"{path} cannot be read: {reason}.",
            next_step="Choose the JSON file that pretix exports from its badge editor.",
        ) from error
    width, height = size or (None, None)
    converted = import_pretix_layout(text, width=width, height=height)
    with atomic_file(out) as file:
        file.write(converted.toml.encode())
    return list(converted.notes)

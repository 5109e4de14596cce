"""The badge layouts of an event, and how a real person's badge looks in one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.badges.order import BadgePerson
from kiosk.domain.people.names import fold
from kiosk.errors import KioskError
from kiosk.services.badges.badges import admitted_people
from kiosk.services.badges.context import badge_person, chosen_layout, event_look
from kiosk.services.badges.preview import BadgeView, BadgeViewer
from kiosk.services.badges.shared_layout import is_own, layout_file
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import attendee
from kiosk.storage.queries.lists import setting
from kiosk.support.paths import assets_dir

_PEOPLE = 12
"""Real people to leaf through: more names teach nothing new about a layout."""
_NOBODY = BadgePerson(
    "",
    "Chandrika Venkataraman",
    "Chandrika",
    "Venkataraman",
    "Example Works",
    "Speaker",
    "K1EXAMPLE",
)
"""Shown while nobody is on the list."""


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """A layout file that can be chosen, whether it is without mistakes or not."""

    name: str
    """What the event remembers: a shipped layout's name, or the path of one's own."""
    path: Path
    is_chosen: bool = False

    @property
    def label(self) -> str:
        """What it is called on the screen."""
        return self.path.name if self.name.endswith(".toml") else self.name

    def stamp(self) -> tuple[int, int]:
        """Changes when the file is saved; (-1, -1) while it is gone."""
        try:
            stat = self.path.stat()
        except OSError:
            return (-1, -1)
        return stat.st_mtime_ns, stat.st_size

    def about(self) -> str:
        """Its size and what it says of itself. Empty while it cannot be read."""
        from kiosk.badges.layout.file import load_layout
        from kiosk.errors import KioskError

        try:
            layout = load_layout(self.path)
        except KioskError:
            return ""
        stock = f", for {layout.stock}" if layout.stock else ""
        return f"{layout.width:g} x {layout.height:g} mm{stock}. {layout.description}"


def layout_choices(store: Store) -> list[LayoutChoice]:
    """The shipped layouts, and the TOML files beside the event."""
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
    """Ids of people to try a layout with: the one asked for, the longest names, other scripts."""
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
    """Somebody's badge in this layout.

    Raises:
        KioskError: the mistake in the file, with its line and the nearest valid word.
    """
    from kiosk.badges.layout.file import load_layout

    layout = load_layout(path)
    found = attendee(store.connection, attendee_id) if attendee_id else None
    person = badge_person(found) if found else _NOBODY
    view, _ = viewer.draw(person, layout, event_look(store), columns, rows)
    return view


def convert_pretix_layout(path: Path, out: Path) -> list[str]:
    """Turn a badge layout exported from pretix into a layout file.

    Returns:
        What could not come along, a sentence each.

    Raises:
        KioskError: the file cannot be read or is no badge layout, or `out` cannot be written.
    """
    from kiosk.badges.layout.pretix import import_pretix_layout
    from kiosk.support.files import atomic_file, plain_bytes

    try:
        text = plain_bytes(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise KioskError(
            "cannot_read",
            f"{path} cannot be read: {reason}.",
            saved="Nothing was written.",
            next_step="Name the JSON file that pretix exports from its badge editor.",
        ) from error
    converted = import_pretix_layout(text)
    with atomic_file(out) as file:
        file.write(converted.toml.encode())
    return list(converted.notes)

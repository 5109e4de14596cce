"""The organiser's own layout and logo reach every desk; paths of other desks are not used."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.badges.layout.compose import badge_hash
from kiosk.badges.layout.file import load_layout, pack_layout, unpack_layout
from kiosk.domain.log.events import EventKind
from kiosk.errors import KioskError
from kiosk.services.badges.context import badge_person, chosen_layout, event_look, use_layout
from kiosk.services.badges.layouts import layout_choices
from kiosk.services.badges.on_demand import write_badge
from kiosk.services.badges.shared_layout import refresh_shared, unshared
from kiosk.services.event.settings import change_settings
from kiosk.services.people.people import walk_in
from kiosk.services.reports.audit import Narrator, audit_trail
from kiosk.storage.file.store import Store
from kiosk.storage.queries.lists import setting
from tests.conftest import Clock
from tests.support.desks import assert_sound, new_desk, send

LAYOUT = """
name = "Ours"
width = 90
height = 60
[[front]]
type = "image"
x = 2
y = 2
width = 20
height = 20
source = "art/bird.png"
[[front]]
type = "image"
x = 60
y = 2
width = 20
height = 20
source = "logo"
[[front]]
type = "text"
x = 5
y = 25
width = 80
height = 20
text = "{name}"
size = 30
"""


def picture(path: Path, colour: str = "red", size: int = 20) -> Path:
    """A small PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (size, size), colour).save(path)
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The organiser's layout with its picture, in a folder that other desks do not have."""
    path = tmp_path / "organiser" / "ours.toml"
    picture(path.parent / "art" / "bird.png")
    path.write_text(LAYOUT)
    return path


@pytest.fixture
def other(store: Store, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A second desk."""
    (tmp_path / "two").mkdir()
    made = new_desk(tmp_path / "two" / "2.kiosk", "Desk 2", store, clock=clock)
    yield made
    made.close()


def away(path: Path) -> None:
    """The other laptop has no such folder."""
    path.parent.rename(path.parent.with_name("elsewhere"))


def test_badges_are_the_same_at_every_desk(
    store: Store, other: Store, own: Path, tmp_path: Path
) -> None:
    """Layout, picture and logo arrive with the log; both desks draw the same badge."""
    person = walk_in(store, "Priya", {})
    logo = picture(tmp_path / "organiser" / "logo.png", "blue")
    change_settings(store, {"logo": str(logo)})
    use_layout(store, str(own))
    name, layout = chosen_layout(store, None)
    first = badge_hash(badge_person(person), layout, event_look(store))
    send(store, other)
    away(own)
    again, layout = chosen_layout(other, None)
    second = badge_hash(badge_person(person), layout, event_look(other))
    badge = write_badge(other, person.id)

    assert (str(own), str(own)) == (name, again)
    assert first == second
    assert not layout.folder.is_relative_to(own.parent)
    assert b"%PDF" == badge.read_bytes()[:4]
    assert [str(own)] == [item.name for item in layout_choices(other) if item.is_chosen]
    assert [] == unshared(store)
    send(other, store)
    assert_sound(store, other)


def test_a_saved_change_reaches_the_others(store: Store, other: Store, own: Path) -> None:
    """An edit shows here at once and there at the next refresh; a mistake is not shared."""
    use_layout(store, str(own))
    before = chosen_layout(store, None)[1].fingerprint
    refresh_shared(store)
    events = len(list(store.events()))
    own.write_text(LAYOUT.replace("size = 30", "size = 28"))
    now = chosen_layout(store, None)[1].fingerprint
    refresh_shared(store)
    own.write_text("name = ")
    refresh_shared(store)
    send(store, other)
    away(own)

    assert events + 1 == len(list(store.events()))
    assert before != now == chosen_layout(other, None)[1].fingerprint


def test_a_path_of_another_desk_is_not_believed(store: Store, other: Store, own: Path) -> None:
    """Without its content the shipped layout is used, even if there is a file of that name."""
    with other.writing():
        for key, value in (("badge_layout", str(own)), ("logo", str(own))):
            other.append(EventKind.SETTING, {"key": key, "value": value})
    send(other, store)

    assert "a6" == chosen_layout(store, None)[0]
    assert event_look(store).logo is None


def _sponsor_files(folder: Path) -> list[tuple[str, bytes]]:
    """Two pictures and a text."""
    picture(folder / "b.png", "green")
    picture(folder / "A one.png", "blue")
    (folder / "notes.txt").write_text("Nothing to draw")
    return [(name, (folder / name).read_bytes()) for name in ("A one.png", "b.png")]


def _seen(store: Store) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in event_look(store).sponsors]


def test_sponsors_next_to_the_event_reach_every_desk(store: Store, other: Store) -> None:
    """In the same order; a new picture follows, an empty setting removes them all."""
    folder = store.path.parent / "sponsors"
    files = _sponsor_files(folder)
    assert _seen(store) == files
    refresh_shared(store)
    refresh_shared(other)
    send(store, other)
    assert _seen(other) == files
    person = walk_in(store, "Priya", {})
    send(store, other)
    badges = [
        badge_hash(badge_person(person), load_layout("sponsors"), event_look(each))
        for each in (store, other)
    ]
    assert badges[0] == badges[1]

    picture(folder / "c.png")
    refresh_shared(store)
    send(store, other)
    assert [name for name, _ in _seen(other)] == ["A one.png", "b.png", "c.png"]
    change_settings(store, {"sponsors": ""})
    refresh_shared(store)
    send(store, other)
    assert (_seen(store), _seen(other)) == ([], [])
    assert_sound(store, other)


@pytest.mark.parametrize("links", ["a folder", "a picture", "a picture of the layout"])
def test_no_link_next_to_the_event_shares_a_file(
    links: str, store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What came with a stranger's event, or layout, cannot share pictures from elsewhere."""
    private = picture(tmp_path_factory.mktemp("private") / "me.png")
    folder = store.path.parent / "sponsors"
    if links == "a folder":
        folder.symlink_to(private.parent)
    elif links == "a picture":
        folder.mkdir()
        (folder / "ad.png").symlink_to(private)
    else:
        (store.path.parent / "art").symlink_to(private.parent)
        (store.path.parent / "ours.toml").write_text(LAYOUT.replace("bird", "me"))
        change_settings(store, {"badge_layout": str(store.path.parent / "ours.toml")})
    refresh_shared(store)

    assert () == event_look(store).sponsors
    assert not [text for text in map(str, store.events()) if "iVBOR" in text]


def test_another_folder_of_sponsors_can_be_chosen(
    store: Store, other: Store, tmp_path: Path
) -> None:
    """It replaces the one next to the event, at every desk."""
    _sponsor_files(store.path.parent / "sponsors")
    gold = tmp_path / "organiser" / "gold"
    picture(gold / "gold.png")
    change_settings(store, {"sponsors": str(gold)})
    send(store, other)
    away(gold)

    assert [name for name, _ in _seen(other)] == ["gold.png"]
    assert unshared(store) == []


def test_sponsors_that_are_no_pictures_stay_here(store: Store, other: Store) -> None:
    """A setting refuses them; other desks keep the last valid ones."""
    folder = store.path.parent / "sponsors"
    files = _sponsor_files(folder)
    refresh_shared(store)
    (folder / "b.png").write_text("no picture")
    refresh_shared(store)
    with pytest.raises(KioskError):
        change_settings(store, {"sponsors": str(folder)})
    send(store, other)

    assert _seen(other) == files


def test_too_many_sponsors_are_reported(store: Store) -> None:
    """They are used at this desk, and readiness names the folder."""
    for number in range(13):
        picture(store.path.parent / "sponsors" / f"{number}.png")
    refresh_shared(store)

    assert len(_seen(store)) == 13
    assert unshared(store) == ["sponsors"]


@pytest.mark.parametrize(
    "pictures",
    [
        {"../a.png": "iVBORw0KGgo="},
        {"a/b.png": "iVBORw0KGgo="},
        {"a.png": "bm8gcGljdHVyZQ=="},
    ],
)
def test_hostile_sponsors_of_another_desk_are_not_written(
    pictures: dict[str, str], store: Store
) -> None:
    """No path, and no file that is no picture; the badge has no sponsors then."""
    with store.writing():
        store.append(EventKind.SETTING, {"key": "sponsors", "value": "theirs"})
        store.append(
            EventKind.SETTING,
            {"key": "sponsors_pack", "value": {"name": "theirs", "pictures": pictures}},
        )

    assert event_look(store).sponsors == ()


def test_pictures_of_a_row_of_logos_are_packed(store: Store, other: Store, own: Path) -> None:
    """An element with several sources, one of them the event's sponsors."""
    logos = '[[front]]\ntype = "logos"\nx = 2\ny = 48\nwidth = 80\nheight = 10\n'
    own.write_text(LAYOUT + logos + 'sources = ["art/bird.png", "art/fish.png", "sponsors"]\n')
    picture(own.parent / "art" / "fish.png", "blue")
    use_layout(store, str(own))
    send(store, other)
    away(own)

    layout = chosen_layout(other, None)[1]
    assert (layout.folder / "art" / "fish.png").is_file()


def test_what_is_too_large_stays_here_and_is_told(store: Store, own: Path) -> None:
    """It is used at this desk; the readiness report can name it."""
    noise = Image.effect_noise((1200, 1200), 90)
    noise.save(own.parent / "art" / "bird.png")
    use_layout(store, str(own))

    assert str(own) == chosen_layout(store, None)[0]
    assert setting(store.connection, "layout_pack") is None
    assert ["ours.toml"] == unshared(store)


def test_the_log_is_still_readable(store: Store, own: Path) -> None:
    """A layout with pictures is one short line in the log listing."""
    use_layout(store, str(own))
    lines = [Narrator(store).line(entry) for entry in audit_trail(store)]

    assert max(map(len, lines)) < 500


def changed(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A pack with some of it replaced."""
    return lambda pack: {**pack, **changes}


def named(source: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A pack with a picture outside its folder."""
    return lambda pack: {
        "toml": pack["toml"].replace("art/bird.png", source),
        "pictures": {source: pack["pictures"]["art/bird.png"]},
    }


HOSTILE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "no toml": changed(toml="name = "),
    "no layout": changed(toml="width = 3"),
    "a picture is missing": changed(pictures={}),
    "no picture": changed(pictures={"art/bird.png": base64.b64encode(b"MZ...").decode()}),
    "no base64": changed(pictures={"art/bird.png": "***"}),
    "a way up": named("../../bird.png"),
    "an absolute path": named("/tmp/bird.png"),
    "a path of Windows": named("C:bird.png"),
    "a hidden file": named(".ssh/bird.png"),
    "too large": changed(
        pictures={
            "art/bird.png": base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(2_000_000)).decode()
        }
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_layout_is_no_file(own: Path, tmp_path: Path, name: str) -> None:
    """Nothing is written outside the given folder, and the pack is not used."""
    folder = tmp_path / "given" / "folder"
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(KioskError):
        unpack_layout(HOSTILE[name](pack_layout(own)), folder, "x.toml")

    assert before == sorted(p for p in tmp_path.rglob("*") if not p.is_relative_to(folder.parent))

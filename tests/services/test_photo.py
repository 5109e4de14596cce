"""Photos of attendees: only pictures in their folder, named by the list."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from kiosk.domain.people.attendee import Attendee
from kiosk.services.people import photo
from kiosk.services.people.photo import is_photo_name, photo_name, photo_of
from kiosk.services.setup.imports import accept_import, plan_import
from kiosk.storage.file.store import Store
from kiosk.storage.queries.attendees import all_attendees
from tests.support.stores import make_store

SMALL = (80, 60)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "event").mkdir()
    return make_store(tmp_path / "event")


@pytest.fixture
def folder(store: Store) -> Path:
    made = store.path.parent / "photos"
    made.mkdir()
    Image.new("RGB", (400, 300), "red").save(made / "asha.png")
    return made


def _person(name: str, header: str = "Photo") -> Attendee:
    return Attendee("a", name="Asha", extra={"Meal": "Veg", header: name})


@pytest.mark.parametrize("header", ["Photo", "photo file", "PICTURE", "Foto"])
def test_the_photo_in_the_folder_is_shown_small(store: Store, folder: Path, header: str) -> None:
    """The list names a file of `photos` next to the event; it is scaled to the card."""
    found = photo_of(store, _person(" asha.png ", header), SMALL)

    assert found is not None
    assert (found.size, found.getpixel((5, 5))) == (SMALL, (255, 0, 0))


def test_the_events_own_folder_is_first(store: Store, folder: Path) -> None:
    """`NAME-photos` belongs to one event of several in a folder."""
    own = store.path.parent / f"{store.path.stem}-photos"
    own.mkdir()
    Image.new("RGB", (40, 30), "blue").save(own / "asha.png")

    found = photo_of(store, _person("asha.png"), SMALL)

    assert found is not None
    assert found.getpixel((5, 5)) == (0, 0, 255)


HOSTILE = [
    "../secret.png",
    "..\\secret.png",
    "/etc/secret.png",
    "C:secret.png",
    "photos/../../secret.png",
    "~/secret.png",
    "file:///secret.png",
    ".hidden.png",
    "..",
    "a\x00.png",
    "a\n.png",
    "\x1b]0;x\x07.png",
    "asha.svg",
    "asha.eps",
    "asha.png.exe",
    "a" * 300 + ".png",
    "",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_none(store: Store, folder: Path, name: str) -> None:
    """A name is never a path, and only of a picture."""
    Image.new("RGB", (40, 30)).save(store.path.parent / "secret.png")

    assert not is_photo_name(name)
    assert photo_name(_person(name)) == ""
    assert photo_of(store, _person(name), SMALL) is None


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_out_of_the_folder_is_not_followed(store: Store, folder: Path) -> None:
    """A file that is elsewhere in truth is not shown."""
    secret = store.path.parent / "secret.png"
    Image.new("RGB", (40, 30)).save(secret)
    (folder / "link.png").symlink_to(secret)
    (folder / "near.png").symlink_to(folder / "asha.png")

    assert photo_of(store, _person("link.png"), SMALL) is None
    assert photo_of(store, _person("near.png"), SMALL) is not None


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40])
def test_what_is_no_picture_is_not_shown(store: Store, folder: Path, data: bytes) -> None:
    """A corrupt file gives no photo and no error."""
    (folder / "bad.png").write_bytes(data)

    assert photo_of(store, _person("bad.png"), SMALL) is None


def test_a_cut_picture_is_not_shown(store: Store, folder: Path) -> None:
    """The header is right and the rest is missing."""
    whole = (folder / "asha.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])

    assert photo_of(store, _person("cut.png"), SMALL) is None


def test_sizes_are_bounded(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a huge file nor a small file with a huge picture is decoded."""
    Image.new("1", (6000, 5000)).save(folder / "bomb.png")
    assert photo_of(store, _person("bomb.png"), SMALL) is None

    assert photo_of(store, _person("asha.png"), SMALL) is not None
    monkeypatch.setattr(photo, "MAX_BYTES", (folder / "asha.png").stat().st_size - 1)
    assert photo_of(store, _person("asha.png"), SMALL) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_does_not_hold_up_the_desk(store: Store, folder: Path) -> None:
    """A pipe never ends, and a folder is no file."""
    os.mkfifo(folder / "pipe.png")
    (folder / "dir.png").mkdir()

    assert photo_of(store, _person("pipe.png"), SMALL) is None
    assert photo_of(store, _person("dir.png"), SMALL) is None


def test_an_imported_column_names_photos(store: Store, folder: Path, tmp_path: Path) -> None:
    """The column of a real list arrives on the card's person, and the file stays where it is."""
    listed = tmp_path / "list.csv"
    listed.write_text("Name,Email,Photo\nAsha Rao,a@example.org,asha.png\n", "utf-8")
    accept_import(store, plan_import(store, listed))
    (person,) = all_attendees(store.connection)

    assert photo_name(person) == "asha.png"
    assert photo_of(store, person, SMALL) is not None
    assert b"\x89PNG" not in store.path.read_bytes()

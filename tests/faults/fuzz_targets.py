"""What is fuzzed: every reader of what others wrote, with inputs to begin with."""

from __future__ import annotations

import gzip
import io
import json
import os
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.badges.layout.file import load_layout
from kiosk.badges.layout.pretix import import_pretix_layout
from kiosk.domain.checkin.code_matching import clean_scan, code_candidates, looks_like_code
from kiosk.domain.log.event_schema import validated_body
from kiosk.domain.log.events import EventKind, LogEvent, json_bytes
from kiosk.domain.log.merge import read_row
from kiosk.errors import KioskError
from kiosk.importers.pretix.json_export import read_json
from kiosk.importers.preview import preview_source
from kiosk.importers.read.sheet_tables import lay_out
from kiosk.importers.read.zip_guard import is_plain
from kiosk.importers.reading import SourceFile
from kiosk.printing.ipp.codec import IppFormatError, decode, encode
from kiosk.printing.ipp.message import Attribute, Collection, Group, GroupTag, Message, Tag
from kiosk.services.checkin.activity import undo
from kiosk.services.checkin.checkin import ScanOrder, scan
from kiosk.services.event.event import create_event
from kiosk.services.people.people import edit, walk_in
from kiosk.storage.log import projection
from kiosk.support.paths import assets_dir
from kiosk.sync.bundle_file import (
    MAGIC,
    BundleInfo,
    NotABundle,
    OtherKey,
    open_bundle,
    write_bundle,
)
from kiosk.sync.keys import derive
from tests.faults.fuzzing import Target
from tests.support.stores import bind_code

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
_SECRET = bytes(range(32))
_PRETIX = {
    "event": {
        "slug": "pc",
        "items": [{"id": 1, "name": {"en": "Ticket"}, "variations": [{"id": 2, "value": "Gold"}]}],
        "questions": [{"id": 3, "question": "Size?"}],
        "orders": [
            {
                "code": "ABCDE",
                "status": "p",
                "email": "a@b.example",
                "positions": [
                    {
                        "id": 4,
                        "positionid": 1,
                        "item": 1,
                        "variation": 2,
                        "attendee_name": "Asha Rao",
                        "attendee_name_parts": {"given_name": "Asha"},
                        "secret": "s3cret",
                        "answers": [{"question": 3, "answer": "M"}],
                        "checkins": [{"datetime": "2027-02-16T09:00:00Z", "type": "entry"}],
                    },
                    {"id": 5, "positionid": 2, "item": 1, "addon_to": 4, "secret": "t"},
                ],
            }
        ],
    }
}
_PRETIX_LAYOUT = [
    {"type": "textarea", "left": "5.00", "bottom": "40", "width": "70", "fontsize": "20",
     "content": "attendee_name", "align": "center", "bold": True, "color": [0, 0, 0, 1]},
    {"type": "barcodearea", "left": "5", "bottom": "5", "size": "20", "content": "secret"},
    {"type": "imagearea", "left": "0", "bottom": "0", "width": "10", "height": "10"},
    {"type": "textcontainer", "left": "5", "bottom": "60", "width": "70", "height": "9",
     "content": "other", "text": "Hi {attendee_company}", "rotation": 0, "fontsize": 9},
]  # fmt: skip


def _csv(folder: Path) -> Target:
    file = folder / "people.csv"

    def run(content: bytes) -> None:
        file.write_bytes(content)
        preview_source(SourceFile(file))
        SourceFile(file).registrations()

    return Target(run, [path.read_bytes() for path in SAMPLES.glob("*.csv")], (KioskError,))


def _json(folder: Path) -> Target:
    def run(content: bytes) -> None:
        read_json(folder / "orders.json", content, "")

    positions = {"results": _PRETIX["event"]["orders"]}
    seeds = [json.dumps(_PRETIX).encode(), json.dumps(positions).encode()]
    return Target(run, seeds, (KioskError,), is_json=True)


def _workbook(folder: Path) -> Target:
    """One part of a workbook, its name in front; what is not plain is another process's."""
    with zipfile.ZipFile(SAMPLES / "generic-registrations.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def run(content: bytes) -> None:
        name, _, part = content.partition(b"\n")
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for known, whole in parts.items():
                archive.writestr(known, part if known.encode() == name else whole)
        path = folder / "people.xlsx"
        if is_plain(path, made.getvalue()):
            lay_out(path, made.getvalue(), None, ())

    seeds = [name.encode() + b"\n" + part[:20_000] for name, part in parts.items()]
    return Target(run, seeds, (KioskError,))


def _container(folder: Path) -> Target:
    def run(content: bytes) -> None:
        path = folder / "people.xlsx"
        if is_plain(path, content):
            lay_out(path, content, None, ())

    seed = (SAMPLES / "generic-registrations.xlsx").read_bytes()
    return Target(run, [seed, b"PK\x05\x06" + bytes(18)], (KioskError,))


def _code(folder: Path) -> Target:
    def run(content: bytes) -> None:
        for text in (content.decode("utf-8", "surrogateescape"), content.decode("latin-1")):
            clean_scan(text)
            looks_like_code(text)
            for rung in code_candidates(text):
                for form in rung.texts:
                    form.encode()  # what a store cannot hold must not come out

    seeds = [
        "]Q3\\000026ABC-1\x1d\r",
        "https://t.example/x?code=AB%31&pk=2#f",
        "#ABC-1",
        "uuid/hmac",
    ]
    seeds += ["TICKET-0001", "ticketß0001", '{"checkin_secret": "x"}', "http://[::1"]
    return Target(run, [seed.encode() for seed in seeds], ())


def _more_bodies(person: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Kinds that the event at hand has none of."""
    row = ["i", *[""] * 8, "valid", "", 1, "", "", "{}", "[[],[]]"]
    yield "import_rows", {"source": "s", "rows": [row]}
    yield "badges_printed", {"at": 1, "layout": "a6", "badges": [[person, "h", "A", 1]]}
    wanted = dict.fromkeys(("reason", "cause", "desk", "printer"), "key")
    yield "badge_wanted", {"at": 1, "number": 1, **wanted}
    texts = ("printer", "backend", "layout", "hash", "sentence", "next_step")
    flags = {"needs_help": False, "final": True, "sent_at": 1, "at": 1, "device_job": 1}
    yield "badge_job", {"job": ["a" * 32, 1], "state": "done", **flags, **dict.fromkeys(texts, "")}
    yield "setting", {"key": "days", "value": ["2027-02-16"]}
    question = {"name": "Meal", "text": "?", "choices": ["a", "b"], "lists": [], "types": []}
    yield "setting", {"key": "question:meal", "value": {**question, "position": 0}}
    done = dict.fromkeys(("source", "sha256", "file_name"), "s")
    yield "import_done", {"at": 1, **done, "report": {}}


def _body(folder: Path) -> Target:
    """A kind and a body; what is believed must also be projected without an error."""
    store = create_event(folder / "e.kiosk", name="Fuzz", days=[], desk="Desk 1")
    person = walk_in(store, "Asha", {"heads": "2"})
    bind_code(store, "T1", person.id)
    edit(store, person.id, {"note": "n"})
    scan(store, ScanOrder(code="T1"))
    scan(store, ScanOrder(code="nobody"))
    undo(store)
    seeds = [json.dumps([e.kind, json.loads(e.body)]).encode() for e in store.events()]
    seeds += [json.dumps([kind, body]).encode() for kind, body in _more_bodies(person.id)]
    connection = store.connection
    number = [10**6]

    def run(content: bytes) -> None:
        try:
            kind, value = json.loads(content)
            text = content.decode() if type(kind) is not str else json.dumps(value)
        except (ValueError, TypeError, RecursionError):
            kind, text = str(EventKind.EDIT), content.decode("utf-8", "replace")
        body = validated_body(kind if type(kind) is str else "edit", text)
        if body is None or type(kind) is not str or kind not in set(EventKind):
            return
        number[0] += 1
        event = LogEvent("b" * 32, number[0], number[0] << 16, kind, person.id, text)
        connection.execute("BEGIN")
        try:
            projection.apply(connection, event)
        finally:
            connection.execute("ROLLBACK")

    return Target(run, seeds, (), is_json=True)


def _bundle(folder: Path) -> Target:
    """What a bundle holds before it is packed; the rest is beyond who has no key."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypted

    row = ["a" * 32, 1, 1 << 16, "edit", "x", '{"set":{}}', "00"]
    whole = write_bundle(_SECRET, BundleInfo("N", {"a" * 32: 1}, 1), [row])
    first = {"name": "N", "heads": {"a" * 32: 1}, "events": 1}
    lines = b"".join(json_bytes(part) + b"\n" for part in (first, row))

    def opened(data: bytes) -> None:
        rows = open_bundle(data, [_SECRET]).rows
        for found in rows:
            read_row(found)

    def run(content: bytes) -> None:
        if content.startswith(MAGIC):
            opened(content)
            return
        packed = content if content[:2] == b"\x1f\x8b" else gzip.compress(content)
        salt, nonce = bytes(16), os.urandom(24)
        head = MAGIC + derive(_SECRET, "bundle mark", 8) + salt + nonce
        key = derive(_SECRET, f"bundle {salt.hex()}")
        opened(head + encrypted(packed, head, nonce, key))

    return Target(run, [lines, gzip.compress(lines), whole], (NotABundle, OtherKey))


def _layout(folder: Path) -> Target:
    def run(content: bytes) -> None:
        file = folder / f"layout-{len(content)}.toml"
        file.write_bytes(content)
        load_layout(file)

    files = sorted((assets_dir() / "layouts").glob("*.toml"))
    return Target(run, [path.read_bytes() for path in files], (KioskError,))


def _layout_values(folder: Path) -> Target:
    """A layout by its values instead of its bytes."""

    def run(content: bytes) -> None:
        try:
            value = json.loads(content)
            text = "\n".join(f"{json.dumps(key)} = {_toml(value[key])}" for key in value)
        except (ValueError, TypeError, LookupError, RecursionError):
            return
        file = folder / f"layout-{len(content)}.toml"
        file.write_text(text, encoding="utf-8", errors="replace")
        load_layout(file)

    files = sorted((assets_dir() / "layouts").glob("*.toml"))
    seeds = [json.dumps(tomllib.loads(path.read_text("utf-8"))).encode() for path in files]
    return Target(run, seeds, (KioskError,), is_json=True)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value)


def _pretix_layout(folder: Path) -> Target:
    """What comes out is a layout file that can be read."""

    def run(content: bytes) -> None:
        made = import_pretix_layout(content.decode("utf-8", "replace"))
        file = folder / "made.toml"
        file.write_text(made.toml, encoding="utf-8")
        load_layout(file)

    inside = {"size": [{"width": 148, "height": 105}], "layout": _PRETIX_LAYOUT}
    seeds = [json.dumps(part).encode() for part in (_PRETIX_LAYOUT, inside)]
    return Target(run, seeds, (KioskError,), is_json=True)


def _ipp(folder: Path) -> Target:
    size = Collection((Attribute("x-dimension", Tag.INTEGER, (6200,)),))
    media = Collection((Attribute("media-size", Tag.COLLECTION, (size,)),))
    attributes = (
        Attribute("printer-name", Tag.NAME, ("badge", "other")),
        Attribute("media-col", Tag.COLLECTION, (media,)),
        Attribute("printer-is-accepting-jobs", Tag.BOOLEAN, (True,)),
    )
    message = Message(0, (Group(GroupTag.PRINTER, attributes),), document=b"%PDF")

    def run(content: bytes) -> None:
        for group in decode(content).groups:
            group.text("printer-name")
            group.integer("job-id")

    return Target(run, [encode(message)], (IppFormatError,))


TARGETS: dict[str, Callable[[Path], Target]] = {
    "csv": _csv,
    "pretix json": _json,
    "workbook": _workbook,
    "container": _container,
    "code": _code,
    "event body": _body,
    "bundle": _bundle,
    "layout": _layout,
    "layout values": _layout_values,
    "pretix layout": _pretix_layout,
    "ipp": _ipp,
}

"""A print server that simulates every failure, for tests without CUPS."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any

from kiosk.printing.ipp.client import Operation
from kiosk.printing.ipp.codec import decode, encode
from kiosk.printing.ipp.http import Endpoint
from kiosk.printing.ipp.message import Attribute, Group, GroupTag, Message, Tag


@dataclass
class FakeJob:
    """A job as the server describes it."""

    number: int
    document: bytes
    wanted: Group
    state: int = 3
    message: str = ""
    reasons: tuple[str, ...] = ("none",)

    def group(self) -> Group:
        return Group(
            GroupTag.JOB,
            (
                Attribute("job-id", Tag.INTEGER, (self.number,)),
                Attribute("job-state", Tag.ENUM, (self.state,)),
                Attribute("job-printer-state-message", Tag.TEXT, (self.message,)),
                Attribute("job-state-reasons", Tag.KEYWORD, self.reasons),
            ),
        )


@dataclass
class FakeQueue:
    """A queue or a printer."""

    name: str
    info: str = "Label printer"
    state: int = 3
    message: str = ""
    reasons: tuple[str, ...] = ("none",)
    accepting: bool = True
    media: tuple[str, ...] = ("oe_62x100mm_62x100mm", "iso_a6_105x148mm")

    def group(self) -> Group:
        return Group(
            GroupTag.PRINTER,
            (
                Attribute("printer-name", Tag.NAME, (self.name,)),
                Attribute("printer-info", Tag.TEXT, (self.info,)),
                Attribute("printer-state", Tag.ENUM, (self.state,)),
                Attribute("printer-state-message", Tag.TEXT, (self.message,)),
                Attribute("printer-state-reasons", Tag.KEYWORD, self.reasons),
                Attribute("printer-is-accepting-jobs", Tag.BOOLEAN, (self.accepting,)),
                Attribute("media-supported", Tag.KEYWORD, self.media),
            ),
        )


@dataclass
class Seen:
    """A received request."""

    path: str
    authorization: str
    message: Message


@dataclass
class FakeIppServer:
    """Start with `with FakeIppServer() as server:`; change its fields to simulate a failure."""

    socket_path: Path | None = None
    """Listen on a domain socket instead of a port of loopback."""
    port: int = 0
    """The port of loopback; 0: any that is free."""
    queues: dict[str, FakeQueue] = field(default_factory=lambda: {"badge": FakeQueue("badge")})
    default: str = "badge"
    jobs: dict[int, FakeJob] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    status: int = 0
    """An IPP status for every answer, when not 0."""
    http_status: int = 200
    raw: bytes | None = None
    """These bytes instead of an answer."""
    asks_peer_credentials: bool = False
    hang_up: bool = False
    """Close the connection after the request, without an answer."""
    silence_s: float = 0.0
    """Wait before answering."""
    drip_s: float = 0.0
    """Wait between single bytes of the answer."""
    announce_bytes: int | None = None
    """Send this as Content-Length."""

    def __enter__(self) -> FakeIppServer:
        fake = self

        class Handler(_Handler):
            server_state = fake

        self._server: Any = (
            _unix_server(self.socket_path, Handler)
            if self.socket_path
            else ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        )
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.silence_s = self.drip_s = 0.0
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> Endpoint:
        if self.socket_path:
            return Endpoint("localhost", socket_path=str(self.socket_path))
        return Endpoint("127.0.0.1", self._server.server_address[1])

    @property
    def uri(self) -> str:
        return f"ipp://127.0.0.1:{self.endpoint.port}/printers/badge"

    def answer(self, request: Message) -> Message:
        """The answer of a correct server."""
        if self.status:
            return _message(self.status, words="out of order")
        operation = request.group(GroupTag.OPERATION)
        queue = self.queues.get(operation.text("printer-uri").rsplit("/", 1)[-1])
        match request.code:
            case Operation.CUPS_GET_PRINTERS:
                return _message(0, *(queue.group() for queue in self.queues.values()))
            case Operation.CUPS_GET_DEFAULT if self.default in self.queues:
                return _message(0, self.queues[self.default].group())
            case Operation.PRINT_JOB if queue:
                return self._print(queue, request)
            case Operation.GET_PRINTER_ATTRIBUTES if queue:
                return _message(0, queue.group())
        job = self.jobs.get(operation.integer("job-id") or 0)
        if job is None:
            return _message(0x0406, words="not found")
        if request.code == Operation.CANCEL_JOB:
            job.state, job.reasons = 7, ("job-canceled-by-user",)
        return _message(0, job.group())

    def _print(self, queue: FakeQueue, request: Message) -> Message:
        if not queue.accepting:
            return _message(0x0506, words="")
        number = len(self.jobs) + 1
        self.jobs[number] = FakeJob(number, request.document, request.group(GroupTag.JOB))
        return _message(0, self.jobs[number].group())


def _message(status: int, *groups: Group, words: str = "") -> Message:
    operation = Group(
        GroupTag.OPERATION,
        (
            Attribute("attributes-charset", Tag.CHARSET, ("utf-8",)),
            Attribute("attributes-natural-language", Tag.LANGUAGE, ("en",)),
            Attribute("status-message", Tag.TEXT, (words,)),
        ),
    )
    return Message(status, (operation, *groups))


def _unix_server(path: Path, handler: type[BaseHTTPRequestHandler]) -> Any:
    if sys.platform == "win32":
        raise OSError("no domain sockets here")
    from socketserver import UnixStreamServer

    class Server(ThreadingMixIn, UnixStreamServer):
        daemon_threads = True

    return Server(str(path), handler)


class _Handler(BaseHTTPRequestHandler):
    server_state: FakeIppServer

    def address_string(self) -> str:
        return "test"

    def log_message(self, *_: object) -> None:
        return

    def do_POST(self) -> None:
        fake = self.server_state
        request = decode(self.rfile.read(int(self.headers["Content-Length"])))
        authorization = self.headers.get("Authorization", "")
        fake.seen.append(Seen(self.path, authorization, request))
        if fake.asks_peer_credentials and not authorization:
            self._send(401, b"", {"WWW-Authenticate": 'PeerCred, Basic realm="CUPS"'})
            return
        content = fake.raw if fake.raw is not None else encode(fake.answer(request))
        until = time.monotonic() + fake.silence_s
        while time.monotonic() < until and fake.silence_s:
            time.sleep(0.01)
        if not fake.hang_up:
            self._send(fake.http_status, content, {})

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        fake = self.server_state
        length = len(content) if fake.announce_bytes is None else fake.announce_bytes
        try:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(length)}.items():
                self.send_header(name, value)
            self.end_headers()
            if not fake.drip_s:
                self.wfile.write(content)
                return
            for byte in content:
                if not fake.drip_s:
                    return
                self.wfile.write(bytes([byte]))
                time.sleep(fake.drip_s)
        except OSError:
            self.close_connection = True  # the client has hung up, as some tests want

"""Send one IPP request over HTTP (TCP, TLS or a domain socket) with a deadline and a size limit."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass

from kiosk.errors import PrintError
from kiosk.printing.backend import unreachable

ANSWER_LIMIT = 4 * 1024 * 1024
"""Bytes. The response of a print server with a hundred queues has 200 KB."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a print server or printer."""

    host: str
    port: int = 631
    socket_path: str = ""
    """A domain socket; host and port then only appear in headers."""
    tls: bool = False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.socket_path or f"{host}:{self.port}"


class HttpAnswer(Exception):
    """An HTTP response with a status other than 200."""

    def __init__(self, status: int, challenge: str) -> None:
        super().__init__(status)
        self.status = status
        self.challenge = challenge


def post(
    endpoint: Endpoint, path: str, body: bytes, *, timeout_s: float, authorization: str = ""
) -> bytes:
    """Send an IPP request and return the body of the response.

    Raises:
        PrintError: no connection (`may_have_printed` false), or no complete response (true).
        HttpAnswer: an HTTP status other than 200.
    """
    connection = _connect(endpoint, timeout_s)
    deadline = threading.Timer(timeout_s, _hang_up, [connection.sock])
    deadline.daemon = True
    deadline.start()
    try:
        return _exchange(connection, path, body, authorization, time.monotonic() + timeout_s)
    except (OSError, http.client.HTTPException) as error:
        raise _no_answer(endpoint) from error
    finally:
        deadline.cancel()
        connection.close()


def _exchange(
    connection: http.client.HTTPConnection, path: str, body: bytes, authorization: str, until: float
) -> bytes:
    headers = {"Content-Type": "application/ipp", "Connection": "close"}
    if authorization:
        headers["Authorization"] = authorization
    early_end: OSError | None = None
    try:
        connection.request("POST", path, body, headers)
    except (BrokenPipeError, ConnectionResetError) as error:
        early_end = error  # a server that refuses can respond before it has read everything
    try:
        response = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        raise early_end or error from error
    if response.status != http.client.OK:
        raise HttpAnswer(response.status, response.getheader("WWW-Authenticate") or "")
    content = response.read(ANSWER_LIMIT + 1)
    if len(content) > ANSWER_LIMIT or time.monotonic() > until:
        raise http.client.HTTPException("too long")
    return content


def _connect(endpoint: Endpoint, timeout_s: float) -> http.client.HTTPConnection:
    try:
        connection = _connection(endpoint, timeout_s)
        connection.connect()
    except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: a bad name
        raise unreachable(endpoint) from error
    return connection


def _connection(endpoint: Endpoint, timeout_s: float) -> http.client.HTTPConnection:
    if endpoint.socket_path:
        return _SocketConnection(endpoint.socket_path, timeout_s)
    if endpoint.tls:
        return http.client.HTTPSConnection(
            endpoint.host, endpoint.port, timeout=timeout_s, context=_printer_tls()
        )
    return http.client.HTTPConnection(endpoint.host, endpoint.port, timeout=timeout_s)


def _printer_tls() -> ssl.SSLContext:
    """TLS without a check of the certificate.

    Printers have self-signed certificates. CUPS' client accepts any by default as well
    (client.conf(5): AllowAnyRoot Yes, ValidateCerts No).
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _hang_up(connected: socket.socket) -> None:
    """Close a connection at its deadline: a socket's timeout starts again at every byte."""
    with contextlib.suppress(OSError):  # it is already closed
        connected.shutdown(socket.SHUT_RDWR)


def _no_answer(endpoint: Endpoint) -> PrintError:
    return PrintError(
        "printer_silent",
        f"{endpoint} accepted the request but did not answer completely.",
        next_step="Check whether the badge came out before you print it again.",
        may_have_printed=True,
    )


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over a domain socket, which cupsd offers next to its port."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        family = getattr(socket, "AF_UNIX", None)
        if family is None:
            raise OSError("no domain sockets on this system")
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(self._path)
        except OSError:
            self.sock.close()
            raise

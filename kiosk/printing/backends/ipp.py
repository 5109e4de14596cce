"""Print with IPP: through CUPS (Linux, macOS, BSD), or directly to a printer."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from kiosk.domain.printing.job import DeviceReport
from kiosk.errors import PrintError
from kiosk.printing.backend import PageSize, PrinterInfo, SubmittedJob, read_badge_pdf
from kiosk.printing.ipp.client import STATE_ATTRIBUTES, IppClient
from kiosk.printing.ipp.http import Endpoint
from kiosk.printing.ipp.reports import ask_report, printer_info


class PrinterAt(NamedTuple):
    """How to ask a printer or queue."""

    client: IppClient
    uri: str
    """In the form that IPP requires, with the scheme ipp or ipps."""
    path: str
    job_path: str
    """The path for requests about a job."""


class _IppBackend(ABC):
    """Prints on printers and queues that speak IPP."""

    name: str

    @abstractmethod
    def at(self, printer: str) -> PrinterAt:
        """How to ask this printer.

        Raises:
            PrintError: it is not the address of a printer.
        """

    def submit(self, pdf: Path, printer: str, *, title: str, page: PageSize) -> SubmittedJob:
        """Print or queue one badge."""
        content = read_badge_pdf(pdf)
        at = self.at(printer)
        number = at.client.print_job(at.uri, at.path, content, title=title, size_mm=page[:2])
        return SubmittedJob(printer, number, self.name)

    def report(self, job: SubmittedJob) -> DeviceReport:
        """Report a job and its printer; the half that no longer exists stays empty."""
        at = self.at(job.printer)
        return ask_report(
            lambda: at.client.job(at.uri, at.job_path, job.job_id),
            lambda: at.client.printer(at.uri, at.path, STATE_ATTRIBUTES),
        )

    def cancel(self, job: SubmittedJob) -> None:
        """Cancel a job, in the queue or at the printer."""
        at = self.at(job.printer)
        at.client.cancel_job(at.uri, at.job_path, job.job_id)


@dataclass(frozen=True, slots=True)
class CupsBackend(_IppBackend):
    """Sends badges to a CUPS server, which knows drivers, queues and label printers."""

    client: IppClient
    user_default: str = ""
    """This user's own default queue; empty: the server's default."""
    name = "cups"

    def list_printers(self) -> list[PrinterInfo]:
        """Queues and classes of the server, the default one first."""
        default = self.user_default or self.client.cups_default()
        printers = [printer_info(group, default=default) for group in self.client.cups_printers()]
        named = [replace(printer, uri=_uri(printer.name)) for printer in printers if printer.name]
        return sorted(named, key=lambda printer: (not printer.is_default, printer.name.lower()))

    def at(self, printer: str) -> PrinterAt:
        """How to ask this queue."""
        return PrinterAt(self.client, _uri(printer), _path(printer), "/jobs/")


def _path(printer: str) -> str:
    return "/printers/" + quote(printer, safe="")


def _uri(printer: str) -> str:
    """The queue's URI; cupsd finds a class here too (scheduler/printers.c: cupsdValidateDest)."""
    return "ipp://localhost" + _path(printer)


# This user's CUPS server and default queue, found as CUPS' own tools find them: the environment,
# then the user's client.conf, then the system's, then the domain socket if this user may open it,
# then localhost. Source: OpenPrinting/cups, cups/usersys.c (`_cupsSetDefaults`, `cupsSetServer`)
# and client.conf(5).

_SOCKETS = ("/run/cups/cups.sock", "/var/run/cups/cups.sock", "/private/var/run/cupsd")
"""Linux, older Linux and the BSDs, macOS."""

_IPP_PORT = 631
_PORT = re.compile(r":(\d{1,5})$")


def cups_endpoint(environ: Mapping[str, str], sockets: tuple[str, ...] = _SOCKETS) -> Endpoint:
    """The server that `lp` would use. It is not contacted here."""
    server = environ.get("CUPS_SERVER", "")
    for folder in _settings_folders(environ):
        server = server or _setting(folder / "client.conf", "servername")
    if server:
        return parse_server(server, _default_port(environ))
    for path in sockets:
        if os.access(path, os.R_OK):
            return Endpoint("localhost", socket_path=path)
    return Endpoint("localhost", _default_port(environ))


def parse_server(server: str, default_port: int) -> Endpoint:
    """Read `host`, `host:port`, `[v6]:port`, `/path/to.sock` or `host:port/version=1.1`.

    The version is ignored: requests are IPP/1.1, which every server accepts. Port 443 means TLS,
    as in cups/http.c.
    """
    server = server.strip()
    if server.startswith("/"):
        return Endpoint("localhost", socket_path=server)
    host = server.split("/", 1)[0]
    port = default_port
    if (suffix := _PORT.search(host)) and (host.count(":") == 1 or "]" in host):
        port = int(suffix[1])
        host = host[: suffix.start()]
    host = host.removeprefix("[").removesuffix("]")
    return Endpoint(host or "localhost", port if 0 < port < 65536 else _IPP_PORT, tls=port == 443)


def _settings_folders(environ: Mapping[str, str]) -> list[Path]:
    """Folders with settings of CUPS, highest priority first: the user's own, then the system's.

    Source: OpenPrinting/cups, cups/globals.c (`cups_globals_alloc`).
    """
    system = environ.get("CUPS_SYSCONFIG") or environ.get("CUPS_SERVERROOT") or "/etc/cups"
    if given := environ.get("CUPS_USERCONFIG"):
        return [Path(given), Path(system)]
    home = environ.get("HOME")
    config = environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    own = [Path(home, ".cups")] if home else []
    return [*own, *([Path(config, "cups")] if config else []), Path(system)]


def user_default_printer(environ: Mapping[str, str]) -> str:
    """The queue this user prints to by default; empty if only the server has a default.

    Source: OpenPrinting/cups, cups/dest.c (`cupsGetNamedDest`): LPDEST, PRINTER unless it is
    `lp`, then the line `Default NAME[/INSTANCE]` of the lpoptions files.
    """
    printer = environ.get("PRINTER", "")
    named = environ.get("LPDEST", "") or ("" if printer == "lp" else printer)
    for folder in _settings_folders(environ):
        named = named or _setting(folder / "lpoptions", "default").split(" ")[0]
    return named.split("/", 1)[0]


def _setting(file: Path, wanted: str) -> str:
    """The last value of a setting in a CUPS settings file; empty when it is missing."""
    try:
        lines = file.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    last = ""
    for line in lines:
        key, _, value = line.split("#", 1)[0].strip().replace("\t", " ").partition(" ")
        if key.lower() == wanted:
            last = value.strip()
    return last


def _default_port(environ: Mapping[str, str]) -> int:
    given = environ.get("IPP_PORT", "")
    port = int(given) if given.isascii() and given.isdigit() else 0
    return port if 0 < port < 65536 else _IPP_PORT


# Print directly to an IPP printer, without a print system in between.
#
# For IPP Everywhere, AirPrint and Mopria printers that accept PDF. It serves Windows without a
# driver, and any desk without CUPS.

_PORTS = {"ipp": 631, "ipps": 631, "http": 80, "https": 443}


def is_printer_uri(printer: str) -> bool:
    """Whether a printer is named by its address, not by a queue's name."""
    return printer.split("://", 1)[0].lower() in _PORTS and "://" in printer


def printer_at(uri: str) -> PrinterAt:
    """Read `ipp://host[:port]/path`, also ipps, http and https.

    Raises:
        PrintError: it is not the address of a printer.
    """
    try:
        parts = urlsplit(uri.strip())
        scheme, host = parts.scheme.lower(), parts.hostname or ""
        port = parts.port or _PORTS.get(scheme, 0)
    except ValueError as error:
        raise _no_address(uri) from error
    if not (host and port) or any(
        c.isspace() or not c.isprintable() for c in parts.netloc + parts.path
    ):
        raise _no_address(uri)
    tls = scheme in ("ipps", "https")
    path = parts.path or "/ipp/print"
    name = f"[{host}]" if ":" in host else host
    client = IppClient(Endpoint(host, port, tls=tls))
    return PrinterAt(client, f"{'ipps' if tls else 'ipp'}://{name}:{port}{path}", path, path)


def _no_address(uri: str) -> PrintError:
    return PrintError(
        "printer_address_wrong",
        f"{uri!r} is not the address of a printer.",
        next_step="Write it like ipp://192.168.1.20/ipp/print.",
    )


@dataclass(frozen=True, slots=True)
class IppPrinterBackend(_IppBackend):
    """Printers named by their addresses. It finds none itself: it lists only `printers`."""

    printers: tuple[str, ...] = ()
    name = "ipp"

    def list_printers(self) -> list[PrinterInfo]:
        """The given printers, as they describe themselves."""
        return [self._describe(uri) for uri in self.printers]

    def _describe(self, uri: str) -> PrinterInfo:
        at = printer_at(uri)
        described = printer_info(at.client.printer(at.uri, at.path), name=uri)
        return replace(described, is_default=uri == self.printers[0], uri=uri)

    def at(self, printer: str) -> PrinterAt:
        """How to ask the printer at this address."""
        return printer_at(printer)

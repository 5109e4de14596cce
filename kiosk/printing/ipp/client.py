"""Send the IPP operations of a badge desk. Codes and names: RFC 8011; CUPS-* are CUPS' own."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from enum import IntEnum

from kiosk.domain.printing.job import plain_text
from kiosk.errors import PrintError
from kiosk.printing import media
from kiosk.printing.ipp import codec, http
from kiosk.printing.ipp.http import Endpoint
from kiosk.printing.ipp.message import Attribute, Group, GroupTag, Message, Tag
from kiosk.printing.ipp.reports import http_refusal, status_refusal

ASK_TIMEOUT_S = 4.0
"""For a query. A print server answers in milliseconds; a printer that wakes up, in a second."""
PRINT_TIMEOUT_S = 30.0
"""For a document: a small label printer can read it only as fast as it prints."""

PRINTER_ATTRIBUTES = (
    "printer-name",
    "printer-info",
    "printer-state",
    "printer-state-message",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-uri-supported",
    "media-supported",
    "media-size-supported",
    "media-ready",
    "document-format-supported",
)
STATE_ATTRIBUTES = ("printer-state", "printer-state-message", "printer-state-reasons")
JOB_ATTRIBUTES = (
    "job-id",
    "job-state",
    "job-state-message",
    "job-state-reasons",
    "job-printer-state-message",
    "job-printer-state-reasons",
)
_NAME_LIMIT = 255
"""Octets of an IPP name (RFC 8011 section 5.1.3)."""


class Operation(IntEnum):
    """Operation codes."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_PRINTER_ATTRIBUTES = 0x000B
    CUPS_GET_DEFAULT = 0x4001
    CUPS_GET_PRINTERS = 0x4002


@dataclass(frozen=True, slots=True)
class IppClient:
    """Client of one server. Every call opens its own connection, so any thread may call it."""

    endpoint: Endpoint
    ask_timeout_s: float = ASK_TIMEOUT_S
    print_timeout_s: float = PRINT_TIMEOUT_S

    def print_job(
        self, printer_uri: str, path: str, pdf: bytes, *, title: str, size_mm: tuple[float, float]
    ) -> int:
        """Print one copy of a PDF, unscaled, on that paper; returns the job's number.

        Raises:
            PrintError: refused, no connection, or the response was lost.
        """
        answer = self._ask(
            Operation.PRINT_JOB,
            path,
            Attribute("printer-uri", Tag.URI, (printer_uri,)),
            Attribute("requesting-user-name", Tag.NAME, (user_name(),)),
            Attribute("job-name", Tag.NAME, (ipp_name(title),)),
            Attribute("document-format", Tag.MIME_TYPE, ("application/pdf",)),
            job=(
                Attribute("copies", Tag.INTEGER, (1,)),
                Attribute("print-scaling", Tag.KEYWORD, ("none",)),
                media.media_col(*size_mm),
            ),
            document=pdf,
        )
        number = answer.group(GroupTag.JOB).integer("job-id")
        if number is None:
            raise PrintError(
                "printer_answer_broken",
                "The printer accepted the badge but gave the job no number.",
                next_step="Check whether the badge came out before you print it again.",
                may_have_printed=True,
            )
        return number

    def job(self, printer_uri: str, path: str, number: int) -> Group:
        """Read the state of a job."""
        return self._job_request(
            Operation.GET_JOB_ATTRIBUTES, printer_uri, path, number, JOB_ATTRIBUTES
        ).group(GroupTag.JOB)

    def cancel_job(self, printer_uri: str, path: str, number: int) -> None:
        """Cancel a job."""
        self._job_request(Operation.CANCEL_JOB, printer_uri, path, number, ())

    def printer(
        self, printer_uri: str, path: str, wanted: tuple[str, ...] = PRINTER_ATTRIBUTES
    ) -> Group:
        """Read the attributes of a printer."""
        answer = self._ask(
            Operation.GET_PRINTER_ATTRIBUTES,
            path,
            Attribute("printer-uri", Tag.URI, (printer_uri,)),
            Attribute("requested-attributes", Tag.KEYWORD, wanted),
        )
        return answer.group(GroupTag.PRINTER)

    def cups_printers(self) -> list[Group]:
        """All queues and classes of a CUPS server; an empty list if it has none."""
        answer = self._ask(
            Operation.CUPS_GET_PRINTERS,
            "/",
            Attribute("requested-attributes", Tag.KEYWORD, PRINTER_ATTRIBUTES),
            none_found=True,
        )
        return [group for group in answer.groups if group.tag == GroupTag.PRINTER]

    def cups_default(self) -> str:
        """Name of a CUPS server's default queue; empty when it has none."""
        answer = self._ask(
            Operation.CUPS_GET_DEFAULT,
            "/",
            Attribute("requested-attributes", Tag.KEYWORD, ("printer-name",)),
            none_found=True,
        )
        return answer.group(GroupTag.PRINTER).text("printer-name")

    def _job_request(
        self,
        operation: Operation,
        printer_uri: str,
        path: str,
        number: int,
        wanted: tuple[str, ...],
    ) -> Message:
        attributes = [
            Attribute("printer-uri", Tag.URI, (printer_uri,)),
            Attribute("job-id", Tag.INTEGER, (number,)),
            Attribute("requesting-user-name", Tag.NAME, (user_name(),)),
        ]
        if wanted:
            attributes.append(Attribute("requested-attributes", Tag.KEYWORD, wanted))
        return self._ask(operation, path, *attributes)

    def _ask(
        self,
        operation: Operation,
        path: str,
        *attributes: Attribute,
        job: tuple[Attribute, ...] = (),
        document: bytes = b"",
        none_found: bool = False,
    ) -> Message:
        """Send a request; with `none_found`, the status "not found" is not an error."""
        groups = [Group(GroupTag.OPERATION, (*_LANGUAGE, *attributes))]
        if job:
            groups.append(Group(GroupTag.JOB, job))
        request = codec.encode(Message(operation, tuple(groups), document=document))
        timeout_s = self.print_timeout_s if document else self.ask_timeout_s
        try:
            answer = codec.decode(self._post(path, request, timeout_s))
        except PrintError as error:
            if error.code == "printer_answer_broken":
                error.may_have_printed = bool(document)
            raise
        if answer.code < _FIRST_REFUSAL or (none_found and answer.code == _NOT_FOUND):
            return answer
        message = answer.group(GroupTag.OPERATION).text("status-message")
        raise status_refusal(answer.code, plain_text(message))

    def _post(self, path: str, request: bytes, timeout_s: float) -> bytes:
        try:
            return http.post(self.endpoint, path, request, timeout_s=timeout_s)
        except http.HttpAnswer as answer:
            if not (self.endpoint.socket_path and "peercred" in answer.challenge.lower()):
                raise http_refusal(answer.status) from answer
        try:
            # On its domain socket, cupsd asks the system for the caller (cups/auth.c: PeerCred).
            return http.post(
                self.endpoint,
                path,
                request,
                timeout_s=timeout_s,
                authorization=f"PeerCred {user_name()}",
            )
        except http.HttpAnswer as answer:
            raise http_refusal(answer.status) from answer


_FIRST_REFUSAL = 0x0100
_NOT_FOUND = 0x0406
_LANGUAGE = (
    Attribute("attributes-charset", Tag.CHARSET, ("utf-8",)),
    # cupsd starts a job's filters in the request's language (scheduler/job.c): with English here
    # their messages are English on every system.
    Attribute("attributes-natural-language", Tag.LANGUAGE, ("en",)),
)


def user_name() -> str:
    """The name of the system's user."""
    try:
        return ipp_name(getpass.getuser()) or "kiosk"
    except (KeyError, OSError, ImportError):  # no account for the user id, as in containers
        return "kiosk"


def ipp_name(text: str) -> str:
    """Text as an IPP name: one line, cut to 255 octets at a character boundary."""
    return plain_text(text).encode("utf-8")[:_NAME_LIMIT].decode("utf-8", errors="ignore")

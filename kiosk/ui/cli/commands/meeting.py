"""`kiosk questions`, `kiosk tables` and `kiosk help-desk`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.domain.checkin.questions import Question, QuestionKind
from kiosk.domain.checkin.tables import table_words
from kiosk.domain.people.attendee import label_of
from kiosk.domain.people.first_time import FIRST_TIME_MARK, is_first_timer
from kiosk.domain.text import counted, escape_controls, escape_surrogates
from kiosk.errors import KioskError, Refused
from kiosk.services.checkin.authorisation import Authorisation
from kiosk.services.checkin.lists import event_lists, moment_text
from kiosk.services.checkin.questions import event_questions, remove_question, save_question
from kiosk.services.checkin.tables import TableNow, TablesNow, set_tables, tables_now, tables_off
from kiosk.services.people.help_desk import (
    HelpRequest,
    send_to_help_desk,
    settle_help,
    waiting_people,
)
from kiosk.ui.cli.commands.event import check_action, options_given, say_unknown_types
from kiosk.ui.cli.commands.pin import with_permission
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import Word, command, list_option, pin_option, repeatable
from kiosk.ui.cli.records import attendee_json

if TYPE_CHECKING:
    from kiosk.storage.queries.questions import Seated


@command("questions", reads=lambda action, **_: not action)
@click.argument("action", required=False, type=Word(("add", "set", "remove")))
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--ask", "text", metavar="TEXT", help="Question to read out; default: the name.")
@repeatable(
    "--choice", "choices", "ANSWER", "One of 2 to 9 answers; repeatable; default: Yes and No."
)
@click.option("--kind", metavar="KIND", help=f"Answer: {', '.join(QuestionKind)}.")
@click.option("--required/--optional", default=None, help="Check in no one without an answer.")
@list_option("Ask on this list only; repeatable; empty: all lists.", "lists", multiple=True)
@repeatable(
    "--type", "ticket_types", "TYPE", "Ask this ticket type only; repeatable; empty: all types."
)
@pin_option
def questions_command(
    line: CommandLine, /, action: str | None, name: str | None, **options: Any
) -> int:
    """Show the questions at check-in, or add, set or remove one.

    Each answer is one key at the desk, a column of the export, and a field of badges:
    {question:NAME}. Attendees who already have an answer, also from the import, are not asked.
    In scripts: kiosk scan CODE --answer NAME=ANSWER. Where a PIN is set, changes need the
    organiser's.
    """
    given = options_given(options)
    check_action("questions", "question", action, name, given)
    store = line.store

    def change(permit: Authorisation) -> None:
        if action == "remove":
            remove_question(store, name or "", given=permit)
        else:
            save_question(store, name or "", is_new=action == "add", given=permit, **given)

    if action:
        with_permission(line, change)
        say_unknown_types(line, options["ticket_types"])
    names = {item.id: item.name for item in event_lists(store)}
    shown = [question_json(item, names) for item in event_questions(store)]
    line.console.result(shown, map(_question_line, shown))
    if not shown:
        line.console.hint("There are no questions. Add one: kiosk questions add NAME --ask TEXT.")
    return 0


def _question_line(item: dict[str, Any]) -> str:
    choices = " / ".join(item["choices"]) or item["kind"]
    choices += " (required)" if item["required"] else ""
    on_lists = ", ".join(item["lists"]) or "every list"
    of_types = ", ".join(item["types"]) or "all types"
    return f"{item['name']}  ·  {item['text']}  ·  {choices}  ·  {on_lists}  ·  {of_types}"


def question_json(question: Question, list_names: dict[str, str]) -> dict[str, Any]:
    """Describe a question, with its lists by name."""
    return {
        "name": question.name,
        "text": question.text,
        "choices": question.choices,
        "lists": [list_names[key] for key in question.list_ids if key in list_names],
        "types": question.ticket_types,
        "kind": question.kind,
        "required": question.required,
    }


@command("tables", reads=lambda off, **given: not off and set(given.values()) == {None})
@click.option("--set", "count", type=int, metavar="N", help="Number of tables.")
@click.option("--names", metavar="A,B,C", help="Names of the tables, instead of --set.")
@click.option("--off", is_flag=True, help="Assign no tables from now on.")
@click.option("--seats", type=int, metavar="K", help="Seats at each table; 0: no limit.")
@list_option("Check-in list at which tables are assigned; empty: at each day's list.")
def tables_command(
    line: CommandLine,
    count: int | None,
    names: str | None,
    off: bool,
    seats: int | None,
    list_name: str | None,
) -> int:
    """Assign tables at check-in, or show who sits where.

    Newcomers sit with regulars, and companies mix. Change the table of one person with
    kiosk edit ID --set table=3.
    """
    given = any(value is not None for value in (count, names, seats, list_name))
    if off and given:
        raise Refused(
            "bad_usage",
            "--off takes no other option.",
            next_step="Omit --set, --names, --seats and --list.",
        )
    if count is not None and names is not None:
        raise KioskError("usage", "--set and --names exclude each other.", next_step="Omit one.")
    if off:
        tables_off(line.store)
    elif given:
        set_tables(
            line.store,
            count=count,
            names=None if names is None else escape_surrogates(names).split(","),
            seats=seats,
            list_name=list_name,
        )
    now = tables_now(line.store)
    line.console.result(tables_json(now), table_lines(now))
    return 0


def tables_json(now: TablesNow) -> dict[str, Any]:
    """Describe the tables as the contract does."""
    setup = now.setup
    names = {item.id: item.name for item in now.lists}
    return {
        "on": setup is not None,
        "dealt_at": names.get(setup.list_id) if setup else None,
        "list": now.list.name,
        "seats": setup.seats if setup else None,
        "tables": [
            {
                "name": table.name,
                "seats": table.seats,
                "taken": table.taken,
                "first_timers": table.newcomers,
                "people": [_seated_json(person) for person in table.people],
            }
            for table in now.tables
        ],
        "elsewhere": [{**_seated_json(p), "table": p.table or None} for p in now.elsewhere],
    }


def _seated_json(person: Seated) -> dict[str, Any]:
    return {
        "id": person.attendee_id,
        "name": person.name,
        "company": person.company,
        "party": person.heads,
        "first_time": is_first_timer(person.extra),
    }


def table_lines(now: TablesNow) -> list[str]:
    """List each table with the people at it."""
    lines = []
    if now.setup is None:
        lines.append("No tables are assigned. Assign six of eight: kiosk tables --set 6 --seats 8")
    for table in now.tables:
        lines.append(f"{table_words(table.name)}: {_taken_words(table)}")
        lines += [f"  {_person_words(person)}" for person in table.people]
    if now.elsewhere and now.tables:
        lines.append("Checked in, at none of these tables:")
        lines += [f"  {_person_words(person)}  {person.table}".rstrip() for person in now.elsewhere]
    return lines


def _taken_words(table: TableNow) -> str:
    of = f" of {table.seats}" if table.seats else ""
    newcomers = f", {table.newcomers} here for the first time" if table.newcomers else ""
    seats = f", {counted(table.seats, 'seat')}" if table.seats else ""
    return f"{table.taken}{of}{newcomers}" if table.taken else f"empty{seats}"


def _person_words(person: Seated) -> str:
    name = label_of(person.name, person.guest_of)
    party = f"party of {person.heads}" if person.heads > 1 else ""
    mark = FIRST_TIME_MARK if is_first_timer(person.extra) else ""
    return "  ".join(part for part in (name, person.company, party, mark) if part)


@command("help-desk", reads=lambda attendee, done, **_: not (attendee or done))
@click.argument("attendee", required=False, metavar="[ID]")
@click.argument("note", nargs=-1, metavar="[NOTE]...")
@click.option("--done", metavar="ID", help="Attendee whose question is settled.")
def help_desk_command(
    line: CommandLine, attendee: str | None, note: tuple[str, ...], done: str | None
) -> int:
    """Show who waits at the help desk.

    With ID and NOTE, send an attendee there: all desks see the note.
    """
    if done and attendee:
        raise Refused(
            "usage",
            "Either send an attendee to the help desk, or settle one.",
            next_step="Use `kiosk help-desk ID NOTE` or `kiosk help-desk --done ID`.",
        )
    if done:
        settle_help(line.store, done)
    elif attendee:
        send_to_help_desk(line.store, attendee, " ".join(note))
    waiting = waiting_people(line.store)
    lines = [text for request in waiting for text in _request_lines(request)]
    line.console.result(
        [_request_json(request) for request in waiting],
        lines or ["No attendee waits at the help desk."],
    )
    return 0


def _request_lines(request: HelpRequest) -> list[str]:
    person, row = request.attendee, request.row
    kind = f", {person.ticket_type}" if person and person.ticket_type else ""
    who, note, desk = map(escape_controls, (f"{request.label}{kind}", row.note, row.desk))
    return [
        f"{request.time}  {who}: {note}  ({desk})",
        f"       settled: kiosk help-desk --done {row.attendee_id[:8]}",
    ]


def _request_json(request: HelpRequest) -> dict[str, Any]:
    return {
        "id": request.row.attendee_id,
        "attendee": attendee_json(request.attendee) if request.attendee else None,
        "note": request.row.note,
        "at": moment_text(request.row.at_ms, request.zone),
        "desk": request.row.desk,
    }

"""`kiosk new`, `kiosk lists` and `kiosk settings`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from kiosk.domain.checkin.lists import ListRules
from kiosk.domain.checkin.rules import CheckInList, ListKind
from kiosk.domain.text import escape_controls
from kiosk.errors import Refused
from kiosk.services.checkin.authorisation import Authorisation
from kiosk.services.checkin.list_rules import RULE_FIELDS, clock, rule_words
from kiosk.services.checkin.lists import (
    event_lists,
    moment_context,
    moment_text,
    remove_list,
    save_list,
)
from kiosk.services.event.event import create_event, event_info, parse_day
from kiosk.services.event.settings import SETTINGS, change_settings, settings_now
from kiosk.services.people.people import unknown_ticket_types
from kiosk.services.setup.recent import remember_event
from kiosk.ui.cli.commands.pin import with_permission
from kiosk.ui.cli.console import CommandLine
from kiosk.ui.cli.options import (
    FILE,
    Word,
    command,
    complete_list,
    list_option,
    pin_option,
    repeatable,
)
from kiosk.ui.cli.records import changes_given

_TYPES_SHOWN = 8


@command("new")
@click.argument("file", type=FILE, metavar="FILE")
@click.option("--name", required=True, metavar="NAME", help="Name of the event.")
@repeatable("--day", "days", "DATE", "Day such as 2027-02-16; repeatable.")
@click.option("--timezone", metavar="TZ", help="Time zone such as Asia/Kolkata.")
@list_option("Check-in list instead of one per day; repeatable.", "lists", multiple=True)
def new_command(
    line: CommandLine,
    file: Path,
    name: str,
    days: tuple[str, ...],
    timezone: str | None,
    lists: tuple[str, ...],
) -> int:
    """Create an event file with its check-in lists."""
    if not file.suffix and not os.path.lexists(file):
        file = file.with_name(f"{file.name}.kiosk")
    store = create_event(
        file,
        name=name,
        days=[parse_day(day) for day in days],
        timezone=timezone,
        list_names=lists,
        desk=line.desk,
    )
    line.adopt(store)
    remember_event(file)
    made = lists_json(line)
    created = f"Created {file} with: {', '.join(item['name'] for item in made)}."
    line.console.result({"event": file, "lists": made}, [created])
    line.console.hint(f"Next: kiosk -e {file} import FILE")
    return 0


@command("lists", reads=lambda action, **_: not action)
@click.argument("action", required=False, type=Word(("add", "set", "remove")))
@click.argument("name", required=False, metavar="[NAME]", shell_complete=complete_list)
@click.option(
    "--opens", metavar="TIME", help="2027-02-16T09:00 or '16 Feb 9:00'; empty: always open."
)
@click.option("--closes", metavar="TIME", help="Written as for --opens; empty: no end.")
@repeatable("--type", "ticket_types", "TYPE", "Ticket type or add-on to admit; repeatable.")
@click.option("--entry", metavar="RULE", help="once, re-entry, daily or many.")
@click.option("--kind", metavar="KIND", help=f"Purpose: {', '.join(ListKind)}.")
@click.option("--rename", metavar="NAME", help="New name, with set.")
@click.option("--date", metavar="DATE", help="Admit tickets for this day only; empty: for any.")
@repeatable("--window", "windows", "TIMES", "Open only then: '8:00 to 10:00' each day; repeatable.")
@click.option("--most", "most_entries", metavar="N", help="Entries of each person, in all.")
@click.option("--most-per-day", metavar="N", help="Entries of each person a day.")
@click.option("--most-days", metavar="N", help="Days on which a person may come.")
@click.option("--minutes-between", metavar="N", help="Minutes from one entry to the next.")
@repeatable("--leaves", "leaves", "LIST", "List that a person leaves by entering; repeatable.")
@repeatable("--gate", "gates", "DESK", "Desk that may admit here; repeatable; empty: all.")
@click.option("--check-out-at", metavar="TIME", help="Everybody is out at this time: 3:00.")
@click.option("--confirm", metavar="yes|no", help="Show the person first; Enter checks in.")
@pin_option
def lists_command(
    line: CommandLine, /, action: str | None, name: str | None, **options: Any
) -> int:
    """Show the check-in lists, or add, set or remove one.

    Where a PIN is set, changes need the organiser's, or the supervisor's where the organiser has
    none.
    """
    given = options_given(options)
    check_action("lists", "list", action, name, given)
    rules = {
        field: (text,) if isinstance(text, str) else text
        for field in RULE_FIELDS
        if (text := given.pop(field, None)) is not None
    }

    def change(permit: Authorisation) -> None:
        if action == "remove":
            remove_list(line.store, name or "", given=permit)
        else:
            is_new = action == "add"
            save_list(line.store, name or "", is_new=is_new, rules=rules, given=permit, **given)

    if action:
        with_permission(line, change)
        say_unknown_types(line, options["ticket_types"])
    lists, context = event_lists(line.store), moment_context(line.store)
    lines = (_list_line(item, rule_words(item, lists, context), context.zone) for item in lists)
    line.console.result(lists_json(line), lines)
    return 0


def _list_line(item: CheckInList, rules: Sequence[str], zone: ZoneInfo) -> str:
    opens, closes = (moment_text(at_ms, zone) for at_ms in (item.opens_ms, item.closes_ms))
    kinds = ", ".join(item.ticket_types) or "all types"
    if opens and closes:
        hours = f"{opens} to {closes}"
    elif opens:
        hours = f"from {opens}"
    else:
        hours = f"until {closes}" if closes else "always open"
    return "  ·  ".join((item.name, hours, kinds, str(item.entry), *rules))


def options_given(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a command line without those that were left out."""
    return {name: value for name, value in options.items() if value not in (None, ())}


def check_action(
    name: str, noun: str, action: str | None, target: str | None, given: Mapping[str, object]
) -> None:
    """Check that `kiosk lists` or `kiosk questions` has the name that its action needs.

    Args:
        given: its options, see `options_given`.

    Raises:
        KioskError: `list_name_missing`, `question_name_missing`, `action_missing`.
    """
    if action and not target:
        raise Refused(
            f"{noun}_name_missing", f"`kiosk {name} {action}` needs the name of a {noun}."
        )
    if given and action in (None, "remove"):
        raise Refused(
            "action_missing",
            f"These options need a {noun} to add or set.",
            next_step=f"Use `kiosk {name} add NAME ...` or `kiosk {name} set NAME ...`.",
        )


def say_unknown_types(line: CommandLine, given: tuple[str, ...]) -> None:
    """Warn about ticket types that no attendee has: they are accepted, but may be mistakes."""
    unknown, known = unknown_ticket_types(line.store, given)
    for name in unknown:
        shown = ", ".join(escape_controls(kind) for kind in known[:_TYPES_SHOWN])
        more = len(known) - _TYPES_SHOWN
        line.console.say(
            f"No attendee has the ticket type “{escape_controls(name)}” yet. "
            f"Ticket types: {shown}{f' and {more} more' if more > 0 else ''}."
        )


def lists_json(line: CommandLine) -> list[dict[str, Any]]:
    """Describe the check-in lists as the contract does."""
    zone = event_info(line.store).zone
    lists = event_lists(line.store)
    names = {item.id: item.name for item in lists}
    return [
        {
            "name": item.name,
            "opens": moment_text(item.opens_ms, zone),
            "closes": moment_text(item.closes_ms, zone),
            "types": item.ticket_types,
            "entry": item.entry,
            "rules": _rules_json(item.rules, names, zone),
        }
        for item in lists
    ]


def _rules_json(rules: ListRules, names: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    return {
        "date": rules.day.isoformat() if rules.day else None,
        "windows": [
            {"opens": moment_text(opens, zone), "closes": moment_text(closes, zone)}
            for opens, closes in rules.windows
        ],
        "daily": [
            {"opens": clock(opens), "closes": clock(closes)} for opens, closes in rules.daily
        ],
        "most_entries": rules.most_entries,
        "most_per_day": rules.most_per_day,
        "most_days": rules.most_days,
        "minutes_between": rules.minutes_between,
        "leaves": [names[list_id] for list_id in rules.leaves if list_id in names],
        "gates": rules.desks,
        "check_out_at": clock(rules.check_out_at) or None,
        "confirm": rules.confirm,
    }


@command("settings", reads=lambda changes, **_: not changes)
@click.argument("changes", nargs=-1, metavar="[KEY=VALUE]...")
@pin_option
def settings_command(line: CommandLine, changes: tuple[str, ...]) -> int:
    """Show the settings of the event and its badges, or change some.

    Days and time zone change the check-in lists: where a PIN is set, they need the organiser's.
    """
    values = changes_given(changes)
    if values:
        now = with_permission(line, lambda given: change_settings(line.store, values, given=given))
    else:
        now = settings_now(line.store)
    shown = {key: value.replace("\n", " / ") or "–" for key, value in now.items()}
    lines = (f"{key:<22} {value}   ({SETTINGS[key].about})" for key, value in shown.items())
    line.console.result(now, lines)
    return 0


settings_command.epilog = f"Keys: {', '.join(SETTINGS)}."

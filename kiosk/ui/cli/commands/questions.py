"""`kiosk questions`."""

from __future__ import annotations

import argparse
from typing import Any

from kiosk.domain.checkin.questions import Question
from kiosk.errors import KioskError
from kiosk.services.checkin import questions as question_service
from kiosk.storage.queries.lists import check_in_lists
from kiosk.storage.queries.questions import check_in_questions
from kiosk.ui.cli.console import CommandLine, say_types_nobody_has


def add(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The parsers of this group."""
    parser = subparsers.add_parser(
        "questions",
        help="what is asked at check-in",
        description="What is asked at check-in, before somebody is in; without a word it shows the "
        "questions. Each answer is one key at the desk, a column of the export, and a field of "
        "badges: {question:NAME}. Who has an answer, from the import too, is not asked. In "
        "scripts: kiosk scan CODE --answer NAME=ANSWER.",
    )
    parser.add_argument("action", nargs="?", choices=("add", "set", "remove"))
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="what the answers' column is called"
    )
    parser.add_argument("--ask", metavar="TEXT", help="what the volunteer asks; else the name")
    parser.add_argument(
        "--choice",
        action="append",
        metavar="ANSWER",
        help="one of two to nine answers; may stand again; else Yes and No",
    )
    parser.add_argument(
        "--list",
        action="append",
        dest="lists",
        metavar="L",
        help="asked on this list only; may stand again; empty: on every list",
    )
    parser.add_argument(
        "--type",
        action="append",
        dest="types",
        metavar="TYPE",
        help="asked of this type only; may stand again; empty: of all",
    )
    parser.set_defaults(handler=_questions)
    return [parser]


def question_json(question: Question, list_names: dict[str, str]) -> dict[str, Any]:
    """A question, its lists by name."""
    return {
        "name": question.name,
        "text": question.text,
        "choices": list(question.choices),
        "lists": [list_names[key] for key in question.list_ids if key in list_names],
        "types": list(question.ticket_types),
    }


def _questions(line: CommandLine) -> int:
    options = line.options
    if options.action and not options.name:
        raise KioskError(
            "question_name_missing",
            f"`kiosk questions {options.action}` needs the name of a question.",
            saved="Nothing was changed.",
        )
    given = (options.ask, options.choice, options.lists, options.types)
    if options.action in (None, "remove") and any(value is not None for value in given):
        raise KioskError(
            "action_missing",
            "It is not said which question these options are for.",
            saved="Nothing was changed.",
            next_step="Use `kiosk questions add NAME ...` or `kiosk questions set NAME ...`.",
        )
    store = line.store
    if options.action == "remove":
        question_service.remove_question(store, options.name)
    elif options.action:
        question_service.save_question(
            store,
            options.name,
            is_new=options.action == "add",
            text=options.ask,
            choices=options.choice,
            lists=options.lists,
            ticket_types=options.types,
        )
        say_types_nobody_has(line, options.types)
    names = {item.id: item.name for item in check_in_lists(store.connection)}
    shown = [question_json(item, names) for item in check_in_questions(store.connection)]
    if line.console.as_json:
        line.console.json(shown)
        return 0
    for item in shown:
        where = ", ".join(item["lists"]) or "every list"
        whom = ", ".join(item["types"]) or "all types"
        line.console.show(
            f"{item['name']}  ·  {item['text']}  ·  {' / '.join(item['choices'])}  ·  "
            f"{where}  ·  {whom}"
        )
    if not shown:
        line.console.say("Nothing is asked. kiosk questions add NAME --ask TEXT adds a question.")
    return 0

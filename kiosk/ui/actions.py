"""Say what a person can do next, in the keys of the desk or the commands of the command line.

Errors and checks below the front ends carry an `Action`; the tables here are the only place that
turns one into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kiosk.errors import Action, KioskError

DESK: Mapping[Action, str] = {
    Action.ACCEPT_OLD_CODE: "Press F2 to merge it anyway, or Esc.",
    Action.ADD_LIST: "Add a list: Ctrl+P, Days and lists.",
    Action.ADD_WALK_IN: "Press F2, type the name, press F2.",
    Action.CHANGE_LIST: "Change the list: Ctrl+P, Days and lists.",
    Action.CHANGE_QUESTION: "Change it: Ctrl+P, Questions at check-in.",
    Action.CHOOSE_PAPER: "Choose its labels: Ctrl+P, Test the printer.",
    Action.CHOOSE_PRINTER: "Choose a printer and print a test badge: F4.",
    Action.CHOOSE_RESTORE_TARGET: "Choose a backup: Ctrl+P, Restore a backup.",
    Action.CHOOSE_TICKET_TYPE: "Choose it in the form: F2.",
    Action.CONFIRM_BADGE: "Confirm the badge in the queue: F4.",
    Action.CREATE_EVENT: "Create an event: Ctrl+P, Open another event.",
    Action.DECIDE_DUPLICATES: "Decide: Ctrl+P, Possible duplicates.",
    Action.EDIT_ATTENDEE: "Press F3 to edit.",
    Action.END_REHEARSAL: "Close the desk that rehearses first.",
    Action.EXPORT_CONFLICTS: "Look at them: Ctrl+P, Desks and conflicts. F9 undoes a check-in.",
    Action.FIND_ATTENDEE: "Type the name to look the person up.",
    Action.GIVE_CODE: "See the code: Ctrl+P, Share this event.",
    Action.GIVE_PIN: "Type the PIN.",
    Action.GIVE_REASON: "Type a reason.",
    Action.IMPORT_FILE: "Import the file: Ctrl+P, Import registrations.",
    Action.JOIN_EVENT: "On the other laptop: Ctrl+P, Join an event.",
    Action.MAP_COLUMNS: "Choose which column is which: F4.",
    Action.MERGE_BUNDLE: "Merge it: Ctrl+P, Merge a stick bundle.",
    Action.NAME_DESK: "Give one of them another name: Ctrl+P, Name this desk.",
    Action.OPEN_EVENT: "Open the event first: Ctrl+P, Open another event.",
    Action.OVERRIDE_REFUSAL: "Press Ctrl+O to admit anyway.",
    Action.PRINT_BADGES: "Print them: F10, then the number of this line.",
    Action.CONFIRM_PRINTED: "Confirm it: F10, then the number of this line.",
    Action.PRINT_CHANGED_BADGES: "Print them again: F10, then the number of this line.",
    Action.PRINT_RULER: "Print the ruler: Ctrl+P, Print badges, signs, certificates.",
    Action.REPAIR_EVENT: "Close the desk and run `kiosk doctor`.",
    Action.REPRINT_BADGE: "Press F6 to print it again.",
    Action.RESTORE_BACKUP: "Restore a backup: Ctrl+P, Restore a backup.",
    Action.SET_DAYS: "Set the days: Ctrl+P, Days and lists.",
    Action.SET_PIN: "Set a PIN: Ctrl+P, PINs.",
    Action.SHARE_EVENT: "Share the event: Ctrl+P, Share this event.",
    Action.SHOW_DESKS: "See the desks: Ctrl+P, Desks and conflicts.",
    Action.SHOW_HELP_DESK: "Press Ctrl+G to see who waits.",
    Action.SEND_TO_HELP: "Send them: Ctrl+G.",
    Action.SHOW_LAYOUTS: "See the layouts: Ctrl+P, Badge layout.",
    Action.SHOW_QUEUE: "Press F4 for the queue.",
    Action.SHOW_STOCKS: "See the papers: Ctrl+P, Print badges, signs, certificates.",
    Action.TEST_PRINTER: "Print a test badge: F4.",
    Action.TEST_SCANNER: "Test the scanner: Ctrl+P, Test the scanner.",
    Action.UNDO_CHECK_IN: "Press F8 to undo.",
    Action.WRITE_BACKUP: "Back up: Ctrl+P, Back up now.",
    Action.WRITE_BUNDLE: "Write one: Ctrl+P, Write a stick bundle.",
}
"""Words of the desk on screen."""

COMMAND_LINE: Mapping[Action, str] = {
    Action.ACCEPT_OLD_CODE: "Merge it anyway: kiosk merge FILE --accept-old-code.",
    Action.ADD_LIST: "Add a list: kiosk lists add NAME.",
    Action.ADD_WALK_IN: "Register the attendee: kiosk walk-in --name NAME.",
    Action.CHANGE_LIST: "Change the list: kiosk lists set NAME --opens T --closes T.",
    Action.CHANGE_QUESTION: "Change it: kiosk questions set NAME.",
    Action.CHOOSE_PAPER: "Choose it: kiosk printers NAME --stock STOCK --layout LAYOUT.",
    Action.CHOOSE_PRINTER: "See the printers: kiosk printers.",
    Action.CHOOSE_RESTORE_TARGET: "Name the file with -o FILE.",
    Action.CHOOSE_TICKET_TYPE: "A new ticket type: repeat the command with --anyway.",
    Action.CONFIRM_BADGE: "See the queue: kiosk queue.",
    Action.CREATE_EVENT: "Create one with kiosk new FILE --name NAME, or name another with -e.",
    Action.DECIDE_DUPLICATES: "See them: kiosk duplicates.",
    Action.EDIT_ATTENDEE: "Edit the attendee: kiosk edit ID --set FIELD=VALUE.",
    Action.END_REHEARSAL: "Close the window that rehearses, then: kiosk rehearse --end.",
    Action.EXPORT_CONFLICTS: "List them: kiosk conflicts -o CONFLICTS.pdf.",
    Action.FIND_ATTENDEE: "Find the id: kiosk find NAME.",
    Action.GIVE_CODE: "See the code there: kiosk share. Give it here: --code CODE.",
    Action.GIVE_PIN: "Send it with --pin-stdin, or in $KIOSK_PIN.",
    Action.GIVE_REASON: "Give a reason: --reason TEXT.",
    Action.IMPORT_FILE: "Import the file: kiosk import FILE.",
    Action.JOIN_EVENT: "On the other laptop: kiosk join CODE.",
    Action.MAP_COLUMNS: 'Say which column is which: --column name="HEADING".',
    Action.MERGE_BUNDLE: "Merge it: kiosk merge FILE.",
    Action.NAME_DESK: "Give one of the desks another name: kiosk desks --rename NAME.",
    Action.OPEN_EVENT: "Name the event with -e FILE.",
    Action.OVERRIDE_REFUSAL: "Admit anyway: kiosk scan CODE --force --reason TEXT.",
    Action.CONFIRM_PRINTED: "Confirm it: kiosk queue printed.",
    Action.PRINT_BADGES: "Print them: kiosk badges --who unprinted -o BADGES.pdf.",
    Action.PRINT_CHANGED_BADGES: "Print them again: kiosk badges --who changed -o CHANGED.pdf.",
    Action.PRINT_RULER: "Print the page to measure: kiosk paper ruler -o RULER.pdf.",
    Action.REPAIR_EVENT: "Run kiosk doctor.",
    Action.REPRINT_BADGE: "Print it again: kiosk print ID --reason other.",
    Action.RESTORE_BACKUP: "Restore a backup: kiosk restore.",
    Action.SET_DAYS: "Set the days: kiosk settings days='16-17 Feb 2027'.",
    Action.SET_PIN: "Set a PIN: kiosk pin set organiser.",
    Action.SHARE_EVENT: "Share the event: kiosk share.",
    Action.SHOW_DESKS: "See the desks: kiosk desks.",
    Action.SHOW_HELP_DESK: "See who waits: kiosk help-desk.",
    Action.SEND_TO_HELP: "Send them: kiosk help-desk ID NOTE.",
    Action.SHOW_LAYOUTS: "See the layouts: kiosk layouts.",
    Action.SHOW_QUEUE: "See the queue: kiosk queue.",
    Action.SHOW_STOCKS: "See the stocks: kiosk stocks.",
    Action.TEST_PRINTER: "Print a test badge: F4 at the desk.",
    Action.TEST_SCANNER: "Print the test page: kiosk paper scanner-test -o TEST.pdf.",
    Action.UNDO_CHECK_IN: "Undo it: kiosk undo.",
    Action.WRITE_BACKUP: "Back up: kiosk backup -o FILE.",
    Action.WRITE_BUNDLE: "Write one: kiosk bundle OUT.",
}
"""Words of the command line."""

PLAIN_DESK: Mapping[Action, str] = {
    **COMMAND_LINE,
    Action.EDIT_ATTENDEE: "In another window: kiosk edit ID --set FIELD=VALUE.",
    Action.FIND_ATTENDEE: "Type the name to look the person up.",
    Action.GIVE_PIN: "Type the PIN.",
    Action.GIVE_REASON: "Type a reason.",
}
"""Words of the plain desk: it takes lines, and commands run in another window."""


class Advice(Protocol):
    """An error or a check: an optional sentence on what to do, and an optional action."""

    @property
    def action(self) -> Action | None:
        """What to do next."""


def action_words(advice: Advice, words: Mapping[Action, str]) -> str:
    """The action in the words of a front end; empty where there is none."""
    return words[advice.action] if advice.action is not None else ""


def way_out(error: KioskError, words: Mapping[Action, str]) -> str:
    """What to do next: the sentence of the error, then its action."""
    return joined(error.next_step, action_words(error, words))


def saved_and_next(error: KioskError, words: Mapping[Action, str]) -> str:
    """What was saved, and what to do next."""
    return joined(error.saved, way_out(error, words))


def full_message(error: KioskError, words: Mapping[Action, str]) -> str:
    """The whole message: what happened, what was saved, what to do next."""
    return joined(error.problem, saved_and_next(error, words))


def joined(*sentences: str) -> str:
    """The sentences that are not empty, one after the other."""
    return " ".join(filter(None, sentences))

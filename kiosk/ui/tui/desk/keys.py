"""The desk's keys: bindings, which of them the bar shows, and why one cannot act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from kiosk.desk.state import DeskState
from kiosk.domain.checkin.outcomes import Outcome

if TYPE_CHECKING:
    from kiosk.services.checkin.card import AttendeeCard
    from kiosk.services.people.entitlements import Entitlement


def _key(
    key: str,
    action: str,
    words: str,
    name: str,
    tooltip: str = "",
    *,
    show: bool = True,
    priority: bool = False,
) -> Binding:
    """A key of the desk; `name` is its id without `desk.`, by which it can be moved."""
    return Binding(key, action, words, show, priority=priority, tooltip=tooltip, id=f"desk.{name}")


HELP_KEY = _key(
    "ctrl+g",
    "help_desk",
    "Help desk",
    "help_desk",
    "Send to the help desk, or mark as done",
    show=False,
    priority=True,
)
"""^G: no scanner types it, and no usual terminal keeps it for itself."""
DONE_KEY = Binding("ctrl+g", "help_desk", "Done")

# fmt: off
BINDINGS: list[BindingType] = [
    _key("f1", "app.help", "Help", "help", "What every key does"),
    _key("f2", "walk_in", "Walk-in", "walk_in", "Register a new attendee"),
    _key("f3", "edit", "Edit", "edit", "Edit the attendee on the card"),
    _key("f4", "badge_queue", "Queue", "queue", "Badge queue"),
    _key("f6", "badge", "Badge", "badge", "Print the badge, or a PDF"),
    _key("f7", "switch_list", "List", "list", "Another day or list"),
    _key("f8", "undo", "Undo", "undo", "Undo the last check-in"),
    _key("f9", "activity", "Activity", "activity", "What happened"),
    _key("f5", "dashboard", "Dashboard", "dashboard", "Who is in, how fast"),
    _key("f10", "ready", "Ready?", "ready", "What is still to do", show=False),
    _key("f11", "self_service", "Self-service", "self_service", "Lock the screen for attendees",
         show=False),
    _key("ctrl+o", "let_in", "Admit", "let_in", "Admit against the rules", priority=True),
    _key("ctrl+a", "whole_party", "All", "party", "Admit the rest", priority=True),
    _key("ctrl+y", "choose_order", "Some", "order", "Admit some", priority=True),
    _key("ctrl+x", "check_out_all", "All out", "all_out", "Check out everyone who is inside",
         show=False, priority=True),
    _key("ctrl+l", "paper", "Paper list", "paper", "Paper list", show=False, priority=True),
    _key("ctrl+e", "exit_mode", "Exits", "exits", "Entries or exits", priority=True),
    HELP_KEY,
    _key("ctrl+p", "app.command_palette", "More", "palette", "All commands"),
    _key("ctrl+d", "hand_out", "Hand out", "hand_out",
         "Tick a T-shirt, a meal ... on the card, or untick it", show=False, priority=True),
    _key("ctrl+k", "camera", "Camera", "camera", "Scan with the camera", priority=True),
    _key("ctrl+t", "sound", "Sound", "sound", "Sounds on or off"),
    _key("ctrl+r", "import_file", "Import registrations", "import",
         "Import a list, also a newer one", show=False, priority=True),
    _key("ctrl+n", "transfer", "Transfer the ticket", "transfer",
         "Transfer this ticket to another person", show=False),
    _key("ctrl+f", "first_time", "First time here: yes or no", "first_time", "First time or not",
         show=False, priority=True),
    _key("ctrl+b", "tables", "Tables", "tables", "Tables; who sits where", show=False),
    _key("ctrl+q", "app.quit", "Quit", "quit", show=False),
    _key("escape", "clear", "Clear", "clear", show=False),
    Binding("down", "into_list", "Into the list", show=False),
    Binding("pagedown", "card_down", "Card", show=False, tooltip="More of the card; PgUp back"),
    Binding("pageup", "card_up", "Card", show=False),
]
# fmt: on

OF_THE_MOMENT = ("let_in", "whole_party", "choose_order")
"""Keys that are shown only while the last verdict gives them something to do."""
NEEDED = (*OF_THE_MOMENT, "app.help", "help_desk", "switch_list", "undo")
"""Keys that stay in the bar on a narrow screen."""
_NO_HELP_TO_THE_REFUSED = ("walk_in", "badge_queue")
"""Keys that give their place in the bar to list, undo and badge after a refusal."""
NOT_AT_A_SCAN_DESK = frozenset(
    {
        *("edit", "walk_in", "import_file", "lists", "transfer", "first_time", "tables"),
        *("activity", "help_list", "hand_over", "duplicates", "choose_order", "check_out_all"),
        *("ready", "badge_layout"),
    }
)
SCAN_DESK = ("SCAN ONLY", "This key is off: the desk only scans. Others can go to the help desk.")
"""Words and sentence of a key that a desk for scanning does not have."""
_FIRST = "Scan a ticket or type a name first:"
WHY_NOT = {
    "edit": ("NO ATTENDEE", f"{_FIRST} F3 edits the attendee."),
    "transfer": ("NO ATTENDEE", f"{_FIRST} Ctrl+N transfers the ticket."),
    "first_time": ("NO ATTENDEE", f"{_FIRST} Ctrl+F marks the attendee."),
    "hand_out": ("NOTHING TO GIVE", "The card of an attendee shows open hand-outs."),
    "badge": ("NO ATTENDEE", f"{_FIRST} F6 prints the badge."),
    "let_in": ("NOTHING TO OVERRIDE", "The last ticket was not refused."),
    "whole_party": ("NO ONE ELSE", "The ticket and its order have no one else to admit now."),
    "choose_order": ("NO ONE ELSE", "The order has no one else to admit now."),
}
"""Words and sentence of each key that can be dimmed."""
ON_A_PERSON = frozenset(
    binding.key
    for binding in BINDINGS
    if isinstance(binding, Binding) and binding.action in {*WHY_NOT, "help_desk"}
)
"""Keys that act on the attendee of the verdict or the card."""


def hand_outs(card: AttendeeCard) -> list[Entitlement]:
    """What this desk can tick on the card, or untick."""
    return [one for one in card.entitlements if one.is_handed_here]


def bar_keys(
    keys: list[tuple[Binding, bool]], state: DeskState, *, has_person: bool, waits: bool
) -> list[tuple[Binding, bool]]:
    """The keys of the bar in their order, each with whether it can act now.

    Args:
        keys: all that are shown.
        has_person: an attendee is on the card.
        waits: they wait at the help desk.
    """
    bar = [key for key in keys if key[1] or key[0].action not in OF_THE_MOMENT]
    last = state.last
    was_refused = bool(last and last.attendee and last.outcome is not Outcome.OK)
    bar.sort(key=lambda key: _place_in_bar(key[0].action, was_refused=was_refused))
    if waits:
        return [(DONE_KEY, True), *bar]
    if has_person and was_refused:
        behind = sum(key.action in OF_THE_MOMENT for key, _ in bar)
        return [*bar[:behind], (HELP_KEY, True), *bar[behind:]]
    return bar


def _place_in_bar(action: str, *, was_refused: bool) -> int:
    """First the keys of this verdict, last the palette; after a refusal, walk-in and queue late."""
    if action in OF_THE_MOMENT:
        return 0
    if action == "app.command_palette":
        return 3
    return 2 if was_refused and action in _NO_HELP_TO_THE_REFUSED else 1

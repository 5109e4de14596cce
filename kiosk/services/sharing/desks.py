"""List the desks of the event and describe their sync status in words."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.log.ids import hlc_ms
from kiosk.domain.log.merge import FOLLOWED_MS
from kiosk.domain.text import escape_controls
from kiosk.domain.wording import counted
from kiosk.services.sharing.sharing import sharing_folder
from kiosk.storage.file.clone_detection import NEW_LOG_NOTICE
from kiosk.storage.file.store import Store, wall_ms
from kiosk.storage.replication.incidents import sync_incidents
from kiosk.storage.replication.merge import desk_names
from kiosk.sync.network import own_addresses
from kiosk.sync.peers import DeskState, DeskStatus
from kiosk.sync.status_file import SharedState as SharedState
from kiosk.sync.status_file import read_status

STALE_MS = 30_000
"""An older status file belongs to a program that was killed."""
ALONE_HINT_MS = 20_000
"""After this time without another desk, the screen says what to try."""


_STATE_WORDS = {
    DeskState.THIS: "this desk",
    DeskState.UP_TO_DATE: "here, up to date",
    DeskState.BEHIND: "here, syncing",
    DeskState.AWAY: "away",
}


@dataclass(frozen=True, slots=True)
class Desks:
    """This desk first, then the others."""

    desks: tuple[DeskStatus, ...]
    trouble: str = ""
    is_live: bool = False
    """A program shares the event now, so it is known which desks are away."""
    restored: bool = False
    """This desk's file was restored or copied, and now writes a new log."""


def list_desks(store: Store, state: SharedState | None = None) -> Desks:
    """List all desks that wrote something or were heard.

    Args:
        state: this program's sharing status; None: the last status of another program.
    """
    now_ms = store.clock()
    if state is None:
        state = read_status(sharing_folder(store.path))
        if state is not None and now_ms - state.at_ms > STALE_MS:
            state = None
    heard = {desk.log_id: desk for desk in state.desks} if state else {}
    own = store.local("log_id")
    behind = sum(d.behind for d in heard.values() if d.state is DeskState.BEHIND)
    this = DeskStatus(store.desk, own, DeskState.THIS, behind, now_ms)
    others = dict(heard)
    known = {store.desk, *(desk.name for desk in heard.values())}
    for log_id, (name, stamp) in desk_names(store).items():
        # a restored desk writes a new log: its older log is not another desk
        if log_id != own and log_id not in others and name not in known:
            at_ms = min(hlc_ms(stamp), now_ms)
            others[log_id] = DeskStatus(name or log_id[:8], log_id, DeskState.AWAY, 0, at_ms)
    ordered = sorted(others.values(), key=lambda desk: (desk.name, desk.log_id))
    trouble = state.trouble if state else ""
    return Desks((this, *ordered), trouble, state is not None, was_restored(store))


RESTORED = (
    "This file was restored from a backup, copied or moved: this desk now writes a new log. "
    "Later check-ins of this desk come back from the other desks, or from their sticks."
)


def was_restored(store: Store) -> bool:
    """Whether this file began a new log, because it is a restored backup or a copy."""
    return bool(store.local(NEW_LOG_NOTICE)) or sync_incidents(store).new_log


def take_restored_note(store: Store) -> str:
    """Return the message about a restored file once; empty afterwards, and for other files."""
    if store.local(NEW_LOG_NOTICE) != "untold":
        return ""
    with store.writing():
        store.set_local(**{NEW_LOG_NOTICE: "told"})
    return RESTORED


def status_words(state: SharedState, now_ms: int, *, has_network: bool = True) -> str:
    """The status line: `alone`, `3 desks, all up to date`, `Desk 2 last heard 4 min ago`.

    A problem with the network or the file comes before it.
    """
    words = _status_words(state, now_ms)
    if state.hindrance:
        return f"{state.hindrance} · {words}"
    if has_network and not state.trouble:
        return words
    return "alone, no network" if words == "alone" else f"no network · {words}"


def has_network() -> bool:
    """Whether this computer has an address on any network; may be slow."""

    return bool(own_addresses())


def _status_words(state: SharedState, now_ms: int) -> str:
    here = state.here
    if silent := last_heard(state, now_ms):
        return silent
    if not here:
        return "alone"
    count = len(here) + 1
    behind = [desk for desk in here if desk.state is DeskState.BEHIND]
    if not behind:
        return f"{count} desks, all up to date"
    events = sum(desk.behind for desk in behind)
    return f"{count} desks, {counted(events, 'event')} to sync"


def last_heard(state: SharedState, now_ms: int) -> str:
    """`Desk 2 last heard 4 min ago`; empty while no desk is away."""
    away = _away(state)
    if not away:
        return ""
    latest = max(away, key=lambda desk: desk.last_heard_ms or 0)
    words = (
        f"{escape_controls(latest.name)} last heard {ago(now_ms - (latest.last_heard_ms or 0))} ago"
    )
    return f"{words}, {len(away) - 1} more away" if len(away) > 1 else words


def _away(state: SharedState) -> list[DeskStatus]:
    return [desk for desk in state.desks if desk.state is DeskState.AWAY and desk.last_heard_ms]


def now_ms() -> int:
    """The computer's clock in milliseconds UTC."""
    return wall_ms()


def ago(span_ms: int) -> str:
    """Round a duration: `20 s`, `4 min`, `2 h`, `3 days`; 6 min 59 s gives `7 min`."""
    seconds = max(0, span_ms // 1000)
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = (seconds + 30) // 60, (seconds + 1_800) // 3_600
    if minutes < 60:
        return f"{minutes} min"
    return f"{hours} h" if hours < 48 else f"{(seconds + 43_200) // 86_400} days"


def alone_hint(state: SharedState, now_ms: int, *, has_network: bool = True) -> str:
    """What to try when no other desk is found; empty when that is not needed."""
    if state.here:
        return ""
    if not has_network:
        return (
            "This laptop is not on a network. Connect it to the network of the other desks (one "
            "phone's hotspot, a cable), or carry a stick bundle."
        )
    if state.trouble:
        return state.trouble
    alone_since_ms = max([state.since_ms, *(desk.last_heard_ms or 0 for desk in _away(state))])
    if now_ms - alone_since_ms < ALONE_HINT_MS:
        return ""
    return (
        "No other desk found. Is one open, on the same network? If so, the network separates "
        "laptops: connect all to one phone's hotspot, call a desk by its address, or carry a "
        "stick bundle."
    )


def fast_clocks(state: SharedState) -> list[str]:
    """Desks with a clock that is minutes off, one phrase each."""
    words = []
    spans = [desk.fast_ms for desk in state.here]
    if len(spans) > 1 and all(spans) and max(spans) - min(spans) < 2 * FOLLOWED_MS:
        # all others agree, so this desk's clock is wrong
        way = "slow" if spans[0] > 0 else "fast"
        return [f"This desk's clock is {ago(abs(spans[0]))} {way}"]
    for desk in state.here:
        if desk.fast_ms:
            way = "fast" if desk.fast_ms > 0 else "slow"
            words.append(f"{escape_controls(desk.name)}'s clock is {ago(abs(desk.fast_ms))} {way}")
    return words


def undelivered_text(name: str) -> str:
    """The message about a desk that announces events and does not deliver them."""
    return f"{name} announces events that it does not deliver."


def undelivered_notes(state: SharedState) -> list[str]:
    """Desks that do not deliver their events, one sentence each."""
    return [undelivered_text(escape_controls(desk.name)) for desk in state.here if desk.undelivered]


def desk_problems(state: SharedState) -> list[str]:
    """Problems of the desks that are here, one sentence each."""
    return [*undelivered_notes(state), *fast_clocks(state)]


def news_of(before: SharedState | None, now: SharedState) -> list[str]:
    """Describe a change of status: desks that came or left, and network problems."""
    were = {desk.log_id: escape_controls(desk.name) for desk in before.here} if before else {}
    here = {desk.log_id: escape_controls(desk.name) for desk in now.here}
    news = [f"{name} is here." for log_id, name in here.items() if log_id not in were]
    news += [f"{name} is away." for log_id, name in were.items() if log_id not in here]
    trouble = before.trouble if before else ""
    if now.trouble and now.trouble != trouble:
        news.append(escape_controls(now.trouble))
    return news


def desk_sentences(desks: Desks, state: SharedState | None, now_ms: int) -> list[str]:
    """One line for each desk, then problems and what to try."""
    lines = []
    for desk in desks.desks:
        words = _STATE_WORDS[desk.state]
        if desk.state is DeskState.AWAY and desk.last_heard_ms:
            words += f", last heard {ago(now_ms - desk.last_heard_ms)} ago"
        lines.append(f"{escape_controls(desk.name)}: {words}.")
    if state is not None:
        lines += [part for part in (alone_hint(state, now_ms), *desk_problems(state)) if part]
    return lines

"""List the desks of the event and describe their sync status in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from unicodedata import east_asian_width

from kiosk import __version__
from kiosk.domain.log.ids import hlc_ms
from kiosk.domain.log.merge import FOLLOWED_MS
from kiosk.domain.text import counted, escape_controls
from kiosk.services.event.event import event_info
from kiosk.storage.file.clone_detection import EARLIER_LOGS, NEW_LOG_NOTICE
from kiosk.storage.file.store import Store, wall_ms
from kiosk.storage.replication.desk_logs import DeskLog, desk_logs, numbered, superseded
from kiosk.storage.replication.incidents import sync_incidents
from kiosk.storage.replication.sharing import CodeChange, read_sharing
from kiosk.sync.network import own_addresses
from kiosk.sync.peers import DeskState, DeskStatus
from kiosk.sync.reachability import Reach
from kiosk.sync.status_file import SharedState as SharedState
from kiosk.sync.status_file import read_status, sharing_folder

STALE_MS = 30_000
"""An older status file belongs to a program that was killed."""
ALONE_HINT_MS = 20_000
"""After this time without another desk, the screen says what to try."""
NAME_CELLS = 20
"""The longest name of a desk in the status line."""

_STATE_WORDS = {
    DeskState.THIS: "this desk",
    DeskState.UP_TO_DATE: "up to date",
    DeskState.BEHIND: "syncing",
    DeskState.AWAY: "away",
    DeskState.JOINED: "joined, no check-ins yet",
    DeskState.OTHER_VERSION: "another version of kiosk",
}


@dataclass(frozen=True, slots=True)
class Desks:
    """This desk first, then the others."""

    desks: tuple[DeskStatus, ...]
    is_live: bool = False
    """A program shares the event now, so it is known which desks are away."""
    restored: bool = False
    """This desk's file was restored or copied, and now writes a new log."""
    problems: tuple[str, ...] = ()
    """Why desks are not connected, and problems with them: one sentence each."""


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
    own, logs = store.local("log_id"), desk_logs(store.connection)
    behind = sum(d.behind for d in heard.values() if d.state is DeskState.BEHIND)
    desks = {own: DeskStatus(store.desk, own, DeskState.THIS, behind, now_ms), **heard}
    continued = superseded(logs)
    for log_id in continued & heard.keys():
        if heard[log_id].state is DeskState.AWAY:  # the desk was restored, and has a newer log
            del desks[log_id]
    ended = continued | _own_earlier(store, logs)
    for log_id, log in logs.items():
        if log_id not in desks and log_id not in ended:
            at_ms: int | None = hlc_ms(log.newest)
            if at_ms and at_ms > now_ms + FOLLOWED_MS:  # its clock was fast: the time is not known
                at_ms = None
            is_new = log.is_unopened and not log.earlier
            how = DeskState.JOINED if is_new else DeskState.AWAY
            desks[log_id] = DeskStatus(log.name, log_id, how, 0, at_ms)
    names = numbered({log_id: desk.plain_name for log_id, desk in desks.items()})
    named = [
        replace(desk, name=names[log_id], given_name=desk.plain_name)
        for log_id, desk in desks.items()
    ]
    this, *others = named
    ordered = sorted(others, key=lambda desk: (desk.name, desk.log_id))
    known_state = state or SharedState()
    if (sharing := read_sharing(store)) is not None:  # newer than the status of another program
        behind_names = tuple(name for _, name in sharing.left_behind)
        known_state = replace(known_state, replaced=sharing.replaced, left_behind=behind_names)
    problems = desk_problems(known_state)
    zone = event_info(store).zone
    hint = alone_hint(known_state, now_ms, zone) if state or known_state.replaced else ""
    sentences = (*([hint] if hint else []), *problems)
    return Desks((this, *ordered), state is not None, was_restored(store), sentences)


def desk_words(desk: DeskStatus, now_ms: int) -> str:
    """The state of a desk: `syncing, 5 events to go`, `away, last heard 4 min ago`."""
    words = _STATE_WORDS[desk.state]
    if desk.state is DeskState.JOINED and desk.behind:
        words = "joining"
    if desk.behind and desk.state is not DeskState.THIS:
        words += f", {counted(desk.behind, 'event')} to go"
    if desk.state is DeskState.AWAY and desk.last_heard_ms:
        words += f", last heard {ago(now_ms - desk.last_heard_ms)} ago"
    return words


def _own_earlier(store: Store, logs: Mapping[str, DeskLog]) -> set[str]:
    """Logs that this desk wrote before it was restored: they are not other desks.

    A copy on another laptop has them too, so the name must agree.
    """
    earlier = store.local(EARLIER_LOGS).split()
    return {log_id for log_id in earlier if log_id in logs and logs[log_id].name == store.desk}


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


class LinkLevel(StrEnum):
    """How well this desk is connected, for the colour of the status line."""

    QUIET = "quiet"
    """Alone, as nearly always before another desk joins."""
    CONNECTED = "connected"
    CUT = "cut"
    """Check-ins of other desks do not arrive here now."""


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """The sharing status in one line, for any front end."""

    words: str
    level: LinkLevel = LinkLevel.QUIET


def link_status(
    state: SharedState, now_ms: int, zone: tzinfo | None, *, has_network: bool = True
) -> LinkStatus:
    """The status line: `alone`, `3 desks, all up to date`, `NOT CONNECTED since 14:02 ...`.

    Times are those of the event, as in the desk's header; without a zone, of this computer.

    A problem with the network or the file comes before it.
    """
    words = _status_words(state, zone)
    level = LinkLevel.CONNECTED if state.here else LinkLevel.QUIET
    if state.replaced or state.other_version or _away(state):
        level = LinkLevel.CUT
    if state.hindrance:
        return LinkStatus(f"{state.hindrance} · {words}", LinkLevel.CUT)
    if has_network and not state.trouble:
        return LinkStatus(words, level)
    if words == "alone":
        return LinkStatus("alone, no network")
    return LinkStatus(f"no network · {words}", level)


def has_network() -> bool:
    """Whether this computer has an address on any network; may be slow."""

    return bool(own_addresses())


def _status_words(state: SharedState, zone: tzinfo | None) -> str:
    here = state.here
    if state.replaced:
        at = clock_time(state.replaced.at_ms, zone)
        return f"NOT CONNECTED: the code changed at {at}, join again"
    if state.other_version:
        names = _names(state.other_version)
        return f"NOT CONNECTED to {names}: another version of kiosk"
    if away := _away(state):
        since = clock_time(max(desk.last_heard_ms or 0 for desk in away), zone)
        if here:
            whose = "its" if len(away) == 1 else "their"
            return f"{_names(away)} away since {since}: {whose} check-ins are not seen here"
        return f"NOT CONNECTED since {since}: check-ins of {_names(away)} not seen here"
    if not here:
        return "alone"
    count = len(here) + 1
    behind = [desk for desk in here if desk.state is DeskState.BEHIND]
    if not behind:
        return f"{count} desks, all up to date"
    events = sum(desk.behind for desk in behind)
    return f"{count} desks, {counted(events, 'event')} to sync"


def _names(desks: Sequence[DeskStatus]) -> str:
    """`Desk 2`, `Desk 2 and Desk 3`, or `3 desks`; a long name is cut, so that the rest is seen."""
    if len(desks) > 2:
        return f"{len(desks)} desks"
    return " and ".join(_short(escape_controls(desk.name)) for desk in desks)


def _short(name: str) -> str:
    """A name of at most `NAME_CELLS` cells of a terminal."""
    cells = 0
    for at, char in enumerate(name):
        cells += 2 if east_asian_width(char) in "WF" else 1
        if cells > NAME_CELLS:
            return f"{name[:at].rstrip()}…"
    return name


def clock_time(at_ms: int, zone: tzinfo | None) -> str:
    """A time of day in a zone, `14:02`; None: this computer's."""
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%H:%M}"


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


def alone_hint(
    state: SharedState, now_ms: int, zone: tzinfo | None, *, has_network: bool = True
) -> str:
    """Why no other desk is heard, and what to do; empty when that is not needed."""
    if state.replaced:
        return _replaced_text(state.replaced, zone)
    if state.here:
        return ""
    if not has_network:
        return (
            "This laptop is not on a network. Connect it to the network of the other desks (one "
            "phone's hotspot, a cable), or carry a stick bundle."
        )
    if trouble := network_text(state):
        return trouble
    if state.other_version:
        return ""  # `desk_problems` reports it
    alone_since_ms = max([state.since_ms, *(desk.last_heard_ms or 0 for desk in _away(state))])
    if now_ms - alone_since_ms < ALONE_HINT_MS:
        return ""
    return reach_text(state) or _silence_text(state, now_ms)


def network_text(state: SharedState) -> str:
    """Why the network cannot be used now; empty when it can."""
    return "" if state.hindrance else escape_controls(state.trouble)


def file_text(state: SharedState) -> str:
    """Why events of other desks do not arrive; empty when the file and the engine work."""
    if not state.hindrance:
        return ""
    return f"Check-ins of other desks do not arrive here. {escape_controls(state.trouble)}"


def _replaced_text(change: CodeChange, zone: tzinfo | None) -> str:
    return (
        f"{escape_controls(change.desk)} made a new code at {clock_time(change.at_ms, zone)}, and "
        "this desk has the old one: it receives no check-ins of desks with the new code. All "
        "check-ins here are saved. Join again with the new code; they are sent then. Or carry a "
        "stick bundle."
    )


def reach_text(state: SharedState) -> str:
    """Why the known addresses of desks do not help; empty without a finding."""
    by_finding: dict[Reach, str] = {}
    for address, finding in state.reached:
        by_finding.setdefault(finding, address)
    for finding, words in _REACH_WORDS.items():
        if finding in by_finding:
            if finding is Reach.OTHER_CODE and state.left_behind:  # this desk made the new code
                words = _OLD_CODE_THERE
            return words.format(by_finding[finding])
    return ""


_OLD_CODE_THERE = (
    "The desk at {} still has the old code: join again there, with the code that this desk shows. "
    "Check-ins here are saved, and are sent then. Or carry a stick bundle."
)
_REACH_WORDS = {
    Reach.OTHER_CODE: (
        "The desk at {} has another code: the code was changed. Join again with the code that it "
        "shows. Check-ins here are saved, and are sent then. Or carry a stick bundle."
    ),
    Reach.MEMBER: "A desk answers at {}, and the connection is being made.",
    Reach.CLOSED: (
        "The laptop at {} answers, but no desk is open there. Open its desk, or carry a stick "
        "bundle."
    ),
    Reach.UNREACHABLE: (
        "Network problem: {} cannot be reached. That laptop is off, or the two are on different "
        "networks, or the network separates laptops. Connect all to one network (a phone's "
        "hotspot, a cable), or carry a stick bundle."
    ),
}


def _silence_text(state: SharedState, now_ms: int) -> str:
    silent = last_heard(state, now_ms)
    if silent:
        return (
            f"Nothing is heard of the other desks ({silent}): their desks may be closed. Check-ins "
            "here are saved, and are sent when they are back. If a desk is open there, the "
            "network separates the laptops: use one phone's hotspot, call a desk by its address, "
            "or carry a stick bundle."
        )
    return (
        "No other desk has been heard since this desk opened. Is one open, on the same network? If "
        "so, the network separates laptops: connect all to one phone's hotspot, call a desk by its "
        "address, or carry a stick bundle."
    )


def wrong_clocks(state: SharedState) -> list[str]:
    """Desks with a clock that is minutes off, one sentence each.

    The middle clock is right. Where two different ones are in the middle, as with two desks, it is
    not known which one is wrong.
    """
    whose = ["This desk's", *(f"{escape_controls(desk.name)}'s" for desk in state.here)]
    spans = [0, *(desk.fast_ms for desk in state.here)]
    ordered, count = sorted(spans), len(spans)
    low, high = ordered[(count - 1) // 2], ordered[count // 2]
    words = []
    for who, span in zip(whose, spans, strict=True):
        off_ms = span if high - low > FOLLOWED_MS else span - low
        if abs(off_ms) <= FOLLOWED_MS:
            continue
        if high - low > FOLLOWED_MS:
            words.append(
                f"{who} clock and this desk's differ by {ago(abs(off_ms))}: set the wrong one."
            )
        else:
            way = "fast" if off_ms > 0 else "slow"
            words.append(f"{who} clock is {ago(abs(off_ms))} {way}: set it.")
    return words


def undelivered_text(name: str) -> str:
    """The message about a desk that announces events and does not deliver them."""
    return f"{name} announces events that it does not deliver."


def undelivered_notes(state: SharedState) -> list[str]:
    """Desks that do not deliver their events, one sentence each."""
    return [undelivered_text(escape_controls(desk.name)) for desk in state.here if desk.undelivered]


def version_text(desk: DeskStatus) -> str:
    """The message about a desk with another version of the program."""
    version = f" ({escape_controls(desk.version)}; here {__version__})" if desk.version else ""
    return (
        f"{escape_controls(desk.name)} runs another version of kiosk{version}: the two exchange no "
        "events. Install the same version on both; all check-ins are kept."
    )


def left_behind_text(names: Sequence[str]) -> str:
    """The message about desks with the old code; empty for none."""
    if not names:
        return ""
    listed = ", ".join(map(escape_controls, names))
    return f"Still with the old code: {listed}. Join again there with the new code."


def desk_problems(state: SharedState) -> list[str]:
    """Problems with other desks, one sentence each."""
    problems = [file_text(state)] if state.hindrance else []
    problems += [version_text(desk) for desk in state.other_version]
    if state.left_behind:
        problems.append(left_behind_text(state.left_behind))
    return [*problems, *undelivered_notes(state), *wrong_clocks(state)]


def news_of(before: SharedState | None, now: SharedState, zone: tzinfo | None) -> list[str]:
    """Describe a change of status: desks that came or left, network problems, wrong clocks."""
    were = {desk.log_id: escape_controls(desk.name) for desk in before.here} if before else {}
    here = {desk.log_id: escape_controls(desk.name) for desk in now.here}
    news = [f"{name} is here." for log_id, name in here.items() if log_id not in were]
    news += [f"{name} is away." for log_id, name in were.items() if log_id not in here]
    for text in (network_text, file_text):
        if (words := text(now)) and words != (text(before) if before else ""):
            news.append(words)
    if now.replaced and (before is None or before.replaced != now.replaced):
        news.append(_replaced_text(now.replaced, zone))
    clocks = wrong_clocks(now)
    if len(clocks) > len(wrong_clocks(before) if before else []):
        news += clocks
    known = {desk.log_id for desk in before.other_version} if before else set()
    news += [version_text(desk) for desk in now.other_version if desk.log_id not in known]
    return news


def desk_sentences(
    desks: Desks, state: SharedState | None, now_ms: int, zone: tzinfo | None
) -> list[str]:
    """One line for each desk, then problems and what to try."""
    lines = [f"{escape_controls(desk.name)}: {desk_words(desk, now_ms)}." for desk in desks.desks]
    if state is not None:
        lines += [part for part in (alone_hint(state, now_ms, zone), *desk_problems(state)) if part]
    return lines

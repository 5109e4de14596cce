"""Decide which rows of other desks may enter this file: signed rows of introduced logs.

A member of the event introduces the log of a new desk in its own log, a few for each member and at
most a few links away from the desks that began. Unsigned logs are those from before the event was
shared: the signed log that follows one names its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from kiosk.domain.log.events import EventKind
from kiosk.domain.log.merge import Received, UnmergedRows
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import Introduction, introductions
from kiosk.storage.replication.merge import hash_at, log_heads
from kiosk.storage.replication.seals import Place, Seal, is_valid, log_id_of, place_at, signed_logs

FIRST_DESK_INTRODUCES = 250
MEMBER_INTRODUCES = 8
"""New logs that one member introduces: those of other laptops, and of its own restored file."""
MAX_DISTANCE = 4
"""Introductions between a desk that began and another one."""
UNKNOWN_LOGS_OF_A_BUNDLE = 8


@dataclass(slots=True)
class Admitted:
    """The rows of one message that may enter the file."""

    received: list[Received] = field(default_factory=list)
    seals: list[tuple[Seal, Place]] = field(default_factory=list)
    set_aside: list[UnmergedRows] = field(default_factory=list)
    contradicted: list[str] = field(default_factory=list)
    """Logs of which the message has another row than this file."""
    has_gap: bool = False
    """Rows before some of the message are missing here."""


class Admission:
    """Knows the introduced logs and the ends of unsigned logs of one file."""

    def __init__(
        self, store: Store, *, trusts_all: bool = False, takes_unsigned: bool = False
    ) -> None:
        """Read the file.

        Args:
            trusts_all: the file is made from what another desk sends, as when it joins; signatures
                are checked all the same.
            takes_unsigned: also accept logs from before signing, as a person merges them.
        """
        self._store = store
        self._trusts_all = trusts_all
        self._takes_unsigned = takes_unsigned
        self._said: dict[str, Introduction] = introductions(store.connection)
        self._introduced: set[str] = set()
        self._places: dict[str, Place] = {}
        self._signed = signed_logs(store.connection)
        self.unknown_left = 0
        """Unknown logs that are still accepted without an introduction."""
        self.accepted_unknown: set[str] = set()
        self._follow()

    def is_known(self, log_id: str) -> bool:
        """Whether a member introduced this log, or it is in the file."""
        return log_id in self._introduced or log_id in self._said

    def may_introduce(self, log_ids: Iterable[str]) -> list[str]:
        """Those of these logs that this file's own log may introduce."""
        said = self._said.get(self._store.local("log_id"), _NONE)
        new = [log_id for log_id in log_ids if not self.is_known(log_id)]
        return new[: max(0, FIRST_DESK_INTRODUCES - len(set(said.introduces)))]

    def _follow(self) -> None:
        """Find all introduced logs, beginning with the logs that no other one introduced."""
        by_others = {log for said in self._said.values() for log in said.introduces}
        own = self._store.local("log_id")
        reached = [own, *(log for log in self._said if log not in by_others and log != own)]
        introduced: set[str] = set()
        for distance in range(MAX_DISTANCE):
            limit = FIRST_DESK_INTRODUCES if distance == 0 else MEMBER_INTRODUCES
            reached = [
                log
                for member in sorted(reached)
                for log in list(dict.fromkeys(self._said.get(member, _NONE).introduces))[:limit]
                if log not in introduced
            ]
            introduced.update(reached)
        self._introduced = introduced

    def forget(self, log_id: str) -> None:
        """Read a log again: its rows were replaced."""
        self._places.pop(log_id, None)

    def admit(self, received: Iterable[Received], seals: Sequence[Seal]) -> Admitted:
        """Select the rows that may enter: signed logs first, because they introduce others."""
        result = Admitted()
        by_log = {
            log_id: sorted(rows, key=lambda one: one.event.seq)
            for log_id, rows in groupby(
                sorted(received, key=lambda one: one.event.log_id),
                key=lambda one: one.event.log_id,
            )
        }
        offered: dict[str, list[Seal]] = {}
        for seal in seals:
            if log_id_of(seal.key) == seal.log_id:
                offered.setdefault(seal.log_id, []).append(seal)
        self._signed.update(log for log in offered if log in by_log and self._is_welcome(log))
        heads = log_heads(self._store)
        waiting = sorted(by_log, key=lambda log: (log not in self._signed, log))
        while waiting:
            left = []
            for log_id in waiting:
                rows, head = by_log[log_id], heads.get(log_id, 0)
                if log_id in offered and self._is_welcome(log_id):
                    self._admit_signed(rows, head, offered[log_id], result)
                elif log_id not in self._signed and self._may_enter_unsigned(log_id, rows):
                    self._admit_unsigned(rows, head, result)
                else:
                    left.append(log_id)
            if len(left) == len(waiting):
                break
            waiting = left
        return result

    def _is_welcome(self, log_id: str) -> bool:
        """Whether a signed log is known or introduced."""
        if self._trusts_all or self.is_known(log_id) or self._store.local("log_id") == log_id:
            return True
        if self.unknown_left > 0:
            self.unknown_left -= 1
            self._introduced.add(log_id)
            self.accepted_unknown.add(log_id)
            return True
        return False

    def _may_enter_unsigned(self, log_id: str, rows: list[Received]) -> bool:
        if self._trusts_all or log_id in self._introduced:
            return True
        end = self._end_of(log_id)
        if end is None and self._takes_unsigned:
            return True
        return end is not None and rows[0].event.seq <= end

    def _end_of(self, log_id: str) -> int | None:
        """The last number of an unsigned log, by the signed log that follows it."""
        ends = [said.closed[log_id] for said in self._said.values() if log_id in said.closed]
        return min(ends) if ends else None

    def _admit_unsigned(self, rows: list[Received], head: int, result: Admitted) -> None:
        end = None if self._trusts_all else self._end_of(rows[0].event.log_id)
        last = rows[-1].event.seq if end is None else end
        self._sort_out_known(rows, head, result)
        result.received += [one for one in rows if head < one.event.seq <= last]

    def _admit_signed(
        self, rows: list[Received], head: int, seals: list[Seal], result: Admitted
    ) -> None:
        """Admit rows up to the last valid seal."""
        log_id = rows[0].event.log_id
        self._sort_out_known(rows, head, result)
        place = self._places.get(log_id)
        if place is None or place.seq != head:
            place = place_at(self._store.connection, log_id, head)
        by_seq = {seal.seq: seal for seal in seals}
        run: list[Received] = []
        for one in rows:
            if one.event.seq <= head:
                continue
            if one.event.seq != place.seq + 1:
                result.has_gap = True
                break
            place = place.after(one.row[6])
            run.append(one)
            seal = by_seq.get(place.seq)
            if seal is None:
                continue
            if not is_valid(seal, place):
                why = "the signature is wrong"
                result.set_aside.append(UnmergedRows(log_id, place.seq, why))
                break
            result.received += run
            result.seals.append((seal, place))
            self._places[log_id] = place
            self._learn(run)
            run = []

    def _sort_out_known(self, rows: list[Received], head: int, result: Admitted) -> None:
        """Rows that are here already pass; another row of the same number is reported."""
        for one in rows:
            if one.event.seq > head:
                return
            known = hash_at(self._store, one.event.log_id, one.event.seq)
            if known == one.row[6][:8].hex():
                result.received.append(one)
            else:
                result.contradicted.append(one.event.log_id)
                return

    def _learn(self, rows: list[Received]) -> None:
        said = [one for one in rows if one.event.kind == EventKind.DESK and one.body is not None]
        for one in said:
            log_id = one.event.log_id
            before = self._said.get(log_id, Introduction())
            self._said[log_id] = before.joined(one.body or {})
        if said:
            self._follow()

    def reread(self) -> None:
        """Read again what the logs say: this desk wrote about itself or others."""
        self._said = introductions(self._store.connection)
        self._follow()


_NONE = Introduction()

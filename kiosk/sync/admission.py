"""Decide which rows of other desks may enter this file: signed rows of introduced logs.

A log is introduced when a log in this file names it within its share of `MAX_LOGS`. Unsigned logs
are those from before the event was shared, and the moved rows of forks: a signed log names their
end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter, itemgetter

from kiosk.domain.log.events import Body, EventKind
from kiosk.domain.log.merge import MAX_SEQ, Received, UnmergedRows
from kiosk.storage.file.store import Store
from kiosk.storage.replication.desk_logs import introductions, introductions_after
from kiosk.storage.replication.merge import hash_at, log_head
from kiosk.storage.replication.seals import Place, Seal, is_valid, log_id_of, place_at, signed_logs

UNKNOWN_LOGS_OF_A_BUNDLE = 8
_by_log = attrgetter("event.log_id")
_by_place = itemgetter(0)


@dataclass(slots=True)
class Admitted:
    """The rows of one message that may enter the file."""

    received: list[Received] = field(default_factory=list)
    seals: list[tuple[Seal, Place]] = field(default_factory=list)
    set_aside: list[UnmergedRows] = field(default_factory=list)
    contradicted: list[str] = field(default_factory=list)
    """Logs of which the message has another row than this file."""
    gaps: dict[str, int] = field(default_factory=dict)
    """Log to the number of a received row, before which rows are missing here."""
    refused: set[str] = field(default_factory=set)
    """Logs that no log in this file introduces."""


class Admission:
    """Knows the introduced logs and the ends of unsigned logs of one file."""

    def __init__(self, store: Store, *, trusts_all: bool = False) -> None:
        """Read the file.

        Args:
            trusts_all: the file is made from what another desk sends, as when it joins; signatures
                are checked all the same.
        """
        self._store = store
        self._trusts_all = trusts_all
        self._said = introductions(store)
        self._places: dict[str, Place] = {}
        self._signed = signed_logs(store.connection)
        self.unknown_left = 0
        """Unknown logs that are still accepted without an introduction."""

    def accepted_unknown(self) -> list[str]:
        """Those of the unknown logs that were accepted which this file's own log can introduce."""
        return self._said.fitting(self._store.local("log_id"), sorted(self._said.accepted))

    def is_known(self, log_id: str) -> bool:
        """Whether a log is in the file, or a log in the file introduces it."""
        return self.is_introduced(log_id) or log_head(self._store.connection, log_id) > 0

    def is_introduced(self, log_id: str) -> bool:
        """Whether a log in the file introduces this log."""
        return self._said.is_named(log_id)

    def left(self, log_id: str) -> int:
        """How many other logs a log can still bring in."""
        return self._said.left(log_id)

    def fitting(self, log_ids: Iterable[str]) -> list[str]:
        """Those of these logs that this file's own log can introduce."""
        new = [log_id for log_id in log_ids if not self.is_known(log_id)]
        return self._said.fitting(self._store.local("log_id"), new)

    def may_continue(self, log_id: str) -> bool:
        """Whether a log that can bring in no more may continue in a new one."""
        return self._said.may_continue(log_id)

    def learn(self, log_id: str, body: Body) -> None:
        """Take in a `desk` event that was added to the file."""
        self._said.take(log_id, body)

    def learn_after(self, log_id: str, seq: int) -> None:
        """Take in what a log says after a number: another program wrote it to the file."""
        self._said.take_rows(introductions_after(self._store.connection, log_id, seq))

    def forget(self, log_id: str) -> None:
        """Read a log again: its rows were replaced."""
        self._places.pop(log_id, None)

    def admit(self, received: Iterable[Received], seals: Sequence[Seal]) -> Admitted:
        """Select the rows that may enter: signed logs first, because they introduce others."""
        result = Admitted()
        by_log = {
            log_id: list(rows)
            for log_id, rows in groupby(sorted(received, key=_by_place), key=_by_log)
        }
        offered: dict[str, list[Seal]] = {}
        for seal in seals:
            if seal.log_id in by_log and log_id_of(seal.key) == seal.log_id:
                offered.setdefault(seal.log_id, []).append(seal)
        signed = self._signed.union(offered)
        waiting = sorted(by_log, key=lambda log: (log not in offered, log))
        while waiting:
            left = []
            for log_id in waiting:
                rows = by_log[log_id]
                head = log_head(self._store.connection, log_id)
                if log_id in offered and self._is_welcome(log_id):
                    self._signed.add(log_id)
                    self._admit_signed(rows, head, offered[log_id], result)
                elif log_id not in signed and self._end(log_id) > 0:
                    self._admit_unsigned(rows, head, result)
                else:
                    left.append(log_id)
            if len(left) == len(waiting):
                break
            waiting = left
        result.refused.update(waiting)
        return result

    def _is_welcome(self, log_id: str) -> bool:
        """Whether a signed log is known or introduced."""
        if self._trusts_all or self.is_known(log_id) or self._store.local("log_id") == log_id:
            return True
        if self.unknown_left > 0:
            self.unknown_left -= 1
            self._said.accept(log_id)
            return True
        return False

    def _admit_unsigned(self, rows: list[Received], head: int, result: Admitted) -> None:
        """Admit rows up to the end of the log, which its own rows can name."""
        log_id = rows[0].event.log_id
        self._sort_out_known(rows, head, result)
        end = self._end(log_id)
        for one in rows:
            seq = one.event.seq
            if seq <= head:
                continue
            if seq > head + 1:
                result.gaps[log_id] = seq
                break
            if seq > end:
                break
            head = seq
            result.received.append(one)
            if one.event.kind == EventKind.DESK:
                self._learn([one])
                end = self._end(log_id)

    def _end(self, log_id: str) -> int:
        """The last number of an unsigned log that may enter."""
        return MAX_SEQ if self._trusts_all else self._said.end(log_id)

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
        fresh = [one for one in rows if one.event.seq > head]
        start, whole = 0, _without_gap(fresh, head)
        for seq in sorted(by_seq):
            end = seq - head
            if not start < end <= whole:
                continue
            run, start = fresh[start:end], end
            place = place.after(*[row.row[6] for row in run])
            if not is_valid(by_seq[seq], place):
                why = "the signature is wrong"
                result.set_aside.append(UnmergedRows(log_id, place.seq, why))
                return
            result.received += run
            result.seals.append((by_seq[seq], place))
            self._places[log_id] = place
            self._learn(run)
        if whole < len(fresh):
            result.gaps[log_id] = fresh[whole].event.seq

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
        for one in rows:
            if one.event.kind == EventKind.DESK and one.body is not None:
                self.learn(one.event.log_id, one.body)

    def reread(self) -> None:
        """Read again what the logs say: this file's own log is another one."""
        self._said = introductions(self._store)


def _without_gap(rows: list[Received], head: int) -> int:
    """How many of these rows, which come after `head`, follow each other."""
    return next((at for at, one in enumerate(rows) if one.event.seq != head + 1 + at), len(rows))

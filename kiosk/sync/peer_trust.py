"""Which promises of other desks are believed: those that are kept.

A head says how far a desk is, and so what it can give. A faulty or hostile desk says more than it
has; nobody waits for that. What is asked for and not given within some seconds is set aside and
named, until it is given after all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kiosk.sync.wire import Head

LONGEST_LOG = 2_000_000
"""Events in one desk's log, and more than any event sees; what is promised beyond is not believed
at all."""
GIVEN_S = 3.0
"""A desk that answers, and leaves out what it promised, is believed for so long."""
SILENT_S = 10.0
"""One that does not answer at all: the network may be to blame."""
REFUSALS = 2
"""Answers without it; the first may have crossed what was written meanwhile."""


@dataclass(slots=True)
class _PromiseRecord:
    since: float
    refusals: int = 0
    is_broken: bool = False


class PeerTrust:
    """Written by the one main thread of sharing; others only ask."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], _PromiseRecord] = {}

    def credible_heads(self, head: Head, mine: Mapping[str, int]) -> dict[str, int]:
        """Log to last number, as far as this desk has it or may expect it."""
        found = {}
        for log_id, seq in head.seqs.items():
            known = mine.get(log_id, 0)
            if seq <= known or not self._is_broken(head.node, log_id, seq):
                found[log_id] = seq
            elif known:
                found[log_id] = known
        return found

    def undelivered(self, head: Head, mine: Mapping[str, int]) -> int:
        """Events that are promised and not given."""
        return sum(
            seq - mine.get(log_id, 0)
            for log_id, seq in head.seqs.items()
            if seq > mine.get(log_id, 0) and self._is_broken(head.node, log_id, seq)
        )

    def _is_broken(self, node: str, log_id: str, seq: int) -> bool:
        record = self._records.get((node, log_id))
        return seq > LONGEST_LOG or (record is not None and record.is_broken)

    def record_answer(
        self,
        node: str,
        promised: Mapping[str, int],
        mine: Mapping[str, int],
        now: float,
        *,
        but: Collection[str] = (),
    ) -> None:
        """A desk gave all that it gives: what it promised before has to be here by now.

        Args:
            promised: as its head said when it was asked.
            but: logs that are not taken from anybody now.
        """
        for log_id, seq in promised.items():
            if seq <= mine.get(log_id, 0):
                self._records.pop((node, log_id), None)
            elif log_id not in but:
                record = self._records.setdefault((node, log_id), _PromiseRecord(now))
                record.refusals += 1
                is_over = record.refusals >= REFUSALS and now - record.since >= GIVEN_S
                record.is_broken = record.is_broken or is_over

    def record_silence(
        self, node: str, promised: Mapping[str, int], mine: Mapping[str, int], since: float
    ) -> None:
        """A desk has not answered for `SILENT_S`."""
        for log_id, seq in promised.items():
            if seq > mine.get(log_id, 0):
                self._records.setdefault((node, log_id), _PromiseRecord(since)).is_broken = True

    def forget(self, node: str) -> None:
        """The desk's program ended, or another one took its place."""
        for key in [key for key in self._records if key[0] == node]:
            del self._records[key]

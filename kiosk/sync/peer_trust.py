"""Decide which announced heads of other desks to believe.

A head says how far a desk is, and so which rows it can deliver. A faulty or hostile desk announces
more than it has. Rows that were requested and not delivered within some seconds are no longer
expected, and the desk is reported, until it delivers them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

LONGEST_LOG = 2_000_000
"""Events in one desk's log, more than any event has; higher numbers are never believed."""
GIVEN_S = 3.0
"""Time for a desk that answers without the announced rows."""
SILENT_S = 10.0
"""Time for a desk that does not answer: the network may be the cause."""
REFUSALS = 2
"""Answers without the rows before the desk is distrusted; the first may be too early."""


@dataclass(slots=True)
class _PromiseRecord:
    """How a desk delivers one announced log."""

    since: float
    refusals: int = 0
    is_broken: bool = False


class PeerTrust:
    """Records which announcements were kept, by the log ids of the desks.

    The main thread writes it; others read it.
    """

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], _PromiseRecord] = {}

    def is_broken(self, peer: str, log_id: str, seq: int) -> bool:
        """Whether a desk announces this number of a log, and does not deliver it."""
        record = self._records.get((peer, log_id))
        return seq > LONGEST_LOG or (record is not None and record.is_broken)

    def record_answer(
        self,
        peer: str,
        promised: Mapping[str, int],
        mine: Mapping[str, int],
        now: float,
        *,
        but: Collection[str] = (),
    ) -> None:
        """Record that a desk's answer is complete: the announced rows must be here now.

        Args:
            promised: the numbers in its head when it was asked.
            but: logs with two versions: an answer leaves them out.
        """
        for log_id, seq in promised.items():
            if seq <= mine.get(log_id, 0):
                self._records.pop((peer, log_id), None)
            elif log_id not in but:
                record = self._records.setdefault((peer, log_id), _PromiseRecord(now))
                record.refusals += 1
                is_over = record.refusals >= REFUSALS and now - record.since >= GIVEN_S
                record.is_broken = record.is_broken or is_over

    def record_silence(
        self, peer: str, promised: Mapping[str, int], mine: Mapping[str, int], since: float
    ) -> None:
        """Record that a desk has not answered for `SILENT_S`."""
        for log_id, seq in promised.items():
            if seq > mine.get(log_id, 0):
                self._records.setdefault((peer, log_id), _PromiseRecord(since)).is_broken = True

    def forget(self, peer: str) -> None:
        """Delete the records of a desk that ended or was replaced."""
        for key in [key for key in self._records if key[0] == peer]:
            del self._records[key]

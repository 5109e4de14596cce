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
class _Doubt:
    since: float
    refusals: int = 0
    set_aside: bool = False


class PeerTrust:
    """Written by the one main thread of sharing; others only ask."""

    def __init__(self) -> None:
        self._doubts: dict[tuple[str, str], _Doubt] = {}

    def believed(self, head: Head, mine: Mapping[str, int]) -> dict[str, int]:
        """Log to last number, as far as this desk has it or may expect it."""
        found = {}
        for log_id, seq in head.seqs.items():
            known = mine.get(log_id, 0)
            if seq <= known or not self._is_set_aside(head.node, log_id, seq):
                found[log_id] = seq
            elif known:
                found[log_id] = known
        return found

    def withheld(self, head: Head, mine: Mapping[str, int]) -> int:
        """Events that are promised and not given."""
        return sum(
            seq - mine.get(log_id, 0)
            for log_id, seq in head.seqs.items()
            if seq > mine.get(log_id, 0) and self._is_set_aside(head.node, log_id, seq)
        )

    def _is_set_aside(self, node: str, log_id: str, seq: int) -> bool:
        doubt = self._doubts.get((node, log_id))
        return seq > LONGEST_LOG or (doubt is not None and doubt.set_aside)

    def answered(
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
                self._doubts.pop((node, log_id), None)
            elif log_id not in but:
                doubt = self._doubts.setdefault((node, log_id), _Doubt(now))
                doubt.refusals += 1
                is_over = doubt.refusals >= REFUSALS and now - doubt.since >= GIVEN_S
                doubt.set_aside = doubt.set_aside or is_over

    def silent(
        self, node: str, promised: Mapping[str, int], mine: Mapping[str, int], since: float
    ) -> None:
        """A desk has not answered for `SILENT_S`."""
        for log_id, seq in promised.items():
            if seq > mine.get(log_id, 0):
                self._doubts.setdefault((node, log_id), _Doubt(since)).set_aside = True

    def forget(self, node: str) -> None:
        """The desk's program ended, or another one took its place."""
        for key in [key for key in self._doubts if key[0] == node]:
            del self._doubts[key]

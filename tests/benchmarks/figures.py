"""How the benchmarks print: product, baseline, ratio, goal, of one run."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    """The middle of them."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def report(
    what: str, product: float, baseline: float, goal: float, unit: str, *, note: str = ""
) -> bool:
    """Print one comparison; whether its goal is met."""
    ratio = product / baseline
    met = ratio <= goal
    print(
        f"{what:34} product {product:8.2f} {unit}, baseline {baseline:8.2f} {unit}, "
        f"ratio {ratio:5.2f} (goal {goal:g}): {'met' if met else 'NOT MET'}"
        + (f"; {note}" if note else ""),
        flush=True,
    )
    return met


def report_limit(what: str, product: float, limit: float, unit: str, *, note: str = "") -> bool:
    """Print a figure that has a limit of its own; whether it is kept."""
    met = product <= limit
    print(
        f"{what:34} product {product:8.2f} {unit} (limit {limit:g} {unit}): "
        f"{'met' if met else 'NOT MET'}" + (f"; {note}" if note else ""),
        flush=True,
    )
    return met

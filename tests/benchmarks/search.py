"""The name search against its goals and against simpler ways, on the same people and queries.

    python -m tests.benchmarks.search [--people 1000,10000,100000] [--each 60] [--seed 1]

Recall@5 in percent for each kind of query, latency in process over random keystrokes (every
beginning of the queries is one), time to build, memory. `fzf` is run as a process where installed
and compared by time alone.
"""

from __future__ import annotations

import argparse
import gc
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from kiosk.domain.lookup.index import LookupIndex
from tests.benchmarks.queries import Person, Query, is_hit, make_people, make_queries, plain

Search = Callable[[str], list[str]]
GOALS = "goals at 100,000: recall 98 %, Latin for native 90 %, p99 10 ms, build 1.5 s, 50 MB"


def like(people: list[Person]) -> Search:
    """SQL LIKE over the folded name, all words required."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE person (id TEXT, name TEXT)")
    database.executemany("INSERT INTO person VALUES (?, ?)", _folded(people))

    def search(text: str) -> list[str]:
        words = plain(text).split() or [""]
        where = " AND ".join("name LIKE ?" for _ in words)
        sql = f"SELECT id FROM person WHERE {where} LIMIT 5"
        return [row[0] for row in database.execute(sql, [f"%{word}%" for word in words])]

    return search


def full_text(people: list[Person]) -> Search:
    """SQLite FTS5, each word a prefix, ranked."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE person USING fts5(id UNINDEXED, name, prefix='1 2 3')")
    database.executemany("INSERT INTO person VALUES (?, ?)", _folded(people))

    def search(text: str) -> list[str]:
        words = " ".join(f'"{word}"*' for word in plain(text).replace('"', "").split())
        if not words:
            return []
        sql = "SELECT id FROM person WHERE person MATCH ? ORDER BY rank LIMIT 5"
        return [row[0] for row in database.execute(sql, [words])]

    return search


def weighted_ratio(people: list[Person]) -> Search:
    """rapidfuzz WRatio over all names."""
    from rapidfuzz import fuzz, process

    ids, names = zip(*_folded(people), strict=True)

    def search(text: str) -> list[str]:
        return [ids[at] for _, _, at in process.extract(plain(text), names, scorer=fuzz.WRatio)]

    return search


def _folded(people: list[Person]) -> list[tuple[str, str]]:
    return [(person.found.id, plain(person.found.name)) for person in people]


def recall(search: Search, people: list[Person], queries: list[Query]) -> dict[str, float]:
    """Percent of queries of each kind that find their person in the first five."""
    by_id = {person.found.id: person for person in people}
    hits: dict[str, list[bool]] = defaultdict(list)
    for query in queries:
        first = [by_id[found] for found in search(query.text)[:5]]
        hits[query.kind].append(is_hit(query, first))
    found = {kind: 100 * sum(each) / len(each) for kind, each in hits.items()}
    every = [hit for each in hits.values() for hit in each]
    return {**found, "all kinds": 100 * sum(every) / len(every)}


def latency_ms(search: Search, queries: list[Query], count: int) -> tuple[float, float]:
    """Median and 99th percentile over random keystrokes."""
    strokes = [query.text[:end] for query in queries for end in range(1, len(query.text) + 1)]
    taken = []
    for text in random.Random("strokes").sample(strokes, min(count, len(strokes))):
        start = time.perf_counter()
        search(text)
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]


def memory_mb() -> float:
    """Resident memory of this process, 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else 0.0


def fzf_ms(people: list[Person], queries: list[Query]) -> float | None:
    """Median time of a whole fzf process that filters all names."""
    if not shutil.which("fzf"):
        return None
    names = "\n".join(name for _, name in _folded(people)).encode()
    taken = []
    for query in queries[:20]:
        start = time.perf_counter()
        subprocess.run(["fzf", "--filter", query.text], input=names, capture_output=True)
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)[len(taken) // 2]


def measure(count: int, each: int, seed: int) -> None:
    """Print one size."""
    people = make_people(count, seed)
    queries = list(make_queries(people, each, seed + 1))
    gc.collect()
    start = time.perf_counter()
    ordered = sorted((person.found for person in people), key=lambda found: found.id)
    stored = LookupIndex.build(ordered).pack()
    built, start = time.perf_counter() - start, time.perf_counter()
    gc.collect()
    before = memory_mb()
    index = LookupIndex.unpack(stored)
    loaded, grown = time.perf_counter() - start, memory_mb() - before

    def lookup(text: str) -> list[str]:
        return [hit.id for hit in index.search(text).hits]

    engines: dict[str, Search] = {
        "kiosk": lookup, "LIKE": like(people), "FTS5 prefix": full_text(people),
    }  # fmt: skip
    results = {name: recall(search, people, queries) for name, search in engines.items()}
    wratio = weighted_ratio(people)  # slow: fewer queries
    results["WRatio"] = recall(wratio, people, queries[:: max(1, each // 10)])
    times = {name: latency_ms(search, queries, 400) for name, search in engines.items()}
    times["WRatio"] = latency_ms(wratio, queries, 40)

    print(
        f"\n{count} people, {len(queries)} queries; built in {built:.2f} s, "
        f"loaded in {loaded * 1000:.0f} ms, {grown:.0f} MB"
    )
    print(f"{'recall@5, %':22}" + "".join(f"{name:>13}" for name in results))
    for kind in results["kiosk"]:
        print(f"{kind:22}" + "".join(f"{of.get(kind, 0):13.1f}" for of in results.values()))
    for at, name in enumerate(("p50, ms", "p99, ms")):
        print(f"{name:22}" + "".join(f"{times[engine][at]:13.2f}" for engine in results))
    process = fzf_ms(people, queries)
    if process:
        ratio = times["kiosk"][0] / process
        print(f"fzf as a process: {process:.1f} ms; ours {ratio:.2f} of it (goal 0.1 at 100,000)")


def main() -> int:
    """Measure every size asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--people", default="1000,10000,100000")
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(GOALS)
    for count in asked.people.split(","):
        measure(int(count), asked.each, asked.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Cuts a line into runs of one direction, script and face, by clusters that must stay together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kiosk.badges import bidi
from kiosk.badges.clusters import Cluster, clusters_of
from kiosk.badges.face_choice import choose_faces

if TYPE_CHECKING:
    from kiosk.badges.faces import Face
    from kiosk.badges.fontbook import FontBook


_PLAIN_LATIN_END = "\u0250"
"""Below this nothing combines, joins or turns: one run, without a closer look."""


class Run(NamedTuple):
    """Characters `start` to `end` of the line, to be shaped by one face in one direction."""

    start: int
    end: int
    level: int
    script: str
    face: Face


def itemize(text: str, book: FontBook) -> tuple[list[Run], list[str]]:
    """Runs in the order they are seen, and the clusters no face has."""
    if not text:  # of a name of invisible signs nothing is left
        return [], []
    face = book.text_face
    if max(text, default="") < _PLAIN_LATIN_END and face.has_all(text):
        return [Run(0, len(text), 0, "Latn", face)], []
    clusters = clusters_of(text)
    choose_faces(text, clusters, book)
    missing = [text[c.start : c.end] for c in clusters if c.face is None and c.codepoints]
    runs: list[Run] = []
    for cluster in clusters:
        if cluster.face is None:
            continue
        last = runs[-1] if runs else None
        if last and _continues(last, cluster):
            runs[-1] = last._replace(end=cluster.end)
        else:
            level, script = cluster.level, cluster.script
            runs.append(Run(cluster.start, cluster.end, level, script, cluster.face))
    return bidi.visual_order(runs, [run.level for run in runs]), missing


def _continues(run: Run, cluster: Cluster) -> bool:
    same = run.level == cluster.level and run.script == cluster.script
    return same and run.face is cluster.face and run.end == cluster.start

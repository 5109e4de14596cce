"""Gives each cluster of a line its face, so that words and pairs of brackets stay of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kiosk.badges import bidi
from kiosk.badges.clusters import Cluster, script_of
from kiosk.badges.script_fonts import JOINING

if TYPE_CHECKING:
    from kiosk.badges.faces import Face
    from kiosk.badges.fontbook import FontBook


def choose_faces(text: str, clusters: list[Cluster], book: FontBook) -> None:
    """Sets `face` of every cluster; None where no face has it."""
    previous: Face | None = None
    for group in _groups(text, clusters):
        if len(group) > 1:
            needed = tuple({point for cluster in group for point in cluster.codepoints})
            whole = book.face_for(needed, group[0].script)
            for cluster in group:
                cluster.face = whole or book.face_for(cluster.codepoints, cluster.script)
        else:
            _choose_face(text, group[0], previous, book)
        previous = group[-1].face or previous
    _give_blanks_a_text_face(text, clusters, book)
    _pair_brackets(text, clusters)


def _groups(text: str, clusters: list[Cluster]) -> Iterator[list[Cluster]]:
    """Words of joining scripts whole, everything else cluster by cluster."""
    word: list[Cluster] = []
    for cluster in clusters:
        joins = cluster.script in JOINING and text[cluster.start].isalpha()
        if word and (not joins or cluster.script != word[0].script):
            yield word
            word = []
        if joins:
            word.append(cluster)
        else:
            yield [cluster]
    if word:
        yield word


def _choose_face(text: str, cluster: Cluster, previous: Face | None, book: FontBook) -> None:
    if not cluster.codepoints or text[cluster.start] == " ":
        return
    shared = script_of(text[cluster.start]) in ("Zyyy", "Zinh")
    if cluster.is_emoji and (face := book.emoji_face(cluster.codepoints)):
        cluster.face = face
    elif shared and previous and not previous.is_emoji and previous.covers(cluster.codepoints):
        cluster.face = previous
    else:
        cluster.face = book.face_for(cluster.codepoints, cluster.script)


def _give_blanks_a_text_face(text: str, clusters: list[Cluster], book: FontBook) -> None:
    """An emoji font's space is 1.2 em wide: blanks take the text face before or after them."""
    letters = [c.face for c in clusters if c.face and not c.face.is_emoji]
    fallback = next((face for face in letters if face.glyph(0x20)), None) or book.text_face
    last = fallback
    for cluster in clusters:
        if cluster.face is None and text[cluster.start] == " ":
            cluster.face = last
        elif cluster.face and not cluster.face.is_emoji and cluster.face.glyph(0x20):
            last = cluster.face


def _pair_brackets(text: str, clusters: list[Cluster]) -> None:
    opened: list[Cluster] = []
    for cluster in clusters:
        char = text[cluster.start]
        if char in bidi.CLOSING_OF:
            opened.append(cluster)
        elif opened and char == bidi.CLOSING_OF[text[opened[-1].start]]:
            other = opened.pop()
            if other.face is cluster.face or other.face is None or cluster.face is None:
                continue
            if other.face.covers(cluster.codepoints):
                cluster.face = other.face
            elif cluster.face.covers(other.codepoints):
                other.face = cluster.face

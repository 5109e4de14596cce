"""Compute the embedding levels of one line and its visual order (Unicode UAX #9).

python-bidi resolves the weak, neutral and implicit rules. This module adds two things that it
lacks and names need: paired brackets (rule N0; without it `علی Khan (Lahore)` shows its closing
bracket on the wrong side) and isolates (rules X5a-X5c), which templates put around a value. It
calls python-bidi's internal `algorithm` module, so pyproject.toml pins it below 0.7. If a later
release removes that module, its rules W1-W7, N1-N2 and I1-I2 must be written here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, TypeVar

ISOLATE, ISOLATE_END = "\u2068", "\u2069"

_PAIRS = (
    "()[]{}⁅⁆⁽⁾₍₎〈〉❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆"
    "〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞（）［］｛｝｟｠｢｣"
)
CLOSING_OF = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
"""Opening to closing bracket, from BidiBrackets.txt: those in names and organisations."""

_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
_Item = TypeVar("_Item")


def needs_bidi(text: str) -> bool:
    """Whether any character belongs to a right-to-left script."""
    return not text.isascii() and any(
        unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text
    )


def levels(text: str) -> list[int]:
    """One level per character; odd is right to left. The first strong letter sets the base."""
    if not needs_bidi(text):
        return [0] * len(text)
    return _levels(text)


def visual_order(items: Sequence[_Item], item_levels: Sequence[int]) -> list[_Item]:
    """Items in visual order from left to right (rule L2)."""
    order = list(range(len(items)))
    for level in range(max(item_levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and item_levels[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end + 1
    return [items[index] for index in order]


def _levels(text: str) -> list[int]:
    base = _base_level(text)
    spans = _isolated_spans(text)
    outer = list(text)
    for start, end in spans:
        outer[start:end] = [""] * (end - start)
        outer[start] = "\ufffc"
    kept = [index for index, char in enumerate(outer) if char and not _is_boundary_neutral(char)]
    resolved = _resolve([outer[index] for index in kept], base)
    found = dict(zip(kept, resolved, strict=True))
    result: list[int] = []
    for index in range(len(text)):
        result.append(found.get(index, result[-1] if result else 0))
    for start, end in spans:
        inner_text = text[start + 1 : end - 1 if text[end - 1] == ISOLATE_END else end]
        inner = _levels(inner_text) if inner_text else []
        inner_base = _base_level(inner_text)
        lift = base + 1 + (base + 1 - inner_base) % 2
        for offset, level in enumerate(inner):
            result[start + 1 + offset] = lift + level - inner_base
    return result


def _isolated_spans(text: str) -> list[tuple[int, int]]:
    spans, depth, opened = [], 0, 0
    for index, char in enumerate(text):
        if char == ISOLATE:
            opened = index if depth == 0 else opened
            depth += 1
        elif char == ISOLATE_END and depth:
            depth -= 1
            if depth == 0:
                spans.append((opened, index + 1))
    if depth:
        spans.append((opened, len(text)))
    return spans


def _is_boundary_neutral(char: str) -> bool:
    return unicodedata.bidirectional(char) == "BN" or char == ISOLATE_END


def _base_level(text: str) -> int:
    depth = 0
    for char in text:
        depth += (char == ISOLATE) - (char == ISOLATE_END and depth > 0)
        if depth == 0 and (kind := unicodedata.bidirectional(char)) in ("L", "R", "AL"):
            return 0 if kind == "L" else 1
    return 0


def _resolve(chars: list[str], base: int) -> list[int]:
    from bidi import algorithm  # most lines are ASCII and never need it

    text = "".join(chars)
    storage = algorithm.get_empty_storage()
    storage["base_level"] = base
    storage["base_dir"] = "LR"[storage["base_level"]]
    algorithm.get_embedding_levels(text, storage, False, False)
    for entry in storage["chars"]:
        if not entry["type"]:  # newer than this Python's Unicode data
            entry["type"] = entry["orig"] = "L"
    algorithm.explicit_embed_and_overrides(storage, False)
    algorithm.resolve_weak_types(storage, False)
    _resolve_brackets(storage["chars"], storage["base_dir"])
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    return [entry["level"] for entry in storage["chars"]]


def _resolve_brackets(chars: list[dict[str, Any]], embedding: str) -> None:
    """Rule N0: a pair takes the direction of its content, else of the text before it."""
    for start, end in _bracket_pairs(chars):
        inside = {_strong(entry["type"]) for entry in chars[start + 1 : end]} - {""}
        if embedding in inside:
            direction = embedding
        elif inside:
            before = (_strong(entry["type"]) for entry in reversed(chars[:start]))
            direction = next((kind for kind in before if kind), embedding)
        else:
            continue
        for index in (start, end):
            chars[index]["type"] = direction
            for follower in chars[index + 1 :]:
                if follower["orig"] != "NSM":
                    break
                follower["type"] = direction


def _bracket_pairs(chars: list[dict[str, Any]]) -> list[tuple[int, int]]:
    opened: list[tuple[str, int]] = []
    pairs = []
    for index, entry in enumerate(chars):
        if entry["type"] != "ON":
            continue
        if closing := CLOSING_OF.get(entry["ch"]):
            opened.append((closing, index))
        for depth in range(len(opened) - 1, -1, -1):
            if opened[depth][0] == entry["ch"]:
                pairs.append((opened[depth][1], index))
                del opened[depth:]
                break
    return sorted(pairs)


def _strong(kind: str) -> str:
    return "R" if kind in ("R", "AL", "AN", "EN") else "L" if kind == "L" else ""

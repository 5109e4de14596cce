"""Conditions of a printer that stop a badge until a person ends them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """A condition of a printer that a person ends."""

    clause: str
    """After "The printer": `is out of labels or paper`."""
    remedy: str


_EMPTY = Trouble("is out of labels or paper", "Put a new roll or paper in")
_OPEN = Trouble("is open", "Close the printer's cover")
_INK = Trouble("is out of ink, toner or ribbon", "Change the cartridge or ribbon")
_JAM = Trouble("has a jam", "Take the stuck label or sheet out")
_FULL = Trouble("is full at its output", "Take the printed badges out")
_FAULT = Trouble("reports a fault", "Look at the printer's display")

_TROUBLES = {
    "media-jam": _JAM,
    "cover-open": _OPEN,
    "door-open": _OPEN,
    "interlock-open": _OPEN,
    "media-empty": _EMPTY,
    "media-needed": _EMPTY,
    "input-tray-missing": Trouble("misses its paper tray", "Push the tray in"),
    "marker-supply-empty": _INK,
    "toner-empty": _INK,
    "developer-empty": _INK,
    "marker-waste-full": Trouble("has a full waste box", "Change the waste box"),
    "output-area-full": _FULL,
    "output-tray-missing": Trouble("misses its output tray", "Put the tray in"),
    "fuser-over-temp": Trouble("is too hot", "Let the printer cool down"),
    "spool-area-full": Trouble("has no room for more jobs", "Cancel old jobs in its queue"),
    "opc-life-over": _FAULT,
    "interpreter-resource-unavailable": _FAULT,
}
"""`printer-state-reasons` that stop a badge, the one to act on first on top (RFC 8011 section
5.4.12). Supplies that run low do not stop one and are left out."""


def trouble_of(reasons: tuple[str, ...]) -> Trouble | None:
    """The condition to act on first. Severity is not looked at: CUPS passes a printer's
    `media-empty-error` on as `media-empty-warning` while the badge waits for labels."""
    bare = {bare_reason(reason) for reason in reasons}
    return next((trouble for reason, trouble in _TROUBLES.items() if reason in bare), None)


def bare_reason(reason: str) -> str:
    """An IPP reason without its severity."""
    for severity in ("-error", "-warning", "-report"):
        reason = reason.removesuffix(severity)
    return reason

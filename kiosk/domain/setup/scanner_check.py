"""Check a scanner by the keys that arrive when a page of test codes is scanned.

Each finding names the code of the page, the keyboard layout between scanner and computer, the
characters that the scanner adds before, after and at the end, changed capital letters, its speed,
lost characters, and whether kiosk can handle all of it.

AIM identifiers are those of ISO/IEC 15424; terminators and prefixes are set by codes in the
scanner's manual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from kiosk.domain.checkin.code_matching import Match, code_candidates
from kiosk.domain.checkin.keyboard_layouts import LAYOUT_WORDS, by_layout, readings
from kiosk.domain.text import counted, escape_controls

SLOWEST_MS = 35.0
"""Characters that are further apart are taken for typing (`kiosk.ui.tui.input.keystream`)."""
WIDEST_GAP_MS = 70.0
"""One gap that is wider breaks a code in two."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One code of the test page."""

    step: int
    title: str
    code: str
    is_bars: bool = False
    """Code 128, not QR."""


PROBES = (
    Probe(1, "Letters and digits", "KIOSK1-aqwyzm-AQWYZM-0123456789"),
    Probe(2, "A web address", "https://kiosk.example/KIOSK2/t?code=ZA-09_x.y&id=m;q:w"),
    Probe(
        3,
        "A long code",
        "KIOSK3-L9R346P3YD25TS4F5T37E3R3E28JS97KB6CP643DXTLVVPKFBF5KZXMUJ47YSAM9XS24LMNXV45HW43K"
        "UJQN1VNA7X3DJ8FRRX5AURH8THSNQE95B9EE0XBGJ09SPL8Y3VRRRR6WR3C4DUA7M36096",
    ),
    Probe(4, "Bars", "KIOSK4-BARS-128", is_bars=True),
)
"""Letters that change places between layouts, digits that need Shift on some, signs that tickets
have, and so many characters that a scanner that is too fast loses one."""

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_CONTROL_NAMES = {"\x02": "STX", "\x03": "ETX", "\x04": "EOT", "\x1d": "GS", "\x1e": "RS"}
_OUTER_CONTROLS = re.compile(r"^([\x00-\x1f\x7f]*)(.*?)([\x00-\x1f\x7f]*)$", re.DOTALL)
_ALIKE = 0.6
"""A text that is at least this much like a code of the page is that code, damaged."""


@dataclass(frozen=True, slots=True)
class KeyArrival:
    """One key that arrived."""

    at_s: float
    char: str = ""
    """Empty for a key that shows nothing."""
    end: str = ""
    """`Enter`, `line feed` or `Tab`; empty for all others."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A burst of keys as text."""

    text: str
    end: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    """Terminators that came before the code."""
    ms_per_char: float | None = None
    widest_gap_ms: float = 0.0
    strange_keys: int = 0
    """Keys that are no part of any code."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to change on the scanner."""

    problem: str
    change: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one scan of the page."""

    step: int
    """0: it was not a code of the page."""
    arrival: Arrival
    layout: str = ""
    """The keyboard layout of the computer, where the scanner has another one."""
    scanner_layout: str = ""
    """The layout of the scanner, where it is not US."""
    caps: bool = False
    case: str = "same"
    """`same`, `upper`, `lower` or `swapped`."""
    prefix: str = ""
    suffix: str = ""
    lost: int = 0
    """Characters that did not arrive as they should."""
    copes: bool = False
    """kiosk finds the right ticket without a change."""

    @property
    def is_good(self) -> bool:
        """Whether nothing has to be changed."""
        return self.step > 0 and self.copes and not self.advice()

    def facts(self) -> list[str]:
        """The settings of scanner and computer, as clauses."""
        if not self.step:
            return []
        facts: list[str] = []
        if self.scanner_layout:
            scanner = LAYOUT_WORDS[self.scanner_layout]
            facts = [f"the scanner's keyboard is {scanner}, the computer's is not"]
        elif self.layout and not self.lost:
            words = LAYOUT_WORDS[self.layout]
            facts = [f"the computer's keyboard is {words}, the scanner's is not"]
        elif not self.lost:
            facts = ["scanner and computer agree on the keyboard"]
        if self.caps:
            facts.append("Caps Lock is on")
        elif self.case != "same":
            facts.append({"upper": "all capitals", "lower": "no capitals"}.get(self.case, ""))
        if self.prefix:
            facts.append(f"{_shown(self.prefix)} before each code")
        if self.suffix:
            facts.append(f"{_shown(self.suffix)} behind each code")
        facts.append(f"{' and '.join(self.arrival.end) or 'nothing'} at the end")
        if self.arrival.ms_per_char is not None:
            facts.append(f"{self.arrival.ms_per_char:.0f} ms a character")
        return [fact for fact in facts if fact]

    def advice(self) -> list[Advice]:
        """What to change on the scanner, and why; empty where nothing has to be changed."""
        return list(_advice(self))


def read_keys(keys: Sequence[KeyArrival]) -> Arrival:
    """The facts of a burst of keys; times in seconds of any clock."""
    first, last = 0, len(keys)
    while first < last and keys[first].end:
        first += 1
    while last > first and keys[last - 1].end:
        last -= 1
    inner = keys[first:last]
    gaps = [(b.at_s - a.at_s) * 1000 for a, b in pairwise(inner)]
    return Arrival(
        text="".join("\t" if key.end else key.char for key in inner),
        end=tuple(key.end for key in keys[last:]),
        start=tuple(key.end for key in keys[:first]),
        ms_per_char=sum(gaps) / len(gaps) if gaps else None,
        widest_gap_ms=max(gaps, default=0.0),
        strange_keys=sum(not key.end and not key.char for key in inner),
    )


def diagnose(arrival: Arrival) -> Finding:
    """Find the code of the page in a scan, and what changed it."""
    before, text, behind = _OUTER_CONTROLS.fullmatch(arrival.text).groups()  # type: ignore[union-attr]
    best = min(_whole_codes(arrival, before, text, behind), key=_strangeness, default=None)
    return best or _other_way_round(arrival, before, text, behind) or _damaged(arrival, text)


def _whole_codes(arrival: Arrival, before: str, text: str, behind: str) -> Iterator[Finding]:
    """Each way to read the text as one that contains a code of the page."""
    for layout, caps, code in readings(text):
        for probe in PROBES:
            found = _in_it(probe.code, code)
            if found is None:
                continue
            at, case = found
            yield Finding(
                probe.step,
                arrival,
                layout,
                caps=caps,
                case=case,
                prefix=before + code[:at],
                suffix=code[at + len(probe.code) :] + behind,
                copes=_copes(arrival, probe),
            )


def _other_way_round(arrival: Arrival, before: str, text: str, behind: str) -> Finding | None:
    """A code that a scanner sent with the keys of another country to a computer set to US."""
    for probe in PROBES:
        for layout, code in by_layout(probe.code):
            at = text.find(code)
            if at >= 0:
                return Finding(
                    probe.step,
                    arrival,
                    scanner_layout=layout,
                    prefix=before + text[:at],
                    suffix=text[at + len(code) :] + behind,
                    copes=_copes(arrival, probe),
                )
    return None


def _strangeness(finding: Finding) -> tuple[bool, bool, bool, bool]:
    """A sort key, the likeliest finding first. An AIM identifier is the likeliest prefix."""
    odd_prefix = _has_odd_prefix(finding)
    return (finding.case != "same", finding.caps, odd_prefix, bool(finding.layout))


def _has_odd_prefix(finding: Finding) -> bool:
    return bool(finding.prefix) and not _AIM.fullmatch(finding.prefix)


def _in_it(code: str, text: str) -> tuple[int, str] | None:
    """The place of a code in a text, and how its capitals changed; None: it is not there."""
    for case, form in (
        ("same", code),
        ("swapped", code.swapcase()),
        ("upper", code.upper()),
        ("lower", code.lower()),
    ):
        at = text.find(form)
        if at >= 0:
            return at, case
    return None


def _copes(arrival: Arrival, probe: Probe) -> bool:
    """Whether a matching step of tickets leads to the code."""
    for step in code_candidates(arrival.text):
        if probe.code in step.texts:
            return True
        folded = {text.casefold() for text in step.texts}
        if step.match is not Match.EXACT and probe.code.casefold() in folded:
            return True
    return False


def _damaged(arrival: Arrival, text: str) -> Finding:
    """The code that a text is most like, with how much of it is wrong."""
    best = Finding(0, arrival)
    best_ratio = _ALIKE
    for layout, caps, code in readings(text):
        for probe in PROBES:
            matcher = SequenceMatcher(None, code.casefold(), probe.code.casefold(), autojunk=False)
            if matcher.real_quick_ratio() <= best_ratio or matcher.quick_ratio() <= best_ratio:
                continue
            ratio = matcher.ratio()
            if ratio > best_ratio:
                alike = sum(block.size for block in matcher.get_matching_blocks())
                lost = max(len(probe.code), len(code)) - alike
                best_ratio = ratio
                best = Finding(probe.step, arrival, layout, caps=caps, lost=lost)
    return best


def _shown(text: str) -> str:
    """A prefix as a person reads it."""
    if _AIM.fullmatch(text):
        return f"the AIM identifier {text}"
    named = "".join(f"<{_CONTROL_NAMES[c]}>" if c in _CONTROL_NAMES else c for c in text)
    return f"“{escape_controls(named)}”"


def _advice(finding: Finding) -> Iterator[Advice]:
    arrival = finding.arrival
    if not finding.step:
        if arrival.text or arrival.strange_keys:
            shown = escape_controls(arrival.text[:40])
            yield Advice(
                f"This is not a code of the page: “{shown}”." if shown else "No letter arrived.",
                "Scan one of the page's codes. If it was one, set the scanner back to its "
                "defaults, as a plain USB keyboard.",
            )
        return
    if arrival.strange_keys:
        yield Advice(
            "The scanner presses keys that are no letters, digits or signs.",
            "Switch off function keys, Alt codes and macros on the scanner.",
        )
    if finding.lost:
        count = counted(finding.lost, "character")
        if finding.layout:
            words = LAYOUT_WORDS[finding.layout]
            yield Advice(
                f"{count} got lost: accent keys of the {words} keyboard swallow what follows.",
                f"Set the scanner's keyboard country to {words}, or the computer's to US.",
            )
        else:
            yield Advice(
                f"{count} did not arrive as printed.",
                "Scan it again. If it stays so, slow the scanner down (delay between "
                "characters), or set its keyboard country to the computer's.",
            )
    elif not finding.copes:
        yield from _not_coped(finding)
    if arrival.start:
        yield Advice(
            f"{arrival.start[0]} comes before the code.",
            "Clear the scanner's prefix: it looks like a pressed key.",
        )
    too_slow = (arrival.ms_per_char or 0) > SLOWEST_MS or arrival.widest_gap_ms > WIDEST_GAP_MS
    if too_slow:
        yield Advice(
            f"It is slow: {arrival.ms_per_char or 0:.0f} ms a character, once "
            f"{arrival.widest_gap_ms:.0f} ms. That looks like typing.",
            "Take out the scanner's delay between characters; hold a wireless one closer.",
        )


def _not_coped(finding: Finding) -> Iterator[Advice]:
    odd_prefix = _has_odd_prefix(finding)
    if odd_prefix:
        yield Advice(
            f"The scanner puts {_shown(finding.prefix)} before each code.",
            "Clear its prefix: no ticket has that in its code.",
        )
    if finding.suffix:
        yield Advice(
            f"The scanner puts {_shown(finding.suffix)} behind each code.",
            "Clear its suffix, and leave Enter (CR) at the end.",
        )
    if odd_prefix or finding.suffix:
        return
    if finding.scanner_layout:
        scanner = LAYOUT_WORDS[finding.scanner_layout]
        yield Advice(
            f"The scanner is set to a {scanner} keyboard, and the computer is not.",
            "Set the scanner's keyboard country to US (USA), as the computer's.",
        )
    elif finding.layout:
        words = LAYOUT_WORDS[finding.layout]
        yield Advice(
            f"The {words} keyboard of the computer changes the code.",
            f"Set the scanner's keyboard country to {words}, or the computer's to US.",
        )
    else:
        yield Advice(
            "The code does not arrive as it is printed.",
            "Set the scanner back to its defaults, as a plain USB keyboard.",
        )


@dataclass(frozen=True, slots=True)
class ScannerReport:
    """The findings of a test so far: the newest of each code of the page."""

    findings: tuple[Finding, ...] = ()

    def with_finding(self, finding: Finding) -> ScannerReport:
        """The report with the finding of one more scan."""
        if not finding.step:
            return self
        others = [known for known in self.findings if known.step != finding.step]
        return ScannerReport(tuple(sorted([*others, finding], key=lambda known: known.step)))

    def finding(self, step: int) -> Finding | None:
        """The finding of a step; None: it was not scanned."""
        return next((known for known in self.findings if known.step == step), None)

    @property
    def copes(self) -> bool:
        """Whether kiosk finds every scanned code, and nothing has to be changed."""
        return bool(self.findings) and all(known.is_good for known in self.findings)

    def sentence(self) -> str:
        """The result in one sentence, for the readiness report; empty without a scan."""
        if not self.findings:
            return ""
        shown = next((known for known in self.findings if not known.is_good), self.findings[0])
        facts = ", ".join(shown.facts())
        end = "all fine" if self.copes else shown.advice()[0].problem.rstrip(".")
        return f"{facts[:1].upper()}{facts[1:]}: {end}."

"""What is a scan and what is typing, by characters and arrival times alone."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.ui.tui.input.keystream import FAST_S, Focus, KeyStream, Pass, Press, Scan

from .keys import (
    ALT_8,
    CLICK,
    COMMANDS,
    DOWN,
    ENTER,
    F6,
    LEFT,
    LF,
    NOISE,
    QUIT,
    TAB,
    after,
    hear,
    press,
    typed,
)

CODE = "K8301243xyZ"
SPEEDS_MS = [0, 0.5, 1, 2, 5, 7, 8, 12, 16, 30]
FIELDS = list(Focus)


@pytest.mark.slow
@pytest.mark.parametrize("focus", FIELDS)
@pytest.mark.parametrize("gap_ms", SPEEDS_MS)
@pytest.mark.parametrize("end", [ENTER, LF, ENTER + LF, TAB, TAB + ENTER, ENTER + ENTER])
def test_codes_back_to_back(focus: Focus, gap_ms: float, end: str) -> None:
    """Forty codes with one terminator each arrive as forty codes, and no field gets any of it."""
    codes = [f"{CODE}{number:02}" for number in range(40)]

    heard = hear(typed("".join(code + end for code in codes), gap_ms), focus)

    assert codes == heard.scans
    assert heard.text == ""


@pytest.mark.parametrize("focus", FIELDS)
@pytest.mark.parametrize("gap_ms", SPEEDS_MS)
def test_no_terminator(focus: Focus, gap_ms: float) -> None:
    """A code followed by nothing is a scan once the silence is long enough."""
    keys = typed(CODE, gap_ms)

    assert hear(keys, focus).scans == [CODE]
    assert hear(after(keys, 200, keys), focus).scans == [CODE, CODE]
    assert hear(after(keys, 200, [*keys, press(ENTER, 0.2)]), focus).scans == [CODE, CODE]


def test_silence_is_judged_by_arrival_not_by_when_it_is_told() -> None:
    """A code whose middle was handled late is whole, and two codes handled together are two."""
    late = typed(CODE + ENTER, 16)
    two = after(typed(CODE, 2), 200, typed("ABC1234", 2))

    assert hear(late, Focus.SCAN_FIELD, silence=False).scans == [CODE]
    stream = KeyStream()
    outputs = [out for key in two for out in stream.feed(key, Focus.SCAN_FIELD)]
    outputs += stream.quiet(two[-1].at + 1)
    assert [out.raw for out in outputs if isinstance(out, Scan)] == [CODE, "ABC1234"]


@pytest.mark.parametrize("focus", FIELDS)
@pytest.mark.parametrize(
    "code",
    [
        "]Q3\\000026ABC-1",
        "\x02ABC\x1d123\x03",
        "https://lu.ma/check-in/evt-1?pk=g-2",
        "प्रिया-१२३४",
        "名札札七",
        "1111",
    ],
)
def test_any_characters(focus: Focus, code: str) -> None:
    """Prefixes, control characters, URLs, other scripts and one repeated digit come through."""
    assert [code] == hear(typed(code + ENTER, 2), focus).scans


@pytest.mark.parametrize("focus", FIELDS)
@pytest.mark.parametrize("gap_ms", [71, 80, 100, 150, 300])
@pytest.mark.parametrize("text", ["priya", "priya sharma", "a", "aaaaaaaa", "K8301243"])
def test_a_person_types(focus: Focus, gap_ms: float, text: str) -> None:
    """Text typed by hand, however fast, is passed with its Enter and is no scan."""
    heard = hear(typed(text + ENTER, gap_ms), focus)

    assert heard.scans == []
    assert text + ENTER == heard.text


@pytest.mark.parametrize("focus", FIELDS)
def test_fingers_roll_over_keys(focus: Focus) -> None:
    """Three keys within 10 ms in the middle of a word are typing."""
    keys = after(after(typed("su", 90), 90, typed("pri", 5)), 90, typed("ya" + ENTER, 90))

    heard = hear(keys, focus)

    assert heard.scans == []
    assert heard.text == "supriya" + ENTER


@pytest.mark.parametrize("focus", FIELDS)
@pytest.mark.parametrize("gap_ms", [11, 16, 25, 30, 33, 40])
def test_a_key_held_down(focus: Focus, gap_ms: float) -> None:
    """Auto-repeat is typing, whether or not Enter follows, and shows while the key is down."""
    keys = after(typed("a", 0), 400, typed("a" * 30, gap_ms))

    assert hear(keys, focus).text == "a" * 31
    assert len(hear(keys, focus, silence=False).shown) >= 30
    assert hear(after(keys, 30, [press(ENTER, 0)]), focus).scans == []


@pytest.mark.parametrize("pause_ms", [80, 150, 400, 3000])
@pytest.mark.parametrize("gap_ms", SPEEDS_MS)
def test_half_a_word_then_a_scan(pause_ms: float, gap_ms: float) -> None:
    """Typed text does not melt with the scan that comes after it."""
    keys = after(typed("pri", 80), pause_ms, typed("ABC123" + ENTER, gap_ms))

    for focus in FIELDS:
        heard = hear(keys, focus)
        assert heard.scans == ["ABC123"]
        assert heard.text == "pri"


def test_a_scan_in_the_middle_of_a_form() -> None:
    """A person's words before and after a scan stay in the form, the scan does not."""
    keys = after(typed("asha", 100), 100, typed(CODE + ENTER, 3))
    keys = after(keys, 200, typed(" rao", 100))

    heard = hear(keys, Focus.TEXT_FIELD)

    assert heard.scans == [CODE]
    assert heard.text == "asha rao"


@pytest.mark.parametrize("focus", FIELDS)
@pytest.mark.parametrize("at", range(1, 12))
@pytest.mark.parametrize("hiccup_ms", [31, 50, 64])
def test_a_scanner_that_stumbles(focus: Focus, at: int, hiccup_ms: float) -> None:
    """One late key anywhere does not tear a code; what was passed before it is taken back."""
    keys = typed(CODE + ENTER, 5)
    keys = [
        *keys[:at],
        *(Press(k.at + hiccup_ms / 1000, k.char, k.ends, key=k.key) for k in keys[at:]),
    ]

    heard = hear(keys, focus)

    assert heard.scans == [CODE]
    assert heard.text == ""


def test_long_stumble_in_a_code_already_known() -> None:
    """Once keys are known to be a scanner's, 140 ms without one do not end the code."""
    keys = after(typed(CODE, 5), 140, typed("99" + ENTER, 5))

    assert hear(keys, Focus.TEXT_FIELD).scans == [CODE + "99"]


@pytest.mark.parametrize(
    "text", ["你好世界和平", "देवनागरी", "Zhang", "zhangwei", "asha.rao1@example.org", "Asha Rao 12"]
)
def test_an_input_method_is_not_a_scanner(text: str) -> None:
    """Words put into a form at once by an input method or a text expander stay there."""
    heard = hear(typed(text, 0), Focus.TEXT_FIELD)

    assert heard.scans == []
    assert text == heard.text


def test_the_scan_field_shows_a_lone_key_at_once() -> None:
    """In the scan field a key is not held, unless more are known to have come with it."""
    lone, followed = press("p", 1.0), Press(1.0, "p", followed=True)

    assert KeyStream().feed(lone, Focus.SCAN_FIELD) == [Pass(lone)]
    assert KeyStream().feed(followed, Focus.SCAN_FIELD) == []
    assert KeyStream().feed(lone, Focus.TEXT_FIELD) == []


@pytest.mark.parametrize("focus", FIELDS)
@pytest.mark.parametrize("key", [*"<", QUIT, F6, DOWN, CLICK, ALT_8, ENTER, TAB])
def test_a_key_alone(focus: Focus, key: str) -> None:
    """A command key waits for 50 ms and is passed; typing before and after it is no code."""
    key = LEFT if key == "<" else key
    stream = KeyStream()
    assert [] == stream.feed(press(key, 1.0), focus)
    assert [] == stream.quiet(1.0501 - 0.0002)
    assert [Pass(press(key, 1.0))] == stream.quiet(1.0501)

    for gap_ms in (51, 80, 150):
        keys = typed("ab" + key + "cd" + key + key, gap_ms)
        shown = "".join(str(p.key) for p in keys)
        assert (shown, []) == (hear(keys, focus).shown, hear(keys, focus).scans)


@pytest.mark.slow
@pytest.mark.parametrize("focus", FIELDS)
@pytest.mark.parametrize("key", [LEFT, QUIT, F6, DOWN, CLICK, NOISE, ALT_8])
@pytest.mark.parametrize("gap_ms", [0, 0.5, 2, 5, 8, 16])
@pytest.mark.parametrize("code", ["{}AB", "A{}B", "AB{}", "{}", "C00{}001", "{}C00001", "C00001{}"])
def test_a_key_in_a_code(focus: Focus, key: str, gap_ms: float, code: str) -> None:
    """A command key inside a code is never passed; the letters are the code, long or short."""
    text = code.format(key)
    added = "8" if key == ALT_8 else key if key == QUIT else ""
    wanted = code.format(added)

    heard = hear(typed(text + ENTER, gap_ms), focus)

    # the beginning may have reached a field as letters, never as a command
    assert heard.text == ""
    assert not set(heard.shown) & set(COMMANDS + "<" + ENTER)
    letters = [scan for scan in heard.scans if scan.strip(QUIT)]
    assert letters == ([wanted] if wanted.strip(QUIT) else [])


@pytest.mark.parametrize("end", [ENTER, LF, ENTER + LF, TAB])
@pytest.mark.parametrize("gap_ms", [0, 2, 16])
def test_a_function_key_behind_a_scan(end: str, gap_ms: float) -> None:
    """It acts on the scan's person if nothing follows; Ctrl+Q at that speed does nothing."""
    for focus in FIELDS:
        heard = hear(typed(CODE + end + F6, gap_ms), focus)
        assert ([CODE], F6) == (heard.scans, heard.text)
        for hostile in (F6 + ENTER, QUIT, QUIT + ENTER, LEFT, DOWN + ENTER, CLICK, F6 + "AB"):
            heard = hear(typed(CODE + end + hostile, gap_ms), focus)
            assert CODE == heard.scans[0]
            assert not set(heard.shown) & set(COMMANDS + "<" + ENTER)


@pytest.mark.parametrize("gap_ms", [25, 30, 33, 40])
def test_an_arrow_key_held_down(gap_ms: float) -> None:
    """It acts again and again while it is down, and is no code."""
    keys = after(typed(DOWN, 0), 400, typed(DOWN * 30, gap_ms))

    assert DOWN * 31 == hear(keys, Focus.ELSEWHERE).text
    assert 30 == len(hear(keys, Focus.ELSEWHERE, silence=False).shown)


@pytest.mark.parametrize("focus", FIELDS)
def test_two_enters_and_a_tap(focus: Focus) -> None:
    """Two Enters at once and the two ends of a tap are a person's; before a code they are not."""
    assert ENTER + ENTER == hear(typed(ENTER + ENTER, 0), focus).text
    assert CLICK + CLICK == hear(typed(CLICK + CLICK, 1), focus).text
    for keys in (ENTER + ENTER, CLICK + CLICK):
        heard = hear(typed(keys + CODE + ENTER, 2), focus)
        assert ([CODE], "") == (heard.scans, heard.text)


@pytest.mark.parametrize("focus", FIELDS)
def test_a_short_code(focus: Focus) -> None:
    """One to three letters and Enter at scanner speed are a scan; at 30 ms they are typed."""
    for code in ("7", "Li", "A17"):
        for gap_ms in (0, 5, 16):
            heard = hear(typed(code + ENTER, gap_ms), focus)
            assert ([code], "") == (heard.scans, heard.text)
        assert code + ENTER == hear(typed(code + ENTER, 30), focus).text


@pytest.mark.parametrize("focus", FIELDS)
def test_a_paste_at_scanner_speed(focus: Focus) -> None:
    """A paste that something follows is part of a code, and its lines are scans."""
    text = "C00001\r\nC00002"
    paste = Press(1.0, None, key="<", data=text)
    stream = KeyStream()

    outputs = [*stream.feed(paste, focus), *stream.feed(press(ENTER, 1.002), focus)]
    outputs += stream.quiet(2.0)

    assert ["C00001", "C00002"] == [out.raw for out in outputs if isinstance(out, Scan)]
    assert [Pass(paste)] == [*KeyStream().feed(paste, focus), *_alone(paste, focus)]


def _alone(paste: Press, focus: Focus) -> list[Pass | Scan]:
    stream = KeyStream()
    stream.feed(paste, focus)
    return stream.quiet(2.0)


def test_enter_after_a_scan_and_its_twin() -> None:
    """Enter pressed by a person some time after a scan is an Enter."""
    keys = after(typed(CODE + ENTER + LF, 2), 400, [press(ENTER, 0)])

    heard = hear(keys, Focus.ELSEWHERE)

    assert heard.scans == [CODE]
    assert heard.text == ENTER


def test_enter_after_a_paste_right_behind_a_scan() -> None:
    """It belongs to what was pasted, and is not the LF of the scan's CR LF."""
    keys = typed(CODE + ENTER, 2)
    paste = Press(keys[-1].at + 0.04, None, key="<")

    assert (
        "<" + ENTER == hear([*keys, *after([paste], 60, [press(ENTER, 0)])], Focus.SCAN_FIELD).text
    )


def test_a_clock_that_jumps_back_starts_again() -> None:
    """Keys with times of another clock are never melted with those before."""
    keys = [*typed("pri", 80, start_ms=10_000), *typed("ABC123" + ENTER, 2)]

    assert hear(keys, Focus.SCAN_FIELD, silence=False).scans == ["ABC123"]


def test_wants_quiet_only_while_keys_are_held() -> None:
    """A driver without clock of its own sets a timer only where something waits."""
    stream = KeyStream()
    assert stream.wants_quiet_after is None
    stream.feed(press("a", 0.0), Focus.TEXT_FIELD)
    assert stream.wants_quiet_after == FAST_S
    for key in typed("b12345", 2, start_ms=2):
        stream.feed(key, Focus.TEXT_FIELD)
    assert stream.wants_quiet_after > FAST_S
    assert [Scan("ab12345", 0, ended=False)] == stream.quiet(1.0)
    assert stream.wants_quiet_after is None


_KEYS = st.lists(
    st.tuples(
        st.sampled_from("abc123é名" + ENTER + LF + TAB + COMMANDS + "\x1d"),
        st.sampled_from([0, 0.5, 2, 8, 16, 34, 36, 69, 71, 80, 120, 149, 151, 400]),
    ),
    max_size=60,
)


@pytest.mark.slow
@settings(max_examples=200)
@given(_KEYS, st.sampled_from(FIELDS))
@example([(CLICK, 0), (CLICK, 0.5), (CLICK, 0)], Focus.SCAN_FIELD)
def test_no_key_is_lost_or_doubled(keys: list[tuple[str, float]], focus: Focus) -> None:
    """Every letter comes out once, in order: in a scan or in the text, never in both."""
    at, presses = 0.0, []
    for number, (character, gap_ms) in enumerate(keys):
        at += gap_ms / 1000
        p = press(character, at)
        presses.append(p._replace(key=number, data=""))

    stream, order, last_at = KeyStream(), [], 0.0
    for p in presses:
        outputs = [*stream.quiet(p.at - 1e-6), *stream.feed(p, focus)] if last_at else None
        last_at = p.at or 1e-9
        order += outputs if outputs is not None else stream.feed(p, focus)
    order += stream.quiet(last_at + 10)
    assert stream.wants_quiet_after is None

    numbers: list[int] = []
    raws: list[str] = []
    for output in order:
        if isinstance(output, Pass):
            numbers.append(int(str(output.press.key)))
        else:
            taken = numbers[len(numbers) - output.passed :]
            del numbers[len(numbers) - output.passed :]
            assert taken == sorted(taken)
            raws.append(output.raw)
    assert numbers == sorted(set(numbers))
    missing = [p for i, p in enumerate(presses) if i not in numbers]
    assert "".join(raws) == "".join(p.char or "" for p in missing)


@pytest.mark.slow
@settings(max_examples=100)
@given(
    st.lists(st.text("ABCdef0123456789-_/", min_size=4, max_size=40), min_size=1, max_size=8),
    st.lists(st.floats(0, 17), min_size=1, max_size=50),
    st.sampled_from([ENTER, LF, ENTER + LF, TAB]),
    st.sampled_from(FIELDS),
)
def test_any_codes_at_any_scanner_speed(
    codes: list[str], gaps_ms: list[float], end: str, focus: Focus
) -> None:
    """Whatever the codes and however uneven a scanner's pace, they arrive whole and in order."""
    codes = [code for code in codes if len(set(code)) > 3]
    at, keys = 0.0, []
    for number, character in enumerate("".join(code + end for code in codes)):
        at += gaps_ms[number % len(gaps_ms)] / 1000
        keys.append(press(character, at))

    heard = hear(keys, focus)

    assert codes == heard.scans
    assert heard.text == ""


@pytest.mark.parametrize("focus", list(Focus))
def test_a_stumble_at_the_start_of_the_next_scan(focus: Focus) -> None:
    """Right behind a scan nobody types: its first key belongs to the next one, after 120 ms too."""
    first = typed("AB12CD34\r", 2)
    keys = after(after(first, 2, typed("X", 2)), 120, typed("Y56ZW78\r", 2))

    assert ["AB12CD34", "XY56ZW78"] == hear(keys, focus).scans

"""What is a scan and what is typing, by characters and arrival times alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ui.tui.input.keystream import FAST_S, Focus, KeyStream, Pass, Press, Scan

from .keys import ENTER, LEFT, LF, TAB, after, hear, press, typed

CODE = "K8301243xyZ"
SPEEDS_MS = [0, 0.5, 1, 2, 5, 7, 8, 12, 16, 30]
FIELDS = list(Focus)


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


def test_other_keys_are_never_held() -> None:
    """An arrow or function key passes at once, after the keys before it."""
    stream = KeyStream()
    letter, left = press("y", 1.0), press(LEFT, 1.001)

    assert stream.feed(letter, Focus.ELSEWHERE) == []
    assert stream.feed(left, Focus.ELSEWHERE) == [Pass(letter), Pass(left)]


def test_enter_after_a_scan_and_its_twin() -> None:
    """Enter pressed by a person some time after a scan is an Enter."""
    keys = after(typed(CODE + ENTER + LF, 2), 400, [press(ENTER, 0)])

    heard = hear(keys, Focus.ELSEWHERE)

    assert heard.scans == [CODE]
    assert heard.text == ENTER


def test_enter_after_a_paste_right_behind_a_scan() -> None:
    """It belongs to what was pasted, and is not the LF of the scan's CR LF."""
    stream = KeyStream()
    for key in typed(CODE + ENTER, 2):
        stream.feed(key, Focus.SCAN_FIELD)
    stream.flush()
    enter = press(ENTER, 0.06)

    assert [Pass(enter)] == stream.feed(enter, Focus.SCAN_FIELD)


def test_a_clock_that_jumps_back_starts_anew() -> None:
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
    assert [Scan("ab12345", 0)] == stream.quiet(1.0)
    assert stream.wants_quiet_after is None


_KEYS = st.lists(
    st.tuples(
        st.sampled_from("abc123é名" + ENTER + LF + TAB + LEFT + "\x1d"),
        st.sampled_from([0, 0.5, 2, 8, 16, 34, 36, 69, 71, 80, 120, 149, 151, 400]),
    ),
    max_size=60,
)


@settings(max_examples=200)
@given(_KEYS, st.sampled_from(FIELDS))
def test_no_key_is_lost_or_doubled(keys: list[tuple[str, float]], focus: Focus) -> None:
    """Every character comes out once, in order: in a scan or in the text, never in both."""
    at, presses = 0.0, []
    for number, (character, gap_ms) in enumerate(keys):
        at += gap_ms / 1000
        p = press(character, at)
        presses.append(Press(at, p.char, p.ends, p.prompt, key=number))

    stream, order, last_at = KeyStream(), [], 0.0
    for p in presses:
        outputs = [*stream.quiet(p.at - 1e-6), *stream.feed(p, focus)] if last_at else None
        last_at = p.at or 1e-9
        order += outputs if outputs is not None else stream.feed(p, focus)
    order += stream.quiet(last_at + 10)

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
    assert all(p.char is not None or p.ends for p in missing)


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

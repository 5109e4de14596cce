"""Queries that volunteers type, and the attendee that must come first."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.lookup.index import LookupIndex
from kiosk.domain.lookup.matching import _assign
from kiosk.domain.lookup.people import Findable
from tests.domain.lookup.people import event, found


@pytest.fixture(scope="module")
def index() -> LookupIndex:
    return event()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("jurgen muller", "jurgen", id="accents-dropped"),
        pytest.param("juergen mueller", "jurgen", id="umlauts-spelt-out"),
        pytest.param("jrugen", "jurgen", id="letters-swapped"),
        pytest.param("jurgn", "jurgen", id="letter-dropped"),
        pytest.param("jurrgen", "jurgen", id="letter-doubled"),
        pytest.param("jurhen", "jurgen", id="key-beside"),
        pytest.param("juhgen mulker", "jurgen", id="two-slips"),
        pytest.param("muller jurgen", "jurgen", id="turned-round"),
        pytest.param("mullre jurgen", "jurgen", id="turned-round-with-slip"),
        pytest.param("j muller", "jurgen", id="initial-and-last"),
        pytest.param("muller j", "jurgen", id="last-and-initial"),
        pytest.param("ju mu", "jurgen", id="beginnings"),
        pytest.param("mu ju", "jurgen", id="beginnings-turned"),
        pytest.param("jurgan mul", "jurgen", id="slip-and-beginning"),
        pytest.param("muhamad shekh", "mohammed", id="muhammad-sheikh"),
        pytest.param("mohd shaikh", "mohammed", id="short-form"),
        pytest.param("jakir choudhury", "chaudhry", id="z-j-au-ou"),
        pytest.param("filip aleksander", "philip", id="ph-f-x-ks"),
        pytest.param("palaniappan senthil", "initial", id="initial-on-the-list"),
        pytest.param("obrien", "obrien", id="apostrophe-left-out"),
        pytest.param("o’brien", "obrien", id="curly-apostrophe"),
        pytest.param("brien", "obrien", id="part-after-apostrophe"),
        pytest.param("aubigny", "aubigny", id="d-left-out"),
        pytest.param("D'Aubigny", "aubigny", id="straight-for-curly"),
        pytest.param("jeanluc", "jean-luc", id="hyphen-left-out"),
        pytest.param("luc marchand", "jean-luc", id="second-part"),
        pytest.param("abdul rahman", "abdulrahman", id="one-word-in-two"),
        pytest.param("yash", "real", id="nickname"),
    ],
)
def test_typed_in_latin(index: LookupIndex, query: str, expected: str) -> None:
    """The person meant comes first, whatever slips."""
    assert expected == found(index, query)[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("asha rao", "asha-native", id="hindi"),
        pytest.param("priya kulkarni", "kulkarni-native", id="marathi"),
        pytest.param("muhammad ali", "muhammad-native", id="urdu-short-vowels"),
        pytest.param("ali raza qureshi", "qureshi-native", id="urdu"),
        pytest.param("ouyang xiaoming", "ouyang", id="chinese-double-surname"),
        pytest.param("xiaoming", "ouyang", id="chinese-given-name"),
        pytest.param("xiao ming", "ouyang", id="chinese-syllables-apart"),
        pytest.param("wang wei", "wang", id="chinese"),
        pytest.param("wangwei", "wang", id="chinese-joined"),
        pytest.param("zeng", "zeng", id="reading-of-a-surname"),
        pytest.param("lee minjun", "lee", id="korean-lee"),
        pytest.param("minjun yi", "lee", id="korean-yi"),
        pytest.param("park seoyeon", "park", id="korean-park"),
        pytest.param("yui sato", "sato", id="japanese-kanji"),
        pytest.param("sakura tanaka", "tanaka", id="japanese-kana"),
        pytest.param("sergey shchukin", "shchukin", id="cyrillic"),
        pytest.param("giorgos papadopoulos", "papadopoulos", id="greek"),
        pytest.param("somchai", "somchai", id="thai"),
        pytest.param("yael cohen", "cohen", id="hebrew"),
        pytest.param("dawit haile", "haile", id="ethiopic"),
        pytest.param("lakshmi krishnan", "lakshmi", id="tamil"),
        pytest.param("srinivas", "srinivas", id="telugu"),
        pytest.param("rajesh gowda", "gowda", id="kannada"),
        pytest.param("sreelakshmi nair", "nair", id="malayalam"),
        pytest.param("nuwan perera", "perera", id="sinhala"),
        pytest.param("ananya ghosh", "ghosh", id="bengali"),
        pytest.param("hardik patel", "patel", id="gujarati"),
        pytest.param("gurpreet singh", "gurpreet", id="gurmukhi"),
    ],
)
def test_latin_for_another_script(index: LookupIndex, query: str, expected: str) -> None:
    """A name in any script is found by its Latin spelling."""
    assert expected == found(index, query)[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("कुलकर्णी", "kulkarni-native", id="devanagari"),
        pytest.param("قريشي", "qureshi-native", id="arabic-keyboard-for-urdu"),
        pytest.param("王", "wang", id="one-character"),
        pytest.param("明", "ouyang", id="one-character-within"),
        pytest.param("민준", "lee", id="hangul-given-name"),
        pytest.param("さくら", "tanaka", id="hiragana-for-katakana"),
        pytest.param("ЩУКИН", "shchukin", id="capitals"),
    ],
)
def test_typed_in_its_script(index: LookupIndex, query: str, expected: str) -> None:
    """A name in its own script is found by its words and beginnings."""
    assert expected == found(index, query)[0]


def test_native_script_finds_latin_spelling(index: LookupIndex) -> None:
    """A name typed in Devanagari finds also who is written in Latin letters."""
    assert found(index, "आशा") == ["asha-native", "asha"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("priya.s@zoho.example", "priya-zoho", id="e-mail"),
        pytest.param("PRIYA.S@", "priya-zoho", id="local-part"),
        pytest.param("@acme", "priya-acme", id="domain"),
        pytest.param("0142", "buyer", id="last-four-digits"),
        pytest.param("98765 40142", "buyer", id="phone-with-space"),
        pytest.param("7654", "buyer", id="digits-within"),
        pytest.param("ksk-9912", "guest", id="code"),
        pytest.param("KSK9912", "guest", id="code-without-hyphen"),
        pytest.param("ksk", "guest", id="code-begun"),
        pytest.param("priya zoho", "priya-zoho", id="name-and-company"),
        pytest.param("vaishnavi 0142", "buyer", id="name-and-digits"),
    ],
)
def test_typed_otherwise(index: LookupIndex, query: str, expected: str) -> None:
    """Codes, phones, e-mail and company lead to the person, alone or with the name."""
    assert expected == found(index, query)[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("bilal", ["bilal-1", "bilal-2"], id="no-near-names-after-exact-ones"),
        pytest.param("vaishnavi", ["buyer", "guest"], id="guest-after-buyer"),
        pytest.param("tx4rt", ["buyer", "guest"], id="order-of-two"),
        pytest.param("qqqq", [], id="nobody"),
        pytest.param("   ", [], id="nothing"),
    ],
)
def test_exactly_these(index: LookupIndex, query: str, expected: list[str]) -> None:
    """The list ends where guessing begins."""
    assert expected == found(index, query)[: max(len(expected), 2)]


def test_order_of_kinds() -> None:
    """Exactly so comes before begun so, that before spelt by ear."""
    names = ("Aditi Khanna", "Imran Khan", "Usman Kahn")
    index = LookupIndex.build(Findable(name, name) for name in names)

    assert found(index, "khan") == ["Imran Khan", "Aditi Khanna", "Usman Kahn"]


def test_other_scripts_are_seen_in_a_crowd() -> None:
    """Among forty who are written as typed, who bears the name in Urdu is in the first five."""
    crowd = [Findable(f"latin-{at:02}", "Ali Raza") for at in range(40)]
    index = LookupIndex.build([*crowd, Findable("native", "علی رضا")])

    assert "native" in found(index, "ali raza")
    assert not index.search("ali raza").clear


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("jurgen", True, id="one-name"),
        pytest.param("jurgen mul", True, id="begun"),
        pytest.param("jurgan", False, id="slip"),
        pytest.param("bilal", False, id="namesakes"),
        pytest.param("khan", False, id="khanna-too"),
        pytest.param("z", False, id="one-letter"),
        pytest.param("asha", False, id="also-in-another-script"),
        pytest.param("wang wei", False, id="read-not-written"),
        pytest.param("王伟", True, id="written"),
        pytest.param("vaishnavi", False, id="guests-of-hers"),
        pytest.param("0142", False, id="digits-are-no-name"),
        pytest.param("ksk-9912", True, id="whole-code"),
        pytest.param("tx4rt", False, id="order-of-two"),
        pytest.param("acme", False, id="company"),
        pytest.param("qqqq", False, id="nobody"),
    ],
)
def test_clear(index: LookupIndex, query: str, expected: bool) -> None:
    """Only a name that fits one person, letter for letter, is clear."""
    assert expected is index.search(query).clear


@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0]), min_size=5, max_size=5),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=60)
def test_each_typed_word_gets_a_word_of_its_own(scores: list[list[float]]) -> None:
    """The best way of all; the last place may be taken more than once."""
    last = len(scores[0]) - 1
    places = [[place for place, score in enumerate(row) if score] for row in scores]
    totals = [
        sum(row[place] for row, place in zip(scores, way, strict=True))
        for way in product(*places)
        if len(taken := [place for place in way if place != last]) == len(set(taken))
    ]

    chosen = _assign(scores)

    assert (chosen is None) == (not totals)
    if chosen is not None:
        found = sum(row[place] for row, place in zip(scores, chosen, strict=True))
        assert max(totals) == pytest.approx(found)


def test_a_name_of_a_thousand_words_holds_nobody_up() -> None:
    """What would be billions of ways to read it is looked through at once."""
    assert _assign([[1.0] * 1_000] * 6) is not None

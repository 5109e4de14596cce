"""A small event with names of many scripts, in the order of their ids."""

from __future__ import annotations

from kiosk.domain.lookup.index import LookupIndex
from kiosk.domain.lookup.people import Findable

EVENT = (
    Findable("asha", "Asha Verma"),
    Findable("asha-native", "आशा राव"),
    Findable("bilal-1", "Bilal Ahmed"),
    Findable("bilal-2", "Bilal Ahmed"),
    Findable("billa", "Billa Kumar"),
    Findable("jurgen", "Jürgen Müller"),
    Findable("mohammed", "Mohammed Shaikh"),
    Findable("muhammad-native", "محمد علی"),
    Findable("qureshi-native", "علی رضا قریشی"),
    Findable("khan", "Imran Khan"),
    Findable("khanna", "Aditi Khanna"),
    Findable("kulkarni-native", "प्रिया कुलकर्णी"),
    Findable("priya-zoho", "Priya Sharma", company="Zoho", email="priya.s@zoho.example"),
    Findable("priya-acme", "Priya Sharma", company="Acme", email="ps@acme.example"),
    Findable("obrien", "Siobhan O'Brien"),
    Findable("aubigny", "Zoé D’Aubigny"),
    Findable("jean-luc", "Jean-Luc Marchand"),
    Findable("abdulrahman", "Abdulrahman Said"),
    Findable("ouyang", "欧阳小明"),
    Findable("wang", "王伟"),
    Findable("zeng", "曾国藩"),
    Findable("lee", "이민준"),
    Findable("park", "박서연"),
    Findable("sato", "佐藤結衣"),
    Findable("tanaka", "タナカ サクラ"),
    Findable("shchukin", "Сергей Щукин"),
    Findable("papadopoulos", "Γιώργος Παπαδόπουλος"),
    Findable("somchai", "สมชาย ศรีใส"),
    Findable("cohen", "יעל כהן"),
    Findable("haile", "ዳዊት ኃይሌ"),
    Findable("lakshmi", "லட்சுமி கிருஷ்ணன்"),
    Findable("srinivas", "శ్రీనివాస్ రావు"),
    Findable("gowda", "ರಾಜೇಶ್ ಗೌಡ"),
    Findable("nair", "ശ്രീലക്ഷ്മി നായർ"),
    Findable("perera", "නුවන් පෙරේරා"),
    Findable("ghosh", "অনন্যা ঘোষ"),
    Findable("patel", "હાર્દિક પટેલ"),
    Findable("gurpreet", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"),
    Findable("initial", "P. Senthil"),
    Findable("real", "the_real_yash 🐍"),
    Findable("chaudhry", "Zakir Chaudhry"),
    Findable("philip", "Philip Alexander"),
    Findable("buyer", "Vaishnavi Gokhale", order_code="TX4RT", phone="+91 98765 40142"),
    Findable("guest", "", order_code="TX4RT", others="Vaishnavi Gokhale", codes=("KSK-9912",)),
)


def event() -> LookupIndex:
    """A lookup of everybody above."""
    return LookupIndex.build(EVENT)


def found(index: LookupIndex, query: str, limit: int = 5) -> list[str]:
    """Ids found, best first."""
    return [hit.id for hit in index.search(query, limit).hits]

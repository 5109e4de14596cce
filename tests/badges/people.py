"""Test people in many scripts, their event and their badges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk.badges.layout.model import EventLook, Layout
from kiosk.badges.sheets.press import BadgeBatch, BadgePress
from kiosk.badges.sheets.stock import Stock
from kiosk.domain.badges.order import BadgePerson

EVENT = EventLook(name="PyCon Pune 2027", dates="16–18 February 2027", place="Pune")


def person(name: str, given_name: str = "", **others: object) -> BadgePerson:
    """A person with a name; the code fits the smallest QR version."""
    values: dict[str, object] = {
        "id": "p1",
        "family_name": "",
        "company": "",
        "ticket_type": "Attendee",
        "badge_code": "K1:7F3K9QZ2X5MTW",
        **others,
    }
    return BadgePerson(name=name, given_name=given_name, **values)  # type: ignore[arg-type]


def render_badges(
    people: Sequence[BadgePerson],
    out: Path,
    *,
    layout: Layout,
    event: EventLook,
    stock: Stock | None = None,
    proof: bool = False,
    **how: Any,
) -> BadgeBatch:
    """Draw badges with a new press; `how` as in `BadgePress.print_batch`."""
    return BadgePress(layout, event, stock, proof=proof).print_batch(people, out, **how)


SCRIPTS = {
    "latin": "Łukasz Ďurčanský-Ağaoğlu",
    "vietnamese": "Nguyễn Thị Hương",
    "devanagari": "प्रिया कुलकर्णी",
    "tamil": "மீனாட்சி சுந்தரம்",
    "urdu": "چوہدری علی رضا",
    "arabic": "محمد عبد الله",
    "bengali": "অর্ণব চট্টোপাধ্যায়",
    "malayalam": "ലക്ഷ്മി നായർ",
    "thai": "สมชาย ใจดี",
    "hebrew": "נועה כהן",
    "sinhala": "නුවන් ශ්‍රී",
    "emoji": "🌸 Sakura 👩‍👩‍👧",
}
"""One name for each script of the shipped fonts."""


NAMES: dict[str, tuple[str, ...]] = {
    "latin": (
        "Łukasz Ďurčanský-Ağaoğlu", "Þórdís Gísladóttir", "João da Silva e Souza",
        "Anne-Marie van der Berg-Österreicher", "Kahalaopunakeauliikamehanaokalaniho", "Bo Li",
    ),
    "vietnamese": ("Nguyễn Thị Hương", "Trần Thị Hồng Nhung", "Đặng Quỳnh Như", "Võ Hữu Phước"),
    "greek": ("Αλέξανδρος Παπαδόπουλος", "Ιωάννα Χατζηδάκη", "Γεώργιος Βενιζέλος"),
    "cyrillic": (
        "Святослав Щербаков-Достоевський", "Екатерина Ёлкина", "Ђорђе Љубичић", "Өмүрбек Ыбраев",
    ),
    "armenian": ("Արամ Խաչատրյան", "Անահիտ Պետրոսյան", "Գևորգ Սարգսյան"),
    "georgian": ("თამარ ბერიძე", "გიორგი ჯღარკავა", "ნინო ყიფშიძე"),
    "hebrew": ("נועה כהן", "אברהם בן־דוד", "שָׂרָה לֵוִי"),
    "arabic": ("محمد عبد الله", "فاطمة الزهراء", "شركة 3M السعودية", "أحمد (علي) حسن"),
    "urdu": ("چوہدری علی رضا", "عائشہ صدیقی", "ثناء خٹک", "گل بہار (Systems Ltd.)"),
    "persian": ("پریسا کریمی‌نژاد", "ژیلا گودرزی", "مهدی چمران"),
    "syriac": ("ܝܘܚܢܢ ܒܪ ܐܦܬܘܢܝܐ", "ܡܪܝܡ ܐܘܪܗܝܐ"),
    "thaana": ("އަލީ މަނިކު", "އާމިނަތު ރަޝީދާ"),
    "devanagari": ("प्रिया कुलकर्णी", "कृष्णमूर्ति ज्ञानेश्वर", "श्रद्धा क़ुरैशी", "अर्जुन त्र्यंबके"),
    "bengali": ("অর্ণব চট্টোপাধ্যায়", "অনিন্দিতা ভট্টাচার্য", "কৃষ্ণেন্দু রায়", "সৌরভ গাঙ্গুলি"),
    "gurmukhi": ("ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "ਹਰਮਨਪ੍ਰੀਤ ਕੌਰ", "ਜਸਵਿੰਦਰ ਭੱਲਾ"),
    "gujarati": ("ગીરીશ ત્રિવેદી", "જ્યોત્સના શ્રોફ", "કૃષ્ણકાંત પટેલ"),
    "odia": ("ଶ୍ରୀଧର ମହାପାତ୍ର", "ସୁଭଦ୍ରା ପଣ୍ଡା", "ଜଗନ୍ନାଥ ତ୍ରିପାଠୀ"),
    "tamil": ("மீனாட்சி சுந்தரம்", "கார்த்திகேயன் முருகன்", "ஸ்ரீதேவி கௌரி", "லோகேஷ் ஜெயக்குமார்"),
    "telugu": ("శ్రీనివాస రాఘవేంద్ర", "కృష్ణవేణి ఉమ్మడి", "జ్యోతిర్మయి వెంకట్"),
    "kannada": ("ಕೃಷ್ಣಮೂರ್ತಿ ಭಟ್ಟ", "ಶ್ರೀಲಕ್ಷ್ಮೀ ಐತಾಳ", "ಜ್ಞಾನೇಶ್ವರ ಹೆಗ್ಡೆ"),
    "malayalam": ("ലക്ഷ്മി നായർ", "ഗോപാലകൃഷ്ണൻ പിള്ള", "ശ്രീജിത്ത് വർഗ്ഗീസ്", "ജ്യോതിർമയി മേനോൻ"),
    "sinhala": ("නුවන් ශ්‍රී", "වික්‍රමසිංහ ආරච්චි", "ක්‍ෂේමිකා ප්‍රනාන්දු"),
    "thai": ("สมชาย ใจดี", "มณีรัตน์ ศรีสวัสดิ์", "น้ำผึ้ง ป่าไม้", "เปรมณัชพิชญ์วรกิตติ์ธนากุล"),
    "lao": ("ສົມສັກ ວົງສະຫວັນ", "ຄຳພູ ໄຊຍະວົງ", "ນ້ຳຝົນ ເພັດດາ"),
    "khmer": ("សុខា ចាន់ណា", "ព្រះបាទនរោត្តម", "ច័ន្ទស្រីមុំ កែវ"),
    "myanmar": ("မြတ်နိုး ဝင်းထွန်း", "အောင်ဆန်း စုကြည်", "သိင်္ဂီ ခင်ခင်"),
    "tibetan": ("བསྟན་འཛིན་རྒྱ་མཚོ", "ཀརྨ་ཚེ་རིང་བཀྲ་ཤིས་དཔལ་འབྱོར་རྡོ་རྗེ", "བློ་བཟང་ མེ་ཏོག"),
    "ethiopic": ("አበበ ተስፋዬ", "ወርቅነሽ ገብረእግዚአብሔር", "ጽጌረዳ ኃይሌ"),
    "tifinagh": ("ⴰⵎⴰⵣⵉⵖ ⵓⵙⵄⵉⴷ", "ⵜⴰⵏⵉⵔⵜ"),
    "nko": ("ߡߊ߬ߡߊߘߎ߫ ߞߎ߬ߙߎ߬ߡߊ߬", "ߞߊ߲ߘߍ߫"),
    "emoji": ("🌸 Sakura 👩‍👩‍👧", "Zoë 👩🏽‍💻", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 Ewan", "Ravi 🇮🇳"),
}  # fmt: skip
"""Names that need shaping, bidi, marks, conjuncts, breaks or several fonts, by script."""

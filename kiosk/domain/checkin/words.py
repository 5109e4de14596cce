"""The words of check-in on every screen: banners, sentences, and the languages of self-service."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.domain.checkin.outcomes import Direction, Outcome, TicketStatus
from kiosk.domain.text import escape_controls


class Banner(NamedTuple):
    """The headline of an outcome: a sign, two words and a colour, readable from three metres."""

    sign: str
    words: str
    tone: str
    """Its family: `success` admitted, `out` checked out, `warning` wait or ask, `error` refused,
    `question` neither."""

    def __str__(self) -> str:
        return f"{self.sign} {self.words}"


BANNERS = {
    Outcome.OK: Banner("✓", "CHECKED IN", "success"),
    Outcome.ALREADY_REDEEMED: Banner("!", "ALREADY IN", "warning"),
    Outcome.INVALID: Banner("✗", "NOT FOUND", "error"),
    Outcome.CANCELED: Banner("✗", "CANCELED", "error"),
    Outcome.UNPAID: Banner("!", "UNPAID", "warning"),
    Outcome.UNAPPROVED: Banner("!", "NOT APPROVED", "warning"),
    Outcome.BLOCKED: Banner("✗", "BLOCKED", "error"),
    Outcome.PRODUCT: Banner("✗", "NOT ON THIS LIST", "error"),
    Outcome.INVALID_TIME: Banner("✗", "NOT NOW", "error"),
    Outcome.AMBIGUOUS: Banner("?", "WHICH ONE", "warning"),
    Outcome.INCOMPLETE: Banner("?", "ASK FIRST", "warning"),
    Outcome.RULES: Banner("✗", "NOT BY THE RULES", "error"),
}
CHECKED_OUT = Banner("→", "CHECKED OUT", "out")
UNDONE = Banner("↶", "UNDONE", "question")


def banner(outcome: Outcome, direction: Direction = Direction.ENTRY) -> Banner:
    """The banner of a verdict."""
    if outcome is Outcome.OK and direction is Direction.EXIT:
        return CHECKED_OUT
    return BANNERS[outcome]


def heads_phrase(admitted: int, heads: int, direction: Direction) -> str:
    """`2 of 3 in` for a party that comes in, nothing for one person and for those who leave."""
    if heads == 1 or direction is Direction.EXIT:
        return ""
    return f"{min(admitted, heads)} of {heads} in"


_STATUS_WORDS = {
    TicketStatus.UNPAID: ("!", "not paid"),
    TicketStatus.UNAPPROVED: ("!", "not approved"),
    TicketStatus.CANCELED: ("✗", "canceled"),
    TicketStatus.BLOCKED: ("✗", "blocked"),
}


def status_words(status: TicketStatus) -> tuple[str, str]:
    """A sign and words for a ticket that does not admit as it is; two empty texts for a valid
    one."""
    return _STATUS_WORDS.get(status, ("", ""))


LATE_SALE = "sold after the list was exported"
LOOK_UP_NAME = "Look up the name."
"""What to do about an unknown code, at a desk that looks up names."""
SEND_TO_HELP_DESK = "Send the person to the help desk."
"""The same at a desk for scanning."""
CONFIRM = "Is this the person?"
"""The list, or self-service, shows the person before the check-in."""
PAID = "Paid at the desk"
"""The reason that records a payment: it admits an unpaid ticket on every list."""
SAME_ORDER = "Companions not in: "
"""Begins the likely reason of a used ticket if companions have not checked in yet."""


def phone_end(phone: str) -> str:
    """The last four digits, which a volunteer can ask for: `…0033`; empty without a number."""
    digits = "".join(character for character in phone if character.isalnum())
    return f"…{escape_controls(digits[-4:])}" if digits else ""


def question_open(name: str) -> str:
    """Say that an attendee was not checked in because another one was scanned first."""
    return f"Not checked in: {escape_controls(name)} (question open)"


def code_dropped(code: str) -> str:
    """Say that a code waited too long to be linked."""
    return f"Code {escape_controls(code[:40])} is not linked: scan it again"


# The texts of the self-service screen in all its languages.


class SelfServiceTexts(NamedTuple):
    """The texts of one language. Sentences are whole, never put together from parts."""

    greeting: str
    ask: str
    name: str
    second: str
    """The label of the second fact: e-mail address or order number."""
    checked_in: str
    help_desk: str
    """The refusal, for every reason, so that it reveals nothing."""
    wait: str
    answer: str
    """Shown below a question with numbered answers."""
    several: str
    """Shown below a question with several numbered answers."""
    typed: str
    """Shown below a question with a free answer."""
    scan: str
    """Shown below a question that a scanned code answers."""
    skip_key: str
    """How to leave a question with numbered answers open."""
    skip_empty: str
    """How to leave another question open."""
    bad_answer: str
    """Above a question that was not answered by what was typed."""
    yes: str
    no: str
    """The answers of a question without own answers."""
    badge: str
    """`{}` is the badge's box and slot."""
    again: str
    """After a first typed attempt, whatever the reason of the refusal."""
    table: str
    """`{}` is the table's number or name."""
    confirm: str
    """Below the name and ticket type, before the check-in."""


ENGLISH = SelfServiceTexts(
    greeting="Welcome!",
    ask="Scan your ticket, or type your name.",
    name="Your name",
    second="E-mail or order number",
    checked_in="You are checked in.",
    help_desk="Please go to the help desk.",
    wait="One moment, please …",
    answer="Press the number of your answer.",
    several="Type the numbers, for example 1 3, then Enter.",
    typed="Type your answer, then press Enter.",
    scan="Scan the code.",
    skip_key="Press 0 to skip.",
    skip_empty="Press Enter to skip.",
    bad_answer="This does not answer the question. Please try again.",
    yes="Yes",
    no="No",
    badge="Your badge: {}",
    again="That did not work. Check your name and e-mail or order number, and try once more.",
    table="Your table: {}",
    confirm="Is this you? Press Enter to check in.",
)
HINDI = SelfServiceTexts(
    greeting="स्वागत है!",
    ask="अपना टिकट स्कैन करें, या अपना नाम लिखें।",
    name="आपका नाम",
    second="ई-मेल या ऑर्डर नंबर",
    checked_in="आपका चेक-इन हो गया है।",
    help_desk="कृपया हेल्प डेस्क पर जाएँ।",
    wait="कृपया एक क्षण रुकें …",
    answer="अपने उत्तर का नंबर दबाएँ।",
    several="नंबर लिखें, जैसे 1 3, फिर Enter दबाएँ।",
    typed="अपना उत्तर लिखें, फिर Enter दबाएँ।",
    scan="कोड स्कैन करें।",
    skip_key="छोड़ने के लिए 0 दबाएँ।",
    skip_empty="छोड़ने के लिए Enter दबाएँ।",
    bad_answer="यह इस प्रश्न का उत्तर नहीं है। कृपया फिर कोशिश करें।",
    yes="हाँ",
    no="नहीं",
    badge="आपका बैज: {}",
    again="यह नहीं हुआ। कृपया नाम और ई-मेल या ऑर्डर नंबर जाँचें और एक बार फिर कोशिश करें।",
    table="आपकी मेज़: {}",
    confirm="क्या यह आप हैं? चेक-इन के लिए Enter दबाएँ।",
)
URDU = SelfServiceTexts(
    greeting="خوش آمدید!",
    ask="اپنا ٹکٹ اسکین کریں، یا اپنا نام لکھیں۔",
    name="آپ کا نام",
    second="ای میل یا آرڈر نمبر",
    checked_in="آپ کا چیک اِن ہو گیا ہے۔",
    help_desk="براہِ کرم ہیلپ ڈیسک پر تشریف لے جائیں۔",
    wait="براہِ کرم ایک لمحہ انتظار کریں …",
    answer="اپنے جواب کا نمبر دبائیں۔",
    several="نمبر لکھیں، مثلاً 1 3، پھر Enter دبائیں۔",
    typed="اپنا جواب لکھیں، پھر Enter دبائیں۔",
    scan="کوڈ اسکین کریں۔",
    skip_key="چھوڑنے کے لیے 0 دبائیں۔",
    skip_empty="چھوڑنے کے لیے Enter دبائیں۔",
    bad_answer="یہ اس سوال کا جواب نہیں۔ براہِ کرم دوبارہ کوشش کریں۔",
    yes="ہاں",
    no="نہیں",
    badge="آپ کا بیج: {}",
    again="یہ نہیں ہوا۔ نام اور ای میل یا آرڈر نمبر دیکھ کر ایک بار پھر کوشش کریں۔",
    table="آپ کی میز: {}",
    confirm="کیا یہ آپ ہیں؟ چیک اِن کے لیے Enter دبائیں۔",
)

SELF_SERVICE = {"en": ENGLISH, "hi": HINDI, "ur": URDU}
"""By BCP 47 language, in the order on the screen."""


def in_all_languages(field: str) -> list[str]:
    """One sentence in every language, English first."""
    assert field in SelfServiceTexts._fields
    return [str(getattr(texts, field)) for texts in SELF_SERVICE.values()]


def answer_in_all_languages(choice: str) -> str:
    """`Yes · हाँ · ہاں`; any other answer of the organiser is not translated."""
    for field in ("yes", "no"):
        if choice == getattr(ENGLISH, field):
            return " · ".join(in_all_languages(field))
    return choice

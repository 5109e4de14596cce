"""Parse dates and times that organisers type: `16 Feb 12:00`, `Thu 9.30 am`, `2027-02-16T12:30`.

Without a day, a time is on the only day of the event, or at closing on the day of the opening.
Without a year, a day is in the year nearest to the event. Where clocks change, a time that does
not exist is refused, and of a time that exists twice the one is used that keeps a list open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Outside these years `zoneinfo` cannot compute offsets."""

_TIME = re.compile(
    r"(?:^|(?<=[\s,T]))(?:(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::00)?|h(?P<minute_h>\d{2})?"
    r"|\.(?P<minute_dot>\d{2})(?=\s*[ap]\.?m)|(?=\s*[ap]\.?m))\s*(?P<half>[ap]\.?m\.?)?"
    r"|(?P<word>noon|midnight))$",
    re.IGNORECASE,
)
_BEFORE_TIME = re.compile(
    r"(?<=\d)t$|(?:^|\s+)(?:at|um|à|às|a las|alle|om|в|kl\.?)\s*$|[\s,]+$", re.IGNORECASE
)
_YEAR = r"\d{4}|['’]\d\d"
_SHORT_YEAR = r"2[5-9]|[3-9]\d"
"""Two digits that are no hour."""
_MONTH = r"([^\d\s.,/-]{2,14})"
"""A word of letters, with the vowel signs that belong to them."""
_OF = r"(?:(?:of|de|del|di)\s+)?"
_DAY_MONTH = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|º|°)?\.?\s*{_OF}{_MONTH}\.?,?\s*{_OF}"
    rf"({_YEAR}|{_SHORT_YEAR})?(?:\s?[гр]\.?)?"
)
_DAY_MONTH_YEAR = re.compile(rf"(\d{{1,2}})[-/]{_MONTH}\.?[-/](\d{{4}}|\d\d)")
_MONTH_DAY = re.compile(
    rf"{_MONTH}\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?"
    rf"(?:,?\s*({_YEAR})|,\s*({_SHORT_YEAR}))?"
)
_DOTTED = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})?")
_ISO_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_HAN_DAY = re.compile(r"(\d{4})[年년]\s?(\d{1,2})[月월]\s?(\d{1,2})[日일]")
_COMPACT_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_NUMBERED = re.compile(r"day\s*(\d{1,2})", re.IGNORECASE)

_UTC = ZoneInfo("UTC")


class DateTimeError(ValueError):
    """A text is no date or time; `str()` says why, `advice` how to write it."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(sentence)
        self.advice = advice or "Write it as 16 Feb 12:00, or 2027-02-16 12:00."


@dataclass(frozen=True, slots=True)
class DateTimeContext:
    """The facts that complete a typed date or time."""

    zone: ZoneInfo = _UTC
    days: tuple[date, ...] = ()
    """The days of the event, in order."""
    today: date | None = None
    """Completes a missing year where the event has no days."""


_NO_CONTEXT = DateTimeContext()


def day_start_ms(day: date, zone: tzinfo) -> int:
    """The first millisecond of a day (UTC), also where clocks change at midnight."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    return int(start.timestamp() * 1000)


def local_time(moment_ms: int, zone: tzinfo) -> datetime:
    """A moment (ms UTC) in a time zone."""
    return datetime.fromtimestamp(moment_ms / 1000, zone)


def day_at(moment_ms: int, zone: tzinfo) -> date:
    """The day of a moment (ms UTC) in a time zone."""
    return local_time(moment_ms, zone).date()


NIGHT_ENDS = 6
"""Until this hour a time without a day can be of the evening before, or of the night after it."""


def parse_datetime(
    text: str, context: DateTimeContext, *, closing: bool = False, opens_ms: int | None = None
) -> int | None:
    """Milliseconds UTC of a typed time; None for an empty text.

    Args:
        closing: the end of a window: a day alone means the whole day, and of an hour that exists
            twice the second one counts.
        opens_ms: when the window opens; a time alone is on that day, or in the night after it:
            22:00 to 2:00.

    Raises:
        DateTimeError: it is no time, or one that does not exist or is ambiguous.
    """
    wanted = " ".join(text.split())
    if not wanted:
        return None
    iso = _iso(wanted)
    if iso is not None and iso.tzinfo is not None:
        return int(iso.timestamp() * 1000)
    day, clock = _typed_parts(wanted, context, opens_ms) if iso is None else _parts(iso)
    if clock is None:
        clock = timedelta(days=int(closing))
    if clock in (timedelta(0), timedelta(days=1)):
        return day_start_ms(day + clock, context.zone)
    moment = datetime.combine(day, (datetime.min + clock).time(), context.zone)
    _refuse_gap(moment)
    return int(moment.replace(fold=int(closing)).timestamp() * 1000)


def datetime_words(
    moment_ms: int | None, context: DateTimeContext, *, closing: bool = False
) -> str:
    """A moment as a user types it; `parse_datetime` returns the same moment."""
    if moment_ms is None:
        return ""
    day, clock = _day_and_clock(moment_ms, context.zone, closing=closing)
    year = "" if any(day.year == known.year for known in context.days) else f" {day.year}"
    words = f"{day.day} {day:%b}{year} {clock}"
    try:
        if parse_datetime(words, context, closing=closing) == moment_ms:
            return words
    except DateTimeError:
        pass
    moment = local_time(moment_ms, context.zone)
    return moment.isoformat(timespec="auto" if moment.microsecond else "seconds")


def _day_and_clock(moment_ms: int, zone: tzinfo, *, closing: bool) -> tuple[date, str]:
    """The day of a moment, and its time; the end of a window at midnight is 24:00 of its day."""
    moment = local_time(moment_ms, zone)
    if moment_ms != day_start_ms(moment.date(), zone):
        return moment.date(), f"{moment:%H:%M}"
    return (moment.date() - timedelta(days=1), "24:00") if closing else (moment.date(), "00:00")


def _iso(text: str) -> datetime | None:
    """A date and time in ISO form; None for a date alone, which `parse_date` reads."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise DateTimeError(f"The year {moment.year} is out of reach.")
    return None if _ISO_DAY.fullmatch(text) else moment


def _parts(moment: datetime) -> tuple[date, timedelta]:
    return moment.date(), moment - datetime.combine(moment.date(), time())


def _typed_parts(
    text: str, context: DateTimeContext, opens_ms: int | None
) -> tuple[date, timedelta | None]:
    """A day, and the time since its midnight; None where no time is given."""
    day_text, clock = _without_time(text)
    if day_text:
        return parse_date(day_text, context), clock
    if opens_ms is not None:
        opens = local_time(opens_ms, context.zone)
        is_early = clock is not None and clock <= timedelta(hours=NIGHT_ENDS)
        is_night = is_early and opens.hour >= 12
        return opens.date() + timedelta(days=is_night), clock
    return _only_day(context, text), clock


def _without_time(text: str) -> tuple[str, timedelta | None]:
    """The day's part, and the time since midnight; None where no time is given."""
    found = _TIME.search(text)
    if found is None:
        return text, None
    before = _BEFORE_TIME.sub("", text[: found.start()])
    before = before.rstrip(" ,")
    if found["word"]:
        return before, timedelta(hours=12 if found["word"].lower() == "noon" else 24)
    hour = int(found["hour"])
    minute = int(found["minute"] or found["minute_h"] or found["minute_dot"] or 0)
    half = (found["half"] or "").replace(".", "").lower()
    wrong = hour > 24 or minute > 59 or (hour == 24 and minute)
    if wrong or (half and not 1 <= hour <= 12):
        raise DateTimeError(f"“{found[0].strip()}” is no time of a day.")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return before, timedelta(hours=hour, minutes=minute)


def parse_clock(text: str) -> int:
    """Minutes after midnight of a time without a day: `3:00`, `9 pm`, `24:00`.

    Raises:
        DateTimeError: it is no time, or it has a day.
    """
    wanted = " ".join(text.split())
    day, clock = _without_time(f"{wanted}:00" if re.fullmatch(r"\d{1,2}", wanted) else wanted)
    if day or clock is None:
        raise DateTimeError(f"“{text}” is no time of a day.", "Write it as 3:00.")
    return int(clock.total_seconds()) // 60


def is_clock(text: str) -> bool:
    """Whether a text is a time with minutes and without a day: `9:40`."""
    try:
        return bool(re.search(r"\d[:.]\d\d", text)) and parse_clock(text) >= 0
    except DateTimeError:
        return False


def _only_day(context: DateTimeContext, text: str) -> date:
    if len(context.days) == 1:
        return context.days[0]
    raise DateTimeError(f"On which day is “{text}”?", "Write it with its day: 16 Feb 12:00.")


def parse_date(text: str, context: DateTimeContext = _NO_CONTEXT) -> date:
    """A typed day: `16 Feb`, `16 février 2027`, `16-Feb-27`, `16.2.2027`, `Thu`, `Day 2`, `today`.

    Raises:
        DateTimeError: it is no day, or is ambiguous.
    """
    wanted = re.sub(rf"(?i)^({'|'.join(w[:3] for w in WEEKDAYS)})[a-z]*\.?,?\s+(?=\S)", "", text)
    wanted = wanted.strip(" ,")
    if _NUMBERED.fullmatch(wanted):
        return _named_day(wanted, context)
    year_first = (pattern.fullmatch(wanted) for pattern in (_ISO_DAY, _COMPACT_DAY, _HAN_DAY))
    if found := next(filter(None, year_first), None):
        return _made(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(wanted):
        return _with_year(text, found[3], int(found[2]), int(found[1]), context)
    if found := _DAY_MONTH.fullmatch(wanted) or _DAY_MONTH_YEAR.fullmatch(wanted):
        return _with_year(text, found[3], _month(found[2], text), int(found[1]), context)
    if found := _MONTH_DAY.fullmatch(wanted):
        year = found[3] or found[4]
        return _with_year(text, year, _month(found[1], text), int(found[2]), context)
    if found := _SLASHED.fullmatch(wanted) or _DASHED.fullmatch(wanted):
        first, second = int(found[1]), int(found[2])
        if first <= 12 and second <= 12 and first != second:
            raise DateTimeError(f"“{text}” can be two days.", "Write the month as a word: 3 Feb.")
        day, month = (first, second) if second <= 12 else (second, first)
        return _with_year(text, found[3], month, day, context)
    return _named_day(text, context)


def _named_day(text: str, context: DateTimeContext) -> date:
    word = text.strip(" ,.").casefold()
    if context.today is not None and word in ("today", "tomorrow"):
        return context.today + timedelta(days=int(word == "tomorrow"))
    if (found := _NUMBERED.fullmatch(word)) and 1 <= int(found[1]) <= len(context.days):
        return context.days[int(found[1]) - 1]
    if len(word) >= 3:
        named = [day for day in context.days if WEEKDAYS[day.weekday()].startswith(word)]
        if len(named) == 1:
            return named[0]
        if named:
            raise DateTimeError(f"The event has several days called “{text}”.")
    raise DateTimeError(f"“{text}” is not a day.")


def _month(word: str, text: str) -> int:
    number = month_of(word)
    if number is None:
        raise DateTimeError(f"“{text}” is not a day.")
    return number


def _with_year(text: str, year: str | None, month: int, day: int, context: DateTimeContext) -> date:
    if year:
        number = int(year.lstrip("'’"))
        return _made(text, number if number > 99 else 2000 + number, month, day)
    near = context.days[0] if context.days else context.today
    if near is None:
        raise DateTimeError(f"In which year is “{text}”?", "Write the year too: 16 Feb 2027.")
    candidates = []
    for candidate in (near.year - 1, near.year, near.year + 1):
        try:
            candidates.append(date(candidate, month, day))
        except ValueError:
            continue
    if not candidates:
        raise DateTimeError(f"There is no day “{text}”.")
    return min(candidates, key=lambda found: abs(found - near))


def _made(text: str, year: int, month: int, day: int) -> date:
    try:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError
        return date(year, month, day)
    except ValueError:
        raise DateTimeError(f"There is no day “{text}”.") from None


def _refuse_gap(moment: datetime) -> None:
    """Refuse a time that the clock change skips."""
    there = datetime.fromtimestamp(moment.timestamp(), moment.tzinfo)
    if (there.date(), there.time()) != (moment.date(), moment.time()):
        folded = datetime.fromtimestamp(moment.replace(fold=1).timestamp(), moment.tzinfo)
        after = max(there, folded).time()
        raise DateTimeError(
            f"There is no {moment:%H:%M} on {moment.day} {moment:%b}: clocks go forward.",
            f"Write {after:%H:%M}, or an hour earlier.",
        )


FAR_DAYS = 180
"""From this many days on, a day needs its year."""


def day_words(day: date, today: date | None = None) -> str:
    """`Tue 16 Feb`; with `today` also the year of a day that is far from it."""
    is_far = today is not None and abs((day - today).days) >= FAR_DAYS
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if is_far else "")


def other_year(day: date, days: Sequence[date]) -> str:
    """` 2026` for a day in a year without a day of the event; else empty."""
    is_other = bool(days) and all(day.year != known.year for known in days)
    return f" {day.year}" if is_other else ""


def clock_words(at: datetime) -> str:
    """`9:41`, as people say it."""
    return f"{at.hour}:{at:%M}"


def moment_words(at: datetime, today: date | None = None) -> str:
    """`Sun 29 Nov, 9:41`; the day as `day_words` has it."""
    return f"{day_words(at.date(), today)}, {clock_words(at)}"


def when_words(moment_ms: int, zone: tzinfo, now_ms: int | None = None) -> str:
    """`Wed 17 Feb, 9:00`, for a moment in ms UTC; with `now_ms` also the year of a far one."""
    today = None if now_ms is None else day_at(now_ms, zone)
    return moment_words(local_time(moment_ms, zone), today)


def window_words(
    opens_ms: int | None,
    closes_ms: int | None,
    context: DateTimeContext,
    *,
    with_year: bool = False,
) -> str:
    """`Tue 16 Feb, 12:00 to 14:00`; a whole day is the day alone."""

    def words(moment_ms: int | None, *, closing: bool) -> tuple[str, str]:
        if moment_ms is None:
            return "", ""
        day, clock = _day_and_clock(moment_ms, context.zone, closing=closing)
        return day_words(day) + (f" {day.year}" if with_year else ""), clock

    first, opens = words(opens_ms, closing=False)
    last, closes = words(closes_ms, closing=True)
    if not first:
        return f"until {last}, {closes}" if last else "always open"
    if not last:
        return f"from {first}, {opens}"
    if first != last:
        return f"{first}, {opens} to {last}, {closes}"
    is_whole_day = (opens, closes) == ("00:00", "24:00")
    return first if is_whole_day else f"{first}, {opens} to {closes}"


def clock_change(day: date, zone: ZoneInfo) -> str:
    """A sentence about a day on which clocks change; empty for other days."""
    noon = time(12)
    before = datetime.combine(day - timedelta(days=1), noon, zone).utcoffset()
    after = datetime.combine(day, noon, zone).utcoffset()
    assert before is not None
    assert after is not None
    if before == after:
        return ""
    minutes = abs(int((after - before).total_seconds() // 60))
    return f"Clocks go {'forward' if after > before else 'back'} {minutes} min on this day."


def ordered(days: Sequence[date]) -> tuple[date, ...]:
    """Each day once, in order."""
    return tuple(sorted(set(days)))


def days_in_words(days: Sequence[date]) -> str:
    """`Tue 16 Feb 2027`, `16 to 18 Feb 2027`, `16, 18 Feb 2027`; "" for no days."""
    known = ordered(days)
    if not known:
        return ""
    first, last = known[0], known[-1]
    end = f"{last.day} {last:%b} {last.year}"
    if first == last:
        return f"{first:%a} {end}"
    if (last - first).days + 1 == len(known):
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day} to {end}"
        start = f"{first.day} {first:%b}"
        return f"{start}{'' if first.year == last.year else f' {first.year}'} to {end}"
    return ", ".join([f"{day.day} {day:%b}" for day in known[:-1]] + [end])


# Names of months in the languages of organisers.
#
# Source: Unicode CLDR 49, the wide and abbreviated names, inside of a date and alone. Croatian is
# left out: its `listopad` is another month than the Polish one.

_NAMES = (
    "january jan januar janvier janv enero ene janeiro gennaio gen januari ocak oca stycznia "
    "sty styczeń января янв январь січня січ січень ledna led leden ianuarie ian ιανουαρίου "
    "ιαν ιανουάριοσ जनवरी जन जानेवारी जाने জানুয়ারি জানু ஜனவரி ஜன జనవరి జన جنوری ژانویه "
    "يناير ינואר ינו",
    "february feb februar février févr febrero fevereiro fev febbraio februari şubat şub "
    "lutego lut luty февраля февр февраль лютого лют лютий února úno únor februarie "
    "φεβρουαρίου φεβ φεβρουάριοσ फ़रवरी फ़र फेब्रुवारी फेब्रु ফেব্রুয়ারি ফেব பிப்ரவரி பிப் "
    "ఫిబ్రవరి ఫిబ్ర فروری فوریه فبراير פברואר פבר",
    "march mar märz mars marzo março maart mrt mart maret marca marzec марта мар март березня "
    "бер березень března bře březen marts martie μαρτίου μαρ μάρτιοσ मार्च মার্চ மார்ச் மார் "
    "మార్చి مارچ مارس מרץ",
    "april apr avril avr abril abr aprile nisan nis kwietnia kwi kwiecień апреля апр апрель "
    "квітня квіт квітень dubna dub duben aprilie απριλίου απρ απρίλιοσ अप्रैल एप्रिल एप्रि "
    "এপ্রিল এপ্রি ஏப்ரல் ஏப் ఏప్రిల్ ఏప్రి اپریل آوریل أبريل אפריל אפר",
    "may mai mayo maio maggio mag mei mayıs maja maj мая май травня трав травень května kvě "
    "květen μαΐου μαΐ μάιοσ मई मे মে மே మే مئی مه مايو מאי",
    "june jun juni juin junio junho giugno giu haziran haz czerwca cze czerwiec июня июн июнь "
    "червня черв червень června čvn červen iunie iun ιουνίου ιουν ιούνιοσ जून জুন ஜூன் జూన్ "
    "جون ژوئن يونيو יוני",
    "july jul juli juillet juil julio julho luglio lug temmuz tem lipca lip lipiec июля июл "
    "июль липня лип липень července čvc červenec iulie iul ιουλίου ιουλ ιούλιοσ जुलाई जुल "
    "जुलै জুলাই জুল ஜூலை జులై جولائی ژوئیه يوليو יולי",
    "august aug août agosto ago augustus ağustos ağu agustus sierpnia sie sierpień августа "
    "авг август серпня серп серпень srpna srp srpen augusti αυγούστου αυγ αύγουστοσ अगस्त अग "
    "ऑगस्ट ऑग আগস্ট আগ ஆகஸ்ட் ஆக ఆగస్టు ఆగ اگست اوت أغسطس אוגוסט אוג",
    "september sep sept septembre septiembre setembro set settembre eylül eyl września wrz "
    "wrzesień сентября сент сентябрь вересня вер вересень září zář septembrie σεπτεμβρίου σεπ "
    "σεπτέμβριοσ सितंबर सित सप्टेंबर सप्टें সেপ্টেম্বর সেপ সেপ্ট செப்டம்பர் செப் సెప్టెంబర్ "
    "సెప్టెం ستمبر سپتامبر سبتمبر ספטמבר ספט",
    "october oct oktober okt octobre octubre outubro out ottobre ott ekim eki października "
    "paź październik октября окт октябрь жовтня жовт жовтень října říj říjen octombrie "
    "οκτωβρίου οκτ οκτώβριοσ अक्टूबर अक्टू ऑक्टोबर ऑक्टो অক্টোবর অক্টো அக்டோபர் அக் అక్టోబర్ "
    "అక్టో اکتوبر اکتبر أكتوبر אוקטובר אוק",
    "november nov novembre noviembre novembro kasım kas listopada lis listopad ноября нояб "
    "ноябрь листопада лист листопад listopadu noiembrie νοεμβρίου νοε νοέμβριοσ नवंबर नव "
    "नोव्हेंबर नोव्हें নভেম্বর নভে நவம்பர் நவ నవంబర్ నవం نومبر نوامبر نوفمبر נובמבר נוב",
    "december dec dezember dez décembre diciembre dic dezembro dicembre aralık ara desember "
    "des grudnia gru grudzień декабря дек декабрь грудня груд грудень prosince pro prosinec "
    "decembrie δεκεμβρίου δεκ δεκέμβριοσ दिसंबर दिस डिसेंबर डिसें ডিসেম্বর ডিসে டிசம்பர் டிச "
    "డిసెంబర్ డిసెం دسمبر دسامبر ديسمبر דצמבר דצמ",
)  # fmt: skip
_ACCENTS = re.compile("[\u0300-\u036f\u093c]")
_ONE_FORM = str.maketrans("ıيك", "iیک")


def month_of(word: str) -> int | None:
    """The number of a month by its name, also without accents and with a dot; None: it is none."""
    return _NUMBERS.get(_fold(word))


def _fold(word: str) -> str:
    text = unicodedata.normalize("NFD", word.casefold())
    return _ACCENTS.sub("", text).translate(_ONE_FORM).strip(".॰׳")


_NUMBERS = {_fold(name): number for number, names in enumerate(_NAMES, 1) for name in names.split()}

"""Names of months in the languages of organisers: French, Spanish, Turkish, Hindi, Urdu and more.

Source: Unicode CLDR 49, the wide and abbreviated names, inside of a date and alone. Croatian is
left out, as its `listopad` is another month than in Polish.
"""

from __future__ import annotations

import re
import unicodedata

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

"""Vocabulary of headings in registration lists; `headings.toml` has the words for each field.

Sources: the exports' own code where it is public (pretix `base/exporters/orderlist.py` and its
translations, HiEventsDev/hi.events `AttendeesExport.php`, indico `registration/util.py`,
Attendize `AttendeesExport.php`, alfio-event/alf.io `EventApiController.java`,
fossasia/open-event-server `csv_jobs_util.py`), headings of other published exports, and
words of hand-made lists in many languages.

Weight 1 to 100: the confidence that the word means this field of the *attendee*. The heading with
the highest weight in a file wins; among equals, the first. Words have the form of
`headers.heading_key`: folded, `_ - . : /` as spaces, `#` as the word `number`.
"""

from __future__ import annotations

import tomllib
from functools import cache

from kiosk.support.paths import assets_dir


def words(text: str) -> frozenset[str]:
    """The words of a block of text."""
    return frozenset(text.split())


def phrases(text: str) -> frozenset[str]:
    """The phrases of a block of text, separated by |."""
    return frozenset(phrase.strip() for phrase in text.replace("\n", "").split("|"))


def _weighted(fields: dict[str, dict[str, str]]) -> dict[str, dict[int, str]]:
    """Field to weight to phrases, separated by |."""
    return {
        field: {int(weight): text for weight, text in weights.items()}
        for field, weights in fields.items()
    }


_HEADINGS = tomllib.loads((assets_dir() / "headings.toml").read_text("utf-8"))
EXACT = _weighted(_HEADINGS["exact"])
"""Phrases that are a whole heading."""
INSIDE = _weighted(_HEADINGS["inside"])
"""Phrases looked for inside longer headings and questions."""

BARE_NOUN = 84
"""Weight of `Guest` or `Attendees` as a heading: names, or how many."""
ATTENDEE_WORDS = words(
    """
    attendee attendees participant participants guest guests delegate visitor registrant
    ticketholder participante participantes teilnehmer teilnehmers teilnehmerin deelnemer
    uczestnik uczestnika asistente asistentes partecipante convidado convidada invitado invitada
    inscrit invité invitée deltager deltaker deltagare osallistuja účastník účastníka katılımcı
    участник участника student candidate
    """
)
BUYER_WORDS = words(
    """
    buyer purchaser payer billing booker customer ordered orderer payeur acheteur comprador
    pagador käufer besteller koper acquirente kupujący kupující köpare покупатель
    """
)
JOINING_WORDS = words("l d of the s du de del des der la le do da dell della van by ticket holder")

NUMBER_WORDS = words(
    """
    n nr no num nº número numero numéro nummer numer número číslo номер id code código codigo
    codice kód kod référence reference referencia referência ref
    """
)
STATUS_WORDS = words("status statut estado stato stav état estatus situação situacao állapot tila")
TICKET_WORDS = words(
    """
    ticket billet ingresso entrada biglietto bilhete boleto karte eintrittskarte bilet biletu
    kaartje billett biljett lippu vstupenka vstupenky билет билета
    """
)
ORDER_WORDS = words(
    """
    order commande pedido encomenda ordine bestellung bestelling zamówienie zamówienia
    beställning bestilling tilaus orden заказ заказа
    """
)
ONE_ATTENDEE = words(
    """
    attendee participant participante asistente teilnehmer teilnehmers partecipante deelnemer
    uczestnika registrant deltager deltaker deltagare osallistuja účastníka
    """
)
PAYMENT_WORDS = words(
    "payment paiement pagamento pago zahlung betaling płatności platby maksu оплаты оплата"
)

PAID_WORDS = words(
    "paid bezahlt payé payée pagado pagada pagato pagata betaald betalt betald zapłacono opłacono"
)
"""The last word of a heading for what an attendee has paid: `Startgeld bezahlt`."""
ON_A_DAY = words("on am le el il em op den dnia")
"""Behind such a word, for its day: `Bezahlt am`."""
NOT_PAID_WORDS = words("to be not yet balance noch nicht zu non no à")
"""With these in front, it is not paid: `To be paid`."""

COMPANION_SIGNS = (
    "excluding you", "besides you", "weiterer personen", "weitere personen", "đi cùng",
    "begleitperson", "begleitung", "acompañante", "te acompañan", "lo acompañan", "acompanhante",
    "accompagnant", "accompagnateur", "vous accompagn", "plus one", "plus ones", "bring a guest",
    "bringing a guest", "bringing guests", "how many guests", "ti accompagna", "accompagnator",
    "osób towarzyszących", "osobą towarzyszącą", "medföljande", "ledsager", "同伴者", "同行者",
    "сопровожда", "साथ कितने", "साथ में कितने",
    "pendamping",
)  # fmt: skip
"""Phrases of questions for the number of companions."""
NOT_A_NUMBER = words(
    """
    name names nom noms nombre nombres nome nomes namen vorname nachname naam email phone age
    ages alter diet dietary meal allergies
    """
)

CALLED = (
    " être appel", " call you ", " be called ", " you go by ", " known as ", " prefer to be ",
    " goes by ",
    " called at ", " address you ", " nombre te gusta ", " prefiere que ", " preferred name ",
    " preferred first name ", " preferred given name ", " chosen name ", " nickname ",
    " nick name ", " heißen möchte", " genannt werden", " vous appel", " t appel",
    " te llam", " essere chiamat", " gostaria de ser chamad", " prefere ser chamad",
    " prefers to be ",
)  # fmt: skip
"""Phrases of questions for the name that a person goes by."""
BADGE_SIGNS = (
    "badge", "name tag", "nametag", "nameplate", "name plate", "lanyard", "crachá", "cracha",
    "gafete", "credencial", "namensschild", "identyfikator", "visačk", "jmenovk", "бейдж", "бэйдж",
    "名札", "バッジ", "胸牌", "名牌", "명찰", "बैज", "بیج", "yaka kart", "nimikyltti", "namnskylt",
    "navneskilt", "naamkaart", "tesserino", "cartellino",
)  # fmt: skip
NAME_SIGNS = (
    "name", "nombre", "nome", "nom ", "naam", "imię", "jméno", "nimi", "namn", "navn", "имя",
    "ім я", "名前", "氏名", "姓名", "이름", "नाम", "نام", "الاسم", "appear", "isim", "表示",
)  # fmt: skip

WILL_ATTEND = (
    " will you attend ", " able to attend ", " will you be attending ", " are you attending ",
    " can you attend ", " are you coming ", " will you come ", " will you join ", " able to join ",
    " can you make it ", " able to make it ", " plan to attend ", " planning to attend ",
    " confirm your attendance ", " attend the event ", " attending the event ",
    " will you be there ",
    " confirm attendance ", " confirming your attendance ", " confirma tu asistencia ",
    " confirmas asistencia ", " vas a asistir ", " asistirás ", " você vai ", " confirma presença ",
    " participerez vous ", " serez vous présent ", " nimmst du teil ", " nehmen sie teil ",
    " kommst du ", " parteciperai ", " do you rsvp ",
)  # fmt: skip
PART_OF_EVENT = words(
    """
    workshop workshops dinner lunch breakfast party afterparty session sessions online virtually
    gala tour talk brunch reception before previous previously last earlier ever past day first
    remotely other another future prior next tutorial tutorials sprint sprints drinks
    """
)

# with these, a status is not the ticket's
NOT_A_STATUS = words(
    """
    email mail mails sms message messages newsletter visa marital employment membership student
    vaccination covid vaccine job work working civil relationship delivery verification whatsapp
    link invitation invite reminder certificate badge print printed current professional
    academic occupation immigration sync subscription account health veteran call conversation
    lead contact follow followup review skill fitness
    """
)

# a heading with one of these words is about another person or thing than the attendee
OTHERS = words(
    """
    buyer purchaser owner invoice billing payer parent parents guardian guardians
    emergency referred referral referrer referee refer event booker father fathers
    mother mothers spouse husband wife nominee manager supervisor advisor mentor
    coach coaches trainer instructor accompanying companion companions
    friend friends colleague colleagues second secondary alternate alternative user
    username login account tax vat bank card domain
    file host hosts sponsor sponsors sponsored inviter invited recommender teammate
    teammates members child children kids kid son daughter pet roommate principal
    guide guides buddy buddies teacher hod session talk workshop project product item hotel city
    town village state
    country street place tshirt shirt github twitter linkedin discord telegram instagram
    facebook handle website url blog page kin relative relation relationship witness
    conjoint conjointe conjoints partenaire accompagnant accompagnante accompagnateur coniuge
    ehepartner ehepartnerin ehefrau ehemann begeleider begeleidster
    dependent dependents partner partners plusone assistant agent rechnung
    rechnungsadresse rechnungsempfänger käufer besteller eltern elternteil
    erziehungsberechtigte erziehungsberechtigter erziehungsberechtigten notfall
    notfallkontakt vater mutter veranstaltung begleitung begleitperson facture
    facturation acheteur parental tuteur urgence événement père mère accompagnant
    accompagnateur factura facturación comprador padre madre tutor emergencia evento
    acompañante fatura responsável emergência fattura acquirente genitore emergenza
    accompagnatore ouder factuur noodgeval faktura rodzic opiekun rodič huoltaja
    laskutus vårdnadshavare forelder veli acil родитель родителя мама папа экстренный
    保護者 緊急 紧急 保护者 家长 監護人 监护人 보호자 비상 अभिभावक पिता माता والد والدہ
    والدین سرپرست ولي الأمر
    """
)

# headings that hold yes/no about a mailing, not an address or a number
NOT_A_VALUE = words(
    """
    consent opt optin subscribe newsletter verified confirmed confirm repeat again agree
    permission allow mailing marketing wiederholen bestätigen preference preferences
    updates notification notifications code dial extension ext type size domain sent
    link status url provider
    """
)

KINDS_OF_EMPLOYER = phrases(
    """
    academia|academic|academics|industry|government|ngo|non-profit|nonprofit|not for profit|
    student|students|professional|working professional|freelancer|freelance|self-employed|other|
    others|research|researcher|corporate|public|private|public sector|private sector|startup|
    university|college|school|company|n/a|none|-|faculty|education
"""
)
"""Kinds of employers and occupations: a column of these is not the company."""

# with these, a company heading speaks of something else than the company's name
NOT_THE_COMPANY = words(
    """
    size address website url email phone number id type logo role industry sector vat
    tax street city zip gst registration code conduct job position designation title
    department year
    """
)

# with these, a heading with "name" in it is no person's name
NOT_A_NAME = words(
    """
    hostel hotel room hall venue building city town village district state country region area
    street block bank branch product item tool song movie book topic title project device model
    file domain host brand pet tutor coach vendor supplier agency hospital department
    designation subject program programme category type number id code size url link
        azienda bedrijf branch chapter class club college community company course degree
    department dept email employer empresa entreprise file firm firma group institute
    institution kampus mail organisation organization position role school session
    society société team ticket university unternehmen unternehmens verein ادارہ کالج
    کمپنی कंपनी कॉलेज 会社 会社名 公司 学校 회사 회사명
    """
)

FAMILY_FIRST_HEADINGS = words(
    """
    vezetéknév keresztnév családnév utónév utónevek họ tên
    """
)
"""Hungarian and Vietnamese headings: names written family first, with a space."""

CODE_PAGE_HINTS: dict[str, frozenset[str]] = {
    "cp1254": words("soyad soyadı durum ad isim adınız soyadınız kurum katılımcı"),
    "cp1250": words(
        """
        nazwisko uczestnik bilety stanowisko zgoda prezime jmeno prijmeni
        meno priezvisko prenume nume nev vezeteknev keresztnev
        """
    ),
}
"""Headings without accents that identify the language, if two code pages fit equally well."""

EITHER_NAME_OR_PART: dict[str, str] = {
    # a lone heading is the whole name; beside its counterpart it is a part
    "name": "family_name",
    "nom": "family_name",
    "nume": "family_name",
    "nombre": "given_name",
    "nombres": "given_name",
    "nome": "given_name",
    "jméno": "given_name",
    "imię": "given_name",
    "meno": "given_name",
    "ime": "given_name",
    "име": "given_name",
    "имя": "given_name",
    "ім я": "given_name",
    "όνομα": "given_name",
    "이름": "given_name",
    "tên": "given_name",
    "ad": "given_name",
    "adı": "given_name",
    "isim": "given_name",
    "izena": "given_name",
    "vārds": "given_name",
    "vardas": "given_name",
    "名字": "given_name",
    "ชื่อ": "given_name",
    "名": "given_name",
    "név": "family_name",
    "naam": "family_name",
    "navn": "family_name",
    "namn": "family_name",
    "nimi": "family_name",
    "नाम": "given_name",
    "نام": "given_name",
    "الاسم": "given_name",
    "שם": "given_name",
    "nama": "given_name",
    "first": "given_name",
    "姓名": "name",
}


# Translate pretix's headings: pretix exports them in the language of its user.
#
# Source: pretix's published translations (the `locale` folder of pretix/pretix) of the headings of
# order positions and check-in lists. Listed are only headings that identify the format or that the
# vocabulary above does not know, in the order of `PRETIX_ENGLISH`; an empty word means the English
# one.

PRETIX_ENGLISH = (
    "order code",
    "position id",
    "attendee name",
    "product",
    "ticket secret",
    "secret",
    "pseudonymization id",
)


@cache
def _pretix_words() -> list[tuple[str, ...]]:
    """The headings in each language."""
    table = tomllib.loads((assets_dir() / "pretix_headings.toml").read_text("utf-8"))
    return [tuple(headings.split("|")) for headings in table.values()]


def pretix_in_english(keys: list[str]) -> dict[str, str]:
    """Heading key to pretix's English heading, for the language that matches most of them."""
    best: dict[str, str] = {}
    for translated in _pretix_words():
        pairs = zip(PRETIX_ENGLISH, translated, strict=True)
        found = {word: english for english, word in pairs if word in keys}
        if len(found) > len(best):
            best = found
    return best if len(best) >= 3 else {}

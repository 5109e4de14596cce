"""Sample exports of many platforms and versions, from their published headings."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from kiosk.domain.people.registration import TicketStatus as S
from tests.importers.conftest import Read, workbook

OK, UNPAID, UNAPPROVED, OFF, BLOCKED = S.VALID, S.UNPAID, S.UNAPPROVED, S.CANCELED, S.BLOCKED
Person = tuple[str, str, S]


@dataclass(frozen=True)
class Case:
    """A file and the expected (identity, name, status) of its rows."""

    label: str
    platform: str
    text: str
    people: list[Person]
    encoding: str = "utf-8"
    codes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    arrived: tuple[int, ...] = ()
    heads: dict[int, int] = field(default_factory=dict)
    emails: dict[int, str] = field(default_factory=dict)
    duplicates: int = 0
    source: str = ""


EB_NEW = (
    "Order ID,Order date,Attendee first name,Attendee last name,Attendee email,Purchaser state,"
    "Event name,Event ID,Ticket quantity,Ticket tier,Ticket type,Buyer first name,Buyer last name,"
    "Buyer email,Barcode number\n"
)
CASES = [
    Case(
        "eventbrite of 2017, British, no attendee number: equal rows are tickets",
        "eventbrite",
        "Order no.,Order Date,First Name,Surname,Email,Quantity,Ticket Type,Eventbrite Fees,"
        "Attendee Status,County of Residence\n"
        "123,d,Ann,Lee,a@b.example,1,GA,0,Attending,\n123,d,Ann,Lee,a@b.example,1,GA,0,Attending,\n"
        "124,d,Bo,Li,b@b.example,2,GA,0,Transferred,\n",
        [
            ("order:123|ann lee|1", "Ann Lee", OK),
            ("order:123|ann lee|2", "Ann Lee", OK),
            ("order:124|bo li|1", "Bo Li", OFF),
        ],
        heads={2: 2},
    ),
    Case(
        "eventbrite of 2025: one order, several barcodes; the attendee id is inside the barcode",
        "eventbrite",
        EB_NEW + "752,d,A,B,a@b.example,MH,Py,99,2,,GA,Bu,Yer,bu@y.example,752937711035001\n"
        "752,d,Info Requested,Info Requested,Info Requested,MH,Py,99,2,,GA,Bu,Yer,bu@y.example,"
        "752937711036001\n",
        [("ticket:937711035", "A B", OK), ("ticket:937711036", "", OK)],
        codes={0: ("752937711035001", "937711035")},
        heads={0: 1, 1: 1},
        emails={1: ""},
        source="eventbrite:99",
    ),
    Case(
        "eventbrite orders: the buyer stands for the party",
        "eventbrite",
        "Order ID,Order date,Buyer first name,Buyer last name,Buyer email,Ticket quantity,"
        "Net sales,Event name\n1,d,A,B,a@b.example,3,0,E\n",
        [("order:1|a b|1", "A B", OK)],
        heads={0: 3},
        emails={0: "a@b.example"},
    ),
    Case(
        "meetup, newer download in UTF-16",
        "meetup",
        '"Name","User ID","RSVP","Guests"\n"A","user 1","Yes","2"\n"B","user 2","No","0"\n'
        '"C","user 3","Waiting List","0"\n',
        [
            ("ticket:user 1", "A", OK),
            ("ticket:user 2", "B", OFF),
            ("ticket:user 3", "C", UNAPPROVED),
        ],
        encoding="utf-16",
        codes={0: ()},
        heads={0: 3},
    ),
    Case(
        "pretix in German: attendee's e-mail before the order's, secret as it is, blocked",
        "pretix",
        "Kurzname der Veranstaltung,Bestellnummer,Position,Status,E-Mail,Produkt,"
        "Name Teilnehmer*in,Name Teilnehmer*in: Vorname,Name Teilnehmer*in: Nachname,"
        "E-Mail Teilnehmer*in,Firma,Pseudonyme ID,Ticket-Code,Gesperrt\n"
        "ev,ABC,1,bezahlt,o@b.example,T,Jörg Ä,Jörg,Ä,j@b.example,F,P1,=abc/d+,\n"
        "ev,ABD,1,bezahlt,o@b.example,T,,,,,F,P2,s2,Ja\n"
        "ev,ABE,1,abgelaufen,o@b.example,T,C D,,,,F,P3,s3,\n"
        "ev,ABF,1,Freigabe ausstehend,o@b.example,T,E F,,,,F,P4,s4,\n"
        "ev,ABG,1,ausstehend (bestätigt),o@b.example,T,G H,,,,F,P5,s5,\n",
        [
            ("order:ABC-1", "Jörg Ä", OK),
            ("order:ABD-1", "", BLOCKED),
            ("order:ABE-1", "C D", UNPAID),
            ("order:ABF-1", "E F", UNAPPROVED),
            ("order:ABG-1", "G H", OK),
        ],
        codes={0: ("=abc/d+", "P1")},
        emails={0: "j@b.example", 1: "o@b.example"},
        source="pretix:ev",
    ),
    Case(
        "pretix in French with semicolons",
        "pretix",
        "Code de commande;ID de la position;Statut;E-Mail;Produit;Nom du participant;"
        "Secret du billet\nA;1;payé;x@y.example;B;Zoé;s1\nB;2;annulé;x@y.example;B;Noël;s2\n",
        [("order:A-1", "Zoé", OK), ("order:B-2", "Noël", OFF)],
    ),
    Case(
        "pretix check-in list: Paid is a status, Checked in a time",
        "pretix",
        "Order code,Attendee name,Product,Checked in,Checked out,Paid,Secret,E-mail,Voucher code\n"
        "A,X Y,T,2026-01-02 10:00,,Yes,s1,x@y.example,\nB,Z,T,,,No,s2,z@y.example,\n",
        [("code:s1", "X Y", OK), ("code:s2", "Z", UNPAID)],
        arrived=(0,),
    ),
    Case(
        "pretix with an add-on: a shirt is no person",
        "pretix",
        "Order code,Position ID,Status,Product,Attendee name,Ticket secret,Add-on to position ID\n"
        "A,1,paid,Ticket,X,s1,\nA,2,paid,Shirt,,s2,1\n",
        [("order:A-1", "X", OK)],
        duplicates=1,
    ),
    Case(
        "tito from a spreadsheet: semicolons, void is anything but - and false",
        "tito",
        "\ufeffTicket;Ticket Full Name;Ticket Email;Void Status;Ticket Reference;"
        "Unique Ticket URL;Order Name\n"
        "GA;-;-;-;GIAO-1;https://ti.to/tickets/ti_abc;Buy Er\n"
        "GA;A B;a@b.example;true;GIAO-2;https://ti.to/tickets/ti_abd;Buy Er\n"
        "GA;C D;c@b.example;false;7E10;https://ti.to/tickets/ti_abe;Buy Er\n",
        [("code:ti_abc", "", OK), ("code:ti_abd", "A B", OFF), ("code:ti_abe", "C D", OK)],
        codes={0: ("ti_abc", "GIAO-1"), 2: ("ti_abe", "7E10")},
        emails={0: ""},
    ),
    Case(
        "luma of 2026 with a group: one guest, two tickets",
        "luma",
        "guest_id,name,first_name,last_name,email,approval_status,qr_code_url\n"
        "gst-1,A,,,a@b.example,approved,https://luma.com/check-in/evt-1?pk=tk_1\n"
        "gst-1,A,,,a@b.example,approved,https://luma.com/check-in/evt-1?pk=tk_2\n"
        "gst-2,,小明,欧阳,o@b.example,session,\n",
        [
            ("ticket:gst-1", "A", OK),
            ("ticket:gst-1|tk_2", "A", OK),
            ("ticket:gst-2", "欧阳小明", OK),
        ],
        codes={1: ("tk_2", "https://luma.com/check-in/evt-1?pk=tk_2")},
        source="luma:evt-1",
    ),
    Case(
        "hi.events: the public id is scanned, Ticket ID is the type",
        "hi.events",
        "ID,First Name,Last Name,Email,Status,Is Checked In,Checked In At,Ticket ID,Event ID,"
        "Public ID,Short ID\n1,A,B,a@b.example,ACTIVE,Yes,2026-01-01,5,9,A-X,a_1\n"
        "2,A,C,a@b.example,AWAITING_PAYMENT,No,,5,9,A-Y,a_2\n",
        [("ticket:A-X", "A B", OK), ("ticket:A-Y", "A C", UNPAID)],
        codes={0: ("A-X", "a_1")},
        arrived=(0,),
        source="hi.events:9",
    ),
    Case(
        "indico: the running number is weak",
        "indico",
        "ID,Name,Email Address,Affiliation,Registration date,Registration state,Checked in\n"
        "1,A B,a@b.example,CERN,d,Completed,No\n2,C D,c@b.example,CERN,d,Withdrawn,No\n",
        [("ticket:1", "A B", OK), ("ticket:2", "C D", OFF)],
        encoding="utf-8-sig",
        codes={0: ()},
    ),
    Case(
        "attendize",
        "attendize",
        "First Name,Last Name,Email,Ticket ID,Order Ref.,Ticket Type,Has Arrived,Arrival Time\n"
        "A,B,a@b.example,123,XYZ,GA,YES,2026\nC,D,a@b.example,124,XYZ,GA,NO,-\n",
        [("code:123", "A B", OK), ("code:124", "C D", OK)],
        arrived=(0,),
    ),
    Case(
        "alf.io: a tab before signs, EXPIRED is not valid",
        "alf.io",
        "ID,Category,Event,Status,OriginalPrice,PaidPrice,ReservationID,Full Name,First Name,"
        "Last Name,E-Mail\nu1,GA,e,ACQUIRED,0,0,R,\t=A,A,,a@b.example\n"
        "u2,GA,e,EXPIRED,0,0,R,B,B,,b@b.example\nu3,GA,e,CHECKED_IN,0,0,R,C,C,,\t-c@b.example\n",
        [("ticket:u1", "=A", OK), ("ticket:u2", "B", OFF), ("ticket:u3", "C", OK)],
        encoding="utf-8-sig",
        codes={0: ("u1",)},
        arrived=(2,),
        emails={2: "-c@b.example"},
    ),
    Case(
        "open-event-server: Ticket Name is a product, State a place",
        "open-event-server",
        "Order#,Order Date,Status,Payment Type,Payment Mode,Ticket ID,Ticket Name,Ticket Type,"
        "Company,State,Email,First Name,Last Name\n"
        "O1,d,placed,free,free,O1-11,VIP,free,Co,Goa,a@b.example,A,B\n"
        "O2,d,initializing,free,free,O2-12,VIP,free,Co,Goa,c@b.example,C,D\n",
        [("code:O1-11", "A B", OK), ("code:O2-12", "C D", UNPAID)],
    ),
    Case(
        "sessionize: one speaker, two sessions",
        "sessionize",
        "Session Id,Title,Owner,Owner Email,Room,Speaker Id,FirstName,LastName,Email,TagLine\n"
        "1,Talk A,Own,o@w.example,R1,sp-1,Ann,Lee,a@b.example,t\n"
        "2,Talk B,Own,o@w.example,R2,sp-1,Ann,Lee,a@b.example,t\n"
        "2,Talk B,Own,o@w.example,R2,sp-2,Bob,Li,b@b.example,t\n",
        [("ticket:sp-1", "Ann Lee", OK), ("ticket:sp-2", "Bob Li", OK)],
        duplicates=1,
        emails={0: "a@b.example"},
    ),
    Case(
        "connpass in Shift_JIS",
        "connpass",
        "参加枠名,ユーザー名,表示名,コメント,参加ステータス,出欠ステータス,更新日時,受付番号\n"
        "一般枠,taro,山田太郎,,参加,出席,2026,1234567\n一般枠,hana,花子,,補欠,欠席,2026,1234568\n"
        "一般枠,x,(退会ユーザー),,参加キャンセル,,2026,1234569\n",
        [
            ("code:1234567", "山田太郎", OK),
            ("code:1234568", "花子", UNAPPROVED),
            ("code:1234569", "", OFF),
        ],
        encoding="cp932",
        arrived=(0,),
    ),
    Case(
        "webropol: the booker's headings, then the attendee's",
        "webropol",
        ";Tapahtuman nimi;X;;;;;;;;;\n;Paikka;Y;;;;;;;;;\n"
        "#;Ilm.aika;Etunimi;Sukunimi;Sähköposti;Matkapuhelin;;Tila;-;;;\n"
        "-;-;-;-;-;-;-;-;Etunimi;Sukunimi;Sähköposti;Ruokarajoitteet\n"
        "1;;Book;Er;b@x.example;;;Ilmoittautunut;Act;Ual;a@x.example;-\n"
        "2;;Book;Er;b@x.example;;;Peruutettu;Oth;Er;o@x.example;-\n",
        [
            ("person:a@x.example|act ual", "Act Ual", OK),
            ("person:o@x.example|oth er", "Oth Er", OFF),
        ],
    ),
    Case(
        "cooltix: the voucher code is on the ticket",
        "cooltix",
        "Attendee ID,Voucher Code,Name,Email\n55,VC1,A B,a@b.example\n",
        [("ticket:55", "A B", OK)],
        codes={0: ("VC1", "55")},
    ),
    Case(
        "google form in German with two e-mail questions: the later one corrects",
        "google-forms",
        "Zeitstempel,E-Mail-Adresse,Wie heißt du? (Vor- und Nachname),E-Mail-Adresse 2,"
        "Name der Eltern\n1,a@b.example,Jörg Ä,x@y.example,Mama\n2,c@b.example,Ute,,\n",
        [("person:x@y.example|jörg ä", "Jörg Ä", OK), ("person:c@b.example|ute", "Ute", OK)],
        emails={0: "x@y.example", 1: "c@b.example"},
    ),
    Case(
        "a sheet in Urdu, UTF-16 without a mark; no e-mail, so namesakes stay two",
        "sheet",
        "نام,ای میل,موبائل نمبر\nعلی رضا,a@b.example,0300\nعلی رضا,,0300\nعلی رضا,,0301\n",
        [
            ("person:a@b.example|علی رضا", "علی رضا", OK),
            ("name:علی رضا|1", "علی رضا", OK),
            ("name:علی رضا|2", "علی رضا", OK),
        ],
        encoding="utf-16-le",
    ),
    Case(
        "a sheet in Hindi with payment words",
        "sheet",
        "क्रमांक,पूरा नाम,ईमेल,भुगतान स्थिति\n"
        "1,आशा राव,a@b.example,भुगतान किया\n2,रवि,r@b.example,बकाया\n",
        [
            ("person:a@b.example|आशा राव", "आशा राव", OK),
            ("person:r@b.example|रवि", "रवि", UNPAID),
        ],
    ),
    Case(
        "a German club's sheet: Name beside Vorname is the family name; a sum at the end",
        "sheet",
        "Lfd. Nr.;Name;Vorname;E-Mail;Anzahl\n1;Müller;Jürgen;j@x.example;2\nSumme;;;;2\n",
        [("person:j@x.example|jürgen müller", "Jürgen Müller", OK)],
        encoding="cp1252",
        heads={0: 2},
    ),
    Case(
        "a Hungarian sheet: family name first",
        "sheet",
        "Vezetéknév;Keresztnév;E-mail\nNagy;Ákos;n@x.example\n",
        [("person:n@x.example|nagy ákos", "Nagy Ákos", OK)],
        encoding="cp1250",
    ),
    Case(
        "order and attendee and payment: the worst word decides, a partial refund still admits",
        "sheet",
        "Name,Email,Order status,Attendee status,Payment status\n"
        "A,a@b.example,Partially refunded,Attending,Paid\n"
        "B,b@b.example,Completed,Cancelled,Paid\n"
        "C,c@b.example,Completed,Attending,Awaiting payment\n",
        [
            ("person:a@b.example|a", "A", OK),
            ("person:b@b.example|b", "B", OFF),
            ("person:c@b.example|c", "C", UNPAID),
        ],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_format(case: Case, read: Read) -> None:
    """Identity, name and status of each person, and the special cases of the platform."""
    result = read(case.text, encoding=case.encoding)
    people = result.registrations

    assert case.people == [(r.identity, r.name, r.status) for r in people]
    assert case.platform == result.platform
    assert case.duplicates == result.duplicates
    assert case.codes == {i: people[i].codes for i in case.codes}
    assert case.arrived == tuple(i for i, r in enumerate(people) if r.arrived_at_source)
    assert case.heads == {i: people[i].heads for i in case.heads}
    assert case.emails == {i: people[i].email for i in case.emails}
    assert case.source in ("", result.source)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_rows_add_up(case: Case, read: Read) -> None:
    """Every row is counted, and identities are unique."""
    result = read(case.text, encoding=case.encoding)

    assert result.rows == len(result.registrations) + result.duplicates + len(result.rejected)
    assert len(result.registrations) == len({r.identity for r in result.registrations})


def test_an_empty_tick_box_is_no_person(read: Read) -> None:
    """A tick box below the list, as Google Sheets exports a thousand of them."""
    rows: list[list[object]] = [["Name", "E-mail", "Paid"], ["Asha Rao", "a@x.org", True]]
    rows += [["", "", False]] * 50
    file = read(workbook({"Form Responses 1": rows}), "list.xlsx")

    assert ["Asha Rao"] == [row.name for row in file.registrations]
    assert [] == file.rejected
    assert any("50 rows have only a number or an empty tick box" in w for w in file.warnings)


def test_the_summary_sheet_of_numbers_is_no_list(read: Read) -> None:
    """Apple Numbers lists its tables on a first sheet, under headings with the word name."""
    summary: list[list[object]] = [
        ["This document was exported from Numbers."],
        ["Numbers Sheet Name", "Numbers Table Name", "Excel Worksheet Name"],
        ["Guests", "Table 1", "Guests - Table 1"],
    ]
    guests: list[list[object]] = [["Table 1"], ["Name", "Zugesagt"], ["Asha Rao", True]]
    file = read(workbook({"Export Summary": summary, "Guests - Table 1": guests}), "list.xlsx")

    assert ["Asha Rao"] == [row.name for row in file.registrations]
    assert not any("Export Summary" in warning for warning in file.warnings)

"""Products that were bought with a ticket: each is noted on the ticket, and is no attendee."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from kiosk.domain.checkin.rights import ADD_ON
from kiosk.domain.people.registration import Registration
from kiosk.importers.understand.values import MAX_CODE, fold

_PRODUCT = re.compile(
    r"\b(?:t ?shirts?|tees?|shirts?|hoodies?|sweat(?:er|shirt)s?|polos?|caps?|mugs?|stickers?|merch"
    r"|merchandise|swag|goodies?|tote|bags?|books?|parking|donations?|breakfasts?|lunch|lunches"
    r"|dinners?|meals?|banquet|workshops?|tutorials?|masterclass(?:es)?|tours?|excursions?|shuttle"
    r"|accommodation|lockers?|drinks?|vouchers?|spenden?|parkplatz|mittagessen|abendessen|essen"
    r"|getränke?|ausflug|übernachtung|camisetas?|estacionamiento|estacionamento|parqueo|donación"
    r"|doação|donativo|desayuno|almuerzo|cena|comida|almoço|jantar|taller|talleres|oficinas?"
    r"|excursión|excursão|don|stationnement|repas|déjeuner|dîner|ateliers?|maglietta|parcheggio"
    r"|donazione|pranzo|laboratorio|koszulka|darowizna|obiad|warsztaty?|kaos|makan siang)\b"
)
_ADMISSION = re.compile(
    r"ticket|pass\b|conferen|konferen|congres|kongress|admission|entr(?:y|ée|ada)|entrance|eintritt"
    r"|ingress|registra|inscri|incl|day\b|\btag\b|full|access|\b(?:with|mit|avec|con|com)\b|[+&]"
    r"|kid|child|kinder|enfant|niñ|crian|bambin"
)
"""Words of items that admit, whatever else they name: `Workshop ticket`, `VIP incl. dinner`; and of
those for another person: `Kids workshop`."""


def is_product(item: str) -> bool:
    """Whether an item is surely no admission: `T-shirt (M)`, `Workshop: Rust`."""
    words = re.sub(r"[-_]+", " ", fold(item))
    return bool(_PRODUCT.search(words)) and not _ADMISSION.search(words)


def attach_products(rows: list[Registration]) -> list[Registration]:
    """The registrations, with the products of an order noted on the ticket of the same person.

    Only where nothing else can be meant: one ticket of this order, or of a list without orders and
    codes, has the same name and e-mail, and the same status. Other products stay as they are.
    """
    products = set(filter(is_product, {row.ticket_type for row in rows}))
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    wanted = {row.order_code for row in rows if row.ticket_type in products}
    for i, row in enumerate(rows):
        if row.order_code in wanted and row.name and row.email and _is_of_one_person(row):
            groups[row.order_code, fold(row.name), fold(row.email)].append(i)
    attached: set[int] = set()
    changed = list(rows)
    for places in groups.values():
        tickets = [i for i in places if rows[i].ticket_type not in products]
        if len(tickets) != 1:
            continue
        (ticket,) = tickets
        for i in places:
            product = rows[i]
            if i == ticket or product.status is not rows[ticket].status:
                continue
            count = f"{product.heads} × " if product.heads > 1 else ""
            name = count + product.ticket_type
            changed[ticket] = with_add_on(changed[ticket], name, product.codes, product.extra)
            attached.add(i)
    return [row for i, row in enumerate(changed) if i not in attached]


def _is_of_one_person(row: Registration) -> bool:
    """Whether rows of this name, e-mail and order are one person's."""
    return bool(row.order_code) or row.identity.startswith("person:")


def with_add_on(
    ticket: Registration, name: str, codes: Iterable[str], answers: Iterable[tuple[str, str]]
) -> Registration:
    """A ticket with a product that was bought with it; its code finds the ticket's holder."""
    extra = dict(ticket.extra)
    extra[ADD_ON] = f"{extra[ADD_ON]}; {name}" if ADD_ON in extra else name
    for heading, value in answers:
        extra.setdefault(heading, value)
    known = [code for code in codes if code and len(code) <= MAX_CODE]
    return ticket._replace(
        extra=tuple(extra.items()), codes=tuple(dict.fromkeys((*ticket.codes, *known)))
    )


def add_on_note(number: int) -> str:
    """The report's sentence about products without admission."""
    if number == 1:
        return "1 add-on product without admission was noted on its ticket."
    return f"{number:,} add-on products without admission were noted on their tickets."

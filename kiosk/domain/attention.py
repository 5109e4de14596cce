"""What a volunteer must read before somebody is let in, where the registrations say it.

pretix marks such tickets in the column “Requires special attention” of its check-in lists and by
`checkin_attention` and `checkin_text` of its JSON (`plugins/checkinlists/exporters.py` and
`api/serializers`); sheets kept by hand have a column for it in their own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from kiosk.domain.first_time import yes_or_no
from kiosk.domain.text import plain_form

ATTENTION_HEADING = "Requires special attention"
NOTE_HEADING = "Check-in text"
_COMMENT = "comment"
_CALLS_FOR_IT = re.compile(
    r"\b(special|particular) attention\b|\bbesondere[rn]? (aufmerksamkeit|beachtung)\b"
    r"|\b(attention (particuliere|speciale)|atencion especial|atencao especial|speciale aandacht)\b"
    r"|\battenzione (particolare|speciale)\b|^(check ?in |needs |requires )?attention$"
    r"|^(ask|read|check) (first|before check ?in)$|^check ?in (note|text|warning)$"
    r"|^(note|message) (for|to) (the )?(desk|check ?in|registration( desk)?|volunteers?)$"
)


def imported_attention(answers: Mapping[str, str]) -> str:
    """The note that is to be acknowledged; empty where there is none.

    Args:
        answers: imported columns by header. Under a heading that calls for attention, a yes means
            what the comment beside it says, any other text but a no is the note itself.
    """
    for header, value in answers.items():
        if value.strip() and _is_about_attention(header):
            said = yes_or_no(value)
            if said is None:
                return value
            if said:
                return _comment(answers) or header
    return ""


def _comment(answers: Mapping[str, str]) -> str:
    return next((value for key, value in answers.items() if plain_form(key) == _COMMENT), "")


@lru_cache(maxsize=4096)
def _is_about_attention(header: str) -> bool:
    bare = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", plain_form(header)))
    return bool(_CALLS_FOR_IT.search(re.sub(r"[\W_]+", " ", bare).strip()))

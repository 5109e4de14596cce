"""Ticket types that people on stage have, in the words organisers use for them."""

from __future__ import annotations

import re

_WORDS = (
    "speaker", "presenter", "panelist", "panellist", "keynote", "lecturer",
    "referent", "vortragend", "sprecher", "ponente", "conferenciante", "orador", "palestrante",
    "conférencier", "conférencière", "intervenant", "orateur", "oratrice", "relatore", "relatrice",
    "spreker", "talare", "prelegent", "konuşmacı", "спикер", "докладчик", "доповідач",
    "वक्ता", "स्पीकर", "مقرر", "سپیکر", "متحدث", "பேச்சாளர்",
    "讲者", "講者", "演讲", "演講", "登壇", "講演", "スピーカー", "연사", "발표자",
)  # fmt: skip

_SPEAKER = re.compile("|".join(rf"(?<![^\W_]){word}" for word in _WORDS), re.IGNORECASE)
_JOINED = re.compile("讲者|講者|演讲|演講|登壇|講演|スピーカー|연사|발표자")


def is_speaker_type(ticket_type: str) -> bool:
    """Whether holders of this type are awaited on stage.

    A word counts at its beginning (`Speakers`, `Referentin`, `Talk speaker (free)`); in scripts
    without spaces it counts anywhere.
    """
    return bool(_SPEAKER.search(ticket_type) or _JOINED.search(ticket_type))

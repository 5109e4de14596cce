"""What the forms of several fields have in common: their keys, and Enter from field to field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

FORM_KEYS = (
    Binding("escape", "dismiss(None)", "Back"),
    Binding("f2,ctrl+s", "save", "Save", priority=True),
    Binding("down", "app.focus_next", show=False),
    Binding("up", "app.focus_previous", show=False),
)
"""Of a form that answers None when nothing was saved."""


def enter_in_field(event: Input.Submitted, form: Screen[Any], save: Callable[[], None]) -> None:
    """Enter goes on to the next field, and saves from the last."""
    event.stop()
    fields = list(form.query(Input))
    behind = fields[fields.index(event.input) + 1 :]
    if behind:
        behind[0].focus()
    else:
        save()

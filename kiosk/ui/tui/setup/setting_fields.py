"""The settings of the screen, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.event.settings import SETTINGS
from kiosk.services.printing.settings import PrintMode
from kiosk.ui.tui.theme import THEMES

EVENT, BADGES, CERTIFICATES, HERE = "Event", "Badges", "Certificates", "This computer"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting in plain words."""

    key: str
    section: str
    label: str
    about: str
    example: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_long: bool = False
    """A text of several lines."""
    default: str = ""
    """What counts while nothing is set."""


# fmt: off
FIELDS = (
    Field("name", EVENT, "Name", "On the desk, badges and reports.", "PyCon Pune 2027"),
    Field("days", EVENT, "Days", "The check-in list of a day moves with it.", "16-17 Feb 2027"),
    Field("timezone", EVENT, "Time zone", "For days, lists and times.", "Asia/Kolkata, or Pune"),
    Field("place", EVENT, "Place", "On badges and certificates that show it.", "COEP, Pune"),
    Field("self_service_confirm", EVENT, "Self-service", "Whether it shows the person first.",
          choices=(("", "checks in at once"), ("yes", "shows the person, Enter checks in"))),
    Field("ticket_keys", EVENT, "Signed tickets",
          "The public key of pretix admits tickets that were sold late.", "~/key.pem, or the key"),
    Field("badge_layout", BADGES, "Layout", "The design of the badges, with a preview.",
          default="the last one used, else a6"),
    Field("accent", BADGES, "Colour", "Of stripes and titles on badges, as #RRGGBB.", "#1f5fa8",
          default="#1f5fa8"),
    Field("logo", BADGES, "Logo", "A PNG or JPEG file; empty: none.", "~/Pictures/logo.png"),
    Field("sponsors", BADGES, "Sponsors", "A folder with their logos as PNG or JPEG.",
          "~/sponsors"),
    Field("programme", BADGES, "Programme", "Inside of folded badges, one line each.",
          is_long=True),
    Field("contact", BADGES, "Contact", "For the code of conduct, on folded badges.", is_long=True),
    Field("wifi", BADGES, "Wi-Fi", "Network and password, on folded badges.", is_long=True),
    Field("han_language", BADGES, "Chinese characters", "The form that names are printed in.",
          choices=(("", "by the attendee's country"), ("ja", "Japanese"), ("ko", "Korean"),
                   ("zh-hans", "Chinese, simplified"), ("zh-hant", "Chinese, traditional"))),
    Field("nastaliq", BADGES, "Urdu names", "In Nastaliq, the style of Urdu, or in Naskh.",
          choices=(("auto", "by language and country"), ("always", "Nastaliq"),
                   ("never", "Naskh"))),
    Field("certificate_title", CERTIFICATES, "Title", "In large letters.",
          "Certificate of attendance", default="Certificate of attendance"),
    Field("certificate_text", CERTIFICATES, "Text", "Between the name and the event.", "attended",
          default="attended"),
    Field("certificate_signed_by", CERTIFICATES, "Signed by", "Below the line.",
          "Meera Joshi, chair"),
    Field("desk_name", HERE, "Desk name", "Of this laptop, in the log and at other desks.",
          "Desk 2"),
    Field("printer", HERE, "Printer", "Choose it, its labels and layout; print a sample badge."),
    Field("print_mode", HERE, "Badges print", "When badges print at this desk.",
          choices=((PrintMode.OFF, "never: F6 writes a PDF"),
                   (PrintMode.BY_KEY, "when F6 is pressed"),
                   (PrintMode.ON_CHECK_IN, "at each first check-in"))),
    Field("backup_second", HERE, "Second backup folder",
          "Every five minutes a copy goes there, too; empty: none.", "a USB stick"),
    Field("theme", HERE, "Colours", "Of the screen.",
          choices=tuple((theme.name, words) for words, theme in THEMES.items())),
    Field("sound", HERE, "Sound", "A sound for each verdict, until kiosk is closed.",
          choices=(("on", "on"), ("off", "off"))),
)
# fmt: on


def all_fields() -> tuple[Field, ...]:
    """The settings above, and each other setting of the event with the words of the commands."""
    known = {field.key for field in FIELDS}
    others = (key for key in SETTINGS if key not in known)
    return (*FIELDS, *(_plain_field(key) for key in others))


def _plain_field(key: str) -> Field:
    about = SETTINGS[key].about
    return Field(
        key, "More", key.replace("_", " ").capitalize(), f"{about[:1].upper()}{about[1:]}."
    )

"""`kiosk settings`, and layouts converted from pretix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.services.event.event import create_event
from kiosk.services.event.settings import SETTINGS
from kiosk.ui.cli.main import run


@pytest.fixture
def event(tmp_path: Path) -> str:
    path = tmp_path / "e.kiosk"
    create_event(path, name="Meetup", desk="t").close()
    return str(path)


def test_settings_are_shown_and_changed(event: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All changes are saved, or none."""
    assert 0 == run(["-e", event, "settings", "nastaliq=never", "place=Pune", "--json"])
    now = json.loads(capsys.readouterr().out)
    assert list(SETTINGS) == list(now)
    assert ("Meetup", "never", "Pune") == (now["name"], now["nastaliq"], now["place"])

    assert 2 == run(["-e", event, "settings", "place=Lahore", "accent=blue"])
    capsys.readouterr()
    run(["-e", event, "settings", "--json"])
    assert "Pune" == json.loads(capsys.readouterr().out)["place"]


@pytest.mark.parametrize(
    "wrong", ["nastalik=auto", "accent=red", "logo=/none.png", "name=", "badge_layout=a66", "place"]
)
def test_bad_settings_are_refused(
    event: str, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message has the nearest word, or the valid values."""
    assert 2 == run(["-e", event, "settings", wrong])
    assert capsys.readouterr().err.startswith("kiosk: ")


def test_a_pretix_layout_is_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Badges are drawn with the converted layout."""
    source, out = tmp_path / "badge.json", tmp_path / "ours.toml"
    element = {
        "type": "textarea",
        "left": "10.00",
        "bottom": "60.00",
        "fontsize": "30.0",
        "color": [0, 0, 0, 1],
        "fontfamily": "Open Sans",
        "bold": True,
        "italic": False,
        "width": "128.00",
        "content": "attendee_name",
        "text": "John Doe",
        "align": "center",
    }
    source.write_text(json.dumps([element]), encoding="utf-8")
    assert 0 == run(["layouts", "--from-pretix", str(source), "-o", str(out)])

    event = tmp_path / "e.kiosk"
    create_event(event, name="Meetup", desk="t").close()
    run(["-e", str(event), "walk-in", "--name", "Asha Rao"])
    pdf = tmp_path / "b.pdf"
    assert 0 == run(["-e", str(event), "badges", "-o", str(pdf), "--layout", str(out)])
    assert pdf.read_bytes().startswith(b"%PDF")
    capsys.readouterr()

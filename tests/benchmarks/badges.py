"""Badges beside naive reportlab: time, bytes and memory for a batch; one cold; one warm.

    python tests/benchmarks/badges.py [COUNT]

The naive program draws the same A6 badge the way reportlab's manual shows it: a picture and a logo
on every page, drawString, QrCodeWidget. It shapes nothing. Both run in processes of their own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

NAMES = (
    "Priya Sharma", "Łukasz Kowalski", "Jean-Luc Béranger", "Grace Hughes", "Niccolò D'Angelo",
    "Wilhelmina Featherstonehaugh", "प्रिया कुलकर्णी", "மீனாட்சி சுந்தரம்", "چوہدری علی رضا",
)  # fmt: skip
"""A third in scripts that need shaping."""

LAYOUT = """
[[front]]
type = "background"
source = "background.jpg"
[[front]]
type = "image"
source = "logo"
x = 80
y = 5
width = 18
height = 18
"""


def _people(count: int) -> list[tuple[str, str, str]]:
    companies = ("Acme Analytics", "Zoho", "Société Générale", "Gdańsk Data", "")
    people = []
    for number in range(count):
        name = f"{NAMES[number % len(NAMES)]} {chr(65 + number % 26)}{chr(97 + number // 26 % 26)}"
        code = f"K1:{number:06d}QZ2X5MW"
        people.append((name, companies[number % len(companies)], code))
    return people


def _pictures(folder: Path) -> None:
    from PIL import Image

    wave = Image.linear_gradient("L").resize((1240, 1748))
    Image.merge("RGB", (wave, wave.rotate(180), wave)).save(folder / "background.jpg", quality=85)
    logo = Image.new("RGBA", (400, 400), (255, 255, 255, 0))
    logo.paste((200, 40, 40, 255), (60, 60, 340, 340))
    logo.save(folder / "logo.png")


def product(folder: Path, count: int) -> dict[str, float]:
    """kiosk's own batch."""
    import tomllib

    from kiosk.badges.layout.file import load_layout
    from kiosk.badges.layout.model import EventLook
    from kiosk.badges.sheets.press import BadgePress
    from kiosk.domain.badges.order import BadgePerson
    from kiosk.support.paths import assets_dir

    text = (assets_dir() / "layouts" / "a6.toml").read_text(encoding="utf-8")
    tomllib.loads(text + LAYOUT)
    (folder / "bench.toml").write_text(text + LAYOUT, encoding="utf-8")
    people = [
        BadgePerson(code, name, "", "", company, "Attendee", code)
        for name, company, code in _people(count)
    ]
    event = EventLook(name="PyCon Pune 2027", dates="16-18 February", logo=folder / "logo.png")
    start = time.perf_counter()
    layout = load_layout(str(folder / "bench.toml"))
    batch = BadgePress(layout, event).print_batch(people, folder / "ours.pdf")
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "bytes": sum(path.stat().st_size for path in batch.files)}


def naive(folder: Path, count: int) -> dict[str, float]:
    """reportlab as its manual shows it."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.units import mm
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.pdfgen.canvas import Canvas

    start = time.perf_counter()
    canvas = Canvas(str(folder / "naive.pdf"), pagesize=(105 * mm, 148 * mm))
    for name, company, code in _people(count):
        canvas.drawImage(str(folder / "background.jpg"), 0, 0, 105 * mm, 148 * mm)
        canvas.drawImage(str(folder / "logo.png"), 80 * mm, 125 * mm, 18 * mm, 18 * mm, mask="auto")
        size = min(60.0, 91 * mm / stringWidth(name, "Helvetica-Bold", 1))
        canvas.setFont("Helvetica-Bold", size)
        canvas.drawCentredString(52 * mm, 90 * mm, name)
        canvas.setFont("Helvetica", 14)
        canvas.drawCentredString(52 * mm, 60 * mm, company)
        code_drawing = Drawing(30 * mm, 30 * mm)
        code_drawing.add(QrCodeWidget(code, barWidth=30 * mm, barHeight=30 * mm, barLevel="Q"))
        renderPDF.draw(code_drawing, canvas, 37 * mm, 25 * mm)
        canvas.rect(0, 0, 105 * mm, 20 * mm, fill=1)
        canvas.showPage()
    canvas.save()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "bytes": (folder / "naive.pdf").stat().st_size}


def one(folder: Path, count: int) -> dict[str, float]:
    """One badge from a warm press."""
    from kiosk.badges.layout.file import load_layout
    from kiosk.badges.layout.model import EventLook
    from kiosk.badges.sheets.press import BadgePress
    from kiosk.domain.badges.order import BadgePerson

    event = EventLook(name="PyCon Pune 2027", logo=folder / "logo.png")
    press = BadgePress(load_layout(str(folder / "bench.toml")), event)
    times = []
    for name, company, code in _people(60):
        someone = BadgePerson(code, name, "", "", company, "Attendee", code)
        start = time.perf_counter()
        press.print_batch([someone], folder / "one.pdf")
        times.append(time.perf_counter() - start)
    return {"seconds": sorted(times[20:])[20], "bytes": (folder / "one.pdf").stat().st_size}


def cold(folder: Path, count: int) -> dict[str, float]:
    """One badge in this fresh process; the caller measures the whole process."""
    from kiosk.badges.layout.file import load_layout
    from kiosk.badges.layout.model import EventLook
    from kiosk.badges.sheets.press import BadgePress
    from kiosk.domain.badges.order import BadgePerson

    event = EventLook(name="PyCon Pune 2027", logo=folder / "logo.png")
    someone = BadgePerson("1", "چوہدری علی رضا", "", "", "Zoho", "Speaker", "K1:7F3K9QZ2X5MTW")
    layout = load_layout(str(folder / "bench.toml"))
    BadgePress(layout, event).print_batch([someone], folder / "cold.pdf")
    return {"seconds": 0.0, "bytes": (folder / "cold.pdf").stat().st_size}


def _run(part: str, folder: Path, count: int) -> dict[str, float]:
    """One part in its own process, with compiled modules kept in `folder`, as when installed."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, __file__, part, str(folder), str(count)]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return {**json.loads(done.stdout), "process": time.perf_counter() - start}


def main() -> None:
    """Runs all parts and prints product, baseline, ratio and goal."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _pictures(folder)
        ours, theirs = _run("product", folder, count), _run("naive", folder, count)
        warm = _run("one", folder, 1)
        coldest = min(_run("cold", folder, 1)["process"] for _ in range(5))
        naive_cold = min(_run("naive", folder, 1)["process"] for _ in range(5))
    ratio = theirs["seconds"] / ours["seconds"]
    print(
        f"{count:,} badges   kiosk {ours['seconds']:.1f} s   naive reportlab "
        f"{theirs['seconds']:.1f} s   ratio {ratio:.1f}x (goal >= 16x)"
    )
    print(
        f"bytes a badge   kiosk {ours['bytes'] / count:.0f}   naive "
        f"{theirs['bytes'] / count:.0f}   (goal <= 900)"
    )
    print(
        f"memory          kiosk {ours['rss']:.0f} MB   naive {theirs['rss']:.0f} MB (goal <= 150)"
    )
    print(f"one warm        kiosk {warm['seconds'] * 1e3:.1f} ms   (goal <= 15 ms)")
    print(
        f"one cold        kiosk {coldest:.3f} s   naive {naive_cold:.3f} s   "
        f"ratio {coldest / naive_cold:.2f}   (goal <= 0.15 s)"
    )


if __name__ == "__main__":
    parts = {"product": product, "naive": naive, "one": one, "cold": cold}
    if len(sys.argv) > 2:
        result = parts[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        result["rss"] = peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
        print(json.dumps(result))
    else:
        main()

"""Embed fonts and pictures in a PDF.

Fonts are subset at the end, with glyphs by number (Type0, Identity-H).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kiosk.badges.pdf.objects import PdfDocument
from kiosk.badges.text.faces import Face
from kiosk.badges.text.shaping import Cluster
from kiosk.errors import KioskError
from kiosk.support.pictures import PictureTooLarge, PictureUnreadable, opened_picture

if TYPE_CHECKING:
    from PIL.Image import Image

_RANGES_A_BLOCK = 100
"""Largest number of entries in a `beginbfchar` block (Adobe Technical Note 5014)."""


class PdfFont:
    """One face in one document: the glyphs used, and the text of each."""

    def __init__(self, face: Face, name: str) -> None:
        self.face, self.name = face, name
        self.used: dict[int, float] = {}
        self.meaning: dict[int, str] = {}

    def means(self, cluster: Cluster) -> bool:
        """Whether the glyph identifies its text: a single glyph that always has the same text."""
        if len(cluster.glyphs) != 1:
            return False
        return self.meaning.setdefault(cluster.glyphs[0].gid, cluster.text) == cluster.text

    def add_to(self, document: PdfDocument) -> str:
        """Add the subset and its dictionaries to the document; return the font's reference."""
        base = f"{_tag(self.used)}+{_post_script_name(self.face)}"
        program, bare_cff = self._program()
        kind = "/Subtype/CIDFontType0C" if bare_cff else f"/Length1 {len(program)}"
        file = document.add_stream(program, kind)
        descriptor = document.add(self._descriptor(base, bare_cff, file))
        descendant = document.add(self._descendant(base, bare_cff, descriptor))
        to_unicode = document.add_stream(self._to_unicode())
        return document.add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{base}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant}]/ToUnicode {to_unicode}>>"
        )

    def _program(self) -> tuple[bytes, bool]:
        """The subset font file, and whether it is bare CFF. Glyph numbers do not change."""
        import uharfbuzz as hb  # a heavy leaf: desks that only scan never load it

        wanted = hb.SubsetInput()
        wanted.glyph_set.update({0, *self.used})
        flags = hb.SubsetFlags
        wanted.flags = (
            flags.RETAIN_GIDS
            | flags.NO_HINTING
            | flags.NO_LAYOUT_CLOSURE
            | flags.NOTDEF_OUTLINE
            | flags.NO_BIDI_CLOSURE
            | flags.CFF_IDENTITY_CHARSET
        )
        dropped = (b"GSUB", b"GPOS", b"GDEF", b"cmap", b"name", b"OS/2", b"post", b"STAT", b"VORG")
        wanted.drop_table_tag_set.update({int.from_bytes(tag, "big") for tag in dropped})
        for tag, value in self.face.axes.items():
            wanted.pin_axis_location(self.face.hb_face, tag, value)
        subset = wanted.subset(self.face.hb_face)
        if self.face.is_cff:
            return bytes(subset.reference_table("CFF ").data), True
        return bytes(subset.blob.data), False

    def _descriptor(self, base: str, bare_cff: bool, file: str) -> str:
        head = bytes(self.face.hb_face.reference_table("head").data)
        corners = [int.from_bytes(head[at : at + 2], "big", signed=True) for at in (36, 38, 40, 42)]
        box = [round(value * 1000 / self.face.upem) for value in corners]
        key = "FontFile3" if bare_cff else "FontFile2"
        return (
            f"<</Type/FontDescriptor/FontName/{base}/Flags 4/ItalicAngle 0/StemV 120"
            f"/Ascent {box[3]}/Descent {box[1]}/CapHeight 714"
            f"/FontBBox[{box[0]} {box[1]} {box[2]} {box[3]}]/{key} {file}>>"
        )

    def _descendant(self, base: str, bare_cff: bool, descriptor: str) -> str:
        kind = "CIDFontType0" if bare_cff else "CIDFontType2/CIDToGIDMap/Identity"
        widths = "".join(
            f"{gid}[{round(width * 1000)}]" for gid, width in sorted(self.used.items())
        )
        return (
            f"<</Type/Font/Subtype/{kind}/BaseFont/{base}/DW 1000/W[{widths}]"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/FontDescriptor {descriptor}>>"
        )

    def _to_unicode(self) -> bytes:
        entries = [f"<{gid:04x}><{utf16_hex(text)}>" for gid, text in sorted(self.meaning.items())]
        blocks = []
        for start in range(0, len(entries), _RANGES_A_BLOCK):
            part = entries[start : start + _RANGES_A_BLOCK]
            blocks.append(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar")
        text = (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
            "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n"
            + "\n".join(blocks)
            + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        )
        return text.encode("ascii")


def _tag(used: dict[int, float]) -> str:
    """Six capitals that depend on the glyphs (ISO 32000-1, 9.6.4)."""
    digest = hashlib.sha256(repr(sorted(used)).encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _post_script_name(face: Face) -> str:
    name = face.path.stem if face.path.suffix != ".ttc" else f"{face.path.stem}-{face.index}"
    return (
        "".join(char for char in name if char.isascii() and (char.isalnum() or char == "-")) or "F"
    )


def utf16_hex(text: str) -> str:
    """Big-endian UTF-16 in hexadecimal, for PDF maps and marks."""
    return text.encode("utf-16-be", "surrogatepass").hex()


# Pictures of layouts: their size, and their bytes in the form a PDF needs.

_LARGEST_SIDE = 3508
"""Pixels; the longer side of A4 at 300 dpi."""

_ORIENTATION, _LYING = 274, 5
"""The Exif tag, and the first value for a picture rotated by 90 degrees."""

Rect = tuple[float, float, float, float]


class PdfPicture(NamedTuple):
    """An image's stream and dictionary entries, and those of its transparency if it has any."""

    data: bytes
    entries: str
    mask: bytes = b""
    mask_entries: str = ""


def contained(path: Path, box: Rect, align: str, valign: str) -> Rect:
    """The largest rectangle in a box that keeps the picture's proportions."""
    wide, high = picture_size(path)
    x, y, width, height = box
    scale = min(width / wide, height / high)
    free_x, free_y = width - wide * scale, height - high * scale
    x += {"left": 0.0, "right": free_x}.get(align, free_x / 2)
    y += {"bottom": 0.0, "top": free_y}.get(valign, free_y / 2)
    return x, y, wide * scale, high * scale


def covering(path: Path, box: Rect) -> Rect:
    """The smallest rectangle that covers the box and keeps the picture's proportions."""
    wide, high = picture_size(path)
    x, y, width, height = box
    scale = max(width / wide, height / high)
    left, low = x + (width - wide * scale) / 2, y + (height - high * scale) / 2
    return left, low, wide * scale, high * scale


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels of the upright picture."""
    return _size(path, _changed_ns(path))


def open_picture(path: Path) -> Image:
    """Read a picture and turn it upright. Raises `KioskError` if it cannot be read."""
    return _read(path, _changed_ns(path))


def pdf_picture(path: Path, mono: bool) -> PdfPicture:
    """The picture for a PDF; a JPEG is embedded unchanged."""
    return _pdf_picture(path, mono, _changed_ns(path))


def _changed_ns(path: Path) -> int:
    """The file's change time: pictures stay cached until it changes."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # opening the file raises the error


@lru_cache(maxsize=32)
def _size(path: Path, _changed: int) -> tuple[int, int]:
    with _opened(path) as picture:
        width, height = picture.size
        return (height, width) if _turn(picture) >= _LYING else (width, height)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Image:
    from PIL import ImageOps  # Pillow is a heavy leaf: most badges have no picture

    with _opened(path) as opened:
        picture = ImageOps.exif_transpose(opened)
        picture.load()
    if max(picture.size) > _LARGEST_SIDE:
        picture.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
    return picture


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    try:
        with opened_picture(path) as opened:
            yield opened
    except PictureTooLarge as error:
        raise KioskError(
            "picture_too_large",
            f"The picture {path.name} for the badges {error}.",
            saved="No badge was drawn.",
            next_step="Make the picture smaller, or choose another one.",
        ) from error
    except PictureUnreadable as error:
        raise KioskError(
            "picture_unreadable",
            f"The picture {path.name} for the badges cannot be read.",
            saved="No badge was drawn.",
            next_step="Replace it by a PNG or JPEG file that other programs can open.",
        ) from error


def _turn(picture: Image) -> int:
    """The Exif orientation: 1 is upright, from 5 on the picture is rotated by 90 degrees."""
    return int(picture.getexif().get(_ORIENTATION, 1))


@lru_cache(maxsize=16)
def _pdf_picture(path: Path, mono: bool, _changed: int) -> PdfPicture:
    if not mono and (jpeg := _plain_jpeg(path)):
        return PdfPicture(jpeg, _entries(picture_size(path), "/DeviceRGB", 8, "/DCTDecode"))
    picture = open_picture(path)
    if mono:
        return _one_bit(flat(picture).convert("1"))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        data = zlib.compress(rgba.convert("RGB").tobytes(), 6)
        mask = zlib.compress(rgba.getchannel("A").tobytes(), 6)
        return PdfPicture(
            data,
            _entries(rgba.size, "/DeviceRGB", 8, "/FlateDecode"),
            mask,
            _entries(rgba.size, "/DeviceGray", 8, "/FlateDecode"),
        )
    data = zlib.compress(picture.convert("RGB").tobytes(), 6)
    return PdfPicture(data, _entries(picture.size, "/DeviceRGB", 8, "/FlateDecode"))


def flat(picture: Image) -> Image:
    """The picture in grey on white."""
    rgba = picture.convert("RGBA")
    paper = rgba.copy()
    paper.paste((255, 255, 255, 255), (0, 0, *rgba.size))
    paper.alpha_composite(rgba)
    return paper.convert("L")


def _one_bit(picture: Image) -> PdfPicture:
    data = zlib.compress(picture.tobytes(), 9)
    return PdfPicture(data, _entries(picture.size, "/DeviceGray", 1, "/FlateDecode"))


def _plain_jpeg(path: Path) -> bytes:
    """The file's bytes if it is an upright RGB JPEG of moderate size; empty for other files."""
    with _opened(path) as picture:
        usable = picture.format == "JPEG" and picture.mode == "RGB" and _turn(picture) == 1
        usable = usable and max(picture.size) <= 2 * _LARGEST_SIDE
        if usable:
            picture.load()  # a file that was cut off would be embedded as it is
    return path.read_bytes() if usable else b""


def _entries(size: tuple[int, int], space: str, bits: int, packing: str) -> str:
    return (
        f"/Type/XObject/Subtype/Image/Width {size[0]}/Height {size[1]}"
        f"/ColorSpace{space}/BitsPerComponent {bits}/Filter{packing}"
    )

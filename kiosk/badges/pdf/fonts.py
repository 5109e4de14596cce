"""Embed fonts in a PDF: glyphs by number (Type0, Identity-H), subset at the end."""

from __future__ import annotations

import hashlib

from kiosk.badges.pdf.objects import PdfDocument
from kiosk.badges.text.faces import Face
from kiosk.badges.text.shaping import Cluster

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

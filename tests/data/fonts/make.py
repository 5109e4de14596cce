"""Write the font of the tests again, with every letter that the repository uses today.

Needs `pip install noto-cjk-sans-jp-bold`. Run from the top folder of the repository.
"""

from __future__ import annotations

import unicodedata
from importlib.util import find_spec
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

_FOLDERS = ("tests", "kiosk", "assets")
_TEXT = {".py", ".csv", ".txt", ".json", ".toml"}
_DROPPED = ["vhea", "vmtx", "VORG", "BASE", "DSIG"]


def letters() -> set[int]:
    """Code points of wide letters in the text files of the repository."""
    paths = [path for folder in _FOLDERS for path in Path(folder).rglob("*")]
    text = "".join(
        path.read_text(encoding="utf-8", errors="ignore")
        for path in paths
        if path.suffix in _TEXT and path.is_file()
    )
    return {ord(c) for c in set(text) if c >= "\u1100" and unicodedata.east_asian_width(c) in "WFH"}


def main() -> None:
    """Subset the installed font."""
    spec = find_spec("noto_cjk_sans_jp_bold")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install noto-cjk-sans-jp-bold")
    options = Options()
    options.hinting = False
    options.layout_features = ["locl", "ccmp", "ljmo", "vjmo", "tjmo"]
    options.drop_tables += _DROPPED
    font = load_font(str(Path(spec.origin).with_name("NotoSansCJKjp-Bold.otf")), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters())
    subsetter.subset(font)
    save_font(font, str(Path(__file__).with_name("NotoSansCJKjp-subset.otf")), options)


if __name__ == "__main__":
    main()

"""The type family of every document: what can be set, how wide it is, and how it is set.

Text is plain text: `<b>` is set as typed. Each character comes from Source Sans Pro where that
has it, else from Noto Sans, for Arabic script from Noto Sans Arabic (joined and ordered as it is
read), and what no font here can set is transliterated, so that a name never shows boxes. Emoji
are left out. Lengths are in points.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import font_source_sans_pro
import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
from anyascii import anyascii
from arabic_reshaper import ArabicReshaper
from bidi import get_display
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from facilitator.documents.palette import INK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportlab.lib.colors import Color
    from reportlab.pdfgen.canvas import Canvas

NOTO = "NotoSans"
ARABIC = "NotoSansArabic"
ELLIPSIS = "…"


class Face(Enum):
    """A weight of the one family; the value is its name in a PDF."""

    LIGHT = "SourceSans-Light"
    REGULAR = "SourceSans"
    SEMIBOLD = "SourceSans-Semibold"
    BOLD = "SourceSans-Bold"

    @property
    def is_heavy(self) -> bool:
        """Whether a fallback font, which is regular, must be thickened to match."""
        return self in {Face.SEMIBOLD, Face.BOLD}


_FILES = {
    Face.LIGHT: "SourceSansProLight",
    Face.REGULAR: "SourceSansPro",
    Face.SEMIBOLD: "SourceSansProSemibold",
    Face.BOLD: "SourceSansProBold",
}
#: how thick a fallback font's outline is drawn to look bold, in parts of its size
_THICKEN = 0.028
#: scripts whose letters change shape or place beside each other: setting them letter by letter
#: would be wrong, so they are transliterated (Indic, Thai, Lao, Tibetan, Myanmar, Khmer, Mongolian)
_NEEDS_SHAPING = ((0x0700, 0x109F), (0x1780, 0x18AF), (0x1900, 0x1CFF), (0xA800, 0xABFF))
_ARABIC = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFEFC))
_reshaper = ArabicReshaper(configuration={"delete_harakat": False})


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font; `thick` where its outline is drawn too."""

    text: str
    font: str
    thick: bool
    #: in parts of the size
    unit_width: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text broken into lines at the size at which it fits."""

    lines: tuple[str, ...]
    size: float
    leading: float

    @property
    def height(self) -> float:
        """From the top of the first line to the foot of the last, in points."""
        return len(self.lines) * self.size * self.leading


@lru_cache(maxsize=1)
def register() -> None:
    """Make the fonts known to ReportLab. Cheap to call again."""
    # streams as bytes: a fifth smaller and quicker than spelt out in ASCII
    rl_config.useA85 = 0
    for face, name in _FILES.items():
        pdfmetrics.registerFont(TTFont(face.value, font_source_sans_pro.font_files_ttf[name]))
    for name, package, start in (
        (NOTO, fontpkg_noto_sans, "NotoSans["),
        (ARABIC, fontpkg_noto_sans_arabic, "NotoSansArabic["),
    ):
        folder = Path(str(package.__file__)).parent / "files"
        path = next(file for file in sorted(folder.iterdir()) if file.name.startswith(start))
        pdfmetrics.registerFont(TTFont(name, str(path)))
    # No true italic: it has no Greek and no Cyrillic, and names stand upright.
    pdfmetrics.registerFontFamily(
        Face.REGULAR.value,
        normal=Face.REGULAR.value,
        bold=Face.SEMIBOLD.value,
        italic=Face.REGULAR.value,
        boldItalic=Face.SEMIBOLD.value,
    )


@lru_cache(maxsize=8)
def _covered(font: str) -> frozenset[int]:
    register()
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)  # pyright: ignore[reportAttributeAccessIssue]


def _within(char: str, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(low <= ord(char) <= high for low, high in ranges)


def _is_left_out(char: str) -> bool:
    code, category = ord(char), unicodedata.category(char)
    return (
        category in {"Cc", "Cf", "Cs", "Co", "Cn"}
        or 0xFE00 <= code <= 0xFE0F  # asks for a coloured or a plain form of the one before
        or (code >= 0x1F000 and category in {"So", "Sk"})
        or 0xE0000 <= code <= 0xE01EF
    )


def _font_for(char: str, face: Face) -> str | None:
    code = ord(char)
    if code in _covered(face.value):
        return face.value
    if _within(char, _ARABIC):
        return ARABIC if code in _covered(ARABIC) else None
    if not _within(char, _NEEDS_SHAPING) and code in _covered(NOTO):
        return NOTO
    return None


@lru_cache(maxsize=32768)
def runs(text: str, face: Face = Face.REGULAR) -> tuple[Run, ...]:
    """One line of text as runs from left to right, each in a font that has all of it."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if any(_within(char, _ARABIC) for char in text):
        text = str(get_display(_reshaper.reshape(text), base_dir="L"))
    pieces: list[tuple[str, str]] = []

    def add(piece: str, font: str) -> None:
        if not piece:
            return
        if pieces and pieces[-1][1] == font:
            pieces[-1] = (pieces[-1][0] + piece, font)
        else:
            pieces.append((piece, font))

    for char in text:
        font = _font_for(char, face)
        if font is not None:
            # a space inside a foreign run keeps it whole
            add(char, pieces[-1][1] if char == " " and pieces and _has_space(pieces) else font)
        elif not _is_left_out(char):
            add(anyascii(char), face.value)
    if text and not any(piece.strip() for piece, _ in pieces):
        plain = "".join(char for char in anyascii(text) if char.isprintable())
        pieces = [(plain.strip() or "?", face.value)]
    return tuple(
        Run(
            piece,
            font,
            face.is_heavy and font != face.value,
            pdfmetrics.stringWidth(piece, font, 1000) / 1000,
        )
        for piece, font in pieces
    )


def _has_space(pieces: list[tuple[str, str]]) -> bool:
    return ord(" ") in _covered(pieces[-1][1])


def text_width(text: str, face: Face, size: float) -> float:
    """How wide one line of text will be, in points."""
    return sum((run.unit_width + (_THICKEN if run.thick else 0)) * size for run in runs(text, face))


def draw_text(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    face: Face = Face.REGULAR,
    size: float = 10,
    colour: Color = INK,
    align: str = "left",
) -> float:
    """Set one line with its baseline at `y`, from, around or up to `x`; returns its width.

    `align` is "left", "centre" or "right".
    """
    wide = text_width(text, face, size)
    x -= {"left": 0.0, "centre": wide / 2, "right": wide}[align]
    line = canvas.beginText(x, y)
    line.setFillColor(colour)
    mode = 0
    for run in runs(text, face):
        line.setFont(run.font, size)
        if run.thick and mode == 0:
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(size * _THICKEN)
        if mode != (2 if run.thick else 0):
            mode = 2 if run.thick else 0
            line.setTextRenderMode(mode)
        line.textOut(run.text)
    if mode:
        line.setTextRenderMode(0)
    canvas.drawText(line)
    return wide


def markup(text: str, face: Face = Face.REGULAR) -> str:
    """Plain text as ReportLab's Paragraph wants it: nothing in it is read as markup.

    Line breaks become `<br/>`. Right-to-left text is ordered for lines that are not broken.
    """
    return "<br/>".join(
        "".join(
            escape(run.text, quote=False)
            if run.font == face.value
            else f'<font name="{run.font}">{escape(run.text, quote=False)}</font>'
            for run in runs(line, face)
        )
        for line in text.splitlines()
    )


def wrap(text: str, face: Face, size: float, width: float) -> list[str]:
    """Lines no wider than `width`, broken at spaces and hyphens, within a word if it must be."""
    return _greedy(text, lambda line: text_width(line, face, size) <= width)


def shorten(text: str, face: Face, size: float, width: float) -> str:
    """One line no wider than `width`, cut with "…" where it would be."""
    text = " ".join(text.split())
    if text_width(text, face, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + ELLIPSIS, face, size) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS


def fit(
    text: str,
    face: Face,
    width: float,
    largest: float,
    smallest: float,
    lines: int = 1,
    height: float | None = None,
    leading: float = 1.06,
) -> Fitted:
    """The text at the largest size, between the two, at which it fits in at most `lines` lines.

    It stays on fewer lines while that costs little size. A word that is too long even at the
    smallest size is broken inside and, on several lines, shrinks to about half of it; what is
    longer still ends in "…". Never wider than `width`, nor higher than `height`.
    """
    text = " ".join(text.split())
    if not text:
        return Fitted((), largest, leading)
    found: list[tuple[float, list[str]]] = []
    for number in range(1, lines + 1):
        broken = _balanced(text, face, number)
        if broken is None:
            continue
        widest = max((text_width(line, face, 1000) / 1000 for line in broken), default=0)
        size = min(largest, width / widest if widest else largest)
        if height is not None:
            size = min(size, height / (len(broken) * leading))
        found.append((size, broken))
    best = max((size for size, _ in found), default=0)
    for size, broken in found:
        if size >= smallest and size >= 0.8 * best:
            return Fitted(tuple(broken), size * 0.999, leading)
    return _broken_inside(text, face, width, smallest, lines, height, leading)


def _broken_inside(
    text: str,
    face: Face,
    width: float,
    size: float,
    lines: int,
    height: float | None,
    leading: float,
) -> Fitted:
    """For a word too long at `size`: broken inside, then smaller still, cut as a last resort."""
    # on one line of a list a cut name reads better than one for a magnifying glass
    least = size * 0.55 if lines > 1 else size
    if height is not None:
        size = min(size, height / leading)
    while True:
        allowed = lines if height is None else max(1, min(lines, int(height / (size * leading))))
        broken = wrap(text, face, size, width)
        if len(broken) <= allowed or size <= least:
            break
        size = max(least, size * 0.92)
    if len(broken) > allowed:
        rest = " ".join(broken[allowed - 1 :])
        broken = [*broken[: allowed - 1], shorten(rest + ELLIPSIS, face, size, width)]
    return Fitted(tuple(broken), size, leading)


def draw_fitted(
    canvas: Canvas,
    x: float,
    top: float,
    fitted: Fitted,
    face: Face,
    colour: Color = INK,
    align: str = "left",
) -> float:
    """Set fitted lines downwards from `top`; returns the y of their foot."""
    y = top
    for line in fitted.lines:
        y -= fitted.size * fitted.leading
        draw_text(canvas, x, y + fitted.size * 0.24, line, face, fitted.size, colour, align)
    return y


def _words(text: str) -> list[str]:
    """The pieces between which a line may be broken; a hyphen stays with what it ends."""
    words: list[str] = []
    for word in text.split():
        parts = word.split("-")
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            piece = part if last else part + "-"
            if piece:
                words.append(piece + (" " if last else ""))
    return words


def _greedy(text: str, fits: Callable[[str], bool]) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if fits((line + word).rstrip()):
            line += word
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = word
        while not fits(line.rstrip()) and len(line.rstrip()) > 1:
            cut = _longest_start(line, fits)
            lines.append(line[:cut].rstrip())
            line = line[cut:]
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _longest_start(word: str, fits: Callable[[str], bool]) -> int:
    cut = 1
    while cut < len(word) and fits(word[: cut + 1]):
        cut += 1
    # a letter keeps its accents
    while cut > 1 and cut < len(word) and unicodedata.combining(word[cut]):
        cut -= 1
    return cut


def _balanced(text: str, face: Face, number: int) -> list[str] | None:
    """At most `number` lines, as even as can be, broken between words only."""
    words = _words(text)
    if not words:
        return [] if number == 1 else None
    if number == 1:
        return ["".join(words).rstrip()]
    if len(words) < number:
        return None
    widest = max(text_width(word.rstrip(), face, 1000) for word in words)
    low, high = widest, text_width(text, face, 1000)
    best = ["".join(words).rstrip()]
    for _ in range(12):
        middle = (low + high) / 2
        lines = _greedy(text, lambda line, limit=middle: text_width(line, face, 1000) <= limit)
        if len(lines) <= number:
            best, high = lines, middle
        else:
            low = middle
    return best

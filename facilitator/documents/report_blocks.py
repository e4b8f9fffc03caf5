"""What a report is made of. Composed once, then written as PDF, Word and Markdown alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from facilitator.documents.charts import Chart


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (a section, in the bookmarks) to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph; `quiet` for notes and sources, `lead` for the first one."""

    text: str
    quiet: bool = False
    lead: bool = False
    bold_start: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Large numbers in a row, each with what it counts."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths` are shares; columns in `right` hold numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    right: frozenset[int] = frozenset()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its text alternative."""

    chart: Chart


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, and who said them as far as that may be told."""

    text: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Logos:
    """Logos in a row: whose each is, and a PNG."""

    items: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that are not parted by the end of a page where they fit on one."""

    blocks: tuple[Block, ...]


Block = Heading | Para | Bullets | KeyFigures | Grid | Picture | Quote | Logos | NewPage | Together


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report."""

    title: str
    event: str
    #: date and venue
    line: str
    blocks: tuple[Block, ...]
    #: what stands at the foot of each page: whose names are in it, and who may read it
    foot: str
    language: str = "en-GB"


#: told, while a report is written, what share of it is (0 to 1); what it raises ends the writing
Progress = Callable[[float], None]


def flattened(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without their grouping."""
    found: list[Block] = []
    for block in blocks:
        found.extend(flattened(block.blocks) if isinstance(block, Together) else [block])
    return found


def words_of(blocks: Sequence[Block]) -> str:
    """Every word of the blocks, to look for abbreviations."""
    parts: list[str] = []
    for block in flattened(blocks):
        match block:
            case Heading(text=text) | Para(text=text):
                parts.append(text)
            case Bullets(items=items):
                parts.extend(items)
            case KeyFigures(items=figures):
                parts.extend(words for _, words in figures)
            case Grid(columns=columns, rows=rows):
                parts.extend(columns)
                parts.extend(cell for row in rows for cell in row)
            case Picture(chart=chart):
                parts.append(chart.alt)
            case Quote(text=text, who=who):
                parts += [text, who]
            case _:
                pass
    return "\n".join(parts)

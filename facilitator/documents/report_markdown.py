"""The same report as Markdown: headings, tables, and what charts show in words."""

from __future__ import annotations

import re
from pathlib import Path

from facilitator.documents.charts import Bar
from facilitator.documents.page import write_document
from facilitator.documents.report_blocks import (
    Bullets,
    Grid,
    Heading,
    KeyFigures,
    Logos,
    NewPage,
    Para,
    Picture,
    Quote,
    Report,
    flattened,
)
from facilitator.domain.text import listed

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_AT_START = re.compile(r"^(\s*)([-+]|\d+[.)])(\s)")


def write_report_markdown(path: Path, report: Report) -> Path:
    """Write the report to `path`; raises what `write_document` raises."""
    text = report_markdown(report)
    return write_document(path, lambda target: target.write_text(text, "utf-8", newline="\n"))


def report_markdown(report: Report) -> str:
    """The report as Markdown; what people typed is escaped, so that it reads as typed."""
    parts = [f"# {plain(report.event)}", plain(report.line), f"**{plain(report.title)}**"]
    for block in flattened(report.blocks):
        match block:
            case Heading(text, level):
                parts.append(f"{'#' * (level + 1)} {plain(text)}")
            case Para(text=text, bold_start=start) if start and text.startswith(start):
                parts.append(f"**{plain(start)}** {plain(text[len(start) :].strip())}")
            case Para(text=text, quiet=quiet):
                parts.append(f"*{plain(text)}*" if quiet else plain(text))
            case Bullets(items):
                parts.append("\n".join(f"- {plain(item)}" for item in items))
            case KeyFigures(items):
                parts.append(
                    "\n".join(f"- **{plain(big)}** {plain(words)}" for big, words in items)
                )
            case Grid():
                parts.append(_table(block))
            case Picture(chart):
                rows = [f"- {plain(_bar_name(bar))}: {plain(bar.words)}" for bar in chart.bars]
                parts.append("\n".join(rows))
            case Quote(text, who):
                parts.append(f"> “{plain(text)}”" + (f"  \n> {plain(who)}" if who else ""))
            case Logos(items):
                parts.append(f"With thanks to {plain(listed([name for name, _ in items]))}.")
            case NewPage():
                parts.append("---")
            case _:
                pass
    parts.append(f"*{plain(report.foot)}*")
    return "\n\n".join(part for part in parts if part) + "\n"


def _bar_name(bar: Bar) -> str:
    side = bar.side.shown if bar.side else ""
    return side if bar.label == side else " ".join(p for p in (side, bar.label.lower()) if p)


def plain(text: str) -> str:
    """Text that Markdown shows as it was typed, on one line."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _AT_START.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}{m[3]}", escaped)


def _table(block: Grid) -> str:
    marks = ["---:" if place in block.right else "---" for place in range(len(block.columns))]
    lines = [[plain(name) for name in block.columns], marks]
    lines += [[plain(cell) for cell in row] for row in block.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

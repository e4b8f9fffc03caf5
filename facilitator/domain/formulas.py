"""Texts that a spreadsheet would run as a formula: guarded in csv, and freed again on import.

A sign counts after blanks too, which spreadsheets skip, and in its full-width form, which they
take for the same; a tab or a line's end in front begins a new cell in some.
"""

from __future__ import annotations

import re

#: under any apostrophes of its own
_RUNS = r"'*(?:[\t\r\n]|[\s\u200b\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫])"
_RISKY = re.compile(_RUNS)
_GUARDED = re.compile(f"'(?={_RUNS})")


def guarded(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it, or where taking one
    off would change it."""
    return f"'{text}" if _RISKY.match(text) else text


def freed(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text

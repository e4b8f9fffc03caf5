"""Notes in words: what was changed, what can be taken back, which tables are quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from facilitator.domain.notes import Note, NoteContent
from facilitator.domain.text import listed
from facilitator.services.note_merging import FIELD_WORDS

_NAMES = {"text": "the words", **FIELD_WORDS}
#: a round comes with its table or session, and is not told twice
_BESIDE = {"round_number": ("table", "session_id")}
_SHORT = 48


def quoted(text: str, most: int = _SHORT) -> str:
    """ "“GPs never read what…”": a note's words, short enough for a sentence about it."""
    return f"“{text}”" if len(text) <= most else f"“{text[: most - 1].rstrip()}…”"


def changed_fields(before: NoteContent, after: NoteContent) -> list[str]:
    """The names of the fields in which two contents differ."""
    found = [
        field.name
        for field in fields(NoteContent)
        if getattr(before, field.name) != getattr(after, field.name)
    ]
    return [n for n in found if not any(one in found for one in _BESIDE.get(n, ()))]


def changed_words(before: NoteContent, after: NoteContent) -> str:
    """ "the verdict and the evidence"; "nothing" where they are the same."""
    return listed([_NAMES[name] for name in changed_fields(before, after)] or ["nothing"])


def act_words(before: Note | None, after: Note) -> str:
    """What was done to a note, to be taken back: "the note “…”", "the verdict of “…”"."""
    if before is None:
        return f"the {after.kind.words} {quoted(after.text)}"
    return f"the change of {changed_words(before.content, after.content)} of {quoted(after.text)}"


def table_words(labels: Sequence[str]) -> str:
    """ "1 to 4, 7, Window": tables in order, three and more that follow one another as one."""
    runs: list[list[str]] = []
    for label in labels:
        follows = (
            runs
            and label.isdigit()
            and runs[-1][-1].isdigit()
            and int(label) == int(runs[-1][-1]) + 1
        )
        if follows:
            runs[-1].append(label)
        else:
            runs.append([label])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)


def quiet_words(quiet: Sequence[str], *, has_tables: bool) -> str:
    """Which tables nothing has been heard from yet, as a sentence; empty without tables."""
    if quiet:
        one = "Table" if len(quiet) == 1 else "Tables"
        return f"{one} not heard from yet: {table_words(quiet)}."
    return "Every table has been heard from." if has_tables else ""

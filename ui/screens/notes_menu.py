"""The menu of a note: what else can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol
from uuid import UUID

from PySide6.QtWidgets import QMenu, QWidget

from facilitator.domain.notes import Note, NoteKind
from facilitator.services.notes import alike
from ui.screens.notes_acts import Act
from ui.screens.notes_data import NotesData

#: so many other notes can be chosen from, those that are nearly the same first
_OTHERS = 20
#: characters of a note that an entry shows
_LONGEST = 60


class Doer(Protocol):
    """What the menu's entries call."""

    def undo(self) -> None: ...
    def undo_note(self) -> None: ...
    def begin_action(self) -> None: ...
    def show_history(self) -> None: ...
    def merge_into(self, other_id: UUID, *_: object) -> None: ...
    def unmerge(self, note: Note, *_: object) -> None: ...
    def remove(self) -> None: ...
    def restore(self) -> None: ...


def note_menu(doer: Doer, data: NotesData | None, note: Note | None, last: Act | None) -> QMenu:
    """The menu for a note, or for none while it is a draft. Each entry has a letter of its own."""
    menu = QMenu(doer if isinstance(doer, QWidget) else None)

    def add(text: str, work: Callable[..., None], *, on: bool, below: QMenu | None = None) -> None:
        act = (below or menu).addAction(text)
        act.setEnabled(on)
        act.triggered.connect(work)

    there = note is not None
    gone = note is not None and note.removed_at is not None
    add("&Action from this", doer.begin_action, on=there and note.kind is not NoteKind.ACTION)
    add("Show its &history", doer.show_history, on=there)
    menu.addSeparator()
    same = menu.addMenu("It says the &same as")
    others = _others(data, note)
    same.setEnabled(bool(others))
    for other in others:
        add(_plain(other.text), partial(doer.merge_into, other.id), on=True, below=same)
    apart = menu.addMenu("&Take apart from it")
    duplicates = data.merged_into(note) if data is not None and note is not None else []
    apart.setEnabled(bool(duplicates))
    for one in duplicates:
        add(_plain(one.text), partial(doer.unmerge, one), on=True, below=apart)
    menu.addSeparator()
    what = last.words if last is not None else "the last thing done to notes"
    add(f"Take &back {_shown(what)}\tCtrl+Z", doer.undo, on=last is not None)
    add("Take this note’s last &change back", doer.undo_note, on=there)
    if gone:
        add("B&ring it back", doer.restore, on=True)
    else:
        add("&Remove", doer.remove, on=there)
    return menu


def _others(data: NotesData | None, note: Note | None) -> list[Note]:
    """Notes of the same kind: those that are nearly the same first, then the latest."""
    if data is None or note is None:
        return []
    found = [one for one in data.notes if one.kind is note.kind and one.id != note.id]
    first = alike(note.text, found, limit=_OTHERS)
    rest = [one for one in reversed(found) if one not in first]
    return [*first, *rest][:_OTHERS]


def _plain(text: str) -> str:
    return _shown(text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…")


def _shown(text: str) -> str:
    # "&&" is one ampersand; a single one would be a mnemonic
    return text.replace("&", "&&")

"""What is done to single sessions from the Programme: kept, moved, removed; each to be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from facilitator.domain.board import Board
from facilitator.domain.errors import ChangedMeanwhile
from facilitator.domain.programme import NewSession
from facilitator.domain.schedule import Place
from facilitator.services.programme import Edited, ProgrammeService
from ui.screens.programme_undo import TakeBacks, sentence_of


class SessionEdits(QObject):
    """Writes what the form and the list want.

    Signals:
        kept(object): a session was saved: its id.
        removed(): a session was taken out.
        wrong(str): why what the form wants was refused.
        clashed(Meanwhile): somebody else changed what the form changes.
    """

    kept = Signal(object)
    removed = Signal()
    wrong = Signal(str)
    clashed = Signal(object)

    def __init__(self, programme: ProgrammeService, backs: TakeBacks, parent: QObject) -> None:
        super().__init__(parent)
        self._programme, self._backs = programme, backs

    def keep(
        self, new: NewSession, key: UUID | None, before: UUID | None, was: Mapping[str, Any]
    ) -> None:
        """Save what was typed: of the session `key`, of which the form showed `was`, or a new one
        that comes before `before`."""
        if key is None:
            self._backs.edit(lambda: self._programme.add(new, before), self._kept, self._wrong)
            return
        values: dict[str, Any] = {
            name: getattr(new, name) for name in NewSession.__dataclass_fields__
        }
        self._backs.edit(
            lambda: self._programme.edit(key, was=was, **values), self._kept, self._wrong
        )

    @Slot(object, int)
    def move(self, key: UUID, by: int) -> None:
        """Move a session by so many places."""
        self._backs.edit(lambda: self._programme.move(key, by), self._moved)

    @Slot(object, object)
    def move_before(self, key: UUID, before: UUID | None) -> None:
        """Move a session to just before another one, None: to the end of the day."""
        self._backs.edit(lambda: self._programme.move_before(key, before), self._moved)

    @Slot(object)
    def remove(self, key: UUID) -> None:
        """Take a session out."""
        self._backs.edit(lambda: self._programme.remove(key), self._removed)

    # -- internal -------------------------------------------------------------------------------

    def _wrong(self, trouble: Exception) -> None:
        if isinstance(trouble, ChangedMeanwhile):
            self.clashed.emit(trouble.meanwhile)
        else:
            self.wrong.emit(sentence_of(trouble))

    def _kept(self, edited: Edited) -> str:
        self.kept.emit(edited.session.id)
        return f"“{edited.session.title}” is saved."

    def _moved(self, edited: Edited) -> str:
        return f"“{edited.session.title}” is moved."

    def _removed(self, edited: Edited) -> str:
        self.removed.emit()
        return f"“{edited.session.title}” is removed."


def place_after(board: Board | None, chosen: UUID | None) -> UUID | None:
    """What a new session comes before: the one after the chosen session, where that is still to
    be; None for the end of the day."""
    if board is None:
        return None
    order = [entry.session.id for entry in board.times]
    if chosen is None or chosen not in order:
        return None
    after = order[order.index(chosen) + 1 :]
    first_open = next(
        (e.session.id for e in board.times if e.place in {Place.NEXT, Place.LATER}), None
    )
    wanted = after[0] if after else None
    if wanted is not None and first_open is not None:
        return max(wanted, first_open, key=order.index)
    return wanted

"""What is done to single sessions from the Programme: kept, moved, removed, put back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from facilitator.domain.board import Board
from facilitator.domain.errors import Refused
from facilitator.domain.programme import NewSession
from facilitator.domain.schedule import Place
from facilitator.services.programme import Edited, ProgrammeService
from ui.kit import Message
from ui.lanes import DatabaseLane
from ui.screens.programme_acts import sentence_of


class SessionEdits(QObject):
    """Writes what the form and the list want.

    Signals:
        said(Message): what came of it, for the message bar.
        kept(object): a session was saved: its id.
        removed(): a session was taken out.
        wrong(str): why what the form wants was refused.
    """

    said = Signal(object)
    kept = Signal(object)
    removed = Signal()
    wrong = Signal(str)

    def __init__(self, lane: DatabaseLane, programme: ProgrammeService, parent: QObject) -> None:
        super().__init__(parent)
        self._lane, self._programme = lane, programme

    def keep(self, new: NewSession, key: UUID | None, before: UUID | None) -> None:
        """Save what was typed: of the session `key`, or a new one that comes before `before`."""
        if key is None:
            work: Callable[[], Edited] = lambda: self._programme.add(new, before)  # noqa: E731
        else:
            values: dict[str, Any] = {
                name: getattr(new, name) for name in NewSession.__dataclass_fields__
            }
            work = lambda: self._programme.edit(key, **values)  # noqa: E731
        self._lane.run(work, self._kept, self._wrong, owner=self)

    @Slot(object, int)
    def move(self, key: UUID, by: int) -> None:
        """Move a session by so many places."""
        self._lane.run(lambda: self._programme.move(key, by), None, self._refused, owner=self)

    @Slot(object)
    def remove(self, key: UUID) -> None:
        """Take a session out."""
        self._lane.run(
            lambda: self._programme.remove(key), self._removed, self._refused, owner=self
        )

    # -- internal -------------------------------------------------------------------------------

    @Slot(object)
    def _wrong(self, trouble: Exception) -> None:
        self.wrong.emit(sentence_of(trouble))

    @Slot(object)
    def _refused(self, trouble: Exception) -> None:
        mood = "info" if isinstance(trouble, Refused) else "stop"
        self.said.emit(Message(mood, sentence_of(trouble)))

    @Slot(object)
    def _kept(self, edited: Edited) -> None:
        self.kept.emit(edited.session.id)
        self.said.emit(Message("done", f"“{edited.session.title}” is saved."))

    @Slot(object)
    def _removed(self, edited: Edited) -> None:
        self.removed.emit()
        key = edited.session.id
        self.said.emit(
            Message(
                "done", f"“{edited.session.title}” is removed.", act="Put it back", seconds=10,
                do=lambda: self._lane.run(lambda: self._programme.put_back(key)),
            )
        )  # fmt: skip


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

"""What is done to the whole programme: a template or a file taken over, exported, published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from facilitator.domain.text import counted
from facilitator.intake.rundown import Rundown
from facilitator.intake.templates import Template
from facilitator.services.programme import ProgrammeService, Published, Replaced
from ui.kit import Message
from ui.lanes import DatabaseLane, HeavyLane
from ui.screens.programme_file import EXPORT_FILTER, EXPORTS, with_ending
from ui.screens.programme_undo import TakeBacks

_FILES = "Running orders (*.csv *.tsv *.xlsx *.ods *.json);;All files (*)"

PickFile = Callable[[QWidget], str]


def pick_rundown(parent: QWidget) -> str:
    """Lets a person choose a running order's file; "" for none."""
    return QFileDialog.getOpenFileName(parent, "Import a running order", "", _FILES)[0]


def pick_target(parent: QWidget) -> str:
    """Lets a person choose where to write the running order; "" for nowhere."""
    name, kind = QFileDialog.getSaveFileName(
        parent, "Export the running order", f"running-order{EXPORTS[0][1]}", EXPORT_FILTER
    )
    return with_ending(name, kind)


class WholeProgramme(QObject):
    """Takes over, exports and publishes.

    Signals:
        said(Message): what came of it, for the message bar.
        read(Path, Rundown): a file was read and is to be looked at before it is taken over.
        replaced(): the programme is another one.
    """

    said = Signal(object)
    read = Signal(object, object)
    replaced = Signal()

    def __init__(
        self,
        lane: DatabaseLane,
        heavy: HeavyLane,
        programme: ProgrammeService,
        backs: TakeBacks,
        parent: QWidget,
        *,
        pick: PickFile,
        pick_to: PickFile,
    ) -> None:
        super().__init__(parent)
        self._lane, self._heavy, self._programme = lane, heavy, programme
        self._backs = backs
        self._over, self._pick, self._pick_to = parent, pick, pick_to
        #: the days to begin with, once they were read
        self.templates: tuple[Template, ...] = ()

    @Slot()
    def take_first(self) -> None:
        """Begin with the first template."""
        self._take_template(0)

    @Slot()
    def take_second(self) -> None:
        """Begin with the second template."""
        self._take_template(1)

    @Slot()
    def take_third(self) -> None:
        """Begin with the third template."""
        self._take_template(2)

    @Slot()
    def import_file(self) -> None:
        """Let a person choose a file and read it."""
        chosen = self._pick(self._over)
        if chosen:
            path = Path(chosen)
            self._lane.run(
                lambda: (path, self._programme.preview(path)), self._previewed, owner=self
            )

    @Slot(object, object)
    def take_over(self, path: Path, answers: dict[Any, Any]) -> None:
        """Take over a file that was read, with the answers to its questions."""
        self._backs.edit(lambda: self._programme.import_rundown(path, answers), self._replaced)

    @Slot()
    def export(self) -> None:
        """Let a person choose where, and write it there."""
        chosen = self._pick_to(self._over)
        if chosen:
            path = Path(with_ending(chosen))
            self._heavy.run(
                lambda: (path, self._programme.export(path)), self._exported, owner=self
            )

    @Slot()
    def publish(self) -> None:
        """Pin the planned times as the published ones."""
        self._backs.edit(
            self._programme.publish, self._published,
            unchanged="These times are published already.",
        )  # fmt: skip

    # -- internal -------------------------------------------------------------------------------

    def _take_template(self, place: int) -> None:
        if place < len(self.templates):
            key = self.templates[place].key
            self._backs.edit(lambda: self._programme.apply_template(key), self._replaced)

    @Slot(object)
    def _previewed(self, read: tuple[Path, Rundown]) -> None:
        self.read.emit(*read)

    def _replaced(self, done: Replaced) -> str:
        self.replaced.emit()
        instead = f" instead of {done.before:,}" if done.before else ""
        return f"{counted(done.sessions, 'session')} taken over{instead}."

    @Slot(object)
    def _exported(self, done: tuple[Path, int]) -> None:
        path, number = done
        words = f"{counted(number, 'session')} written to {path.name}."
        self.said.emit(Message("done", words))

    def _published(self, done: Published) -> str:
        return (
            f"The times of {counted(done.sessions, 'session')} are published; delays are "
            "measured by them."
        )

"""What a field offers while somebody types: found anywhere in it, accents or not.

The list is part of the form and no window of its own, so that the keyboard stays in the field and a
scan in the middle of typing goes its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from facilitator.domain.text import counted, fold
from ui.kit import Card, Field, Label, Row, RowList, announce

#: more would cover the form; one more letter narrows them
MOST = 4
_ROW = 48


@dataclass(frozen=True, slots=True)
class Offer:
    """One text to take, with a word on what it is."""

    text: str
    detail: str = ""
    key: Any = None


class Completion(QObject):
    """Offers texts below a field. Tab or Enter takes the chosen one, Up and Down choose, Esc keeps
    what was typed.

    The first is chosen beforehand only where a word of it begins with what was typed, so that
    Enter after a text of one's own keeps that.

    Signals:
        taken(Offer): this one was taken; its text stands in the field.
    """

    taken = Signal(object)

    def __init__(self, field: Field, form: QWidget) -> None:
        """`form` is where the list is laid over, below the field."""
        super().__init__(field)
        self._field, self._form = field, form
        self._make: Callable[[], Sequence[Offer]] = tuple
        self._known: list[tuple[str, Offer]] | None = None
        self._shown: list[Offer] = []
        self._box = Card("paper", outlined=True, margin=4, spacing=4, parent=form)
        self.list = RowList(name=f"{field.edit.accessibleName()}: what fits")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.activated_row.connect(self._take)
        self._box.box.addWidget(self.list, 1)
        self._box.box.addWidget(
            Label("  Tab or Enter takes it, Esc keeps what you typed", "side note")
        )
        self._box.hide()
        field.edit.installEventFilter(self)
        field.edit.textEdited.connect(self._edited)

    @property
    def is_open(self) -> bool:
        """Whether something is offered now."""
        return self._box.isVisible()

    @property
    def offered(self) -> list[str]:
        """What is offered, best first."""
        return [offer.text for offer in self._shown] if self.is_open else []

    def set_offers(self, make: Callable[[], Sequence[Offer]]) -> None:
        """What there is; `make` is called when somebody first types here."""
        self._make, self._known = make, None
        self.close()

    def exact(self, text: str) -> Offer | None:
        """What is meant by a whole text, but for accents and case; None where it is none."""
        wanted = fold(text)
        return next((offer for folded, offer in self._folded() if folded == wanted), None)

    def close(self) -> None:
        """Puts the list away."""
        self._box.hide()
        self._shown = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.is_open:
            chosen = self.list.current_key
            match event.key():
                case Qt.Key.Key_Down | Qt.Key.Key_Up:
                    self.list.step(1 if event.key() == Qt.Key.Key_Down else -1)
                    return True
                case Qt.Key.Key_Tab | Qt.Key.Key_Return | Qt.Key.Key_Enter if chosen is not None:
                    self._take(chosen)
                    return True
                case Qt.Key.Key_Escape:
                    self.close()
                    return True
                case _:
                    pass
        return super().eventFilter(watched, event)

    # -- internal -------------------------------------------------------------------------------

    def _folded(self) -> list[tuple[str, Offer]]:
        if self._known is None:
            self._known = [(fold(offer.text), offer) for offer in self._make()]
        return self._known

    @Slot(str)
    def _edited(self, text: str) -> None:
        wanted = fold(text)
        if not wanted:
            self.close()
            return
        # the beginning of the text first, then of a word, then anywhere; else as they come
        found: list[list[Offer]] = [[], [], []]
        for folded, offer in self._folded():
            if folded.startswith(wanted):
                found[0].append(offer)
            elif f" {wanted}" in folded:
                found[1].append(offer)
            elif wanted in folded:
                found[2].append(offer)
        best = [*found[0], *found[1], *found[2]]
        if not best or (len(best) == 1 and best[0].text == text):
            self.close()
            return
        self._shown = best[:MOST]
        sure = bool(found[0] or found[1]) and len(wanted) > 1
        self._show(len(best), chosen=0 if sure else None)

    def _show(self, number: int, chosen: int | None) -> None:
        rows = [Row(place, offer.text, offer.detail) for place, offer in enumerate(self._shown)]
        self.list.set_rows(rows, keep=False)
        self.list.choose(chosen)
        edit = self._field.edit
        corner = edit.mapTo(self._form, QPoint(0, edit.height() + 2))
        high = min(len(rows) * _ROW + 40, self._form.height() - corner.y() - 4)
        wide = min(max(edit.width(), 480), self._form.width() - corner.x() - 4)
        self._box.setGeometry(corner.x(), corner.y(), wide, high)
        self._box.show()
        self._box.raise_()
        announce(edit, f"{counted(number, 'fits', 'fit')}: {self._shown[0].text}", assertive=False)

    @Slot(object)
    def _take(self, place: int) -> None:
        offer = self._shown[place]
        self.close()
        self._field.set_text(offer.text)
        self.taken.emit(offer)

"""The list of keys (F1): what works everywhere, and what works on the screen in sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.kit import Button, Label, Scroll

#: What works everywhere and stands on no button.
EVERYWHERE = (
    ("Tab, Shift+Tab", "To the next or the previous control"),
    ("Enter or Space", "Press the button that has the yellow ring"),
    ("Esc", "Empty a field, or go back"),
)


class KeysPage(QWidget):
    """The page of keys. It reads them off the buttons themselves, so that it cannot be out of date.

    Signals:
        left(): the person goes back to where they were.
    """

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        head = QHBoxLayout()
        head.addWidget(Label("Keys", "heading"), 1)
        self._back = Button("Back", key="Esc", icon="arrow-left")
        self._back.clicked.connect(self.left)
        head.addWidget(self._back)
        box.addLayout(head)
        note = Label(
            "A key of one letter acts when you press it by itself, with no text field in use; "
            "a scanner never presses it.",
            "second",
            wrap=True,
        )
        box.addWidget(note)
        self._scroll = Scroll()
        box.addWidget(self._scroll, 1)
        self._page: QWidget | None = None

    def list_for(
        self,
        screen: QWidget | None,
        rail: Sequence[Button],
        more: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Lists the keys of `screen` beside those of the rail and `more` that work everywhere."""
        if self._page is not None:
            self._scroll.box.removeWidget(self._page)
            self._page.deleteLater()
        self._page = QWidget()
        across = QHBoxLayout(self._page)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(48)
        here = _keys_of(_in_sight(screen)) if screen is not None else []
        named = getattr(screen, "more_keys", ())
        across.addLayout(_column("On this screen", [*here, *named]), 1)
        across.addLayout(_column("Everywhere", [*_keys_of(rail), *more, *EVERYWHERE]), 1)
        self._scroll.box.addWidget(self._page)
        self._scroll.box.addStretch(1)

    @Slot()
    def take_focus(self) -> None:
        """Puts the keyboard on the way back."""
        self._back.setFocus(Qt.FocusReason.OtherFocusReason)


def _in_sight(screen: QWidget) -> list[Button]:
    """The buttons of a screen as it stands; pages that lie behind have keys of their own."""
    return [b for b in screen.findChildren(Button) if b.isVisibleTo(screen)]


def _keys_of(buttons: Iterable[Button]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for button in buttons:
        if button.key:
            found.setdefault(button.key, button.text())
    return list(found.items())


def _column(title: str, keys: Sequence[tuple[str, str]]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(8)
    column.addWidget(Label(title, "part"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(10)
    grid.setColumnStretch(1, 1)
    for place, (key, words) in enumerate(keys):
        grid.addWidget(Label(key, "strong"), place, 0)
        grid.addWidget(Label(words, "second", wrap=True), place, 1)
    if not keys:
        grid.addWidget(Label("No keys of its own.", "second"), 0, 0)
    column.addLayout(grid)
    column.addStretch(1)
    return column

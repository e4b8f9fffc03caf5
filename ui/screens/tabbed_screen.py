"""A screen of several parts: its name, a tab for each (Alt+1 …) and the way back above them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui.kit import Choice, Label, Option
from ui.screens.inner_page import page_head
from ui.screens.screen import Screen, Surroundings


class TabbedScreen(Screen):
    """Shows one of its parts at a time; Esc leads back to where it was opened from.

    A subclass makes its parts and hands them to `add_parts`; what takes the keyboard in a part it
    says in `focus_part`. What stands below all parts goes into `box`.
    """

    def __init__(
        self,
        around: Surroundings,
        heading: str,
        parts: Mapping[str, str],
        *,
        name: str = "Part of the page",
    ) -> None:
        """`parts` are the keys of the parts and what their tabs say; `name` is what a screen
        reader calls the tabs."""
        super().__init__(around)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(12)
        options = [
            Option(key, words, shortcut=f"Alt+{place}")
            for place, (key, words) in enumerate(parts.items(), start=1)
        ]
        self.tabs = Choice(options, name=name, kind="tabs")
        self.tabs.chosen.connect(self.show_part)
        self.box.addLayout(page_head(Label(heading, "heading"), self._back, self.tabs))
        self.pages = QStackedWidget()
        self.box.addWidget(self.pages, 1)
        self._parts: dict[str, QWidget] = {}

    def add_parts(self, parts: Mapping[str, QWidget]) -> None:
        """What stands under each tab, by the keys given before."""
        self._parts.update(parts)
        for page in parts.values():
            self.pages.addWidget(page)

    def focus_part(self, key: str) -> None:
        """Puts the keyboard where it belongs in that part."""
        raise NotImplementedError

    @Slot(str)
    def show_part(self, key: str) -> None:
        """Brings the part of that key into sight, with the keyboard in it."""
        self.tabs.choose(key)
        self.pages.setCurrentWidget(self._parts[key])
        self._take_focus()

    def shown(self) -> None:
        self._take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._back()
            return
        super().keyPressEvent(event)

    def _take_focus(self) -> None:
        if self.isVisible():
            self.focus_part(self.tabs.value)

    @Slot()
    def _back(self) -> None:
        self.go.emit("back")

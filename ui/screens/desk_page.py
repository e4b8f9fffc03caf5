"""What the pages of the Desk have in common, and the page that lists them (More, F7)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.kit import Label, Row, RowList
from ui.screens.inner_page import InnerPage, page_head


class PageStack(QStackedWidget):
    """Pages in one place, which need no more room than the one in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self._changed)

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        page = self.currentWidget()
        return page is not None and page.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        page = self.currentWidget()
        return page.heightForWidth(width) if page is not None else -1

    def sizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    @Slot()
    def _changed(self) -> None:
        self.updateGeometry()


class DeskPage(InnerPage):
    """One page that takes the place of the verdict card for a while.

    A page that reads services gets them in its constructor. Esc leads back to the card.

    Signals:
        left(): back to the card.
    """

    #: what the list of tools calls it
    title = ""
    #: one line about it: what it is for
    detail = ""
    #: a Phosphor name
    icon = "dots-three"

    def state(self) -> str:
        """A few words on how things stand ("2 waiting"), for the list; empty for none."""
        return ""

    @property
    def takes_scans(self) -> bool:
        """Whether scans are this page's own now, and the Desk judges none."""
        return False

    def takes(self, code: str) -> bool:
        """Whether the scan of that code is this page's own."""
        return self.takes_scans

    def begin(self) -> None:
        """The page comes into sight: read, and put the keyboard where it is needed."""

    def build_head(self, words: Label) -> QHBoxLayout:
        """The line at the top of a page: its words at the left and the way back at the right."""
        return page_head(words, self.left)


class ToolsPage(DeskPage):
    """What else this desk can do, each with how it stands. Arrows and Enter.

    Signals:
        wanted(object): the DeskPage that was chosen.
    """

    wanted = Signal(object)

    def __init__(self, tools: Sequence[DeskPage], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tools = list(tools)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(16)
        box.addLayout(self.build_head(Label("At this desk", "heading")))
        self.list = RowList(name="What else this desk can do", large=True)
        self.list.activated_row.connect(self._activated)
        box.addWidget(self.list, 1)

    def begin(self) -> None:
        """Lists the tools as they stand now, and takes the keyboard."""
        rows = [
            Row(str(place), tool.title, tool.detail, tool.state(), icon=tool.icon)
            for place, tool in enumerate(self._tools)
        ]
        self.list.set_rows(rows)
        if rows:
            self.list.choose(self.list.current_key or rows[0].key)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _activated(self, key: str) -> None:
        self.wanted.emit(self._tools[int(key)])

"""Somebody else changed what is being edited: theirs and mine side by side, and two keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from facilitator.domain.meanwhile import Difference, Meanwhile
from ui.kit import Button, Card, Icon, Label, Scroll, announce

#: below this width of the card theirs stands above mine, and the buttons are below each other
_SIDE_BY_SIDE = 480
#: higher than that the versions scroll, in pixels
_HIGHEST = 104
KEEP_KEY, TAKE_KEY = "Ctrl+Shift+K", "Ctrl+Shift+T"
_TONE = "on-careful-soft"


class ChangedMeanwhileCard(Card):
    """Stands above what is being edited until somebody has decided. It never takes the keyboard:
    what is typed goes on to where it went.

    Signals:
        mine(): what was written here is to be kept.
        theirs(): what somebody else wrote stands.
    """

    mine = Signal()
    theirs = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("careful-soft", margin=12, spacing=8, parent=parent)
        self._shown: Meanwhile | None = None
        self._about = ""
        self._beside = True
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon("warning-fill", size=24, tone=_TONE), 0, Qt.AlignmentFlag.AlignTop)
        self._words = Label("", "strong", wrap=True, tone=_TONE)
        head.addWidget(self._words, 1)
        self.box.addLayout(head)
        self._scroll = Scroll()
        self._scroll.setAccessibleName("Both versions")
        self._page: QWidget | None = None
        self._grid = QGridLayout()
        self.box.addWidget(self._scroll)
        self.keep = Button(
            "Keep mine", key=KEEP_KEY, icon="user", ground="careful-soft", spread=True
        )
        self.take = Button(
            "Take theirs", key=TAKE_KEY, icon="users", ground="careful-soft", spread=True
        )
        self.keep.clicked.connect(self.mine)
        self.take.clicked.connect(self.theirs)
        self._acts = QHBoxLayout()
        self._acts.setSpacing(8)
        self._acts.addWidget(self.keep)
        self._acts.addWidget(self.take)
        self._acts.addStretch(1)
        self.box.addLayout(self._acts)
        self.hide()

    @property
    def shown(self) -> Meanwhile | None:
        """What is to be decided; None while nothing is."""
        return self._shown

    @property
    def texts(self) -> list[str]:
        """What can be read on it, in order."""
        found = self._page.findChildren(Label) if self._page is not None else []
        return [self._words.text(), *(label.text() for label in found if label.text())]

    def offer(self, meanwhile: Meanwhile, about: str = "") -> None:
        """Shows both versions and says so; `about` names what it is of, where that is not what
        stands below."""
        if self._shown is meanwhile and self._about == about:
            return
        self._shown, self._about = meanwhile, about
        known = f" ({meanwhile.whose})" if meanwhile.whose else ""
        end = ": keep it, and it comes back, or leave it removed." if meanwhile.gone else "."
        self._words.setText(
            f"Somebody {'removed' if meanwhile.gone else 'changed'} {about or 'this'} while you "
            f"wrote{known}. Yours is still here{end}"
        )
        self.take.setText("Leave it removed" if meanwhile.gone else "Take theirs")
        self._fill()
        self.show()
        announce(self, f"{meanwhile.sentence} Yours is still here.", assertive=True)

    def settle(self) -> None:
        """It is decided."""
        self._shown = None
        self.hide()

    def hasHeightForWidth(self) -> bool:
        """Its heights are set at each width: were it to ask for them, Qt would give whatever is
        edited below all the height that it would like, and not what there is."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _SIDE_BY_SIDE
        if beside != self._beside:
            self._beside = beside
            self._acts.setDirection(
                self._acts.Direction.LeftToRight if beside else self._acts.Direction.TopToBottom
            )
            self._fill()
        self._fit()

    # -- internal -------------------------------------------------------------------------------

    def _fill(self) -> None:
        if self._page is not None:
            self._scroll.box.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
            self._page = None
        shown = self._shown
        self._scroll.setVisible(shown is not None and bool(shown.differences))
        if shown is None:
            return
        self._page = QWidget()
        grid = self._grid = QGridLayout(self._page)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        if self._beside:
            for place, whose in enumerate(("", "Theirs", "Mine")):
                grid.addWidget(self._note(whose), 0, place)
        for one in shown.differences:
            self._put(grid, one)
        for place in range(3):
            grid.setColumnStretch(place, 2 if self._beside and place else 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self._scroll.box.addWidget(self._page)
        self._fit()

    def _put(self, grid: QGridLayout, one: Difference) -> None:
        """One field in both versions: in one row, or below each other."""
        name = one.words.removeprefix("the ")
        name = name[:1].upper() + name[1:]
        row, top = grid.rowCount(), Qt.AlignmentFlag.AlignTop
        if self._beside:
            grid.addWidget(self._note(name), row, 0, top)
        for place, (whose, text) in enumerate((("theirs", one.now), ("mine", one.mine))):
            version = Label(text or "Empty", "body", wrap=True, tone=_TONE)
            version.setAccessibleName(f"{name}, {whose}: {text or 'empty'}")
            if self._beside:
                grid.addWidget(version, row, 1 + place, top)
            else:
                grid.addWidget(self._note(f"{name}, {whose}"), row + 2 * place, 0, 1, 3)
                grid.addWidget(version, row + 2 * place + 1, 0, 1, 3)

    @staticmethod
    def _note(text: str) -> Label:
        return Label(text, "side note", wrap=True, tone=_TONE)

    def _fit(self) -> None:
        """As high as its words are at this width, and no higher; long versions scroll."""
        if self._shown is None:
            return
        inner = max(self.width() - 24, 200)
        self._words.setFixedHeight(self._words.heightForWidth(inner - 32))
        if self._page is not None:
            high = self._grid.totalHeightForWidth(inner - 24)
            self._scroll.setFixedHeight(min(high, _HIGHEST) + 8)
            long, bar = high > _HIGHEST, Qt.ScrollBarPolicy
            self._scroll.setVerticalScrollBarPolicy(
                bar.ScrollBarAsNeeded if long else bar.ScrollBarAlwaysOff
            )
            # Tab, then Up and Down: what is too long is read without a mouse.
            focus = Qt.FocusPolicy
            self._scroll.setFocusPolicy(focus.TabFocus if long else focus.NoFocus)

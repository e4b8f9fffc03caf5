"""Text that is only ever text: a name with `<b>` in it is shown as it was typed."""

from __future__ import annotations

import re

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.icons import paint_icon
from ui.theme import BODY, HEADING, NAME, PART, SMALL, WORD, Theme, font

#: role: (size, weight, tone)
ROLES = {
    "body": (BODY, "regular", "ink"),
    "second": (BODY, "regular", "muted"),
    "strong": (BODY, "semibold", "ink"),
    "side note": (SMALL, "regular", "muted"),
    "small": (SMALL, "regular", "ink"),
    "part": (PART, "semibold", "ink"),
    "lead": (PART, "regular", "muted"),
    "sentence": (PART, "regular", "ink"),
    "heading": (HEADING, "semibold", "ink"),
    "count": (HEADING, "semibold", "ink"),
    "word": (WORD, "bold", "ink"),
    "claim": (WORD, "semibold", "ink"),
    "name": (NAME, "semibold", "ink"),
}


class Label(QLabel):
    """A piece of text in one of the roles of `ROLES`.

    `wrap` breaks lines; `elide` cuts with "…" and tells the whole in the tooltip; with neither the
    label is as wide as its text. `tone` names a colour; `tabular` is for counts and clocks.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        *,
        tone: str | None = None,
        wrap: bool = False,
        elide: bool = False,
        tabular: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        size, weight, usual = ROLES[role]
        self.setFont(font(size, weight, tabular=tabular or role == "count"))
        self.setWordWrap(wrap)
        self.setProperty("tone", tone or usual)
        self._elide, self._whole = elide, ""
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        elif wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self.setText(text)

    @property
    def elides(self) -> bool:
        """Whether this label cuts what does not fit, and says the whole in its tooltip."""
        return self._elide

    def text(self) -> str:
        """The text as it was given."""
        return self._whole

    def setText(self, text: str) -> None:
        if text != self._whole:
            self._whole = text
            super().setText(breakable(text) if self.wordWrap() else text)
        self._tell_whole()

    def set_tone(self, tone: str) -> None:
        """Another colour, by name."""
        if self.property("tone") == tone:
            return
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(24, hint.height()) if self._elide else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, area.width()
        )
        flags = int(self.alignment() | Qt.AlignmentFlag.AlignVCenter) | int(
            Qt.TextFlag.TextSingleLine
        )
        painter.drawText(area, flags, shown)
        painter.end()

    def _tell_whole(self) -> None:
        if not self._elide:
            return
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(plain_tip(self.text()) if cut else "")


def breakable(text: str) -> str:
    """`text` with places to break (zero wide, unseen) inside words too long for any column."""
    return _LONG_WORD.sub(lambda word: _PIECE.sub("\\g<0>\u200b", word[0]), text)


_LONG_WORD = re.compile(r"[^\s-]{19,}")
_PIECE = re.compile(r".{12}(?=.{4})")


class Icon(QWidget):
    """A picture beside words. `name` is Phosphor's; `word` is what a screen reader says, if any."""

    def __init__(
        self,
        name: str,
        *,
        size: int = 20,
        tone: str = "ink",
        word: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._tone, self._side = name, tone, size
        self.setFixedSize(size, size)
        if word:
            self.setAccessibleName(word)
            self.setToolTip(plain_tip(word))

    def set_icon(self, name: str, tone: str | None = None) -> None:
        """Another picture, or the same in another colour."""
        self._name, self._tone = name, tone or self._tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(
            painter,
            QRect(0, 0, self._side, self._side),
            self._name,
            Theme.current().colour(self._tone),
        )
        painter.end()


def plain_tip(text: str) -> str:
    """`text` for a tooltip, which would otherwise guess at markup."""
    if not text:
        return ""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span>{escaped}</span>"

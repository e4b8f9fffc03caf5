"""A picture of the room display that keeps itself up to date: on the projector, and small."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from facilitator.clocks import Clocks
from facilitator.domain.session_clock import Moment
from facilitator.services.room_display import Face, RoomPicture
from ui.room.faces import PAGE_SECONDS, Sight, page_words, pages, paint_face, spoken


class RoomView(QWidget):
    """Paints a `RoomPicture`. Nothing counts down: each beat asks how things stand now."""

    def __init__(self, clocks: Clocks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clocks = clocks
        self._picture: RoomPicture | None = None
        self._page_since = clocks.steady()
        self._page = 0
        self._beat = QTimer(self)
        self._beat.setInterval(250)
        self._beat.timeout.connect(self._tick)
        self._last_painted: tuple[object, ...] = ()
        self.setMinimumSize(160, 90)
        self.setAccessibleName("What the room sees")

    @property
    def picture(self) -> RoomPicture | None:
        """What it shows."""
        return self._picture

    @property
    def page(self) -> int:
        """Which page of “Find your table” stands."""
        return self._page

    def show_picture(self, picture: RoomPicture) -> None:
        """Another picture; the pages of names begin again where the face or round changed."""
        before = self._picture
        if before is None or (before.shown.face, before.round_number) != (
            picture.shown.face, picture.round_number,
        ):  # fmt: skip
            self.turn_to(0)
        self._picture = picture
        sight = self.sight()
        if sight is not None:
            self.setAccessibleName(spoken(sight, picture.event))
        self._beat.start()
        self.update()

    def turn_to(self, page: int) -> None:
        """Another page of names."""
        self._page, self._page_since = page, self._clocks.steady()
        self.update()

    def page_of(self, family: str, given: str) -> int | None:
        """The page on which somebody stands, to be turned to from the laptop."""
        if self._picture is None:
            return None
        for number, page in enumerate(pages(self._picture.names)):
            if any((one.family, one.given) == (family, given) for one in page):
                return number
        return None

    def page_names(self) -> list[str]:
        """The pages in words: "A to G"."""
        return [page_words(p) for p in pages(self._picture.names)] if self._picture else []

    def sight(self) -> Sight | None:
        """How things stand now."""
        if self._picture is None:
            return None
        moment = Moment(self._clocks.now(), self._clocks.steady(), self._clocks.boot())
        left = PAGE_SECONDS - int(self._clocks.steady() - self._page_since)
        return Sight(
            self._picture, self._picture.programme.at(moment), moment.wall, self._page, max(left, 0)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        sight = self.sight()
        if sight is None:
            painter.fillRect(self.rect(), "#000000")
        else:
            paint_face(painter, QRectF(self.rect()), sight)
        painter.end()

    @Slot()
    def _tick(self) -> None:
        picture = self._picture
        if picture is None:
            return
        if (
            picture.shown.face is Face.FIND
            and not picture.shown.held
            and self._clocks.steady() - self._page_since >= PAGE_SECONDS
        ):
            self.turn_to((self._page + 1) % max(len(pages(picture.names)), 1))
        sight = self.sight()
        assert sight is not None
        now = (
            picture, self._page, sight.page_left, int(sight.board.state.remaining),
            sight.now.minute, sight.board.state.phase,
        )  # fmt: skip
        if now != self._last_painted:
            self._last_painted = now
            self.update()

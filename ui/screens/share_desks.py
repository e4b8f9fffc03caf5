"""The laptops that share an event: who is there, when each was last heard of, and what can be done
about one of them; beside them this laptop's own part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit import Button, Card, Label, Row, RowList, Scroll
from ui.screens.ask_card import AskCard
from ui.screens.share_words import desk_words, role_name

if TYPE_CHECKING:
    from facilitator.services.sharing import Desk, Standing

#: this laptop's part is so wide, on a small window less, in pixels
_SIDE, _NARROW = 344, 288


@dataclass(frozen=True, slots=True)
class SharedNow:
    """How the sharing stands, as it was read: this laptop's standing, the laptops there are, where
    they reach the hub; and whether this laptop is the hub, may be it, and may let others in."""

    standing: Standing
    desks: tuple[Desk, ...] = ()
    reach: str = ""
    may_manage: bool = True
    is_hub: bool = False
    can_take_over: bool = False
    #: why the list of laptops is not there, or the hub does not answer
    trouble: str = ""


class DesksPage(QWidget):
    """The list and what can be done.

    Signals:
        renamed(UUID, str): the laptop is to have this name.
        put_off(UUID): the laptop is lost.
        stop_wanted(): sharing is to end.
        again_wanted(): the hub's server is to be started again.
        hub_wanted(): this laptop is to become the hub.
        off_wanted(bool): the data is to leave this laptop, even what was not sent yet.
    """

    renamed = Signal(object, str)
    put_off = Signal(object)
    stop_wanted = Signal()
    again_wanted = Signal()
    hub_wanted = Signal()
    off_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now: SharedNow | None = None
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(12)
        self.list = RowList(name="Laptops that share this event")
        self.list.chosen.connect(self._allow)
        left.addWidget(self.list, 1)
        self._none = Label("", "second", wrap=True)
        left.addWidget(self._none)
        self.ask = AskCard()
        self.ask.closed.connect(self._answered)
        left.addWidget(self.ask)
        self._acts = QWidget()
        acts = QHBoxLayout(self._acts)
        acts.setContentsMargins(0, 0, 0, 0)
        acts.setSpacing(8)
        self.rename = Button("Rename", key="F2", icon="pencil-simple")
        self.rename.clicked.connect(self._rename)
        self.lost = Button("This laptop is lost…", key="Alt+L", icon="laptop", kind="danger")
        self.lost.clicked.connect(self._lost)
        acts.addWidget(self.rename)
        acts.addWidget(self.lost)
        acts.addStretch(1)
        left.addWidget(self._acts)
        across.addLayout(left, 1)
        across.addWidget(self._build_side())

    def _build_side(self) -> QWidget:
        self._side = side = Scroll()
        side.setFixedWidth(_NARROW)
        card = Card("paper", outlined=True)
        self._head = Label("This laptop", "strong")
        self._stand = Label("", "body", wrap=True)
        self._words = Label("", "second", wrap=True)
        for widget in (self._head, self._stand, self._words):
            card.box.addWidget(widget)
        self.again = Button("Share again", key="Alt+G", icon="share-network", kind="main")
        self.again.clicked.connect(self.again_wanted)
        self.stop = Button("Stop sharing…", key="Alt+S", icon="stop-circle", kind="danger")
        self.stop.clicked.connect(self._stop)
        self.hub = Button("Become the hub…", key="Alt+H", icon="share-network")
        self.hub.clicked.connect(self._hub)
        self.off = Button("Take the data off…", key="Alt+T", icon="trash", kind="danger")
        self.off.clicked.connect(self._off)
        for button in (self.again, self.stop, self.hub, self.off):
            card.box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        side.box.addWidget(card)
        side.box.addStretch(1)
        return side

    @property
    def chosen(self) -> Desk | None:
        """The laptop that is chosen in the list."""
        desks = self._now.desks if self._now is not None else ()
        return next((one for one in desks if one.id == self.list.current_key), None)

    def show_now(self, now: SharedNow, at: datetime, shown: Callable[[datetime], datetime]) -> None:
        """How things stand; `at` is the time now, `shown` gives local times."""
        self._now = now
        self.list.set_rows(rows_of(now.desks, at, shown))
        if now.desks and self.list.current_key is None:
            self.list.choose(now.desks[0].id)
        self.list.setVisible(bool(now.desks))
        self._none.setText(now.trouble)
        self._none.setVisible(bool(now.trouble))
        self._show_side(now)
        self._allow()

    def take_focus(self) -> None:
        """Puts the keyboard where it belongs."""
        if not self.ask.asking:
            target = self.list if self.list.rows else self.off
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(720, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(_SIDE if self.width() >= 900 else _NARROW)

    # -- showing --------------------------------------------------------------------------------

    def _show_side(self, now: SharedNow) -> None:
        standing = now.standing
        alone = standing.kind == "alone"
        self._stand.setText(standing.sentence)
        self.again.setVisible(now.is_hub and alone)
        self.stop.setVisible(now.is_hub)
        self.off.setVisible(not now.is_hub)
        self.hub.setVisible(now.can_take_over)
        if alone:
            self.hub.allow()
        else:
            self.hub.refuse("The hub answers")
        if now.is_hub and alone:
            said = ["It is the hub, yet its server does not answer: was this laptop off?",
                    "Share again, and it goes on where it was."]  # fmt: skip
        elif now.is_hub:
            said = [
                "It is the hub: keep it awake, plugged in and on the network.", now.reach,
                "The others go on without it for a while, and it without them.",
            ]  # fmt: skip
        else:
            said = [
                f"It joined as “{standing.desk}”: {role_name(standing.role).lower()}.",
                "It goes on by itself when the hub is away, and sends what waits when it is back.",
            ]
            if now.can_take_over and alone:
                said.append("It holds the whole event, and can become the hub.")
        self._words.setText(" ".join(part for part in said if part))

    @Slot()
    def _allow(self) -> None:
        now, one = self._now, self.chosen
        able = now is not None and now.may_manage and one is not None
        self._acts.setVisible(able and not self.ask.asking)
        if not able or one is None:
            return
        self.lost.setVisible(not one.is_hub and not one.is_this)
        if one.put_off_at is not None:
            self.lost.refuse("It is put off")
        else:
            self.lost.allow()

    @Slot()
    def _answered(self) -> None:
        self._allow()
        self.take_focus()

    # -- acts -----------------------------------------------------------------------------------

    @Slot()
    def _rename(self) -> None:
        one = self.chosen
        if one is not None:
            self.ask.ask_name(
                f"Rename “{one.name}”", "New name", one.name, "Rename",
                lambda name: self.renamed.emit(one.id, name) if name != one.name else None,
            )  # fmt: skip
            self._allow()

    @Slot()
    def _lost(self) -> None:
        one = self.chosen
        if one is not None:
            self.ask.ask(
                f"Is “{one.name}” lost?",
                "It is put off at once: it gets nothing more and sends nothing more. What it sent "
                "stays. The same laptop can join again with a new code.",
                "Put it off", lambda: self.put_off.emit(one.id),
            )  # fmt: skip
            self._allow()

    @Slot()
    def _stop(self) -> None:
        self.ask.ask(
            "Stop sharing?",
            "Every fact is in this laptop’s file, and nothing listens here any more. The others go "
            "on by themselves; what they do then reaches this laptop when it shares again.",
            "Stop sharing", self.stop_wanted.emit,
        )  # fmt: skip
        self._allow()

    @Slot()
    def _hub(self) -> None:
        self.ask.ask(
            "Make this laptop the hub?",
            "Do it when the hub will not be back soon. The others come over by themselves. Should "
            "the old hub come back, it steps down and gives what only it knew.",
            "Become the hub", self.hub_wanted.emit,
        )  # fmt: skip
        self._allow()

    @Slot()
    def _off(self) -> None:
        waiting = self._now.standing.waiting if self._now is not None else 0
        lost = (
            f"{waiting:,} not sent yet: they would be lost. Wait until the hub is back. "
            if waiting
            else "Everything that was done here is with the hub. "
        )
        self.ask.ask(
            "Take the data off this laptop?",
            f"{lost}The event, its journals and what let it in are overwritten and deleted here. "
            "Nobody can take this back.",
            "Take it off", lambda: self.off_wanted.emit(waiting > 0),
        )  # fmt: skip
        self._allow()


def rows_of(
    desks: Sequence[Desk], at: datetime, shown: Callable[[datetime], datetime]
) -> list[Row]:
    """The list: the hub first, then by name; those put off at the end."""
    order = sorted(desks, key=lambda d: (d.put_off_at is not None, not d.is_hub, d.name.casefold()))
    return [
        Row(
            one.id, one.name, desk_words(one, at, shown),
            "The hub" if one.is_hub else role_name(one.role),
            icon="x-circle" if one.put_off_at is not None else
            "share-network" if one.is_hub else "laptop",
            strong_right=one.is_hub,
        )
        for one in order
    ]  # fmt: skip


def newcomer(desks: Sequence[Desk], known: frozenset[UUID]) -> Desk | None:
    """Who is in the list now and was not among those `known`."""
    return next((one for one in desks if one.id not in known), None)

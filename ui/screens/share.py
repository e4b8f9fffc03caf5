"""Several laptops, one event: sharing it, letting others in, and who is there (Ctrl+Shift+H)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, Trouble
from facilitator.services.events import Event, EventService
from ui.kit import Button, Card, Field, Label, State
from ui.lanes import FAULT
from ui.screens.screen import Surroundings
from ui.screens.share_desks import DesksPage, SharedNow, newcomer
from ui.screens.share_invite import InvitePage
from ui.screens.share_words import reach_words
from ui.screens.tabbed_screen import TabbedScreen

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from facilitator.services.sharing import Invitation, Shared, SharingService
    from ui.hub_keeper import HubKeeper

LAPTOPS, INVITE = "laptops", "invite"
#: how often the page looks again while it is in sight, in milliseconds
BEAT_MS = 1_000
#: what happens then is told beside it, so wide at most and at least, in pixels
_SIDE, _NARROW = 344, 272
_STEPS = (
    "This laptop becomes the hub: it keeps the event for everybody, plugged in and awake.",
    "Another laptop scans a code, or somebody types it, and is in: as a desk, or as more.",
    "When the network fails, each goes on by itself; they come together again by themselves.",
)


class ShareScreen(TabbedScreen):
    """Before sharing: what it does, and one button. After: the laptops, and the code for one more.

    Signals:
        off_wanted(bool): the data is to be taken off this laptop, even what was not sent yet.
    """

    areas = Changes.EVENT
    off_wanted = Signal(bool)

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> ShareScreen:
        """The page of an open event."""
        return cls(around, app.sharing, app.event)

    def __init__(self, around: Surroundings, sharing: SharingService, events: EventService) -> None:
        super().__init__(
            around, "Sharing", {LAPTOPS: "Laptops", INVITE: "Add a laptop"},
            name="Part of sharing",
        )  # fmt: skip
        self._sharing, self._events = sharing, events
        self._event: Event | None = None
        self._keeper: HubKeeper | None = None
        self._now: SharedNow | None = None
        self._reading = self._busy = False
        self._known: frozenset[UUID] = frozenset()
        self.laptops, self.invite = DesksPage(), InvitePage(around.clocks)
        self.add_parts({LAPTOPS: self.laptops, INVITE: self.invite})
        self._faces = QStackedWidget()
        self._before = self._build_before()
        self.box.removeWidget(self.pages)
        self._faces.addWidget(self._before)
        self._faces.addWidget(self.pages)
        self.box.addWidget(self._faces, 1)
        self.laptops.renamed.connect(self._rename)
        self.laptops.put_off.connect(self._put_off)
        self.laptops.stop_wanted.connect(self._stop)
        self.laptops.again_wanted.connect(self._share)
        self.laptops.hub_wanted.connect(self._take_over)
        self.laptops.off_wanted.connect(self.off_wanted)
        self.invite.wanted.connect(self._invite)
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self.beat)
        self._face()

    def stand_by(self, keeper: HubKeeper) -> None:
        """Who keeps the event in step once it is shared; told by the composition of the window."""
        self._keeper = keeper
        keeper.standing_changed.connect(self._standing_changed)

    def reload(self) -> None:
        if self._reading:
            return
        self._reading = True
        why = self._keeper.why if self._keeper is not None else ""
        self.around.heavy.run(
            lambda: (self._events.get(), read_now(self._sharing, why)),
            self._show, self._unread, owner=self,
        )  # fmt: skip

    def behind(self) -> dict[str, Callable[[], None]]:
        return {"another server": self.show_server}

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._beat.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._beat.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.laptops.ask.asking:
            self.laptops.ask.leave()
            return
        if event.key() == Qt.Key.Key_Escape and self.server.isVisible():
            self._share_here()
            return
        super().keyPressEvent(event)

    def focus_part(self, key: str) -> None:
        if not self.is_shared:
            target = self.server if self.server.isVisibleTo(self) else self.share
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key == INVITE:
            self.invite.take_focus()
        else:
            self.laptops.take_focus()

    @property
    def is_shared(self) -> bool:
        """Whether the event is shared, by this laptop or another."""
        return self._now is not None and self._now.standing.kind != "own"

    @Slot()
    def beat(self) -> None:
        """Once a second: how long ago, how long still, and who is there now."""
        self.invite.beat()
        if self.is_shared and not self._busy:
            self.reload()

    @Slot()
    def show_server(self) -> None:
        """The field for a server that is there already."""
        self.server.show()
        self.other.hide()
        self.share.setText("Share it there")
        self.server.take_focus()

    def _share_here(self) -> None:
        self.server.set_text("")
        self.server.set_error("")
        self.server.hide()
        self.other.show()
        self.share.setText("Share this event")
        self._take_focus()

    # -- building -------------------------------------------------------------------------------

    def _build_before(self) -> QWidget:
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        left = QVBoxLayout()
        left.setSpacing(12)
        card = Card(margin=24, spacing=12)
        card.box.addWidget(State("Only this laptop has the event", "laptop", tone="ink",
                                 role="part"))  # fmt: skip
        card.box.addWidget(
            Label(
                "Share it, and other laptops work on it at the same time: what one does is seen on "
                "the others in under a second, and one ticket lets one person in.",
                "body", wrap=True,
            )
        )  # fmt: skip
        card.box.addWidget(
            Label(
                "Nothing listens to the network here before you share, or after you stop.",
                "second", wrap=True,
            )
        )  # fmt: skip
        self.server = Field(
            "Another server", placeholder="postgresql+psycopg://owner:password@server/summit",
            hint="The address of a PostgreSQL that is there already; without one, this laptop is "
            "the server",
        )  # fmt: skip
        self.server.edit.returnPressed.connect(self._share)
        self.server.hide()
        card.box.addWidget(self.server)
        left.addWidget(card)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.share = Button("Share this event", key="Alt+S", icon="share-network", kind="main")
        self.share.clicked.connect(self._share)
        self.other = Button("Another server…", key="Alt+A", icon="hard-drives", kind="quiet")
        self.other.clicked.connect(self.show_server)
        acts.addWidget(self.share)
        acts.addWidget(self.other)
        acts.addStretch(1)
        left.addLayout(acts)
        left.addStretch(1)
        across.addLayout(left, 2)
        side = Card("paper", outlined=True)
        side.setMinimumWidth(_NARROW)
        side.setMaximumWidth(_SIDE)
        side.box.addWidget(Label("What happens", "strong"))
        for number, step in enumerate(_STEPS, start=1):
            side.box.addWidget(Label(f"{number}. {step}", "second", wrap=True))
        right = QVBoxLayout()
        right.addWidget(side)
        right.addStretch(1)
        across.addLayout(right, 1)
        return page

    # -- showing --------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, found: tuple[Event, SharedNow]) -> None:
        self._reading = False
        self._event, now = found
        before, self._now = self._now, now
        changed = before is None or (before.standing.kind == "own", before.may_manage) != (
            now.standing.kind == "own", now.may_manage,
        )  # fmt: skip
        if now.desks:
            came = newcomer(now.desks, self._known) if self.invite.text else None
            if came is not None:
                self.invite.taken_by(came.name)
                self.tell("done", f"{came.name} is in.")
            self._known = frozenset(one.id for one in now.desks)
        if self.is_shared:
            self.laptops.show_now(now, self.around.clocks.now(), self._local)
        if changed:
            self._face()
            self._take_focus()

    @Slot(object)
    def _unread(self, problem: Exception) -> None:
        # The next beat asks again; what is shown was true a moment ago.
        self._reading = False
        if self._now is None:
            self._said(problem)

    def _face(self) -> None:
        shared = self.is_shared
        self._faces.setCurrentWidget(self.pages if shared else self._before)
        may = self._now is not None and self._now.may_manage
        self.tabs.setVisible(shared and may)
        if not (shared and may) and self.tabs.value == INVITE:
            self.show_part(LAPTOPS)

    def _local(self, at: datetime) -> datetime:
        return self._event.local(at) if self._event is not None else at

    @Slot(object)
    def _standing_changed(self, _standing: object) -> None:
        self.reload_soon()

    # -- acts -----------------------------------------------------------------------------------

    @Slot()
    def _share(self) -> None:
        server = self.server.text if self.server.isVisibleTo(self) else ""
        if self.server.isVisibleTo(self) and not server:
            self.server.set_error("Name the server’s address, or press Esc and share from here.")
            self.server.take_focus()
            return
        self._act(
            "Moving the event to the server…" if server else "Starting to share…",
            lambda: self._sharing.share(server=server), self._shared, self._not_shared,
        )  # fmt: skip

    def _act(
        self, words: str, work: Callable[[], Any], then: Callable[[Any], Any],
        failed: Callable[[Exception], Any],
    ) -> None:  # fmt: skip
        """Does what begins or ends sharing, while nobody keeps the event in step."""
        if self._busy:
            return
        self._set_busy(words)
        wait = self._keeper.end() if self._keeper is not None else None

        def alone() -> Any:
            if wait is not None:
                wait()
            return work()

        self.around.database.run(alone, then, failed, owner=self)

    @Slot(object)
    def _shared(self, _shared: Shared) -> None:
        first = not self.is_shared
        self._set_busy("")
        self._follow()
        if not first:
            self.tell("done", "The event is shared again.")
            self.reload_soon()
            return
        self._known = frozenset()
        self.tell("done", "The event is shared. Add the first laptop with a code.")
        self._now = SharedNow(self._sharing.standing(), is_hub=True)
        self._face()
        self.show_part(INVITE)
        self.reload_soon()

    @Slot(object)
    def _not_shared(self, problem: Exception) -> None:
        self._set_busy("")
        self._follow()
        if self.server.isVisibleTo(self) and isinstance(problem, Refused):
            self.server.set_error(str(problem))
            self.server.take_focus()
            return
        self._said(problem)

    @Slot(str)
    def _invite(self, role: str) -> None:
        self.around.heavy.run(
            lambda: (self._sharing.invite(role), self._sharing.desks()),
            self._invited, self._said, owner=self,
        )  # fmt: skip

    @Slot(object)
    def _invited(self, made: tuple[Invitation, list[Any]]) -> None:
        invitation, desks = made
        self._known = frozenset(one.id for one in desks)
        self.invite.show_invitation(invitation)

    @Slot(object, str)
    def _rename(self, desk: UUID, name: str) -> None:
        self.around.heavy.run(
            lambda: self._sharing.rename(desk, name), self._done, self._said, owner=self
        )

    @Slot(object)
    def _put_off(self, desk: UUID) -> None:
        self.around.heavy.run(
            lambda: self._sharing.put_off(desk), self._done, self._said, owner=self
        )

    @Slot(object)
    def _done(self, _done: object) -> None:
        self.reload_soon()

    @Slot()
    def _stop(self) -> None:
        self._act("Stopping…", self._sharing.stop, self._stopped, self._said)

    @Slot(object)
    def _stopped(self, sentence: str) -> None:
        self._set_busy("")
        self.invite.show_invitation(None)
        self._follow()
        self.tell("done", sentence)
        self.reload_soon()

    @Slot()
    def _take_over(self) -> None:
        self._act("Becoming the hub…", self._sharing.take_over, self._taken, self._said)

    @Slot(object)
    def _taken(self, _shared: Shared) -> None:
        self._set_busy("")
        self._follow()
        self.tell("done", "This laptop is the hub now. The others come over by themselves.")
        self.reload_soon()

    @Slot(object)
    def _said(self, problem: Exception) -> None:
        self._set_busy("")
        self._follow()
        self.tell("stop", str(problem) if isinstance(problem, Trouble) else FAULT)
        self.reload_soon()

    def _follow(self) -> None:
        if self._keeper is not None:
            self._keeper.look_again()

    def _set_busy(self, words: str) -> None:
        """Says on the button itself what is under way."""
        self._busy = bool(words)
        for button in (self.share, self.other, self.laptops.stop, self.laptops.again):
            if words:
                button.refuse(words)
            else:
                button.allow()


def read_now(sharing: SharingService, why: str) -> SharedNow:
    """How the sharing stands; `why` the hub is away, if it is. Runs beside the window: the hub may
    be asked."""
    standing = sharing.standing()
    may = sharing.may("sharing", "change")
    if standing.kind == "own":
        return SharedNow(standing, may_manage=may)
    desks, trouble = [], why if standing.kind == "alone" else ""
    try:
        desks = sharing.desks()
    except Trouble as problem:
        trouble = str(problem)
    # A server that was there before is on no laptop, yet one laptop shares by it.
    is_hub = sharing.is_hub or any(one.is_this and one.is_hub for one in desks)
    return SharedNow(
        standing, tuple(desks), reach_words(sharing.where()), may, is_hub, sharing.can_take_over,
        trouble,
    )  # fmt: skip

"""Copies of the event while it runs, and what another copy of it knows, brought together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from facilitator.services.events import Event, EventService
from facilitator.services.merging import MergeService
from facilitator.services.roll import age_words
from ui.kit import Button, Card, Label, State
from ui.screens.copies_merge import MergePage
from ui.screens.screen import Surroundings
from ui.screens.tabbed_screen import TabbedScreen

if TYPE_CHECKING:
    from facilitator.app import EventApp
    from ui.copy_keeper import CopyKeeper, CopyState

COPIES, TOGETHER = "copies", "together"
_SIDE = 344


@dataclass(frozen=True, slots=True)
class _Steps:
    head: str
    steps: tuple[str, ...]


_IF_IT_FAILS = _Steps(
    "If this laptop fails",
    (
        "Put the stick into another laptop that has Facilitator, and open the newest copy.",
        "It says what time it is from, comes over to that laptop and goes on there.",
        "If this laptop comes back: Bring together takes over what stands in one only.",
    ),
)


class CopiesScreen(TabbedScreen):
    """Where copies go, when the last was made; and the page that brings two together."""

    areas = Changes.EVENT | Changes.ARRIVALS

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> CopiesScreen:
        """The page of an open event."""
        return cls(around, app.event, app.merging)

    def __init__(self, around: Surroundings, events: EventService, merging: MergeService) -> None:
        parts = {COPIES: "While it runs", TOGETHER: "Bring together"}
        super().__init__(around, "Copies", parts)
        self._events = events
        self._event: Event | None = None
        self._keeper: CopyKeeper | None = None
        self.together = MergePage(around, merging)
        self.together.said.connect(self.said)
        self.add_parts({COPIES: self._build_copies(), TOGETHER: self.together})

    def keep_with(self, keeper: CopyKeeper) -> None:
        """Who makes the copies; asked for by the composition of the window."""
        self._keeper = keeper
        keeper.changed.connect(self._paint)
        self._paint()

    def reload(self) -> None:
        self.around.database.run(self._events.get, self._show)
        self.together.reload()

    def behind(self) -> Mapping[str, Callable[[], None]]:
        return {"together": lambda: self.show_part(TOGETHER)}

    def focus_part(self, key: str) -> None:
        if key == TOGETHER:
            self.together.take_focus()
        else:
            self.folder.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building -------------------------------------------------------------------------------

    def _build_copies(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        across = QHBoxLayout()
        across.setSpacing(24)
        card = Card(margin=24, spacing=12)
        self._stand = State("", "copy", role="part")
        card.box.addWidget(self._stand)
        self._words = Label("", "body", wrap=True)
        card.box.addWidget(self._words)
        self._hint = Label("", "second", wrap=True)
        card.box.addWidget(self._hint)
        self._where = Label("", "second", elide=True)
        card.box.addWidget(self._where)
        across.addWidget(card, 1)
        across.addWidget(_build_side(), 1)
        box.addLayout(across)
        # below both: its three buttons are wider than the card on a small window
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.folder = Button("Choose a folder…", key="Alt+F", icon="folder-open", kind="main")
        self.folder.clicked.connect(self._choose)
        self.now = Button("Make one now", key="Alt+M", icon="copy")
        self.now.clicked.connect(self._make)
        self.stop = Button("No more copies", key="Alt+N", icon="x", kind="quiet")
        self.stop.clicked.connect(self._stop)
        for button in (self.folder, self.now, self.stop):
            acts.addWidget(button)
        acts.addStretch(1)
        box.addLayout(acts)
        box.addStretch(1)
        self._paint()
        return page

    # -- showing --------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, event: Event) -> None:
        self._event = event
        self.together.show_event(event)
        self._paint()

    @Slot()
    def _paint(self) -> None:
        state = self._keeper.state if self._keeper is not None else None
        if state is None or state.folder is None:
            self._stand.set_state("No copies are made", "warning-fill", "attention")
            self._words.setText(
                "Choose a folder on a USB stick: a checked copy of the event goes there every five "
                "minutes and whenever a break begins. The last six are kept. Names are inside."
            )
            self._hint.setText("A copy is what the day goes on with, should this laptop fail.")
            self._where.setText("")
            self.folder.setText("Choose a folder…")
            self.now.refuse("Choose a folder first")
            self.stop.setVisible(False)
            return
        self.folder.setText("Another folder…")
        self.stop.setVisible(True)
        if state.busy:
            self.now.refuse("A copy is being made")
        else:
            self.now.allow()
        if state.trouble:
            self._stand.set_state("The last copy failed", "warning-octagon-fill", "bad")
            said = [state.trouble]
        elif state.last is None:
            self._stand.set_state("The first copy is being made", "hourglass", "attention")
            said = []
        else:
            self._stand.set_state("Copies are made", "check-circle-fill", "good")
            said = []
        said += [self._last_words(state), self._next_words(state)]
        self._words.setText(" ".join(part for part in said if part))
        self._where.setText(f"Folder: {state.folder}")
        hint = "The last six are kept; names are inside."
        if state.beside:
            hint = (
                "This folder is on the same disk as the event: should the disk fail, the copies "
                f"are gone too. A USB stick is better. {hint}"
            )
        self._hint.setText(hint)

    def _last_words(self, state: CopyState) -> str:
        if state.last is None or self._event is None:
            return ""
        at, now = state.last.at, self.around.clocks.now()
        return (
            f"The newest is from {self._event.local(at):%H:%M:%S}, {age_words(now - at)} old: "
            f"“{state.last.path.name}”."
        )

    def _next_words(self, state: CopyState) -> str:
        if state.next_at is None or self._event is None or state.busy:
            return ""
        again = "Tried again" if state.trouble else "The next one is made"
        return f"{again} at {self._event.local(state.next_at):%H:%M}, or when a break begins."

    # -- acts -----------------------------------------------------------------------------------

    @Slot()
    def _choose(self) -> None:
        found = QFileDialog.getExistingDirectory(self, "A folder for copies, on a USB stick")
        if found and self._keeper is not None:
            self._keeper.choose(Path(found))

    @Slot()
    def _make(self) -> None:
        if self._keeper is not None:
            self._keeper.make_now()

    @Slot()
    def _stop(self) -> None:
        if self._keeper is not None:
            self._keeper.choose(None)
            self.tell("done", "No more copies are made. Those that are there stay.")


def _build_side() -> QWidget:
    """What to do if this laptop fails, at the right of how the copies stand."""
    side = Card("paper", outlined=True)
    side.setMaximumWidth(_SIDE)
    side.box.addWidget(Label(_IF_IT_FAILS.head, "strong"))
    for number, step in enumerate(_IF_IT_FAILS.steps, start=1):
        side.box.addWidget(Label(f"{number}. {step}", "second", wrap=True))
    side.box.addStretch(1)
    return side

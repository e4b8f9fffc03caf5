"""Start: what to do next is one Enter away. Recent events, a new one, another one, a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from facilitator.domain.changes import Changes
from ui.kit import Button, EmptyState, Icon, Label, Line, State
from ui.screens.new_event import EventWish, NewEventPage, TemplateChoice, WishErrors
from ui.screens.open_event import OpenPage
from ui.screens.screen import Screen, Surroundings
from ui.screens.start_parts import EventList, StartPanel, recent_rows
from ui.screens.this_laptop import ThisLaptopPage
from ui.settings import RecentEvent

if TYPE_CHECKING:
    from facilitator.services.joining import Joined
    from facilitator.services.way import Step
    from ui.screens.join import JoinPage
    from ui.screens.practice import PracticePage


@dataclass(frozen=True, slots=True)
class JoinActs:
    """What joining a shared event can do; `join` and `try_way` wait, and so run on a lane.

    `join` takes the code, this desk's name and where the copy is kept; `open` that place again.
    """

    join: Callable[[str, str, Path], Joined]
    try_way: Callable[[str], tuple[Step, ...]]
    open: Callable[[str], None]
    default_folder: Callable[[], Path]


@dataclass(frozen=True, slots=True)
class StartActs:
    """What Start can do. Each returns at once; the outcome comes by itself.

    `create` takes the wish, the place and what to call with the errors of single fields.
    """

    open: Callable[[str], None]
    create: Callable[[EventWish, Callable[[WishErrors], None]], None]
    sample: Callable[[], None]
    rehearse: Callable[[], None]
    templates: Callable[[], list[TemplateChoice]]
    default_folder: Callable[[], Path]
    pick_file: Callable[[QWidget], str]
    #: shows the practice at the Desk of the event that is open; False where none is
    practise: Callable[[], bool] = lambda: False
    #: what joining a shared event can do; without it nothing can be joined from here
    join: JoinActs | None = None


class StartScreen(Screen):
    """The first screen, and the one to come back to for another event."""

    areas: ClassVar[Changes] = Changes.EVENT
    full_bleed: ClassVar[bool] = True
    more_keys: ClassVar = (("Up, Down", "Choose an event"), ("Enter", "Open it"))

    def __init__(self, around: Surroundings, acts: StartActs) -> None:
        super().__init__(around)
        self._acts = acts
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        self.panel = StartPanel()
        self.panel.new.clicked.connect(self.show_new)
        self.panel.other.clicked.connect(self.show_open)
        across.addWidget(self.panel)
        self._pages = QStackedWidget()
        across.addWidget(self._pages, 1)
        self._events_page = self._build_events()
        self._pages.addWidget(self._events_page)
        self.new_page = NewEventPage(around.clocks)
        self.new_page.wanted.connect(self._create)
        self.new_page.left.connect(self.show_events)
        self._pages.addWidget(self.new_page)
        self.open_page = OpenPage(acts.pick_file)
        self.open_page.wanted.connect(self._open)
        self.open_page.left.connect(self.show_events)
        self._pages.addWidget(self.open_page)
        self.laptop_page = ThisLaptopPage(around.settings)
        self.laptop_page.left.connect(self.show_events)
        self._pages.addWidget(self.laptop_page)
        self.practice_page: PracticePage | None = None
        self.join_page: JoinPage | None = None
        self.panel.join.clicked.connect(self.show_join)
        self.panel.join.setVisible(acts.join is not None)

    def hidden(self) -> None:
        self._pages.setCurrentWidget(self._events_page)

    @property
    def page(self) -> QWidget | None:
        """The page at the right that is in sight."""
        return self._pages.currentWidget()

    def reload(self) -> None:
        recent = self.around.settings.recent
        today = self.around.clocks.now().astimezone().date()
        self.around.heavy.run(lambda: _looked_up(recent, today), self._found)

    def shown(self) -> None:
        self.reload_soon()
        if self.page is self._events_page:
            self._focus_events()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_pages()

    def _fit_pages(self) -> None:
        small = self.width() < 1000
        side, top, foot = (16, 16, 12) if small else (56, 48, 32)
        for place in range(self._pages.count()):
            page = self._pages.widget(place)
            layout = page.layout() if page is not None else None
            if layout is not None:
                less = 6 if page is self.new_page else 0
                layout.setContentsMargins(side - less, top, side - less, foot)

    @Slot()
    def show_events(self) -> None:
        """Back to the list of events."""
        self._pages.setCurrentWidget(self._events_page)
        self._focus_events()

    @Slot()
    def show_new(self) -> None:
        """The one page of a new event."""
        self.new_page.prepare(self._acts.default_folder())
        self._pages.setCurrentWidget(self.new_page)
        self.new_page.take_focus()
        self.around.heavy.run(self._acts.templates, self.new_page.set_templates)

    @Slot()
    def show_open(self) -> None:
        """The page that opens a file or a database."""
        self._pages.setCurrentWidget(self.open_page)
        self.open_page.take_focus()

    @Slot()
    def show_practice(self) -> None:
        """Six test tickets: at the Desk where an event is open, else here."""
        if self._acts.practise():
            return
        if self.practice_page is None:
            from ui.screens.practice import PracticePage

            self.practice_page = PracticePage(self.around)
            self.practice_page.left.connect(self.show_events)
            self._pages.addWidget(self.practice_page)
            self._fit_pages()
        self._pages.setCurrentWidget(self.practice_page)
        self.practice_page.begin()

    @Slot()
    def show_join(self) -> None:
        """The page that joins an event which another laptop shares."""
        if self._acts.join is None:
            return
        if self.join_page is None:
            from ui.screens.join import JoinPage

            self.join_page = JoinPage(self.around, self._acts.join)
            self.join_page.left.connect(self.show_events)
            self.join_page.said.connect(self.said)
            self._pages.addWidget(self.join_page)
            self._fit_pages()
        self.join_page.prepare()
        self._pages.setCurrentWidget(self.join_page)
        self.join_page.take_focus()

    @Slot()
    def show_laptop(self) -> None:
        """The settings of this laptop."""
        self.laptop_page.read()
        self._pages.setCurrentWidget(self.laptop_page)
        self.laptop_page.take_focus()

    def set_busy(self, words: str) -> None:
        """Says what is under way ("Opening …"); an empty text says that nothing is."""
        self._busy.setText(words)

    def set_equipment(self, words: str, *, complete: bool) -> None:
        """What was found beside this laptop, in a sentence."""
        icon, tone = ("check-circle-fill", "good") if complete else ("info", "muted")
        self._equipment.set_state(words, icon, tone)
        self._equipment.show()

    def _build_events(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(56, 48, 56, 32)
        box.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(20, 0, 20, 0)
        self._heading = Label("Your events", "heading")
        head.addWidget(self._heading)
        head.addStretch(1)
        self._busy = Label("", "second")
        head.addWidget(self._busy)
        box.addLayout(head)
        box.addSpacing(10)
        self.events = EventList()
        self.events.activated_row.connect(self._open)
        box.addWidget(self.events, 1)
        self.sample = Button("Open the sample event", key="Enter", kind="main", hint_only=True)
        self.sample.clicked.connect(self._sample)
        self.empty = EmptyState(
            "calendar-plus",
            "No event on this laptop yet",
            "Look round first: the sample event has 120 invented people and can be deleted at "
            "any time. Or make your own with New event.",
            self.sample,
        )
        self.empty.hide()
        box.addWidget(self.empty, 1)
        box.addSpacing(16)
        box.addWidget(Line())
        box.addSpacing(20)
        box.addLayout(self._build_rehearsal())
        box.addSpacing(12)
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 0, 8, 0)
        self._equipment = State("", "check-circle-fill", role="side note")
        self._equipment.hide()
        foot.addWidget(self._equipment)
        foot.addStretch(1)
        foot.addWidget(Label("F1 lists the keys", "side note"))
        foot.addSpacing(8)
        self.laptop = Button("This laptop", key="Ctrl+,", icon="gear", kind="quiet")
        self.laptop.clicked.connect(self.show_laptop)
        foot.addWidget(self.laptop)
        box.addLayout(foot)
        return page

    def _build_rehearsal(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(20, 0, 20, 0)
        line.setSpacing(16)
        line.addWidget(Icon("play-circle", size=36))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label("Rehearse the day", "part"))
        words.addWidget(
            Label(
                "A whole sample day with invented people, in about two minutes. Practise: six "
                "test tickets for whoever will be at the desk.",
                "second",
                wrap=True,
            )
        )
        line.addLayout(words, 1)
        self.rehearse = Button("Rehearse", key="Ctrl+R", spread=True)
        self.rehearse.clicked.connect(self._rehearse)
        self.practise = Button("Practise", key="Ctrl+T", spread=True)
        self.practise.clicked.connect(self.show_practice)
        acts = QVBoxLayout()
        acts.setSpacing(8)
        acts.addWidget(self.rehearse)
        acts.addWidget(self.practise)
        line.addLayout(acts)
        return line

    def _focus_events(self) -> None:
        target = self.sample if self.empty.isVisibleTo(self._events_page) else self.events
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _found(self, looked: tuple[list[RecentEvent], date, frozenset[str]]) -> None:
        recent, today, missing = looked
        first = self.events.current_key is None
        self.events.set_rows(recent_rows(recent, today, missing))
        self.events.setVisible(bool(recent))
        self.empty.setVisible(not recent)
        if recent and (first or self.events.current_key is None):
            self.events.choose(recent[0].location)
        if self.isVisible() and self.page is self._events_page:
            self._focus_events()

    @Slot(object)
    def _open(self, location: str) -> None:
        self._acts.open(location)

    @Slot(object)
    def _create(self, wish: EventWish) -> None:
        self._acts.create(wish, self.new_page.set_errors)

    @Slot()
    def _sample(self) -> None:
        self._acts.sample()

    @Slot()
    def _rehearse(self) -> None:
        self._acts.rehearse()


def _looked_up(
    recent: list[RecentEvent], today: date
) -> tuple[list[RecentEvent], date, frozenset[str]]:
    """The recent events and which of their files are gone. A share may take its time: on a lane."""
    missing = frozenset(
        one.location
        for one in recent
        if "://" not in one.location and not Path(one.location).is_file()
    )
    return recent, today, missing

"""A walk-in in under twenty seconds by keyboard: name, organisation, and the side where it is not
told by the organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.boroughs import CHOICES, find_borough
from facilitator.domain.names import split_name
from facilitator.domain.people import Person, Status
from facilitator.domain.sides import Sides
from facilitator.domain.text import counted, fold
from facilitator.intake.professions import guess
from facilitator.services.checkin import NewWalkIn
from ui.kit import Button, Card, Choice, Field, Icon, Label, Option
from ui.screens.desk_completion import Completion, Offer

#: whom a name finds: the text and how many at most in, people out, best first
Search = Callable[[str, int], Sequence[Person]]


@dataclass(frozen=True, slots=True)
class WalkInList:
    """What the form knows of the list: everybody, and how to find somebody by name."""

    people: Sequence[Person]
    search: Search


class WalkInPanel(Card):
    """The form for somebody who is not on the list.

    Signals:
        added(NewWalkIn, object): the form was kept; with the id of whom they come in place of.
        cancelled(): Esc.
        known(object): it is somebody of the list after all: the person's id.
        searched(str): several of that name are on the list: the name to search for.
    """

    added = Signal(object, object)
    cancelled = Signal()
    known = Signal(object)
    searched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("mist", margin=24, spacing=10, parent=parent)
        self._people: Sequence[Person] = ()
        self._search: Search | None = None
        self._sides: Sides | None = None
        self._alike: list[Person] = []
        self._side_of: dict[str, str] = {}
        self._instead: UUID | None = None
        self._spare = ""
        #: a person chose the side: no organisation changes it any more
        self._side_is_theirs = False
        self.box.addWidget(Label("Somebody who is not on the list", "heading"))
        self.name = Field("Name", placeholder="Dr Ada Larkin", key="Alt+N")
        self.name.edit.setMaxLength(200)
        self.name.changed.connect(self._name_changed)
        self.box.addWidget(self.name)
        self.box.addWidget(self._build_alike())
        two = QHBoxLayout()
        two.setSpacing(16)
        self.organisation = Field("Organisation", key="Alt+O")
        self.role = Field("Role, for the badge", placeholder="May stay empty")
        for field in (self.organisation, self.role):
            field.edit.setMaxLength(300)
            field.changed.connect(self._guess_side)
        two.addWidget(self.organisation, 1)
        two.addWidget(self.role, 1)
        self.box.addLayout(two)
        self.box.addLayout(self._build_side())
        other = QHBoxLayout()
        other.setSpacing(16)
        self.borough = Field("Borough", placeholder="May stay empty")
        self.place = Field("In place of", placeholder="Nobody: leave it empty")
        self.place.edit.textEdited.connect(self._place_edited)
        other.addWidget(self.borough, 1)
        other.addWidget(self.place, 1)
        self.box.addLayout(other)
        self.box.addStretch(1)
        self.box.addLayout(self._build_acts())
        for field in (self.name, self.organisation, self.role, self.borough, self.place):
            field.edit.returnPressed.connect(self._next)
        # last, so that their lists lie over all the rest
        self.organisations = Completion(self.organisation, self)
        self.organisations.taken.connect(self._organisation_taken)
        self.boroughs = Completion(self.borough, self)
        self.boroughs.set_offers(lambda: [Offer(name) for name in CHOICES])
        self.places = Completion(self.place, self)
        self.places.taken.connect(self._place_taken)

    def _build_alike(self) -> QWidget:
        """The strip that says that somebody of that name is on the list."""
        self._strip = Card("careful", margin=8, spacing=12, horizontal=True)
        self._strip.box.addWidget(Icon("users-fill", size=22, tone="on-careful"))
        self._alike_words = Label("", "body", tone="on-careful", wrap=True)
        self._strip.box.addWidget(self._alike_words, 1)
        self.check_in = Button("Check them in", key="F3", ground="careful")
        self.check_in.clicked.connect(self._not_new)
        self._strip.box.addWidget(self.check_in)
        self._strip.hide()
        return self._strip

    def _build_side(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        words = QHBoxLayout()
        words.setSpacing(12)
        words.addWidget(Label("Where they work", "strong"))
        self._side_note = Label("", "side note", elide=True)
        words.addWidget(self._side_note, 1)
        column.addLayout(words)
        self.side = Choice([Option("-", "-")], name="Where they work")
        self.side.chosen.connect(self._side_chosen)
        column.addWidget(self.side)
        self._anywhere: list[QShortcut] = []
        for number in range(3):
            shortcut = QShortcut(f"Alt+{number + 1}", self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setProperty("place", number)
            shortcut.activated.connect(self._side_by_number)
            self._anywhere.append(shortcut)
        return column

    def _build_acts(self) -> QHBoxLayout:
        acts = QHBoxLayout()
        acts.setSpacing(8)
        add = Button("Add and check in", key="Ctrl+Enter", icon="user-plus", kind="main", desk=True)
        add.clicked.connect(self.keep)
        back = Button("Cancel", key="Esc", desk=True, hint_only=True)
        back.clicked.connect(self.cancelled)
        acts.addWidget(add)
        acts.addWidget(back)
        self._promise = Label("", "second", wrap=True)
        acts.addWidget(self._promise, 1)
        return acts

    # -- public ---------------------------------------------------------------------------------

    def begin(
        self, name: str, sides: Sides, known: WalkInList, *, badge: bool, spare: str = ""
    ) -> None:
        """Empties the form; `name` is what was typed in the search already.

        `badge` says whether this desk prints one for them at once; `spare` is the code of the
        spare badge that they are given instead.
        """
        self._promise.setText(
            "They get a ticket, a badge and the best free seat." if badge
            else "They get a ticket and the best free seat; F6 prints a badge."
        )  # fmt: skip
        self._spare = ""
        if spare:
            self.give_spare(spare)
        self._sides, self._people, self._search = sides, known.people, known.search
        self._instead, self._side_is_theirs = None, False
        # a list of its own, so that what is asked for later is what stood here now
        self.organisations.set_offers(self._organisations)
        self.places.set_offers(self._absent)
        self._side_of = _sides_of(known.people)
        self.side.set_options(
            [Option(side.key, side.shown, shortcut=side.letter) for side in sides]
        )
        self._choose_side("")
        for segment in self.side.buttons:
            segment.installEventFilter(self)
        for field in (self.organisation, self.role, self.borough, self.place):
            field.set_text("")
            field.set_error("")
        self.name.set_text(name)
        self.name.set_error("")
        self._name_changed(name)
        self._guess_side()
        self.name.take_focus()
        self.name.edit.end(False)

    def give_spare(self, code: str) -> None:
        """A spare badge was scanned: it is theirs as soon as the form is kept."""
        self._spare = code
        self._promise.setText(f"The spare badge ending in {code[-6:]} is theirs, and a free seat.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Enter on a side that is chosen keeps the form; on another it chooses that one.
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and watched in self.side.buttons
            and self.side.value
        ):
            self.keep()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def keep(self) -> None:
        """Tells what was filled in, or says which field is wrong."""
        if not self.name.text:
            self.name.set_error("A walk-in needs a name.")
            self.name.take_focus()
            return
        instead = self._instead
        if self.place.text and instead is None:
            meant = self.places.exact(self.place.text)
            instead = meant.key if meant is not None else None
            if instead is None:
                words = "Nobody of that name is on the list: choose one, or empty it."
                self.place.set_error(words)
                self.place.take_focus()
                return
        if not self.side.value:
            self._ask_side()
            return
        self.added.emit(
            NewWalkIn(
                self.name.text, self.side.value, self.organisation.text, self.role.text,
                borough=find_borough(self.borough.text) or self.borough.text,
                badge=self._spare,
            ),
            instead,
        )  # fmt: skip

    # -- Enter ----------------------------------------------------------------------------------

    @Slot()
    def _next(self) -> None:
        """Enter goes on from the name to the organisation, and from there on it keeps."""
        if self.name.edit.hasFocus():
            if not self.name.text:
                self.name.set_error("A walk-in needs a name.")
                return
            self.organisation.take_focus()
            return
        self.keep()

    def _ask_side(self) -> None:
        assert self._sides is not None
        letters = [side.letter for side in self._sides]
        self._side_note.setText(f"Press {', '.join(letters[:-1])} or {letters[-1]}, then Enter")
        self._side_note.set_tone("bad")
        self.side.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # -- the name -------------------------------------------------------------------------------

    @Slot(str)
    def _name_changed(self, text: str) -> None:
        """Whether somebody of that name is on the list already."""
        words = _words(text)
        found = self._search(" ".join(words), 8) if self._search and len(words) > 1 else ()
        self._alike = [one for one in found if words == _words(one.name)]
        self._strip.setVisible(bool(self._alike))
        if not self._alike:
            return
        if len(self._alike) > 1:
            many = counted(len(self._alike), "person", "people")
            self._alike_words.setText(f"{many} of that name are on the list. Is it one of them?")
            self.check_in.setText("Show them")
            return
        one = self._alike[0]
        of = f" of {one.organisation}" if one.organisation else ""
        state = {
            Status.EXPECTED: "expected", Status.ARRIVED: "here already",
            Status.LEFT: "and has left", Status.CANCELLED: "but cancelled",
        }[one.status]  # fmt: skip
        self._alike_words.setText(
            f"On the list: {one.full_name}{of}, {state}. Is it the same person?"
        )
        self.check_in.setText("Show them" if one.is_here else "Check them in")

    @Slot()
    def _not_new(self) -> None:
        if len(self._alike) == 1:
            self.known.emit(self._alike[0].id)
        elif self._alike:
            self.searched.emit(self._alike[0].name)

    # -- organisation and side ------------------------------------------------------------------

    def _organisations(self) -> list[Offer]:
        """The organisations of the list, with how many people each has."""
        number = Counter(one.organisation for one in self._people if one.organisation)
        return [
            Offer(name, f"{counted(number[name], 'person', 'people')} on the list")
            for name in sorted(number, key=fold)
        ]

    @Slot(object)
    def _organisation_taken(self, _offer: Offer) -> None:
        self._guess_side()

    @Slot()
    def _guess_side(self) -> None:
        """The side that the organisation tells, shown as chosen until a person chooses."""
        if self._sides is None or self._side_is_theirs:
            return
        organisation = self.organisation.text
        known = self._side_of.get(fold(organisation), "")
        if known and not self.role.text:
            self._choose_side(known, "As others of this organisation")
            return
        told = guess("", "", self.role.text, organisation, self._sides).side
        side = told or known
        self._choose_side(side, "Guessed from what you typed: look" if side else "")

    def _choose_side(self, key: str, note: str = "") -> None:
        self.side.choose(key)
        if not key:  # Tab reaches it all the same
            self.side.buttons[0].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._side_note.setText(note or "Alt+1, 2 or 3 from any field")
        self._side_note.set_tone("muted")

    @Slot(str)
    def _side_chosen(self, _key: str) -> None:
        self._side_is_theirs = True
        self._side_note.setText("")

    @Slot()
    def _side_by_number(self) -> None:
        sender = self.sender()
        place = int(sender.property("place")) if sender is not None else 0
        if place < len(self.side.buttons) and self._sides is not None:
            self.side.choose([side.key for side in self._sides][place])
            self._side_chosen(self.side.value)

    # -- in place of ----------------------------------------------------------------------------

    def _absent(self) -> list[Offer]:
        """Whose place somebody may take: those who are not here, by family name."""
        absent = [one for one in self._people if not one.is_here]
        absent.sort(key=lambda one: fold(one.sorted_name))
        return [Offer(one.sorted_name, one.organisation, one.id) for one in absent]

    @Slot(object)
    def _place_taken(self, offer: Offer) -> None:
        self._instead = offer.key

    @Slot()
    def _place_edited(self) -> None:
        self._instead = None


def _words(name: str) -> list[str]:
    """The words of a name without its title, in any order, but for accents and case."""
    parts = split_name(name)
    return sorted(fold(f"{parts.given} {parts.family}").split())


def _sides_of(people: Sequence[Person]) -> dict[str, str]:
    """The side where most people of an organisation are, by its folded name."""
    number: dict[str, Counter[str]] = {}
    folded: dict[str, str] = {}
    for one in people:
        if one.organisation:
            name = folded.get(one.organisation)
            if name is None:
                name = folded[one.organisation] = fold(one.organisation)
            number.setdefault(name, Counter())[one.side] += 1
    return {name: counts.most_common(1)[0][0] for name, counts in number.items()}

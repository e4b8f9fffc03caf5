"""Whom a note is of: who may be named, the side that voiced it, who said it. Decided first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from facilitator.domain.notes import Attribution, Who
from facilitator.domain.sides import DEFAULT_SIDES, Side, Sides
from facilitator.services.notes import AtTable
from ui.kit import Choice, Option, paint_mark, plain_tip
from ui.screens.notes_parts import GroupButton, Labelled, tab_before
from ui.theme import BODY, RADIUS, Theme, font


class _SideButton(GroupButton):
    """One side: its mark on a control of its own."""

    def __init__(self, side: Side, parent: QWidget) -> None:
        super().__init__(parent)
        self.side = side
        self.setCheckable(True)
        self.setFixedSize(48, 40)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(side.name)
        self.setToolTip(plain_tip(f"{side.name} ({side.letter})"))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        painter.setBrush(theme.colour("hover" if on or self.underMouse() else "paper"))
        painter.setPen(QPen(theme.colour("ink" if on else "edge"), 2 if on else 1))
        inset = 1.0 if on else 0.5
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        mark = QRectF(0, 0, 22, 22)
        mark.moveCenter(QRectF(self.rect()).center())
        paint_mark(painter, mark, self.side.position, self.side.letter)
        painter.end()


class SideChoice(QWidget):
    """The three sides as marks, of which one is chosen or none. A side's letter, the arrows and
    Space choose; choosing the chosen one again takes it back.

    Signals:
        chosen(str): the key of the side, empty for none.
        finished(): a letter chose, or Enter was pressed: go on to what comes next.
    """

    chosen = Signal(str)
    finished = Signal()

    def __init__(self, name: str, sides: Sides = DEFAULT_SIDES) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        self._buttons: list[_SideButton] = []
        self._sides: Sides | None = None
        self._value = ""
        self.set_sides(sides)

    @property
    def value(self) -> str:
        """The key of the chosen side, or empty."""
        return self._value

    @property
    def buttons(self) -> Sequence[QAbstractButton]:
        """The sides as buttons, in order."""
        return tuple(self._buttons)

    def set_sides(self, sides: Sides) -> bool:
        """The event's sides; whether they are others than before."""
        if sides == self._sides:
            return False
        self._sides = sides
        for button in self._buttons:
            self._box.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for side in sides:
            button = _SideButton(side, self)
            button.clicked.connect(self._clicked)
            self._box.addWidget(button)
            self._buttons.append(button)
        self.choose(self._value)
        return True

    def choose(self, key: str) -> None:
        """Chooses without telling anybody."""
        self._value = key
        for place, button in enumerate(self._buttons):
            button.setChecked(button.side.key == key)
            stop = button.side.key == key or (not key and place == 0)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stop else Qt.FocusPolicy.ClickFocus)

    def take_focus(self) -> None:
        """Puts the keyboard at the chosen side, else at the first."""
        chosen = [button for button in self._buttons if button.isChecked()]
        (chosen or self._buttons)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(3 * 48 + 8, 40)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = {button.side.letter.casefold(): button for button in self._buttons}
        wanted = places.get(event.text().casefold()) if event.text() else None
        if wanted is not None:
            self._pick(wanted.side.key)
            self.finished.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finished.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            keys = [button.side.key for button in self._buttons]
            at = keys.index(self._value) + step if self._value in keys else 0
            target = self._buttons[at % len(keys)]
            self._pick(target.side.key)
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def uses_key(self, event: QKeyEvent) -> bool:
        """For the key filter: the sides' letters are this control's own."""
        letters = {button.side.letter.casefold() for button in self._buttons}
        return event.text().casefold() in letters

    @Slot()
    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, _SideButton):
            self._pick("" if button.side.key == self._value else button.side.key)

    def _pick(self, key: str) -> None:
        self.choose(key)
        self.chosen.emit(key)


class _WhoEdit(QLineEdit):
    """Who said it. Down lists who can be meant, those at the table first."""

    def __init__(self, names: QStringListModel) -> None:
        super().__init__()
        self.setFixedHeight(40)
        self.setFont(font(BODY))
        self._names = QCompleter(names, self)
        self._names.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._names.setFilterMode(Qt.MatchFlag.MatchContains)
        self._names.setMaxVisibleItems(8)
        self.setCompleter(self._names)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and not event.modifiers():
            self._names.setCompletionPrefix(self.text())
            self._names.complete()
        else:
            super().keyPressEvent(event)


class WhoRow(QWidget):
    """Attribution, side and who said it, in one row above the first word.

    Signals:
        changed(): any of the three is another.
        finished(): the side was chosen by its letter, or Enter was pressed.
        decided(): Enter at who may be named: on to the first word.
    """

    changed = Signal()
    finished = Signal()
    decided = Signal()

    def __init__(self, side_label: str) -> None:
        super().__init__()
        self._who = Who()
        self._listed: tuple[str, ...] = ()
        self._at_table = AtTable("", None)
        self._known: dict[str, Who] = {}
        self.attribution = Choice(
            [
                Option(Attribution.NAMED, "By name"),
                Option(Attribution.ROLE, "By role"),
                Option(Attribution.NONE, "Nobody"),
            ],
            name="Who may be named",
            value=Attribution.ROLE,
        )
        self.attribution.setMinimumWidth(self.attribution.sizeHint().width() + 8)
        self.side = SideChoice(side_label)
        for button in self.attribution.buttons:
            button.installEventFilter(self)
        self._names = QStringListModel(self)
        self.edit = _WhoEdit(self._names)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self._side_box = Labelled(side_label, self.side, key="Alt+S")
        self._side_box.setMinimumWidth(self.side.sizeHint().width())
        self._who_box = Labelled("Who said it", self.edit)
        row.addWidget(Labelled("Who may be named", self.attribution, key="Alt+A"))
        row.addWidget(self._side_box)
        row.addWidget(self._who_box, 1)
        self.attribution.chosen.connect(self._attribution_chosen)
        self.side.chosen.connect(self.changed)
        self.side.finished.connect(self.finished)
        self.edit.textEdited.connect(self._who_edited)
        self.edit.completer().activated.connect(self._who_edited)
        self._show_attribution()

    @property
    def value(self) -> tuple[Attribution, str, Who | str]:
        """Attribution, the side's key, and who said it: what is kept, or the text to look up."""
        return (Attribution(self.attribution.value), self.side.value, self.who)

    @property
    def who(self) -> Who | str:
        """Who said it: as it was kept while nobody edits it, else the text to be looked up."""
        text = self.edit.text().strip()
        if not self.edit.isEnabled():
            return Who()
        return self._who if text == self._who.words else self._known.get(text, text)

    def set_sides(self, sides: Sides) -> None:
        """The event's sides."""
        if self.side.set_sides(sides):
            tab_before(self.edit, self.side.buttons)

    def set_names(self, names: Sequence[str]) -> None:
        """The names that are offered."""
        if tuple(names) != self._listed:
            self._listed = tuple(names)
            self._offer()

    def set_table(self, found: AtTable) -> None:
        """Who sits at the note's table in its round: they are offered first, and each is known."""
        if found != self._at_table:
            self._at_table = found
            self._known = {
                who.words: who
                for who in (
                    Who(person.id, person.full_name, person.role, person.borough)
                    for person in found.people
                )
            }
            self._offer()
            self._show_placeholder()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers()
        ):
            self.decided.emit()
            return True
        return super().eventFilter(watched, event)

    def _offer(self) -> None:
        self._names.setStringList([*self._known, *self._listed])

    def show_value(self, attribution: Attribution, side: str, who: Who) -> None:
        """Another note's; nobody is told."""
        self.attribution.choose(attribution)
        self.side.choose(side)
        self.show_kept(who)
        self._show_attribution()

    def show_kept(self, who: Who) -> None:
        """What of the person is kept."""
        self._who = who
        if self.edit.text() != who.words and not self.edit.hasFocus():
            self.edit.setText(who.words)
        self._note()

    @Slot()
    def _attribution_chosen(self) -> None:
        self._show_attribution()
        self.changed.emit()

    @Slot()
    def _who_edited(self) -> None:
        self._note()
        self.changed.emit()

    def _show_attribution(self) -> None:
        attribution = Attribution(self.attribution.value)
        nobody = attribution is Attribution.NONE
        if nobody:
            self._who = Who()
            self.edit.clear()
        self.edit.setEnabled(not nobody)
        self._show_placeholder()
        self._note()

    def _show_placeholder(self) -> None:
        attribution, number = Attribution(self.attribution.value), len(self._at_table.people)
        at_table = f"Down: the {number} at table {self._at_table.table}" if number else ""
        self.edit.setPlaceholderText(
            {
                Attribution.NAMED: at_table or "A name from the list, or as typed",
                Attribution.ROLE: at_table or "A name from the list, or “GP, Brent”",
                Attribution.NONE: "Nobody is kept",
            }[attribution]
        )

    def _note(self) -> None:
        """Says beside the label what of the person is kept."""
        attribution = Attribution(self.attribution.value)
        text = self.edit.text().strip()
        if attribution is Attribution.NONE:
            said = "no person is kept"
        elif attribution is Attribution.NAMED:
            said = "the name is kept"
        elif text and text == self._who.words:
            said = "this is all that is kept"
        else:
            said = "role and borough are kept"
        self._who_box.note.setText(said)
        self.edit.setAccessibleDescription(said)

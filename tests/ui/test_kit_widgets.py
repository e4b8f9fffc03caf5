"""The kit's widgets: what they show, what they say, which keys they answer."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from facilitator.domain.sides import DEFAULT_SIDES
from tests.ui.conftest import Hand
from ui import icons
from ui.kit import (
    Bar,
    Button,
    Choice,
    Field,
    FocusRing,
    Label,
    Message,
    MessageBar,
    Option,
    Pill,
    Row,
    RowList,
    SearchField,
    SideMark,
    Tick,
)
from ui.theme import Theme


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def colours(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name().upper()
        for x in range(image.width())
        for y in range(image.height())
    }


def test_a_button_names_itself_and_its_key(qtbot: QtBot) -> None:
    button = Button("Print badge", key="F6", icon="printer")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Print badge"
    assert button.accessibleDescription() == "Key: F6"
    assert button.sizeHint().height() == 40
    assert Button("Print", desk=True).sizeHint().height() == 48


def test_a_buttons_key_presses_it_while_it_can_be_seen(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = Button("Make", key="Ctrl+Enter")
    QVBoxLayout(window).addWidget(button)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.windowHandle()
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_Enter, Qt.KeyboardModifier.ControlModifier)
    assert len(pressed) == 2
    button.hide()
    button.press()
    assert len(pressed) == 2


def test_a_refused_button_says_why(qtbot: QtBot) -> None:
    button = Button("Print badge", key="F6")
    qtbot.addWidget(button)
    button.refuse("No printer found")
    assert button.shown_text() == "No printer found"
    assert button.accessibleDescription() == "No printer found"
    assert not button.isEnabled()
    button.allow()
    assert button.shown_text() == "Print badge"
    assert button.isEnabled()


def test_enter_presses_a_focused_button(qtbot: QtBot) -> None:
    button = Button("Open")
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.clicked, timeout=1000):
        qtbot.keyClick(button, Qt.Key.Key_Return)


def test_a_label_is_plain_text_and_elides_on_purpose(qtbot: QtBot) -> None:
    label = Label("<b>Dr Nguyễn</b> & sons, a very long organisation", elide=True)
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert "&lt;b&gt;" in label.toolTip()
    label.resize(1000, 20)
    assert label.toolTip() == ""


def test_a_word_longer_than_its_column_is_broken_not_cut(qtbot: QtBot) -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff-Ó Briain"
    label = Label(name, wrap=True)
    qtbot.addWidget(label)
    assert label.text() == name
    assert label.minimumSizeHint().width() < Label(name).sizeHint().width() / 2
    assert label.heightForWidth(120) > label.heightForWidth(600)


@pytest.mark.parametrize("side", list(DEFAULT_SIDES))
def test_a_mark_is_shape_letter_and_colour(qtbot: QtBot, side) -> None:
    mark = SideMark(side, 40)
    qtbot.addWidget(mark)
    mark.resize(40, 40)
    found = colours(picture(mark))
    assert Theme.current().side(side.position).name().upper() in found
    assert Theme.current().colour("mark-letter").name().upper() in found
    assert mark.accessibleName() == side.name


def test_marks_differ_in_shape_alone(qtbot: QtBot) -> None:
    # What is filled at a corner, and half way along an edge, tells the three shapes apart.
    shapes = set()
    for side in DEFAULT_SIDES:
        mark = SideMark(side, 40)
        qtbot.addWidget(mark)
        mark.resize(40, 40)
        image = picture(mark)
        fill = Theme.current().side(side.position)
        points = [QPoint(4, 4), QPoint(7, 8)]
        shapes.add(tuple(image.pixelColor(point) == fill for point in points))
    assert len(shapes) == 3


def test_a_mark_on_a_colour_is_white_with_its_letter_in_colour(qtbot: QtBot) -> None:
    mark = SideMark(DEFAULT_SIDES.first, 40, ground="welcome")
    qtbot.addWidget(mark)
    mark.resize(40, 40)
    assert {"#FFFFFF", "#005EB8"} <= colours(picture(mark))


def test_every_icon_that_the_kit_and_the_rail_name_exists() -> None:
    from ui.application import SCREENS, START
    from ui.kit.message import MOODS

    names = [icon for _, icon, *_ in MOODS.values()]
    for entry in (START, *SCREENS):
        names += [entry.icon, f"{entry.icon}-fill"]
    assert [name for name in names if not icons.known(name)] == []
    assert not icons.known("no-such-icon")


def test_an_icon_takes_the_themes_colour(qtbot: QtBot) -> None:
    image = icons.icon("house").pixmap(32, 32).toImage()
    assert Theme.current().hex("ink").upper() in colours(image)


def test_a_choice_has_one_chosen_and_moves_by_arrows(qtbot: QtBot) -> None:
    choice = Choice(
        [Option("named", "Named"), Option("role", "Role"), Option("none", "None")],
        name="People in the notes",
        value="role",
    )
    qtbot.addWidget(choice)
    told: list[str] = []
    choice.chosen.connect(told.append)
    assert choice.value == "role"
    qtbot.keyClick(choice.buttons[1], Qt.Key.Key_Right)
    qtbot.keyClick(choice.buttons[2], Qt.Key.Key_Right)
    assert told == ["none", "named"]
    assert [button.isChecked() for button in choice.buttons] == [True, False, False]
    choice.choose("role")
    assert told == ["none", "named"]


def test_a_choice_of_other_options_keeps_its_value(qtbot: QtBot) -> None:
    choice = Choice([Option("1", "Round 1"), Option("2", "Round 2")], name="Round", value="2")
    qtbot.addWidget(choice)
    choice.set_options([Option("1", "Round 1"), Option("2", "Round 2"), Option("3", "Round 3")])
    assert choice.value == "2"
    choice.set_options([Option("1", "Round 1")])
    assert choice.value == "1"


def test_a_choice_has_room_for_its_tick_at_the_width_it_asks_for(qtbot: QtBot) -> None:
    choice = Choice([Option("all", "All rounds"), Option("first", "The first round")], name="Which")
    qtbot.addWidget(choice)
    chosen = choice.buttons[0]
    wide, high = chosen.sizeHint().width(), chosen.sizeHint().height()
    shown = []
    for more in (0, 10):
        chosen.resize(wide + 2 * more, high)
        shown.append(picture(chosen).copy(12 + more, 8, wide - 24, high - 16))
    # the tick and the words as they are where there is plenty of room, only further to the left
    assert shown[0] == shown[1]


def test_a_field_tells_its_error_and_forgets_it_when_mended(qtbot: QtBot) -> None:
    field = Field("E-mail", hint="Leave it empty where there is none")
    qtbot.addWidget(field)
    field.set_error("There is no @. Mend it, or leave it empty.")
    assert field.edit.accessibleDescription().startswith("There is no @")
    qtbot.keyClick(field.edit, Qt.Key.Key_Delete)
    field.edit.textEdited.emit("a@b.example")
    assert field.error == ""
    assert field.edit.accessibleDescription() == "Leave it empty where there is none"


def test_esc_empties_a_search_and_arrows_move(qtbot: QtBot) -> None:
    search = SearchField("Scan a badge, or type a name", desk=True)
    qtbot.addWidget(search)
    search.setText("ngu")
    moves: list[int] = []
    search.moved.connect(moves.append)
    qtbot.keyClick(search, Qt.Key.Key_Down)
    qtbot.keyClick(search, Qt.Key.Key_Up)
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert moves == [1, -1]
    assert search.text() == ""
    assert search.height() == 56


def test_a_list_tells_its_rows_in_full_and_keeps_the_choice(qtbot: QtBot) -> None:
    rows = [
        Row(1, "Dr <i>Ada</i> Larkin", "09:12", side=DEFAULT_SIDES.first, right="Expected"),
        Row(2, "Minh Nguyễn", "09:13", side=DEFAULT_SIDES.second),
    ]
    view = RowList(name="Last arrivals")
    qtbot.addWidget(view)
    view.set_rows(rows)
    said = view.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Dr <i>Ada</i> Larkin, General practice, 09:12, Expected"
    view.step(1)
    view.step(1)
    assert view.current_key == 2
    told: list[object] = []
    view.chosen.connect(told.append)
    view.set_rows([rows[1], rows[0]])
    assert view.current_key == 2
    view.choose(99)
    assert view.current_key is None
    assert told[-1] is None


def test_enter_on_a_row_tells_its_key(qtbot: QtBot) -> None:
    view = RowList(name="Your events")
    qtbot.addWidget(view)
    view.set_rows([Row("a", "One"), Row("b", "Two")])
    view.show()
    view.choose("b")
    with qtbot.waitSignal(view.activated_row, timeout=1000) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == ["b"]


def test_a_bar_draws_its_share(qtbot: QtBot) -> None:
    bar = Bar(1, 4, tone="gp", name="General practice")
    qtbot.addWidget(bar)
    bar.resize(100, 8)
    image = picture(bar)
    blue = Theme.current().colour("gp")
    assert image.pixelColor(12, 4) == blue
    assert image.pixelColor(60, 4) == Theme.current().colour("line")
    assert bar.accessibleName() == "General practice: 1 of 4"
    bar.set_value(9, 4)
    assert bar.share == 1.0
    bar.set_value(0, 0)
    assert bar.share == 0.0


def test_a_tick_tells_its_note(qtbot: QtBot) -> None:
    tick = Tick("106 here", note="46 practice, 50 pharmacy")
    qtbot.addWidget(tick)
    tick.click()
    assert tick.isChecked()
    assert tick.accessibleDescription() == "46 practice, 50 pharmacy"
    assert tick.sizeHint().height() >= 40
    assert Pill("Counting hands", "hand").accessibleName() == "Counting hands"


def test_the_gravest_message_comes_first_and_none_is_lost(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.say(Message("careful", "The printer did not answer."))
    bar.say(Message("info", "Saved."))
    bar.say(Message("stop", "The disk is full."))
    bar.say(Message("stop", "The disk is full."))
    assert bar.message is not None
    assert bar.message.text == "The disk is full."
    bar.next()
    assert bar.message.text == "The printer did not answer."
    bar.next()
    assert bar.message.text == "Saved."
    bar.next()
    assert bar.message is None
    assert bar.isHidden()
    assert bar.height() == 40


def test_a_message_acts_once_and_goes(qtbot: QtBot, hand: Hand) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    done: list[str] = []
    bar.say(Message("careful", "Next session begun.", "Take back", lambda: done.append("back")))
    button = next(b for b in bar.findChildren(Button) if b.text() == "Take back")
    assert button.height() == 40 or button.sizeHint().height() == 40
    button.click()
    assert done == ["back"]
    assert bar.message is None


def test_a_message_that_is_over_is_withdrawn(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.say(Message("info", "Rehearsing.", stays=True))
    bar.say(Message("stop", "The disk is full."))
    bar.withdraw("Rehearsing.")
    bar.next()
    assert bar.message is None


def test_an_offer_that_ends_goes_by_itself(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    with qtbot.waitSignal(bar.emptied, timeout=2000):
        bar.say(Message("careful", "Next session begun.", seconds=0.02))


def test_the_focus_ring_stands_outside_what_has_the_keyboard(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    box = QHBoxLayout(window)
    first, second = Button("One"), Button("Two")
    box.addWidget(first)
    box.addWidget(second)
    ring = FocusRing(window)
    window.resize(400, 100)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    first.setFocus()
    assert ring.geometry().contains(first.geometry())
    second.setFocus()
    assert ring.geometry().contains(second.geometry())
    assert not ring.geometry().intersects(QRect(first.geometry()))
    yellow = Theme.current().hex("focus").upper()
    assert yellow in colours(picture(window))
    second.hide()
    first.clearFocus()
    assert not ring.isVisible()


def test_void_calls_keep_none_alive(qtbot: QtBot) -> None:
    # PySide6 6.12.0 loses a reference to None at every void call on Python 3.11.
    label = Label("Ada")
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(1000):
        label.update()
        label.setEnabled(True)
    assert abs(sys.getrefcount(None) - before) < 100


def test_a_message_about_the_same_thing_takes_the_place_of_the_one_before(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.say(Message("careful", "1 badge was not printed.", about="badges"))
    bar.say(Message("stop", "The disk is full."))
    bar.say(Message("careful", "2 badges were not printed.", about="badges"))
    assert [one.text for one in bar.waiting] == ["2 badges were not printed."]
    bar.next()
    bar.say(Message("done", "All are printed.", about="badges"))
    assert bar.message is not None
    assert (bar.message.text, bar.waiting) == ("All are printed.", ())


def test_the_first_arrow_chooses_where_nothing_is_chosen_yet(qtbot: QtBot) -> None:
    choice = Choice([Option("a", "A"), Option("b", "B"), Option("c", "C")], name="Letters")
    qtbot.addWidget(choice)
    for key, chosen in ((Qt.Key.Key_Right, "a"), (Qt.Key.Key_Left, "c")):
        choice.choose("")
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(choice, event)
        assert choice.value == chosen

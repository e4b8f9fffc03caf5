"""The two menus of the Tables screen: what is wished for a person, and how the room is set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from facilitator.services.room import RoomState, RoundView, TableView
from facilitator.services.tables import TableService
from facilitator.services.wishes import APART, HOST, TOGETHER, WishService

#: does something on the lane and says what came of it
Do = Callable[[Callable[[], Any]], None]


@dataclass(frozen=True, slots=True)
class PersonActs:
    """What the menu of a person calls. `ask` opens the search for a second person."""

    move: Callable[[], None]
    unseat: Callable[[], None]
    ask: Callable[[str, str], None]
    wishes: WishService
    do: Do


def person_menu(
    parent: QWidget, state: RoomState, view: RoundView, who: UUID, label: str, acts: PersonActs
) -> QMenu:
    """Moving, keeping, hosting, sitting apart or together."""
    name, number, wishes, do = state.people[who].name, view.number, acts.wishes, acts.do
    menu = QMenu(parent)
    menu.setAccessibleName(f"Wishes of {name}")
    add(menu, "Move…", acts.move)
    add(menu, "Take the seat away", acts.unseat)
    stays = "Need not keep this table" if who in view.locked_people else "Keeps this table"
    add(menu, stays, lambda: do(lambda: wishes.lock_person(who, number)))
    menu.addSeparator()
    hosting = [wish for wish in state.wishes.of_kind(HOST) if wish.person == who]
    if hosting:
        add(menu, "No host any more", lambda: do(lambda: wishes.remove(hosting[0].id)))
    else:
        host = f"Host: stays at table {label}"
        add(menu, host, lambda: do(lambda: wishes.host(who, label)))
    add(menu, "Sit apart from…", lambda: acts.ask(f"{name} sits apart from", APART))
    add(menu, "Sit together with…", lambda: acts.ask(f"{name} sits together with", TOGETHER))
    for wish in state.wishes.of_kind(APART, TOGETHER):
        if who in (wish.person, wish.other):
            other = wish.other if wish.person == who else wish.person
            whom = state.people[other].name if other and other in state.people else "somebody"
            word = "apart from" if wish.kind == APART else "together with"
            add(menu, f"No longer {word} {whom}", _without(acts, wish.id))
    return menu


def table_menu(
    parent: QWidget, view: RoundView, table: TableView | None, service: TableService, do: Do
) -> QMenu:
    """Seats and place of the chosen table; a table or a round more or less."""
    menu = QMenu(parent)
    menu.setAccessibleName("Tables and rounds")
    if table is not None:
        _about(menu, table, service, do)
    seats = max((len(one.places) for one in view.tables), default=8)
    add(menu, f"Add a table of {seats}", lambda: do(lambda: service.add(seats)))
    add(menu, "Add a round", lambda: do(service.add_round))
    add(menu, "Leave the last round out", lambda: do(service.remove_round))
    return menu


def add(menu: QMenu, words: str, act: Callable[[], Any]) -> QAction:
    """A line of a menu."""
    # An ampersand in a name is a letter, not the mark of a key.
    action = menu.addAction(words.replace("&", "&&"))
    action.triggered.connect(lambda _on=False: act())
    return action


def pop_up(menu: QMenu, below: QWidget) -> None:
    """Opens a menu above the button that it belongs to."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(below.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))


def _without(acts: PersonActs, wish: UUID) -> Callable[[], None]:
    return lambda: acts.do(lambda: acts.wishes.remove(wish))


def _about(menu: QMenu, table: TableView, service: TableService, do: Do) -> None:
    label, seats = table.label, len(table.places)
    more = f"Table {label}: one seat more"
    add(menu, more, lambda: do(lambda: service.resize(label, seats + 1)))
    if seats > 1:
        fewer = f"Table {label}: one seat fewer"
        add(menu, fewer, lambda: do(lambda: service.resize(label, seats - 1)))
    for words, name in (
        ("is step-free", "step_free"),
        ("is near the front", "near_front"),
        ("has a hearing loop", "hearing_loop"),
    ):
        action = add(menu, f"Table {label} {words}", _toggle(table, name, service, do))
        action.setCheckable(True)
        action.setChecked(getattr(table, name))
    lost = f"Table {label} is lost: seat its people elsewhere"
    add(menu, lost, lambda: do(lambda: service.remove(label)))
    menu.addSeparator()


def _toggle(table: TableView, name: str, service: TableService, do: Do) -> Callable[[], None]:
    wanted = {name: not getattr(table, name)}
    return lambda: do(lambda: service.describe(table.label, **wanted))

"""The page of sharing: before, the code, the laptops, what is done about them; and the frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.domain.errors import HubGone
from facilitator.domain.ids import new_id
from facilitator.services.checkin import At
from facilitator.services.sharing import Standing
from tests.conftest import NEW
from tests.people import add_person
from tests.ui.conftest import Hand
from tests.ui.sharing_fake import CODE, FakeSharing
from tests.ui.test_walk import LONG, settle
from tests.ui.walk import faults_of, scrolled
from ui.application import Composition, build_window
from ui.camera_codes import read_codes
from ui.kit import Label
from ui.screens.screen import Surroundings
from ui.screens.share import INVITE, LAPTOPS, ShareScreen
from ui.screens.share_words import desk_words, heard_words, left_words, skew_words
from ui.settings import LaptopSettings
from ui.sharing_frame import PLACES, closed_places
from ui.theme import ThemeKeeper


@pytest.fixture
def app(tmp_path: Path, clocks: HandClocks) -> EventApp:
    return create_event(tmp_path / "day.facilitator", NEW, clocks)


@pytest.fixture
def sharing(app: EventApp, clocks: HandClocks) -> FakeSharing:
    """In the place of the real one, which needs a hub."""
    made = FakeSharing(clocks, Standing("own"))
    app.__dict__["sharing"] = made
    return made


@pytest.fixture
def window(
    qtbot: QtBot, app: EventApp, sharing: FakeSharing, tmp_path: Path, clocks: HandClocks
) -> Iterator[Composition]:
    made = build_window(app, LaptopSettings(tmp_path / "s.json"), clocks)
    made.window.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    settle(made)
    yield made
    sharing.woken.set()
    made.window.close()
    made.deleteLater()


@pytest.fixture
def page(window: Composition) -> ShareScreen:
    window.window.show_place("share")
    settle(window)
    found = window.window.current
    assert isinstance(found, ShareScreen)
    return found


@pytest.fixture
def shared(window: Composition, page: ShareScreen) -> ShareScreen:
    """The event is shared, and the page shows who is there."""
    page.share.click()
    settle(window)
    return page


def look(window: Composition, page: ShareScreen) -> None:
    """What the page does once a second."""
    page.beat()
    settle(window)


def join_as(
    window: Composition, sharing: FakeSharing, role: str, *, kind: str = "shared", waiting: int = 0
) -> None:
    """This laptop is one that joined, and not the hub."""
    sharing.laptops = [
        sharing.laptop("Hub laptop", "organiser", is_hub=True),
        sharing.laptop("Side door", role, is_this=True),
    ]
    sharing.now = Standing(
        kind, since=sharing.clocks.now(), waiting=waiting, hub="Hub laptop", role=role,
        desk="Side door", zone_time="09:15",
    )  # fmt: skip
    window.hub.look_again()
    settle(window)


def strip(window: Composition) -> str:
    message = window.window.message_bar.message
    return message.text if message is not None else ""


def test_one_button_shares_and_the_next_shows_a_code(
    window: Composition, page: ShareScreen, sharing: FakeSharing, hand: Hand
) -> None:
    assert window.window.current_key == "share"
    assert not page.tabs.isVisibleTo(page)
    assert not window.hub.running
    page.share.click()
    settle(window)
    assert sharing.asked == ["share"]
    assert window.hub.running
    assert page.tabs.value == INVITE
    assert page.invite.text == "", "no code is made that nobody asked for"
    page.invite.role.choose("facilitator")
    hand.press(page.invite.new, "n")
    hand.keys.settle()
    settle(window)
    assert sharing.asked == ["share", "invite facilitator"]
    assert page.invite.text == CODE.text
    assert page.invite.good == "Good once, for 10 more minutes."
    picture = page.invite.picture.grab().toImage()
    assert [found.text for found in read_codes(picture)] == [CODE.text]
    page.invite.copy.click()
    assert QGuiApplication.clipboard().text() == CODE.text


def test_a_code_runs_out_and_another_role_takes_it_away(
    window: Composition, shared: ShareScreen, clocks: HandClocks
) -> None:
    invite = shared.invite
    invite.new.click()
    settle(window)
    clocks.advance(9 * 60 + 20)
    look(window, shared)
    assert invite.good == "Good once, for 40 more seconds."
    clocks.advance(40)
    look(window, shared)
    assert (invite.good, invite.text) == ("This code is over.", "")
    assert not invite.picture.isVisibleTo(shared)
    invite.new.click()
    settle(window)
    assert invite.text
    invite.role.buttons[2].click()
    assert invite.text == "", "it was for a desk"


def test_the_code_says_whom_it_let_in(
    window: Composition, shared: ShareScreen, sharing: FakeSharing
) -> None:
    shared.invite.new.click()
    settle(window)
    look(window, shared)
    assert shared.invite.text
    sharing.laptops.append(sharing.laptop("Desk <b>2</b>"))
    look(window, shared)
    assert shared.invite.good == "Desk <b>2</b> is in."
    assert shared.invite.text == ""
    assert strip(window) == "Desk <b>2</b> is in."


def test_the_laptops_in_words(
    window: Composition, shared: ShareScreen, sharing: FakeSharing, clocks: HandClocks
) -> None:
    now = clocks.now()
    sharing.laptops += [
        sharing.laptop("Desk 2", waiting=14),
        sharing.laptop("Desk 10", heard_at=now - timedelta(minutes=8), skew=-240.0),
        sharing.laptop("Lost", put_off_at=now),
        sharing.laptop("Never", heard_at=None, role="facilitator"),
    ]
    look(window, shared)
    assert [(row.title, row.detail, row.right) for row in shared.laptops.list.rows] == [
        ("Hub laptop", "This laptop", "The hub"),
        ("Desk 10", "Not heard of since 09:07 · its clock is 4 minutes fast", "Desk"),
        ("Desk 2", "Heard of 2 seconds ago · 14 to send", "Desk"),
        ("Never", "Not heard of yet", "Facilitator"),
        ("Lost", "Put off at 09:15", "Desk"),
    ]
    clocks.advance(30)
    look(window, shared)
    assert shared.laptops.list.rows[2].detail == "Heard of 32 seconds ago · 14 to send"


def test_words_at_their_edges(sharing: FakeSharing, clocks: HandClocks) -> None:
    now = clocks.now()
    desk = sharing.laptop("Desk 2", heard_at=now + timedelta(seconds=3))
    assert heard_words(desk, now, lambda at: at) == "heard of just now"
    gone = replace(desk, taken_off_at=now)
    assert desk_words(gone, now, lambda at: at) == "Its data was taken off at 09:15"
    assert skew_words(1.9) == ""
    assert skew_words(75) == "its clock is 75 seconds slow"
    assert skew_words(-7200) == "its clock is 2 hours fast"
    assert left_words(now, now) == "This code is over."
    assert left_words(now + timedelta(seconds=1), now) == "Good once, for 1 more second."


def test_rename_and_put_off_ask_first(
    window: Composition, shared: ShareScreen, sharing: FakeSharing, hand: Hand, qtbot: QtBot
) -> None:
    sharing.laptops.append(sharing.laptop("Desk 2"))
    shared.show_part(LAPTOPS)
    look(window, shared)
    laptops = shared.laptops
    assert not laptops.lost.isVisibleTo(shared), "the hub itself is not lost"
    laptops.list.choose(sharing.laptops[1].id)
    qtbot.keyClick(laptops.list, Qt.Key.Key_F2)
    assert laptops.ask.field.text == "Desk 2"
    laptops.ask.field.set_text("")
    hand.press(laptops.ask.field.edit, key=Qt.Key.Key_Return)
    assert laptops.ask.field.error == "A name is needed."
    laptops.ask.field.set_text("Front door")
    hand.press(laptops.ask.field.edit, key=Qt.Key.Key_Return)
    settle(window)
    look(window, shared)
    assert [row.title for row in laptops.list.rows] == ["Hub laptop", "Front door"]
    laptops.lost.click()
    assert "Is “Front door” lost?" in laptops.ask.words
    qtbot.keyClick(laptops.ask.no, Qt.Key.Key_Escape)
    assert not laptops.ask.asking
    assert window.window.current_key == "share", "Esc answered the question"
    assert sharing.laptops[1].put_off_at is None
    laptops.lost.click()
    laptops.ask.yes.click()
    settle(window)
    look(window, shared)
    assert laptops.list.rows[1].detail == "Put off at 09:15"
    assert laptops.lost.reason == "It is put off"
    qtbot.keyClick(laptops.list, Qt.Key.Key_Escape)
    assert window.window.current_key == "desk"


def test_stop_sharing_says_what_happens(
    window: Composition, shared: ShareScreen, sharing: FakeSharing
) -> None:
    shared.invite.new.click()
    settle(window)
    shared.show_part(LAPTOPS)
    look(window, shared)
    assert "reach it at 192.168.178.21 or 10.0.0.14, port 54817" in shared.laptops._words.text()
    shared.laptops.stop.click()
    assert "nothing listens here any more" in shared.laptops.ask.words
    shared.laptops.ask.yes.click()
    sharing.woken.set()
    settle(window)
    look(window, shared)
    assert "stop" in sharing.asked
    assert not shared.is_shared
    assert not window.hub.running
    assert shared.invite.text == ""
    assert "no longer shared" in strip(window)


def test_another_server(window: Composition, page: ShareScreen, sharing: FakeSharing) -> None:
    page.other.click()
    page.share.click()
    assert "Name the server" in page.server.error
    page.server.set_text("the big one")
    page.share.click()
    settle(window)
    assert page.server.error == "That is no address of a database."
    assert not page.is_shared
    page.server.set_text("postgresql+psycopg://owner@db.example/summit")
    page.share.click()
    settle(window)
    assert sharing.asked[-1] == "share postgresql+psycopg://owner@db.example/summit"
    assert page.is_shared


def test_a_deputy_becomes_the_hub_only_when_it_is_away(
    window: Composition, page: ShareScreen, sharing: FakeSharing
) -> None:
    join_as(window, sharing, "organiser")
    look(window, page)
    laptops = page.laptops
    assert laptops.hub.reason == "The hub answers"
    assert not laptops.stop.isVisibleTo(page)
    join_as(window, sharing, "organiser", kind="alone", waiting=14)
    look(window, page)
    assert laptops._stand.text() == "Working alone since 09:15. 14 to send."
    laptops.hub.click()
    assert "it steps down" in laptops.ask.words
    laptops.ask.yes.click()
    sharing.woken.set()
    settle(window)
    look(window, page)
    assert "take over" in sharing.asked
    assert laptops.stop.isVisibleTo(page)
    assert not laptops.hub.isVisibleTo(page)


def test_a_hub_that_was_off_shares_again(
    window: Composition, shared: ShareScreen, sharing: FakeSharing
) -> None:
    shared.show_part(LAPTOPS)
    sharing.now = replace(sharing.now, kind="alone", since=sharing.clocks.now())
    sharing.brings = [HubGone("The hub does not answer.")] * 3
    window.hub.look_again()
    settle(window)
    look(window, shared)
    assert shared.laptops.again.isVisibleTo(shared)
    shared.laptops.again.click()
    sharing.woken.set()
    settle(window)
    look(window, shared)
    assert sharing.asked.count("share") == 2
    assert not shared.laptops.again.isVisibleTo(shared)


def test_a_joined_desk_sees_itself_and_can_leave(
    window: Composition, page: ShareScreen, sharing: FakeSharing
) -> None:
    join_as(window, sharing, "desk", kind="alone", waiting=3)
    look(window, page)
    assert not page.tabs.isVisibleTo(page), "it lets nobody in"
    assert not page.laptops.rename.isVisibleTo(page)
    wanted: list[bool] = []
    page.off_wanted.disconnect(window.take_off)
    page.off_wanted.connect(wanted.append)
    page.laptops.off.click()
    assert "3 not sent yet: they would be lost." in page.laptops.ask.words
    page.laptops.ask.no.click()
    assert wanted == []
    page.laptops.off.click()
    page.laptops.ask.yes.click()
    assert wanted == [True]


# -- the frame of the window ---------------------------------------------------------------------


def test_the_head_says_calmly_how_it_stands(window: Composition, sharing: FakeSharing) -> None:
    frame = window.window
    assert not frame._standing.isVisibleTo(frame)
    join_as(window, sharing, "desk")
    assert frame._standing.text == "Shared by Hub laptop."
    assert frame._truth.text.startswith("All saved")
    join_as(window, sharing, "desk", kind="alone", waiting=14)
    assert frame._standing.text == "Working alone since 09:15. 14 to send."
    assert frame._truth.text.startswith("Saved here"), "not all is saved everywhere"
    sharing.now = replace(sharing.now, why="The hub does not let this laptop in any more.")
    window.hub.look_again()
    assert "does not let this laptop in" in frame._standing.toolTip()
    join_as(window, sharing, "desk")
    assert strip(window) == "Together again: 14 sent."
    assert frame._truth.text.startswith("All saved")


def test_what_a_desk_may_not_use_says_so_wherever_it_is_asked_for(
    qtbot: QtBot, window: Composition, sharing: FakeSharing
) -> None:
    join_as(window, sharing, "desk")
    frame = window.window
    buttons = {str(one.property("place")): one for one in frame._rail.buttons}
    why = "“Tables” is not for a registration desk. Ask a facilitator or an organiser."
    assert buttons["tables"].accessibleDescription() == why
    qtbot.keyClick(frame, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert (frame.current_key, strip(window)) == ("desk", why)
    for key in ("programme", "notes", "after", "copies", "event", "room"):
        frame.show_place(key)
        assert frame.current_key == "desk"
        assert "is not for a registration desk" in strip(window)
    with qtbot.assertNotEmitted(frame.black_wanted), qtbot.assertNotEmitted(frame.note_wanted):
        qtbot.keyClick(frame, Qt.Key.Key_F12)
        qtbot.keyClick(frame, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert strip(window).startswith("“Taking notes” is not for")
    for key in ("people", "share", "roll"):
        frame.show_place(key)
        assert frame.current_key == key
    sharing.now = Standing("own")
    window.hub.look_again()
    frame.show_place("tables")
    assert frame.current_key == "tables", "the event is this laptop's own again"


def test_what_each_role_has() -> None:
    assert closed_places("organiser") == {}
    assert set(closed_places("facilitator")) == {"after", "copies", "event"}
    assert set(closed_places("desk")) == set(PLACES) - {"people"}


def test_admitted_twice_comes_up_when_it_arrives_and_goes_when_somebody_has_looked(
    window: Composition, app: EventApp, sharing: FakeSharing, tmp_path: Path, clocks: HandClocks,
    qtbot: QtBot,
) -> None:  # fmt: skip
    from facilitator.app import open_event

    guest = add_person(app, "Ada Larkin")
    copy = tmp_path / "second.facilitator"
    app.database.backup(copy)
    with open_event(copy, clocks) as other:
        other.checkin.scan(guest.ticket, At("Side door", "CD"))
    clocks.advance(60)
    app.checkin.scan(guest.ticket, At("Front door", "AB"))
    join_as(window, sharing, "organiser")
    merged = app.merging.take_over(copy)
    sharing.brings = [merged.changes]
    said = "Admitted twice: Ada Larkin, 09:15 at Side door and 09:16 at Front door."

    def came() -> bool:
        sharing.woken.set()
        return strip(window) == said

    qtbot.waitUntil(came, timeout=5000)
    app.merging.looked_at(guest.id, by="CD")
    sharing.brings = [merged.changes]

    def gone() -> bool:
        sharing.woken.set()
        return strip(window) != said

    qtbot.waitUntil(gone, timeout=5000)


def test_a_desk_is_not_told_of_admissions_that_it_cannot_settle(
    window: Composition, app: EventApp, sharing: FakeSharing, tmp_path: Path, clocks: HandClocks
) -> None:
    from facilitator.app import open_event

    guest = add_person(app, "Ada Larkin")
    copy = tmp_path / "second.facilitator"
    app.database.backup(copy)
    with open_event(copy, clocks) as other:
        other.checkin.scan(guest.ticket, At("Side door"))
    app.checkin.scan(guest.ticket, At("Front door"))
    join_as(window, sharing, "desk")
    window.hub.caught_up.emit(app.merging.take_over(copy).changes)
    settle(window)
    assert "Admitted twice" not in strip(window)


# -- how it looks --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("state", ["server", "code", "laptops", "question", "desk"])
def test_every_face_can_be_seen_and_used(
    window: Composition, page: ShareScreen, sharing: FakeSharing, theme: ThemeKeeper, state: str
) -> None:
    if state == "server":
        page.show_server()
    elif state == "desk":
        join_as(window, sharing, "desk", kind="alone", waiting=1400)
    else:
        page.share.click()
        settle(window)
        for place in range(12):
            sharing.laptops.append(
                sharing.laptop(f"{place} {LONG[:58]}", waiting=3, skew=400.0,
                               heard_at=sharing.clocks.now() - timedelta(hours=1))
            )  # fmt: skip
        page.show_part(INVITE if state == "code" else LAPTOPS)
        if state == "code":
            page.invite.new.click()
        look(window, page)
        page.laptops.list.choose(sharing.laptops[3].id)
        if state == "question":
            page.laptops.lost.click()
    settle(window)
    found: dict[str, list[str]] = {}
    window.window.message_bar.clear()
    for colours in ("dark", "light"):
        window.window.resize(1366, 768)
        theme.choose(colours)
        settle(window)
        reach = colours == "light"
        found[colours] = [*faults_of(window.window, reach=reach), *scrolled(page)]
    window.window.resize(960, 540)
    settle(window)
    found["small"] = faults_of(window.window)
    assert {at: faults for at, faults in found.items() if faults} == {}


# -- what other laptops hold ---------------------------------------------------------------------


def test_what_is_held_names_the_copies_on_other_laptops(
    qtbot: QtBot, app: EventApp, sharing: FakeSharing, around: Surroundings, clocks: HandClocks
) -> None:
    from facilitator.services.privacy import HeldNow, JoinedCopy
    from ui.screens.after_held import ForOne, HeldDialog, joined_rows

    now = clocks.now()

    def copy(name: str, unreached: int = 0, *, is_hub: bool = False, is_this: bool = False
    ) -> JoinedCopy:  # fmt: skip
        return JoinedCopy(new_id(), name, "desk", is_hub, is_this, now, None, None, None, unreached,
                          now if unreached else None, False)  # fmt: skip

    copies = [copy("Hub laptop", is_hub=True, is_this=True), copy("Desk 2"), copy("Desk <b>3", 1)]
    rows = joined_rows(copies, lambda at: at)
    assert [(row.title, row.detail, row.right) for row in rows] == [
        ("Desk <b>3", "Not reached yet by the removal of 09:15.", "Desk"),
        ("Desk 2", "In step.", "Desk"),
    ]
    one = ForOne(lambda text: [], app.privacy.write_access, app.privacy.erase, lambda name: None)
    held = HeldNow(0, 0, None, None, ())
    dialog = HeldDialog(held, (), one, around.database, None, rows)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.which.buttons[2].click()
    shown = [label.text() for label in dialog.findChildren(Label) if label.isVisible()]
    assert "Not reached yet by the removal of 09:15." in shown
    alone = HeldDialog(held, (), one, around.database)
    qtbot.addWidget(alone)
    assert len(alone.which.buttons) == 2, "nobody shares the event"

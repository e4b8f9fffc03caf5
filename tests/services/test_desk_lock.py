"""The Desk's PIN: kept as a hash, looked at ever more slowly, never a trap."""

from __future__ import annotations

from datetime import datetime

import pytest

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused


def test_without_a_pin_the_desk_opens(app: EventApp) -> None:
    assert not app.desk_lock.is_set()
    assert app.desk_lock.check("1234").right


def test_the_pin_opens_and_no_other_does(app: EventApp) -> None:
    assert app.desk_lock.set("4071").changes == Changes.EVENT
    assert app.desk_lock.is_set()
    assert app.desk_lock.check(" 40 71 ").right
    assert not app.desk_lock.check("4072").right
    assert not app.desk_lock.check("").right
    assert not app.desk_lock.check("４０７１").right


def test_the_pin_itself_is_nowhere(app: EventApp) -> None:
    app.desk_lock.set("40714071")
    first = app.event.get().settings.desk_pin
    assert "40714071" not in first
    app.desk_lock.remove()
    app.desk_lock.set("40714071")
    assert app.event.get().settings.desk_pin != first


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "pin!", "١٢٣٤"])
def test_a_pin_is_four_to_twelve_digits(file_app: EventApp, pin: str) -> None:
    with pytest.raises(Refused, match="4 to 12 digits"):
        file_app.desk_lock.set(pin)
    assert not file_app.desk_lock.is_set()


def test_a_second_pin_does_not_replace_the_first(file_app: EventApp) -> None:
    file_app.desk_lock.set("4071")
    with pytest.raises(Refused, match="already"):
        file_app.desk_lock.set("9999")
    assert file_app.desk_lock.check("4071").right


def test_wrong_pins_wait_longer_each_time(app: EventApp, clocks: HandClocks) -> None:
    app.desk_lock.set("4071")
    waits = []
    for _ in range(8):
        wait = app.desk_lock.check("0000").wait
        waits.append(wait)
        if wait:
            clocks.advance(wait - 1)
            # Not even the right one is looked at before its time.
            early = app.desk_lock.check("4071")
            assert (early.right, early.wait, early.too_soon) == (False, 1, True)
            assert early.words == "It is too soon for another try. Wait 1 second, then try again."
            clocks.advance(1)
    assert waits == [0, 0, 5, 10, 20, 40, 60, 60]
    assert app.desk_lock.check("4071").right
    assert app.desk_lock.check("0000").wait == 0


def test_a_clock_set_back_locks_nobody_out(file_app: EventApp, clocks: HandClocks) -> None:
    file_app.desk_lock.set("4071")
    for _ in range(3):
        file_app.desk_lock.check("0000")
    clocks.step_wall(-3600)
    assert file_app.desk_lock.check("4071").right


def test_taking_it_away_needs_it(app: EventApp) -> None:
    app.desk_lock.set("4071")
    assert not app.desk_lock.take_away("0000").right
    assert app.desk_lock.is_set()
    done = app.desk_lock.take_away("4071")
    assert (done.right, done.changes) == (True, Changes.EVENT)
    assert not app.desk_lock.is_set()


def test_a_new_pin_begins_without_old_wrong_ones(file_app: EventApp) -> None:
    file_app.desk_lock.set("4071")
    for _ in range(3):
        file_app.desk_lock.check("0000")
    file_app.desk_lock.remove()
    file_app.desk_lock.set("5555")
    assert file_app.desk_lock.check("5555").right


def test_a_hash_that_cannot_be_read_opens_for_nobody(file_app: EventApp) -> None:
    file_app.event.set(desk_pin="not a hash")
    assert not file_app.desk_lock.check("4071").right
    file_app.desk_lock.remove()
    assert file_app.desk_lock.check("4071").right


def test_tries_say_when_they_were(file_app: EventApp, clocks: HandClocks) -> None:
    file_app.desk_lock.set("4071")
    file_app.desk_lock.check("0000")
    tries = file_app.event.get().settings.desk_tries
    assert tries["wrong"] == 1
    assert datetime.fromisoformat(tries["at"]) == clocks.now()

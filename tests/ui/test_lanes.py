"""Lanes: order, delivery in the window's thread, nothing for the dead, one sentence for trouble."""

from __future__ import annotations

import gc
import threading
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from pytestqt.qtbot import QtBot

from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.domain.errors import DiskFull, Refused
from ui.lanes import FAULT, Truth
from ui.screens.screen import Surroundings


@dataclass(frozen=True, slots=True)
class Written:
    """The answer of a write."""

    changes: Changes


class Listener(QObject):
    """Keeps what it was told, and by which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []
        self.threads: set[int] = set()

    def hear(self, what: object) -> None:
        self.told.append(what)
        self.threads.add(threading.get_ident())


def test_work_keeps_its_order_and_comes_back_to_the_window(around: Surroundings) -> None:
    listener, ran = Listener(), []

    def work(number: int) -> int:
        ran.append((number, threading.get_ident()))
        return number

    for number in range(200):
        around.database.run(lambda n=number: work(n), listener.hear)
    assert around.database.busy
    assert around.database.settle()
    assert listener.told == list(range(200))
    assert [number for number, _ in ran] == list(range(200))
    assert listener.threads == {threading.get_ident()}
    assert len({thread for _, thread in ran}) == 1
    assert not around.database.busy


def test_nothing_is_delivered_to_what_is_gone(around: Surroundings) -> None:
    listener = Listener()
    told = listener.told
    gate = threading.Event()
    around.database.run(gate.wait, listener.hear)
    around.database.run(lambda: 2, told.append, owner=listener)
    listener.deleteLater()
    QCoreApplication.sendPostedEvents(listener, QEvent.Type.DeferredDelete)
    gate.set()
    assert around.database.settle()
    assert told == []


def test_a_stopped_job_is_told_and_its_result_dropped(around: Surroundings) -> None:
    listener = Listener()
    started, ended = threading.Event(), threading.Event()

    def long_work() -> str:
        started.set()
        ended.wait(5)
        return "too late"

    job = around.heavy.run(long_work, listener.hear)
    started.wait(5)
    job.stop()
    assert job.stopped.is_set()
    ended.set()
    assert around.heavy.settle()
    assert listener.told == []
    assert job.done


def test_trouble_is_said_in_its_own_words(around: Surroundings, qtbot: QtBot) -> None:
    def refuse() -> None:
        raise Refused("An event needs a name.")

    with qtbot.waitSignal(around.database.troubled, timeout=2000) as said:
        around.database.run(refuse)
    assert said.args == ["An event needs a name."]
    assert around.database.settle()


def test_a_fault_is_one_sentence_and_a_line_in_the_log(
    around: Surroundings, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def fault() -> None:
        raise ZeroDivisionError("one over nothing")

    with qtbot.waitSignal(around.heavy.faulted, timeout=2000) as said:
        around.heavy.run(fault)
    assert said.args == [FAULT]
    assert "Traceback" not in FAULT
    assert "one over nothing" in caplog.text
    assert around.heavy.settle()


def test_who_takes_care_of_trouble_is_told_instead(around: Surroundings) -> None:
    listener = Listener()

    def refuse() -> None:
        raise Refused("No.")

    silent: list[str] = []
    around.database.troubled.connect(silent.append)
    around.database.run(refuse, None, listener.hear)
    assert around.database.settle()
    assert [str(problem) for problem in listener.told] == ["No."]
    assert silent == []


def test_a_write_is_news_after_it_was_shown(around: Surroundings) -> None:
    order: list[object] = []
    around.bus.changed.connect(order.append)
    around.database.run(lambda: Written(Changes.ARRIVALS), lambda _: order.append("shown"))
    around.database.run(lambda: Written(Changes.NONE))
    assert around.database.settle()
    assert order == ["shown", Changes.ARRIVALS]


def test_the_truth_about_saving(around: Surroundings, clocks: HandClocks) -> None:
    told: list[Truth] = []
    around.database.truth_changed.connect(told.append)
    around.database.run(lambda: Written(Changes.NOTES))

    def full() -> None:
        raise DiskFull("The disk is full.", "What was saved is safe.", "Make room.")

    around.database.run(full, failed=lambda _: None, owner=around.bus)
    around.database.run(lambda: "only read")
    assert around.database.settle()
    assert [truth.state for truth in told] == ["saved", "failed"]
    assert told[1].why == "The disk is full."
    around.database.run(lambda: Written(Changes.NOTES))
    assert around.database.settle()
    assert around.database.truth == Truth("saved", clocks.now())


def test_what_waits_long_is_said_and_ends(around: Surroundings, qtbot: QtBot) -> None:
    gate = threading.Event()
    with qtbot.waitSignal(around.database.truth_changed, timeout=3000) as said:
        around.database.run(lambda: gate.wait(5))
    assert said.args[0].state == "waiting"
    gate.set()
    assert around.database.settle()
    assert around.database.truth.state == "saved"


def test_progress_comes_to_the_windows_thread(around: Surroundings) -> None:
    seen: list[int] = []
    lane = around.heavy

    def work() -> None:
        lane.post(lambda: seen.append(threading.get_ident()))

    lane.run(work)
    assert lane.settle()
    assert seen == [threading.get_ident()]


@pytest.mark.parametrize("fails", [False, True])
def test_who_asked_ends_in_the_windows_thread(around: Surroundings, fails: bool) -> None:
    """A screen that is gone before its work is over must not be destroyed by the lane."""
    ended: list[int] = []
    gate = threading.Event()

    def ask() -> None:
        asker = Listener()
        asker.destroyed.connect(
            lambda: ended.append(threading.get_ident()), Qt.ConnectionType.DirectConnection
        )

        def work() -> None:
            gate.wait(10)
            asker.told.append("worked")
            if fails:
                raise Refused("No.")

        around.heavy.run(work)

    ask()
    assert ended == []
    gate.set()
    assert around.heavy.settle()
    around.heavy.close()
    gc.collect()
    assert ended == [threading.get_ident()]


def test_what_is_asked_of_a_closed_lane_is_dropped(around: Surroundings) -> None:
    ran: list[str] = []
    around.heavy.close()
    job = around.heavy.run(lambda: ran.append("too late"))
    assert job.done
    assert not around.heavy.busy
    assert ran == []

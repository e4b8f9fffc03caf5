"""The programme and its clock on both databases: edits, acts, undo, races, imports."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from facilitator.app import EventApp, create_event, open_event
from facilitator.clocks import HandClocks
from facilitator.domain.board import Board
from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused
from facilitator.domain.localtime import local_of, shown_time
from facilitator.domain.programme import Kind, NewSession, Session
from facilitator.domain.schedule import Place
from facilitator.domain.session_clock import Status
from facilitator.services.events import NewEvent
from facilitator.services.running import question
from facilitator.store.rows import RoundRow

NINE = datetime(2025, 11, 12, 9, 0)  # noqa: DTZ001 (a local wall time)


def titles(app: EventApp) -> list[str]:
    return [session.title for session in app.programme.state().programme]


def find(app: EventApp, title: str) -> Session:
    return next(s for s in app.programme.state().programme if s.title == title)


def starts(app: EventApp) -> list[str]:
    programme = app.programme.state().programme
    return [
        f"{local_of(planned.starts, programme.zone):%H:%M}"
        for planned in programme.planned().values()
    ]


@pytest.fixture
def small(app: EventApp) -> EventApp:
    """Four sessions from nine o'clock, with tea and a fixed showcase."""
    for new in (
        NewSession(title="Welcome", minutes=15, kind=Kind.WELCOME, starts=NINE),
        NewSession(title="Panel", minutes=45, kind=Kind.PANEL, minimum=35),
        NewSession(title="Tea", minutes=30, kind=Kind.BREAK, protected=True, minimum=20),
        NewSession(
            title="Showcase", minutes=30, kind=Kind.SHOWCASE, fixed=True,
            starts=NINE.replace(hour=10, minute=30),
        ),
    ):  # fmt: skip
        app.programme.add(new)
    return app


# --- sessions -------------------------------------------------------------------------------------


def test_sessions_are_added_edited_moved_and_removed(small: EventApp) -> None:
    assert titles(small) == ["Welcome", "Panel", "Tea", "Showcase"]
    assert starts(small) == ["09:00", "09:15", "10:00", "10:30"]
    panel = find(small, "Panel")
    done = small.programme.edit(panel.id, minutes=40, title=" The  panel ")
    assert done.session.title == "The panel"
    assert done.changes == Changes.PROGRAMME
    assert starts(small) == ["09:00", "09:15", "09:55", "10:30"]
    small.programme.move(panel.id, -1)
    assert titles(small) == ["The panel", "Welcome", "Tea", "Showcase"]
    assert starts(small) == ["09:00", "09:40", "09:55", "10:30"], "the day still begins at nine"
    small.programme.remove(panel.id)
    assert titles(small) == ["Welcome", "Tea", "Showcase"]
    assert starts(small) == ["09:00", "09:15", "10:30"]
    small.programme.put_back(panel.id)
    assert titles(small) == ["The panel", "Welcome", "Tea", "Showcase"]
    assert starts(small) == ["09:00", "09:40", "09:55", "10:30"]


def test_a_session_added_before_another_moves_it_along(small: EventApp) -> None:
    small.programme.add(NewSession(title="Doors", minutes=10), before=find(small, "Welcome").id)
    assert titles(small)[:2] == ["Doors", "Welcome"]
    assert starts(small)[:3] == ["09:00", "09:10", "09:25"]


def test_a_fixed_start_goes_with_its_session(small: EventApp) -> None:
    showcase = find(small, "Showcase")
    moved = small.programme.move(showcase.id, -1)
    assert moved.session.position == 2
    assert find(small, "Showcase").starts == showcase.starts
    assert small.programme.state().problems == []
    small.programme.edit(showcase.id, starts=NINE.replace(minute=50))
    assert small.programme.state().problems == [
        "Showcase is to begin at 09:50, 10 minutes before Panel ends."
    ]
    assert small.programme.move(showcase.id, 99).session.position == 3
    assert small.programme.move(showcase.id, 1).changes == Changes.NONE


def test_a_time_that_does_not_exist_is_refused(tmp_path: Path, clocks: HandClocks) -> None:
    new = NewEvent("Night of the clocks", date(2026, 3, 29))
    with create_event(tmp_path / "night.facilitator", new, clocks) as app:
        with pytest.raises(Refused, match="There is no 01:30 on Sunday 29 March 2026"):
            app.programme.add(
                NewSession(title="Night", minutes=30, starts=datetime(2026, 3, 29, 1, 30))  # noqa: DTZ001
            )
        assert titles(app) == []


def test_what_is_wrong_leaves_everything_as_it_was(small: EventApp) -> None:
    panel = find(small, "Panel")
    with pytest.raises(Refused, match="cannot last 0 minutes"):
        small.programme.edit(panel.id, minutes=0)
    with pytest.raises(TypeError, match="no id"):
        small.programme.edit(panel.id, id=panel.id)
    with pytest.raises(Refused, match="no longer in the programme"):
        small.programme.edit(UUID(int=1), title="x")
    assert find(small, "Panel") == panel


def test_what_is_on_or_has_been_stays(small: EventApp) -> None:
    welcome, panel = find(small, "Welcome"), find(small, "Panel")
    small.programme.start()
    small.programme.next()
    with pytest.raises(Refused, match="“Panel” is running"):
        small.programme.edit(panel.id, minutes=50)
    with pytest.raises(Refused, match="“Welcome” has been"):
        small.programme.edit(welcome.id, kind=Kind.TALK)
    assert small.programme.edit(welcome.id, speaker="Amina Yeboah").session.speaker
    for act in (
        lambda: small.programme.move(panel.id, 1),
        lambda: small.programme.remove(welcome.id),
        lambda: small.programme.add(NewSession(title="x", minutes=5), before=welcome.id),
        lambda: small.programme.apply_template("plain"),
    ):
        with pytest.raises(Refused):
            act()
    tea = find(small, "Tea")
    assert small.programme.move(tea.id, -5).session.position == 2


def test_publishing_pins_the_times(small: EventApp) -> None:
    assert not small.programme.state().published
    assert small.programme.publish().sessions == 4
    small.programme.edit(find(small, "Welcome").id, minutes=20)
    state = small.programme.state()
    assert state.published
    panel = next(e for e in state.board.times if e.session.title == "Panel")
    assert panel.published_start == datetime(2025, 11, 12, 9, 15, tzinfo=UTC)
    assert panel.late == 5
    small.programme.publish()
    assert (
        next(e for e in small.programme.state().board.times if e.session.title == "Panel").late == 0
    )


def test_a_template_makes_the_day_and_its_rounds(app: EventApp) -> None:
    done = app.programme.apply_template("summit")
    assert (done.sessions, done.before, done.rounds) == (12, 0, 3)
    assert "Panel: Collaborating whilst competing" in titles(app)
    again = app.programme.apply_template("plain")
    assert (again.before, len(titles(app))) == (12, again.sessions)
    assert [t.key for t in app.programme.templates()] == ["summit", "half-day", "plain"]


def test_a_new_event_from_a_template(tmp_path: Path, clocks: HandClocks) -> None:
    new = NewEvent("Half", date(2025, 11, 12), template="half-day")
    with create_event(tmp_path / "half.facilitator", new, clocks) as app:
        assert len(titles(app)) == 9
        assert app.event.counts()["rounds"] == 2


def test_an_event_that_moves_takes_its_programme_along(small: EventApp) -> None:
    small.event.edit(held_on=date(2025, 11, 19))
    assert find(small, "Welcome").starts == NINE.replace(day=19)
    with pytest.raises(Refused, match="There is no 01:15"):
        small.programme.edit(
            find(small, "Welcome").id,
            starts=datetime(2026, 3, 29, 1, 15),  # noqa: DTZ001
        )


def test_import_takes_a_file_whole_or_not_at_all(small: EventApp, tmp_path: Path) -> None:
    unclear = tmp_path / "unclear.csv"
    unclear.write_text("Title,Time Start,Duration\nOpening,9,30\nTalk,10:00,30\n", encoding="utf-8")
    with pytest.raises(Refused, match="does “9” mean 09:00 or 21:00"):
        small.programme.import_rundown(unclear)
    assert titles(small) == ["Welcome", "Panel", "Tea", "Showcase"]
    asked = small.programme.preview(unclear).questions
    answers = {(q.row, q.header): q.choices[0] for q in asked}
    done = small.programme.import_rundown(unclear, answers)
    assert (done.sessions, done.before) == (2, 4)
    assert starts(small) == ["09:00", "10:00"]


def test_export_and_import_again(small: EventApp, tmp_path: Path) -> None:
    before = [
        (s.title, s.minutes, s.kind, s.starts, s.fixed, s.protected, s.minimum)
        for s in small.programme.state().programme
    ]
    assert small.programme.export(tmp_path / "day.xlsx") == 4
    small.programme.import_rundown(tmp_path / "day.xlsx")
    after = [
        (s.title, s.minutes, s.kind, s.starts, s.fixed, s.protected, s.minimum)
        for s in small.programme.state().programme
    ]
    assert after == before


# --- the clock ------------------------------------------------------------------------------------


def test_a_morning(small: EventApp, clocks: HandClocks) -> None:
    """Start late, pause, adjust, next; the sentence is right throughout."""
    clocks.advance(15 * 60 + 180)  # 09:03
    ran = small.programme.start()
    assert ran.sentence == "“Welcome” has begun."
    assert ran.changes == Changes.CLOCK
    assert ran.board.delay.sentence == "3 minutes behind; tea now 10:03, showcase still 10:30"
    clocks.advance(300)
    assert small.programme.pause().sentence == "“Welcome” is paused, 10:00 left."
    clocks.advance(120)
    assert small.programme.resume().sentence == "“Welcome” goes on."
    assert small.programme.adjust(60).sentence == "“Welcome” has 1 minute more."
    state = small.programme.state()
    assert state.board.state.remaining == 11 * 60
    assert state.board.delay.minutes == 6
    clocks.advance(11 * 60)
    small.programme.next()
    assert small.programme.state().board.now is not None
    clocks.advance(45 * 60)
    tea = small.programme.next()
    assert tea.board.state.allotted == 24 * 60, "tea is fitted to hold the showcase"
    assert tea.board.delay.sentence == "On time; showcase still 10:30"
    clocks.advance(24 * 60)
    small.programme.next()
    assert small.programme.next().sentence == "The programme is over."
    assert small.programme.state().board.state.status is Status.FINISHED
    assert [run.pauses for run in small.programme.state().board.state.runs] == [1, 0, 0, 0]


def test_undo_of_next_restores_the_session_before_and_its_fitting(
    small: EventApp, clocks: HandClocks
) -> None:
    clocks.advance(20 * 60)
    small.programme.start(find(small, "Panel").id)
    clocks.advance(62 * 60)
    fitted = small.programme.next()
    assert fitted.board.state.allotted == 23 * 60
    clocks.advance(4)
    undone = small.programme.undo(fitted.fact.id)
    assert undone.sentence == "Taken back: the start of “Tea”."
    state = small.programme.state().board.state
    assert state.session is not None
    assert state.session.title == "Panel"
    assert state.elapsed == 62 * 60 + 4
    with pytest.raises(Refused, match="Something else has happened since"):
        small.programme.undo(fitted.fact.id)


def test_it_started_three_minutes_ago(small: EventApp, clocks: HandClocks) -> None:
    clocks.advance(20 * 60)
    ran = small.programme.start(ago=180)
    assert ran.sentence == "“Welcome” has begun 3 minutes ago."
    assert ran.board.state.elapsed == 180
    clocks.advance(60)
    with pytest.raises(Refused, match="cannot have begun before 09:02"):
        small.programme.next(ago=600)


def test_a_proposal_is_accepted_once_and_taken_back_whole(
    small: EventApp, clocks: HandClocks
) -> None:
    clocks.advance(15 * 60)
    small.programme.edit(find(small, "Welcome").id, minimum=10)
    small.programme.start()
    clocks.advance(8 * 60)
    small.programme.pause()
    clocks.advance(13 * 60)
    proposal = small.programme.state().board.proposal
    assert proposal is not None
    assert proposal.sentence == ("Welcome 3 minutes and Panel 10 minutes shorter: tea at 10:00")
    done = small.programme.accept(proposal)
    assert done.board.delay.sentence == "10 minutes behind; tea still 10:00, showcase still 10:30"
    with pytest.raises(Refused, match="Things have changed"):
        small.programme.accept(proposal)
    small.programme.undo()
    assert small.programme.state().board.proposal == proposal


def test_skip_back_stop_and_their_refusals(small: EventApp, clocks: HandClocks) -> None:
    clocks.advance(900)
    with pytest.raises(Refused, match="No session has ended yet"):
        small.programme.back()
    with pytest.raises(Refused, match="No session is running, so there is nothing to stop"):
        small.programme.stop()
    small.programme.start()
    with pytest.raises(Refused, match="“Welcome” is running already"):
        small.programme.start()
    with pytest.raises(Refused, match="running already"):
        small.programme.resume()
    small.programme.pause()
    with pytest.raises(Refused, match="paused already"):
        small.programme.pause()
    assert small.programme.skip().sentence == "“Panel” is left out."
    clocks.advance(60)
    small.programme.next()
    state = small.programme.state().board
    assert [entry.place for entry in state.times] == [
        Place.DONE, Place.SKIPPED, Place.NOW, Place.NEXT
    ]  # fmt: skip
    assert small.programme.back().board.state.session == find(small, "Welcome")
    assert small.programme.stop().sentence == "“Welcome” has ended."
    with pytest.raises(Refused, match="has been"):
        small.programme.adjust(60, find(small, "Welcome").id)
    with pytest.raises(Refused, match="change nothing"):
        small.programme.adjust(0)
    with pytest.raises(Refused, match="has only 30 minutes"):
        small.programme.adjust(-3600, find(small, "Tea").id)


def test_nothing_to_begin_and_nothing_to_undo(app: EventApp) -> None:
    with pytest.raises(Refused, match="There is no programme yet"):
        app.programme.start()
    with pytest.raises(Refused, match="Nothing has happened"):
        app.programme.undo()
    with pytest.raises(Refused, match="clear already"):
        app.programme.reset()
    with pytest.raises(Refused, match="no programme to publish"):
        app.programme.publish()


def test_a_crash_loses_nothing(small: EventApp, clocks: HandClocks) -> None:
    """Another process opens the event: nothing was in memory only."""
    clocks.advance(900)
    small.programme.start()
    clocks.advance(300)
    before = small.programme.state().board
    with open_event(small.database.location, clocks) as again:
        assert again.programme.state().board == before
        clocks.reboot(60)
        assert again.programme.state().board.state.elapsed == 360


def test_another_day_asks(small: EventApp, clocks: HandClocks) -> None:
    clocks.advance(900)
    small.programme.start()
    clocks.advance(600)
    small.programme.pause()
    clocks.reboot(86400)
    state = small.programme.state().board.state
    assert question(state) == (
        "The clock was left paused on Wednesday 12 November 2025, at “Welcome”. "
        "Begin the day afresh, or carry on?"
    )
    fresh = small.programme.reset()
    assert fresh.board.state.status is Status.NOT_STARTED
    assert question(fresh.board.state) == ""
    small.programme.undo()
    carried = small.programme.resume()
    assert carried.board.state.remaining == 300
    assert question(carried.board.state) == ""


def test_rounds_begin_and_end_with_their_sessions(small: EventApp, clocks: HandClocks) -> None:
    small.programme.edit(find(small, "Panel").id, kind=Kind.ROUND, round_number=1)

    def round_one() -> tuple[datetime | None, datetime | None]:
        with small.database.reading() as session:
            row = session.exec(select(RoundRow).where(RoundRow.number == 1)).one()
            return (row.started_at, row.finished_at)

    small.programme.start()
    assert round_one() == (None, None)
    clocks.advance(60)
    begun = clocks.now()
    assert small.programme.next().changes == Changes.CLOCK | Changes.SEATS
    assert round_one() == (begun, None)
    clocks.advance(60)
    ended = clocks.now()
    small.programme.next()
    assert round_one() == (begun, ended)
    small.programme.undo()
    assert round_one() == (begun, None)
    small.programme.undo()
    assert round_one() == (None, None)


def test_eight_desks_press_next_and_one_session_begins(small: EventApp) -> None:
    ran = small.programme.start()
    running = ran.board.state.session
    assert running is not None

    def press(_: int) -> str:
        try:
            return small.programme.next(running=running.id).sentence
        except Refused as refusal:
            return str(refusal)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(press, range(8)))
    assert answers.count("“Panel” has begun.") == 1
    assert sum("Somebody else was quicker" in answer for answer in answers) == 7
    state = small.programme.state().board.state
    assert state.session is not None
    assert state.session.title == "Panel"


def test_eight_desks_give_a_minute_and_all_are_counted(small: EventApp) -> None:
    small.programme.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: small.programme.adjust(60), range(8)))
    state = small.programme.state()
    assert state.board.state.allotted == 23 * 60
    assert [fact.number for fact in state.clock.facts] == list(range(1, 10))


def test_the_state_goes_on_without_reading_again(small: EventApp, clocks: HandClocks) -> None:
    small.programme.start()
    state = small.programme.state()
    begun = small.programme.moment()
    clocks.advance(10 * 60)
    later = state.at(small.programme.moment())
    assert later.state.remaining == 5 * 60
    assert [str(cue.phase) for cue in state.tape.between(begun, small.programme.moment())] == [
        "warning"
    ]


def test_what_another_desk_wrote_is_seen(small: EventApp, clocks: HandClocks) -> None:
    known = small.programme.state()
    assert small.programme.look_over(known).changes == Changes.NONE
    with open_event(small.database.location, clocks) as other:
        other.programme.start()
        assert small.programme.look_over(known).changes == Changes.CLOCK
        other.programme.edit(find(other, "Tea").id, title="Coffee")
    both = Changes.CLOCK | Changes.PROGRAMME
    assert small.programme.look_over(known).changes == both
    assert small.programme.look_over(small.programme.state()).changes == Changes.NONE


# --- corrections, announced delays, edits taken back ----------------------------------------------


def test_it_began_three_minutes_ago(small: EventApp, clocks: HandClocks) -> None:
    at_nine(small, clocks)
    small.programme.start()
    clocks.advance(15 * 60)
    small.programme.next()
    clocks.advance(5 * 60)
    ran = small.programme.began(8 * 60)
    assert ran.sentence == "“Panel” began at 09:12."
    welcome, panel = ran.board.state.runs
    assert (welcome.elapsed, panel.elapsed) == (12 * 60, 8 * 60)
    assert welcome.ended_at == panel.started_at
    assert ran.board.state.remaining == 37 * 60
    with pytest.raises(Refused, match="cannot have begun before 09:00"):
        small.programme.began(21 * 60)
    later = small.programme.began(2 * 60).board.state.runs
    assert [run.elapsed for run in later] == [18 * 60, 2 * 60]
    small.programme.undo()
    assert [run.elapsed for run in small.programme.undo().board.state.runs] == [15 * 60, 5 * 60]


def test_a_start_is_corrected_through_a_pause(small: EventApp, clocks: HandClocks) -> None:
    at_nine(small, clocks)
    small.programme.start()
    clocks.advance(60)
    small.programme.pause()
    clocks.advance(120)
    ran = small.programme.began(300)
    assert ran.board.state.run is not None
    assert (ran.board.state.run.elapsed, ran.board.state.run.paused) == (180, 120)


def test_an_announced_delay_is_expected_and_can_be_taken_back(
    small: EventApp, clocks: HandClocks
) -> None:
    at_nine(small, clocks, minutes=-20)
    small.programme.publish()
    ran = small.programme.announce_delay(600)
    assert ran.sentence == "“Welcome” begins 10 minutes later, at 09:10."
    assert ran.board.delay.sentence.startswith("10 minutes behind; tea now 10:10")
    assert published_and_expected(ran.board, "Welcome") == ("09:00", "09:10")
    # tea gives what it may, down to its minimum, so that the fixed start stays
    assert published_and_expected(ran.board, "Showcase") == ("10:30", "10:30")
    more = small.programme.announce_delay(300)
    assert published_and_expected(more.board, "Welcome") == ("09:00", "09:15")
    with pytest.raises(Refused, match="announced 15 minutes later"):
        small.programme.announce_delay(-1200)
    small.programme.undo()
    assert published_and_expected(small.programme.undo().board, "Welcome") == ("09:00", "09:00")


def test_a_fixed_start_that_was_announced_later_moves(small: EventApp, clocks: HandClocks) -> None:
    at_nine(small, clocks)
    small.programme.publish()
    small.programme.start()
    ran = small.programme.announce_delay(300, find(small, "Showcase").id)
    assert published_and_expected(ran.board, "Showcase") == ("10:30", "10:35")
    with pytest.raises(Refused, match="is running"):
        small.programme.announce_delay(300, find(small, "Welcome").id)


def test_a_session_is_dragged_before_another(small: EventApp, clocks: HandClocks) -> None:
    tea, panel = find(small, "Tea").id, find(small, "Panel").id
    small.programme.move_before(tea, panel)
    assert titles(small) == ["Welcome", "Tea", "Panel", "Showcase"]
    small.programme.move_before(tea, None)
    assert titles(small) == ["Welcome", "Panel", "Showcase", "Tea"]
    at_nine(small, clocks)
    small.programme.start()
    with pytest.raises(Refused, match="on or has been"):
        small.programme.move_before(find(small, "Welcome").id, None)
    small.programme.move_before(tea, find(small, "Welcome").id)
    assert titles(small)[:2] == ["Welcome", "Tea"]


def test_any_edit_can_be_taken_back(small: EventApp, clocks: HandClocks) -> None:
    at_nine(small, clocks)
    small.programme.publish()
    was = small.programme.state().programme
    small.programme.edit(find(small, "Panel").id, title="The panel", minutes=40)
    small.programme.remove(find(small, "Tea").id)
    small.programme.add(NewSession(title="Song", minutes=3), find(small, "Showcase").id)
    small.programme.publish()
    now = small.programme.state().programme
    small.programme.start()
    small.programme.restore(was, now)
    assert small.programme.state().programme == was
    with pytest.raises(Refused, match="changed since"):
        small.programme.restore(now, now)


def test_what_has_been_is_not_taken_back(small: EventApp, clocks: HandClocks) -> None:
    at_nine(small, clocks)
    was = small.programme.state().programme
    added = small.programme.add(NewSession(title="Song", minutes=3), find(small, "Welcome").id)
    small.programme.start()
    assert small.programme.state().board.state.session == added.session
    with pytest.raises(Refused, match="on or has been"):
        small.programme.restore(was, small.programme.state().programme)


def test_a_choice_of_going_on_and_of_sounds_is_kept(small: EventApp) -> None:
    small.programme.edit(find(small, "Panel").id, auto=True, sound="bell")
    assert (find(small, "Panel").auto, find(small, "Panel").sound) == (True, "bell")
    with pytest.raises(Refused, match="chime, bell or none"):
        small.programme.edit(find(small, "Panel").id, sound="trumpet")


def at_nine(app: EventApp, clocks: HandClocks, minutes: int = 0) -> None:
    """Winds the clock to nine o'clock of the event's day."""
    nine = datetime(2025, 11, 12, 9, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    assert app.event.get().held_on == date(2025, 11, 12)
    clocks.advance((nine - clocks.now()).total_seconds())


def published_and_expected(board: Board, title: str) -> tuple[str, str]:
    """The two times of a session, local, as they are shown."""
    entry = next(one for one in board.times if one.session.title == title)
    assert entry.published_start is not None
    assert entry.expected_start is not None
    zone = board.programme.zone
    return shown_time(entry.published_start, zone), shown_time(entry.expected_start, zone)

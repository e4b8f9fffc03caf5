"""Properties of the clock's arithmetic, for any day that anybody may have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from facilitator.domain.clock_facts import FactKind, Moment, living
from facilitator.domain.cues import Cue, CueTape, CueWatch, cues
from facilitator.domain.programme import Kind, Programme
from facilitator.domain.schedule import Place, delay_sentence, expected_times, propose
from facilitator.domain.session_clock import Phase, Status, clock_state
from tests.unit.programme_tools import DAY, LONDON, Day, session

KINDS = [Kind.TALK, Kind.BREAK, Kind.PANEL, Kind.NETWORKING]
STARTS = ["09:30", "10:00", "10:20", "11:05", "12:00"]


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    sessions = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        minutes = draw(st.integers(1, 40))
        minimum = draw(st.none() | st.integers(0, minutes))
        starts = draw(st.sampled_from(["", *STARTS]))
        sessions.append(
            session(
                number,
                f"Session {number}",
                minutes,
                starts,
                kind=draw(st.sampled_from(KINDS)),
                minimum=minimum,
                fixed=bool(starts) and draw(st.booleans()),
                protected=draw(st.booleans()),
                skip=draw(st.integers(0, 9)) == 0,
                warnings=tuple(draw(st.lists(st.integers(1, 15), max_size=2, unique=True))),
            )
        )
    return Programme(tuple(sessions), LONDON, DAY)


@dataclass(frozen=True)
class Act:
    """Something that happens after `wait` seconds."""

    wait: float
    what: str
    number: int
    seconds: float


acts = st.lists(
    st.builds(
        Act,
        wait=st.integers(0, 1_500_000).map(lambda ms: ms / 1000),
        what=st.sampled_from([*(k.value for k in FactKind if k is not FactKind.RESET), "wall"]),
        number=st.integers(1, 6),
        seconds=st.sampled_from([-600.0, -60.0, 0.0, 45.5, 60.0, 300.0]),
    ),
    max_size=14,
)


def perform(day: Day, act: Act) -> None:
    """Let time pass, then do it."""
    day.clocks.advance(act.wait)
    match act.what:
        case "wall":
            day.clocks.step_wall(act.seconds * 100)
        case "undo":
            standing = living(day.facts)
            if standing:
                day.undo(standing[-1])
        case "start" | "next" | "back":
            day.add(FactKind(act.what), act.number, max(0.0, act.seconds))
        case _:
            day.add(FactKind(act.what), act.number, act.seconds)


def play(programme: Programme, happened: list[Act]) -> Day:
    day = Day(programme, "09:00")
    for act in happened:
        perform(day, act)
    return day


@given(programmes(), acts, st.integers(0, 10_000))
def test_elapsed_is_never_negative_and_the_parts_make_the_whole(
    programme: Programme, happened: list[Act], later: int
) -> None:
    day = play(programme, happened)
    day.clocks.advance(later)
    state = day.state
    assert state.elapsed >= 0
    assert state.paused_for >= 0
    assert state.allotted >= 0
    assert all(run.elapsed >= 0 and run.paused >= 0 for run in state.runs)
    assert all(run.ended_at is None or run.ended_at >= run.started_at for run in state.runs)
    if state.session is not None:
        assert abs(state.elapsed + state.remaining - state.allotted) < 0.0005
        assert state.overtime == max(0.0, -state.remaining)
        assert (state.phase is Phase.OVER) == (state.remaining <= 0)


@given(programmes(), st.lists(st.integers(0, 900_000), min_size=1, max_size=8))
def test_run_and_paused_add_up_to_the_time_that_passed(
    programme: Programme, waits: list[int]
) -> None:
    day = Day(programme, "09:00")
    day.add(FactKind.START, 1)
    begun = day.clocks.steady()
    for index, wait in enumerate(waits):
        day.clocks.advance(wait / 1000)
        day.add(FactKind.RESUME if index % 2 else FactKind.PAUSE)
    day.clocks.advance(1.234)
    (run,) = day.state.runs
    passed = day.clocks.steady() - begun
    assert abs(run.elapsed + run.paused - passed) < 0.002


@given(programmes(), acts, st.lists(st.floats(-1e6, 1e6), min_size=14, max_size=14))
def test_the_wall_clock_changes_nothing_within_a_boot(
    programme: Programme, happened: list[Act], steps: list[float]
) -> None:
    calm = [act for act in happened if act.what != "wall"]
    quiet, stepped = play(programme, calm), Day(programme, "09:00")
    for act, step in zip(calm, steps, strict=False):
        stepped.clocks.step_wall(step)
        perform(stepped, act)
    one, other = quiet.state, stepped.state
    assert (one.status, one.remaining, one.phase) == (other.status, other.remaining, other.phase)
    assert [r.elapsed for r in one.runs] == [r.elapsed for r in other.runs]


@given(programmes(), acts, acts.filter(bool), st.integers(0, 1000))
def test_undo_restores_what_was_before(
    programme: Programme, happened: list[Act], then: list[Act], later: int
) -> None:
    """Taking back all that was done, the last first, gives the clock that would have been."""
    day = play(programme, happened)
    before = list(day.facts)
    standing = {fact.id for fact in living(before)}
    for act in then:
        if act.what not in {"wall", "undo"}:
            perform(day, act)
    for fact in reversed(living(day.facts)):
        if fact.id not in standing:
            day.undo(fact)
    day.clocks.advance(later)
    now, untouched = day.state, clock_state(programme, before, day.now)
    assert living(day.facts) == living(before)
    assert (now.status, now.remaining, now.runs) == (
        untouched.status,
        untouched.remaining,
        untouched.runs,
    )


@given(programmes(), acts, st.lists(st.integers(0, 5_000_000), max_size=6))
def test_each_cue_comes_exactly_once_however_the_interval_is_cut(
    programme: Programme, happened: list[Act], cuts: list[int]
) -> None:
    day = play(programme, happened)
    start = Moment(day.clocks.now(), 999.0, day.clocks.boot())
    day.clocks.advance(3600)
    whole = cues(programme, day.facts, start, day.now)
    end = day.clocks.steady()
    marks = sorted(
        {999.0, end, *(min(end, 999.0 + cut / 1000) for cut in cuts)},
    )
    moments = [Moment(start.wall, mark, start.boot) for mark in marks]
    parts: list[Cue] = []
    for since, until in pairwise(moments):
        parts += cues(programme, day.facts, since, until)
    assert parts == whole
    assert len({cue.key for cue in whole}) == len(whole)


@given(programmes(), acts, st.data())
def test_whoever_listens_hears_each_cue_once_whatever_happens_in_between(
    programme: Programme, happened: list[Act], data: st.DataObject
) -> None:
    """Polled at any moments, with stalls of any length, the same cues as one look at the end."""
    day, watch = Day(programme, "09:00"), CueWatch()
    assert watch.due(CueTape(programme, day.facts), day.now) == []
    heard: list[Cue] = []
    for act in happened:
        perform(day, act)
        if data.draw(st.booleans()):
            heard += watch.due(CueTape(programme, day.facts), day.now)
    day.clocks.advance(4000)
    heard += watch.due(CueTape(programme, day.facts), day.now)
    heard += watch.due(CueTape(programme, day.facts), day.now)
    assert len({cue.key for cue in heard}) == len(heard)
    assert {cue.key for cue in heard} == {
        cue.key for cue in CueTape(programme, day.facts).until(day.now)
    }


@given(programmes(), acts)
def test_a_day_can_always_be_reckoned(programme: Programme, happened: list[Act]) -> None:
    """Expected times run forward, no break is shorter than its minimum, fixed is never early."""
    day = play(programme, [act for act in happened if act.what != "wall"])
    state = day.state
    entries = expected_times(programme, state)
    coming = [e for e in entries if e.place in {Place.NEXT, Place.LATER}]
    planned = programme.planned()
    for one, other in pairwise(coming):
        assert one.expected_end is not None
        assert other.expected_start is not None
        assert other.expected_start >= one.expected_end
    for entry in coming:
        assert entry.expected_start is not None
        if entry.session.fixed:
            assert entry.expected_start >= planned[entry.session.id].starts
        if entry.session.id not in state.adjusted:
            assert entry.session.least <= entry.minutes <= entry.session.minutes
    assert sum(e.place is Place.NEXT for e in entries) == (state.next is not None)
    assert sum(e.place is Place.NOW for e in entries) == (state.session is not None)
    if state.status is Status.FINISHED:
        assert not coming
    assert delay_sentence(programme, state, entries)


@given(programmes(), acts)
@settings(max_examples=150)
def test_a_proposal_helps_and_respects_every_minimum(
    programme: Programme, happened: list[Act]
) -> None:
    day = play(programme, [act for act in happened if act.what not in {"wall", "adjust"}])
    proposal = propose(programme, day.state)
    if proposal is None:
        return
    before = {e.session.id: e for e in expected_times(programme, day.state)}
    for shortened, minutes in proposal.shorter:
        assert minutes >= 1
        assert before[shortened.id].minutes - minutes >= shortened.least
        day.add(FactKind.SHORTEN, shortened.id.int, -minutes * 60.0)
    after = {e.session.id: e for e in expected_times(programme, day.state)}
    target = proposal.target.id
    was, now = before[target].expected_start, after[target].expected_start
    assert was is not None
    assert now is not None
    assert now < was
    # What would have begun early, to save a fixed start, may begin at its time again.
    assert all(
        entry.late <= max(before[key].late, 0)
        for key, entry in after.items()
        if entry.expected_start
    )

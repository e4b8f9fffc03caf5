"""What a scanner typed is read as it was meant, and its test code tells how it is set."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.domain.keyboards import LAYOUTS, Case, cases_of, read_back, typed_as
from facilitator.domain.scanners import (
    CORE,
    TEST_CODE,
    USUAL,
    Diagnosis,
    ScannerProfile,
    diagnose,
    is_code_shape,
    is_test,
    read_scan,
    ticket_span,
)
from facilitator.domain.ticket import make_ticket

PAIRS = [(s, c) for s, c in product(LAYOUTS, LAYOUTS) if s != c]
TICKET = make_ticket("K7Q2", bytes(range(40, 50)))


@pytest.mark.parametrize(
    ("scanner", "computer", "typed"),
    [
        ("us", "de", "F1ßYZAQWMß0123456789"),
        ("de", "us", "F1/YZAQWM/0123456789"),
        ("us", "fr", "F&)WYQAZ?)à&é\"'(-è_ç"),
        ("fr", "uk", 'F!6WYQAZ:6)!"£$%^&*('),
        ("fr", "us", "F!6WYQAZ:6)!@#$%^&*("),
        ("de", "fr", "F&!YWQAZ?!à&é\"'(-è_ç"),
        ("fr", "de", 'F!6WZQAYÖ6=!"§$%&/()'),
    ],
)
def test_the_tables_are_those_on_the_keys(scanner: str, computer: str, typed: str) -> None:
    # Worked out by hand from the prints on the keys.
    meant = "F1-ZYAQWM-0123456789"
    assert typed_as(meant, scanner, computer) == typed
    assert read_back(typed, scanner, computer) == meant


@pytest.mark.parametrize(("scanner", "computer"), PAIRS)
def test_every_wrong_pair_is_named_by_the_test_code(scanner: str, computer: str) -> None:
    for case in cases_of(computer):
        found = diagnose(typed_as(TEST_CODE, scanner, computer, case))
        assert found == Diagnosis(scanner, computer, case)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_right_pair_is_told_from_all_others(layout: str) -> None:
    for case in cases_of(layout):
        assert diagnose(typed_as(TEST_CODE, layout, layout, case)) == Diagnosis(case=case)


@pytest.mark.parametrize(("scanner", "computer"), PAIRS)
def test_no_two_characters_of_a_ticket_become_one(scanner: str, computer: str) -> None:
    for case in (c for c in cases_of(computer) if c not in (Case.LOWER, Case.UPPER)):
        typed = typed_as(TEST_CODE, scanner, computer, case)
        assert read_back(typed, scanner, computer, case).startswith(CORE)


@given(
    token=st.binary(min_size=10, max_size=10),
    pair=st.sampled_from([*PAIRS, ("uk", "uk"), ("fr", "fr")]),
    data=st.data(),
)
def test_a_ticket_is_read_under_any_layout_without_being_told(
    token: bytes, pair: tuple[str, str], data: st.DataObject
) -> None:
    ticket = make_ticket("K7Q2", token)
    case = data.draw(st.sampled_from(cases_of(pair[1])))
    typed = typed_as(ticket, *pair, case)
    assert read_scan(typed) == (ticket,)
    # A profile of another scanner at the same laptop does no harm.
    assert read_scan(typed, ScannerProfile("us", "fr", prefix="X")) == (ticket,)


@pytest.mark.parametrize(
    "before", ["", "]Q1", "\x02", "\x02]Q1", "\\000026", "ticket: ", "https://day.example/t/"]
)
@pytest.mark.parametrize("after", ["", "\x03", " ", "\n"])
def test_what_stands_around_a_ticket_does_no_harm(before: str, after: str) -> None:
    assert read_scan(before + TICKET + after) == (TICKET,)


@pytest.mark.parametrize("wrong", [TICKET[:-1], TICKET + "7", TICKET[:9] + "?" + TICKET[10:]])
def test_a_misread_ticket_stays_as_it_is(wrong: str) -> None:
    assert read_scan(wrong) == (wrong,)


def test_two_tickets_in_one_go_are_two() -> None:
    other = make_ticket("K7Q2", bytes(10))
    assert read_scan(TICKET + other) == (TICKET, other)
    assert read_scan(f"]Q1{TICKET}\n]Q1{other}") == (TICKET, other)
    assert ticket_span(f"Ad{TICKET}") == (2, 2 + len(TICKET))
    assert ticket_span("x" * 40) is None


@pytest.mark.parametrize(
    ("profile", "meant"),
    [
        (ScannerProfile("us", "fr"), "1048221900"),
        (ScannerProfile("us", "de"), "XYZ-9-abc"),
        (ScannerProfile("fr", "uk"), "a8mk7wq2zz"),
        (ScannerProfile("de", "us", prefix="S"), "ZÜ-7"),
    ],
)
def test_a_foreign_code_is_read_as_the_profile_says(profile: ScannerProfile, meant: str) -> None:
    typed = typed_as(profile.prefix + meant, profile.scanner, profile.computer)
    assert read_scan(typed, profile) == (meant,)


def test_a_second_scanner_that_is_set_right_keeps_its_codes() -> None:
    assert read_scan("1048221900", ScannerProfile("us", "fr")) == ("1048221900",)
    assert read_scan("1048221900", ScannerProfile(prefix="S", suffix="E")) == ("1048221900",)
    assert read_scan("S1048221900E", ScannerProfile(prefix="S", suffix="E")) == ("1048221900",)
    assert read_scan("S", ScannerProfile(prefix="S")) == ("S",)  # never nothing


@pytest.mark.parametrize(
    ("before", "after", "prefix", "suffix", "kept"),
    [
        ("]Q1", "", "]Q1", "", ScannerProfile()),
        ("\x02", "\x03", "\x02", "\x03", ScannerProfile()),
        ("S:", "/E", "S:", "/E", ScannerProfile(prefix="S:", suffix="/E")),
    ],
)
@pytest.mark.parametrize(("scanner", "computer"), [("uk", "uk"), ("us", "de"), ("us", "uk")])
def test_what_stands_around_the_test_code_is_named(
    before: str, after: str, prefix: str, suffix: str, kept: ScannerProfile,
    scanner: str, computer: str,
) -> None:  # fmt: skip
    found = diagnose(typed_as(before + TEST_CODE + after, scanner, computer))
    assert found is not None
    assert (found.prefix, found.suffix) == (prefix, suffix)
    profile = found.profile("enter", 0.0)
    assert (profile.prefix, profile.suffix) == (kept.prefix, kept.suffix)


def test_characters_that_were_lost_are_named() -> None:
    for lost in "K", "07", "-", "0123456789":
        found = diagnose("".join(c for c in TEST_CODE if c not in lost))
        assert found is not None
        assert set(found.lost) == set(lost)
    slow = typed_as(TEST_CODE, "us", "de").replace("Q", "")
    found = diagnose(slow)
    assert found is not None
    assert (found.scanner, found.computer, found.lost) == ("us", "de", "Q")


@pytest.mark.parametrize(
    "code", [TICKET, "1048221900", "q" * 60, "a8mk7wq2zzpzrbbh3kq9x4v7m2n5t8cd", "", "SCANTEST-"]
)
def test_nothing_else_is_the_test_code(code: str) -> None:
    assert not is_test(code)


def test_shapes() -> None:
    assert is_code_shape("10482219")
    assert not any(map(is_code_shape, ["Smith", "covid19", "Room 101 at 10", "1234567"]))
    assert USUAL.is_usual
    assert not ScannerProfile(end="none").is_usual
    assert Diagnosis().profile("enter", 0.0).is_usual

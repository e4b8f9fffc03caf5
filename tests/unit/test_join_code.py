"""The join code: what it holds comes back, and every slip is a sentence."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.domain.errors import Refused
from facilitator.domain.join_code import (
    PREFIX,
    JoinCode,
    make_secret,
    parse_join_code,
    usual_database,
)
from facilitator.domain.ticket import ALPHABET, make_ticket

CODE = JoinCode(
    ("192.168.1.20", "10.0.0.7"), 54817, usual_database("7KQ2"), bytes(range(100, 132)), "7KQ2",
    "0a1b2c3d", "0123456789ABCDEF", datetime(2025, 11, 12, 9, 41, tzinfo=UTC),
)  # fmt: skip

addresses = st.one_of(
    st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(str),
    st.from_regex(r"[a-z][a-z0-9-]{0,30}\.venue\.example", fullmatch=True),
)  # fmt: skip
tags = st.text(ALPHABET, min_size=4, max_size=4)
codes = st.builds(
    JoinCode,
    st.lists(addresses, min_size=1, max_size=3).map(tuple),
    st.integers(1, 65535),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    st.binary(min_size=32, max_size=32),
    tags,
    st.binary(min_size=4, max_size=4).map(bytes.hex),
    st.binary(min_size=10, max_size=10).map(make_secret),
    st.one_of(
        st.none(),
        st.datetimes(datetime(2020, 1, 2), datetime(2050, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
            lambda moment: moment.replace(second=0, microsecond=0)
        ),
    ),
)


def why(text: str) -> str:
    with pytest.raises(Refused) as refused:
        parse_join_code(text)
    return str(refused.value)


@given(codes)
def test_what_it_holds_comes_back(code: JoinCode) -> None:
    assert parse_join_code(code.text) == code


@given(codes, st.randoms(use_true_random=False))
def test_however_it_is_typed(code: JoinCode, chance) -> None:  # type: ignore[no-untyped-def]
    confused = {"0": "0Oo", "1": "1IiLl", "V": "VvUu"}
    typed = "".join(
        chance.choice(confused.get(letter, letter + letter.lower())) for letter in code.text
    )
    typed = "".join(
        letter if letter != "-" else chance.choice(["-", " ", "", "\n", " – ", "\u00a0-\t"])
        for letter in typed
    )
    assert parse_join_code(f"\ufeff \\000026{typed}\r\n") == code
    assert parse_join_code(typed[3:]) == code, "its beginning may be left out"


def test_it_fits_a_qr_code_of_letters_and_digits_and_can_be_typed() -> None:
    assert re.fullmatch(r"FJ1(-[0-9A-HJKMNP-TV-Z]{8}){15}-[0-9A-HJKMNP-TV-Z]{2,8}", CODE.text)
    assert len(CODE.text) < 150
    assert CODE.login == "f_7kq2_join_0a1b2c3d"


def test_every_wrong_character_is_found_and_its_group_named() -> None:
    groups = CODE.text.split("-")
    for place, group in enumerate(groups[1:], 1):
        for at, letter in enumerate(group):
            for other in ALPHABET:
                if other == letter:
                    continue
                slipped = group[:at] + other + group[at + 1 :]
                sentence = why("-".join([*groups[:place], slipped, *groups[place + 1 :]]))
                full = len(group) == 8
                assert (f"Group {place} " in sentence) is full
                assert full or "not complete" in sentence


def test_neighbours_that_changed_places_are_found() -> None:
    text = CODE.text
    for at in range(4, len(text) - 1):
        one, two = text[at : at + 2]
        if one == two or "-" in (one, two) or {one, two} == {"0", "Z"}:
            continue
        assert why(text[:at] + two + one + text[at + 2 :])


def test_groups_that_changed_places_or_were_left_out_are_found() -> None:
    groups = CODE.text.split("-")
    for place in range(1, len(groups) - 1):
        swapped = [*groups[:place], groups[place + 1], groups[place], *groups[place + 2 :]]
        if swapped != groups:
            assert why("-".join(swapped))
        assert why("-".join([*groups[:place], *groups[place + 1 :]]))
        assert why("-".join(groups[:place]))
    assert "not complete" in why("-".join(groups[:-1]))
    assert why(CODE.text + CODE.text)
    assert why(CODE.text + "-0")


@given(st.text(max_size=200))
def test_whatever_is_scanned_there_is_a_code_or_a_sentence(text: str) -> None:
    for typed in (text, f"{PREFIX}-{text}", f"{PREFIX}{'0' * 100}{text}"):
        assert why(typed).endswith(".")


@pytest.mark.parametrize(
    ("scanned", "said"),
    [
        ("", "no join code"),
        (" \r\n", "no join code"),
        (make_ticket("7KQ2", bytes(10)), "is a ticket"),
        (make_ticket("7KQ2", bytes(10)).lower(), "is a ticket"),
        ("https://summit.example/join?FJ1", "is a web address"),
        ("postgresql://desk@hub.example/day", "address of a server"),
        ("WIFI:T:WPA;S:Venue guests;P:x;;", "code of a Wi-Fi"),
        ("Ada Larkin", "begins with FJ1"),
        ("0123456789", "begins with FJ1"),
        ("FJ2-" + CODE.text[4:], "newer Facilitator"),
        ("FJ1", "not complete"),
        ("FJ1-0", "not complete"),
        ("🏥" * 60, "begins with FJ1"),
        ("9" * 100_000, "begins with FJ1"),
        ("0" * 100_000, "Group 2 "),
    ],
)
def test_what_else_gets_scanned(scanned: str, said: str) -> None:
    assert said in why(scanned)


@pytest.mark.parametrize(
    "change",
    [
        {"addresses": ()},
        {"addresses": ("10.0.0.1",) * 4},
        {"addresses": ("a b",)},
        {"addresses": ("x" * 256,)},
        {"port": 0},
        {"port": 65536},
        {"database": ""},
        {"database": "é" * 128},
        {"fingerprint": bytes(31)},
        {"tag": "7KQI"},
        {"tag": "7KQ"},
        {"suffix": "0A1B2C3D"},
        {"secret": "0123456789ABCDE"},
        {"secret": "0123456789ABCDEU"},
    ],
)
def test_what_it_cannot_hold_is_a_fault(change: dict[str, object]) -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="cannot hold"):
        replace(CODE, **change)  # type: ignore[arg-type]

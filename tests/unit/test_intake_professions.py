"""Professions, sides, leaders and boroughs from the words about somebody."""

from __future__ import annotations

import pytest

from facilitator.domain.sides import DEFAULT_SIDES, parse_sides
from facilitator.intake.professions import find_side, guess, guess_borough

G, P, O = DEFAULT_SIDES.keys  # noqa: E741


@pytest.mark.parametrize(
    ("ticket", "title", "organisation", "side", "profession", "front_line"),
    [
        ("", "GP Partner", "", G, "GP", True),
        ("", "Salaried GP", "Acorn Surgery", G, "GP", True),
        ("", "Locum GP", "", G, "GP", True),
        ("", "GP registrar", "", G, "GP trainee", True),
        ("", "Practice nurse", "", G, "Practice nurse", True),
        ("", "Advanced Nurse Practitioner", "Peckham PCN", G, "Practice nurse", True),
        ("", "Practice Manager", "", G, "Practice manager", True),
        ("", "Care co-ordinator", "", G, "Care coordinator", True),
        ("", "Patient care co-ordinator", "Acorn Surgery", G, "Care coordinator", True),
        ("", "Practice pharmacist", "", G, "Practice pharmacist", True),
        ("", "Pharmacist", "Acorn Surgery", G, "Pharmacist", True),
        ("", "PCN clinical pharmacist", "", G, "Practice pharmacist", True),
        ("", "Clinical Director", "Peckham PCN", G, "", False),
        ("", "LMC chair", "", G, "GP", False),
        ("", "Chair, Lambeth LMC", "", G, "GP", False),
        ("", "Community pharmacist", "", P, "Pharmacist", True),
        ("", "Superintendent pharmacist", "Larkin Chemists", P, "Pharmacist", True),
        ("", "Pharmacy technician", "", P, "Pharmacy technician", True),
        ("", "Pharmacy owner", "", P, "Pharmacist", True),
        ("", "Pharmacist", "Jade Pharmacy", P, "Pharmacist", True),
        ("", "Chief Executive", "South London LPC", P, "", False),
        ("", "Chief officer", "Community Pharmacy Lambeth", P, "", False),
        ("", "LPC vice chair", "", P, "Pharmacist", False),
        ("", "ICB director of primary care", "", O, "Commissioner", False),
        ("", "Chief pharmacist", "South London ICB", O, "Pharmacist", False),
        ("", "Cabinet member for health", "Southwark Council", O, "Commissioner", False),
        ("", "Hospital pharmacist", "", O, "Pharmacist", True),
        ("", "Patient representative", "", O, "Patient representative", False),
        ("Sponsor", "Account manager", "Pills Ltd", O, "Sponsor", False),
        ("Press", "", "", O, "Press", False),
        ("Charity", "", "", O, "Charity", False),
        ("GP ticket", "", "", G, "GP", True),
        ("GP ticket", "Practice manager", "", G, "Practice manager", True),
        ("Community pharmacy", "", "", P, "", True),
        ("Pharmacist (free)", "", "", P, "Pharmacist", True),
        ("General admission", "", "Elm Road Medical Centre", G, "", None),
        ("General admission", "", "", "", "", None),
    ],
)
def test_what_the_words_say(
    ticket: str, title: str, organisation: str, side: str, profession: str, front_line: bool | None
) -> None:
    found = guess("", ticket, title, organisation, DEFAULT_SIDES)
    assert (found.side, found.profession, found.front_line) == (side, profession, front_line)


def test_a_profession_of_ones_own_is_kept_as_typed() -> None:
    found = guess("gp partner (retired)", "", "", "", DEFAULT_SIDES)
    assert (found.profession, found.side) == ("gp partner (retired)", G)


@pytest.mark.parametrize(
    ("title", "organisation", "sure"),
    [
        ("GP Partner", "Acorn Surgery", True),
        ("Community pharmacist", "Jade Pharmacy", True),
        ("Clinical pharmacist", "Peckham PCN", False),
        ("Practice manager", "", False),
        ("Medicines lead, LMC", "", False),
        ("Pharmacy student", "", False),
        ("Pharmacist", "Acorn Surgery", False),
        ("GP", "South London ICB", False),
        ("Wizard", "", False),
    ],
)
def test_what_a_person_should_look_at(title: str, organisation: str, sure: bool) -> None:
    assert guess("", "", title, organisation, DEFAULT_SIDES).sure is sure


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("general-practice", G), ("General practice", G), ("GP", G), ("g", G), ("practice", G),
        ("Community pharmacy", P), ("pharmacy", P), ("PH", P), ("other", O), ("Guests", O),
        ("neither", O),
    ],
)  # fmt: skip
def test_a_side_by_its_name(text: str, key: str) -> None:
    side = find_side(text, DEFAULT_SIDES)
    assert side is not None
    assert side.key == key


def test_no_side() -> None:
    assert find_side("", DEFAULT_SIDES) is None
    assert find_side("the moon", DEFAULT_SIDES) is None


def test_the_default_rules_are_silent_for_other_sides() -> None:
    sides = parse_sides("hospital=Hospital,care-home=Care home")
    assert guess("", "", "GP Partner", "Acorn Surgery", sides).side == ""
    assert guess("", "", "Nurse", "Elm Care Home", sides).side == "care-home"
    assert guess("", "Sponsor", "", "", sides).side == "other"


@pytest.mark.parametrize(
    ("text", "borough"),
    [
        ("Community Pharmacy Lambeth", "Lambeth"),
        ("Kensington & Chelsea GP Federation", "Kensington and Chelsea"),
        ("Bromley Road Surgery", ""),
        ("Lambeth, Southwark and Lewisham LPC", ""),
        ("Acorn Surgery", ""),
    ],
)
def test_a_borough_in_a_name(text: str, borough: str) -> None:
    assert guess_borough(text) == borough

"""Every shape of list that FORMATS names, and the ways in which files are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from facilitator.domain.errors import Refused, WorldTrouble
from facilitator.domain.sides import parse_sides
from facilitator.intake.columns import FIELDS, LABELS
from facilitator.intake.lists import AttendeeList, IncomingPerson, read_headings, read_list

LISTS = Path(__file__).parent.parent / "data" / "lists"


def write(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, text: str | bytes, name: str = "list.csv", **more: object) -> AttendeeList:
    return read_list(write(folder, text, name), **more)  # type: ignore[arg-type]


def only(found: AttendeeList) -> IncomingPerson:
    assert len(found.people) == 1
    return found.people[0]


def becomes(found: AttendeeList) -> dict[str, str | None]:
    return {column.header: column.becomes for column in found.columns}


def why(folder: Path, text: str | bytes, name: str = "list.csv", **more: object) -> str:
    with pytest.raises(Refused) as refused:
        read(folder, text, name, **more)
    sentence = str(refused.value)
    assert len(sentence) <= 400
    assert "\n" not in sentence
    return sentence


NAMES = [
    "Priya Raman", "Ada Larkin", "Siobhán O’Connor", "Tuấn Nguyễn", "Çiğdem Çelik",
    "Jürgen Müller", "Grace Okafor", "Imran Shah", "Helen van der Berg", "Tom Adeyemi", "Mei Ng",
    "Bilal Hussain",
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "source", "cancelled", "code"),
    [
        ("eventbrite-us.csv", "Eventbrite, US", {"Jürgen Müller"}, "0093001"),
        ("eventbrite-uk.csv", "Eventbrite, UK", {"Grace Okafor"}, "0104822190007"),
        ("eventbrite-current.csv", "Eventbrite", set(), "990000100001001"),
        ("pretix-checkin-list.csv", "pretix, check-in list", set(), "s3cr3t01zq7p4n"),
        ("pretix-order-positions.csv", "pretix, order positions", {"Imran Shah"}, "tk018sdf7w"),
        ("hi-events.csv", "Hi.Events", {"Tom Adeyemi"}, "A-K01QZ7"),
        ("hi-events.ods", "Hi.Events", {"Tom Adeyemi"}, "A-K01QZ7"),
        ("luma.csv", "Luma", {"Tuấn Nguyễn", "Çiğdem Çelik"}, "gst-Xy01"),
        ("indico.csv", "Indico", {"Siobhán O’Connor"}, None),
        ("tito.csv", "Tito", {"Grace Okafor", "Guest of Nia Payne"}, "TR01-1"),
        ("people.csv", "Facilitator", {"Jürgen Müller"}, "0011"),
        ("typed.csv", "a list typed by hand", {"Mei Ng"}, None),
        ("typed.xlsx", "a list typed by hand", {"Mei Ng"}, None),
    ],
)
def test_every_source_is_recognised(
    file: str, source: str, cancelled: set[str], code: str | None
) -> None:
    found = read_list(LISTS / file)
    named = [p for p in found.people if p.is_named]
    assert found.source == source
    assert [p.name for p in named] == [n for n in NAMES if n in {p.name for p in named}]
    assert len(named) >= 10
    assert {p.name for p in found.people if p.cancelled} == cancelled
    ada = next(p for p in named if p.name == "Ada Larkin")
    assert ada.email == "ada.larkin@summit.example"
    assert ada.side == "community-pharmacy"
    assert (code in ada.codes) if code else not ada.codes
    priya = named[0]
    assert (priya.side, priya.front_line) == ("general-practice", True)
    assert len(found.people) + len(found.skipped) >= found.rows
    assert all(column.becomes is None or column.becomes in FIELDS for column in found.columns)


def test_a_real_sized_list_is_read_whole() -> None:
    found = read_list(LISTS / "eventbrite-uk-120.csv")
    assert (found.rows, len(found.people), found.skipped) == (120, 120, ())
    assert sum(p.cancelled for p in found.people) == 3
    assert sum(p.side == "general-practice" for p in found.people) > 50
    assert sum(p.side == "community-pharmacy" for p in found.people) > 50
    use = {column.header: column for column in found.columns}
    assert (use["Ticket Type"].becomes, use["Ticket Type"].how) == ("profession", "guessed")
    assert use["Attendee Status"].note == "3 cancelled"
    assert use["County of Residence"].becomes is use["Home Postcode"].becomes is None
    assert (use["First Name"].sample, use["First Name"].label) == ("Priya", "Given name")
    answers = dict(found.people[0].answers)
    assert answers["Who do you hope to meet?"] == "Anyone from Peckham"
    assert answers["County of Residence"] == "Greater London"


def test_a_home_address_is_no_borough(tmp_path: Path) -> None:
    text = "Name,County of Residence,Home Postcode,Home City\nAda Larkin,Camden,NW1 0XX,Camden\n"
    person = only(read(tmp_path, text))
    assert person.borough == ""
    assert ("County of Residence", "Camden") in person.answers


# --- bytes ----------------------------------------------------------------------------------------

TEXT = (
    "Name,Email,Borough\nZoë O’Brien,zoe@summit.example,Camden\nJürgen Ng,j@summit.example,Brent\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(
    tmp_path: Path, encoding: str, separator: str, end: str
) -> None:
    text = TEXT.replace(",", separator).replace("\n", end)
    found = read(tmp_path, text.encode(encoding))
    assert [(p.name, p.borough, p.row) for p in found.people] == [
        ("Zoë O’Brien", "Camden", 2),
        ("Jürgen Ng", "Brent", 3),
    ]


def test_big_endian_with_a_mark(tmp_path: Path) -> None:
    found = read(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be"), "list.tsv")
    assert found.people[0].name == "Zoë O’Brien"


def test_excel_says_which_separator(tmp_path: Path) -> None:
    found = read(tmp_path, "sep=;\nName;Email\nAda Larkin;a@summit.example\n")
    assert only(found).row == 3


@pytest.mark.parametrize("above", range(10))
def test_headings_on_any_of_the_first_ten_rows(tmp_path: Path, above: int) -> None:
    lines = ["Guest list for the day, please keep private", "", "Printed by, the office"] * 4
    text = "\n".join(lines[:above]) + ("\n" if above else "") + TEXT
    found = read(tmp_path, text)
    assert (found.heading_row, [p.row for p in found.people]) == (above + 1, [above + 2, above + 3])


def test_quoted_cells_may_hold_separators_and_line_ends(tmp_path: Path) -> None:
    text = 'Name,Organisation,Diet\n"Larkin, Ada","Larkin, Sons\nand Daughters","no ""nuts"""\n'
    person = only(read(tmp_path, text))
    assert (person.name, person.organisation) == ("Ada Larkin", "Larkin, Sons and Daughters")
    assert person.diet == 'no "nuts"'


def test_spaces_after_the_separators(tmp_path: Path) -> None:
    text = 'Name, Organisation, Borough\n"Larkin, Ada", "Larkin, Sons", Ealing\n'
    person = only(read(tmp_path, text))
    assert (person.name, person.organisation, person.borough) == (
        "Ada Larkin", "Larkin, Sons", "Ealing",
    )  # fmt: skip


def test_one_column_of_names(tmp_path: Path) -> None:
    found = read(tmp_path, "Guests of the day\n\nName\nLarkin, Ada\nBo Ek\n")
    assert [p.name for p in found.people] == ["Ada Larkin", "Bo Ek"]
    assert becomes(found) == {"Name": "name"}


def test_empty_columns_are_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "moved.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(3, 2, ["Name", "", "Email"])
        sheet.write_row(4, 2, ["Ada Larkin", "", "a@summit.example"])
    found = read_list(path)
    assert becomes(found) == {"Name": "name", "Email": "email"}
    assert [(p.name, p.row) for p in found.people] == [("Ada Larkin", 5)]


# --- names and rows -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "title", "given", "family"),
    [
        ("Larkin, Ada", "", "Ada", "Larkin"),
        ("Larkin, Dr Ada", "Dr", "Ada", "Larkin"),
        ("Dr. Ada Mary Larkin", "Dr", "Ada Mary", "Larkin"),
        ("van der Berg, Helen", "", "Helen", "van der Berg"),
        ("Helen van der Berg", "", "Helen", "van der Berg"),
        ("Ada Larkin, MRPharmS", "", "Ada", "Larkin"),
        ("Prof Ada Larkin, MBE, FRCGP", "Prof", "Ada", "Larkin"),
        ("Ada Larkin (Dr)", "Dr", "Ada", "Larkin"),
        ("Cher", "", "Cher", ""),
        ("<b>Bold</b> Bolder", "", "<b>Bold</b>", "Bolder"),
    ],
)
def test_names(tmp_path: Path, typed: str, title: str, given: str, family: str) -> None:
    person = only(read(tmp_path, f'Name,Email\n"{typed}",a@summit.example\n'))
    assert (person.title, person.given_name, person.family_name) == (title, given, family)


def test_first_and_last_name_that_a_system_split_at_the_comma(tmp_path: Path) -> None:
    text = 'First name,Last name\n"Larkin,",Ada\n'
    assert only(read(tmp_path, text)).name == "Ada Larkin"


def test_a_quantity_makes_guests_to_be_named_later(tmp_path: Path) -> None:
    text = (
        "Name,Email,Quantity,Ticket type,Organisation,Barcode,Diet,Status\n"
        "Ada Larkin,a@summit.example,3,Pharmacist,Larkin Chemists,007,vegan,\n"
        "Bo Ek,b@summit.example,2,GP,,008,,cancelled\n"
    )
    found = read(tmp_path, text)
    assert [p.name for p in found.people] == [
        "Ada Larkin", "Guest 2 of Ada Larkin", "Guest 3 of Ada Larkin", "Bo Ek", "Guest 2 of Bo Ek",
    ]  # fmt: skip
    first, second = found.people[:2]
    assert (first.codes, second.codes) == (("007",), ())
    assert (second.side, second.organisation) == ("community-pharmacy", "Larkin Chemists")
    assert (second.email, second.diet, second.is_named, second.place) == ("", "", False, 1)
    assert [p.cancelled for p in found.people] == [False, False, False, True, True]
    assert len({p.key for p in found.people if not p.is_named}) == 3


def test_too_large_a_quantity_is_a_slip(tmp_path: Path) -> None:
    found = read(tmp_path, "Name,Quantity\nAda Larkin,1\nBo Ek,4000\n")
    assert found.skipped == ((3, "it asks for 4,000 people in one row; check the number"),)


@pytest.mark.parametrize(
    ("heading", "value", "cancelled"),
    [
        ("Attendee Status", "Not Attending", True),
        ("Attendee Status", "Attending", False),
        ("Status", "CANCELLED", True),
        ("Status", "Canceled (paid fee)", True),
        ("Status", "refunded", True),
        ("Status", "Partially Refunded", True),
        ("Status", "Unassigned", True),
        ("Status", "AWAITING_PAYMENT", False),
        ("Status", "pending", False),
        ("Registration state", "Rejected", True),
        ("approval_status", "declined", True),
        ("approval_status", "waitlist", True),
        ("approval_status", "approved", False),
        ("Void Status", "", False),
        ("Void Status", "Voided", True),
        ("Void Status", "Not voided", False),
        ("Attending?", "no", True),
        ("Attending?", "yes", False),
        ("RSVP", "sends apologies", True),
        ("Cancelled", "no", False),
        ("Cancelled", "yes", True),
        ("Cancelled", "", False),
    ],
)
def test_standing(tmp_path: Path, heading: str, value: str, cancelled: bool) -> None:
    person = only(read(tmp_path, f"Name,{heading}\nAda Larkin,{value}\n"))
    assert person.cancelled is cancelled


def test_rows_that_are_nobody_are_skipped_with_the_reason(tmp_path: Path) -> None:
    text = (
        "Name,Profession,Email\nAda Larkin,GP,\n,GP,\nName,Profession,Email\n\n"
        ",,later@summit.example\nTotal,4\n"
    )
    found = read(tmp_path, text)
    assert found.skipped == (
        (3, "there is no name in this row"),
        (4, "the headings again"),
        (7, "a total, not a person"),
    )
    assert [(p.row, p.is_named) for p in found.people] == [(2, True), (6, False)]
    assert found.rows == 5


def test_the_same_person_twice_in_a_file_is_two_people(tmp_path: Path) -> None:
    row = "Ada Larkin,a@summit.example\n"
    assert len(read(tmp_path, f"Name,Email\n{row}{row}").people) == 2


def test_info_requested_is_no_name() -> None:
    found = read_list(LISTS / "eventbrite-current.csv")
    assert [p.name for p in found.people if not p.is_named] == [
        "Guest 4 of Priya Raman",
        "Guest 5 of Priya Raman",
    ]


# --- columns --------------------------------------------------------------------------------------


def test_columns_that_occur_twice() -> None:
    found = read_list(LISTS / "pretix-order-positions.csv")
    named = becomes(found)
    assert named["Company"] == named["Company (2)"] == "organisation"
    assert named["Address"] is named["Address (2)"] is named["City (2)"] is None
    priya = found.people[0]
    assert priya.organisation == "Rye Lane Family Practice"
    answers = dict(priya.answers)
    assert answers["Company (2)"] == "Summit Payments Ltd"
    assert (answers["City"], answers["City (2)"]) == ("London", "Leeds")
    # where the attendee said no company, that of the invoice is the best there is
    assert found.people[4].organisation == "Summit Payments Ltd"
    assert found.people[4].side == "general-practice"
    assert found.people[2].email == "office2@summit.example"


def test_special_attention_is_said_at_the_desk() -> None:
    found = read_list(LISTS / "pretix-checkin-list.csv")
    assert [p.attention for p in found.people[:2]] == ["Speaks at 10:15", ""]
    assert found.people[0].title == "Dr"


def test_every_unrecognised_column_is_kept(tmp_path: Path) -> None:
    text = "Name,Bringing,Bringing,,Zodiac\nAda Larkin,cake,tea,odd,Leo\nBo Ek,,,,\n"
    found = read(tmp_path, text)
    assert found.people[0].answers == (
        ("Bringing", "cake"), ("Bringing (2)", "tea"), ("Column 4", "odd"), ("Zodiac", "Leo"),
    )  # fmt: skip
    assert found.people[1].answers == ()
    assert [c.how for c in found.columns] == ["recognised", "kept", "kept", "kept", "kept"]


def test_cells_beyond_the_headings_are_kept(tmp_path: Path) -> None:
    found = read(tmp_path, "Name,Email\nAda Larkin,a@summit.example,stray\n")
    assert only(found).answers == (("Column 3", "stray"),)


def test_questions_in_peoples_own_words(tmp_path: Path) -> None:
    text = (
        "Your full name,What is your e-mail?,Which borough do you mostly work in?,"
        "Do you have any dietary requirements?,Any access needs we should know of?,"
        "Where do you work?,What is your current role?,"
        "Are you happy to share your contact details?,"
        "May we take photographs?,How do you see collaborating with pharmacy?\n"
        "Ada Larkin,a@summit.example,Kensington & Chelsea,Vegan,Hearing loop,Larkin Chemists,"
        "Superintendent pharmacist,Yes,No,I am a sceptic\n"
    )
    person = only(read(tmp_path, text))
    assert (person.name, person.email) == ("Ada Larkin", "a@summit.example")
    assert (person.borough, person.diet) == ("Kensington and Chelsea", "Vegan")
    assert (person.access, person.organisation) == ("Hearing loop", "Larkin Chemists")
    assert (person.job_title, person.side) == ("Superintendent pharmacist", "community-pharmacy")
    assert (person.contact_consent, person.photo_consent) == (True, False)
    assert person.stance == "sceptic"


def test_what_is_said_is_not_guessed_and_what_is_guessed_is_said(tmp_path: Path) -> None:
    text = (
        "Name,Side,Front line,Borough,Ticket type,Job title,Organisation\n"
        "Ada Larkin,pharmacy,leader,Ealing,GP,GP Partner,Camden Surgery\n"
        "Bo Ek,,,,Pharmacist,,Community Pharmacy Lambeth\n"
        "Cy Fox,P,yes,,,,\n"
    )
    ada, bo, cy = read(tmp_path, text).people
    assert (ada.side, ada.front_line, ada.borough) == ("community-pharmacy", False, "Ealing")
    assert ada.guessed == {"profession"}
    assert (bo.side, bo.borough, bo.profession) == ("community-pharmacy", "Lambeth", "Pharmacist")
    assert bo.guessed == {"profession", "side", "front_line", "borough"}
    assert (cy.side, cy.front_line, cy.guessed) == ("community-pharmacy", True, frozenset())


def test_a_title_column_may_hold_jobs(tmp_path: Path) -> None:
    found = read(tmp_path, "Name,Title\nAda Larkin,GP Partner\nBo Ek,Practice nurse\n")
    assert becomes(found)["Title"] == "job_title"
    assert [p.job_title for p in found.people] == ["GP Partner", "Practice nurse"]
    assert [p.title for p in found.people] == ["", ""]


def test_a_borough_is_spelt_as_usual_or_kept_as_typed(tmp_path: Path) -> None:
    text = "Name,Borough\nA B,LB Southwark\nC D,Brighton\nE F,Lambeth / Southwark\nG H,n/a\n"
    found = read(tmp_path, text)
    assert [p.borough for p in found.people] == ["Southwark", "Brighton", "Lambeth", ""]
    assert found.people[2].answers == (("Borough", "Lambeth / Southwark"),)
    assert found.columns[1].note == "1 not in London"


def test_an_address_that_is_none_is_kept_as_an_answer(tmp_path: Path) -> None:
    text = "Name,Email\nA B,ask her\nC D,Cy <c@summit.example>\nE F,e@summit.example\n"
    found = read(tmp_path, text)
    assert [p.email for p in found.people] == ["", "c@summit.example", "e@summit.example"]
    assert found.people[0].answers == (("Email", "ask her"),)


# --- codes and cells ------------------------------------------------------------------------------


def test_codes_stay_as_they_are(tmp_path: Path) -> None:
    found = read_list(LISTS / "codes.xlsx")
    assert [p.codes for p in found.people] == [("104822190071",), ("000123",), ("123",)]
    text = "Name,Barcode,Confirmation number\nAda Larkin,00042,C-9\nBo Ek,1.04822E+11,\n"
    typed = read(tmp_path, text)
    assert [p.codes for p in typed.people] == [("00042", "C-9"), ()]
    assert typed.columns[1].note == "1 were shortened by a spreadsheet and cannot be scanned"


def test_numbers_dates_and_truths_of_a_workbook(tmp_path: Path) -> None:
    import datetime

    path = tmp_path / "cells.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["Name", "Phone", "Since", "VIP", "Score"])
        sheet.write_row(1, 0, ["Ada Larkin", 7700900123])
        sheet.write_datetime(1, 2, datetime.datetime(2025, 11, 12), day)  # noqa: DTZ001
        sheet.write_boolean(1, 3, True)
        sheet.write_number(1, 4, 2.5)
    person = only(read_list(path))
    assert (person.phone, person.vip) == ("7700900123", True)
    assert person.answers == (("Since", "2025-11-12"), ("Score", "2.5"))


def test_an_apostrophe_in_front_of_a_formula_is_taken_off(tmp_path: Path) -> None:
    text = (
        "Name,Organisation,Diet,Access\n"
        'Ada Larkin,"\'=HYPERLINK(""x"")",\'-nuts,\'@home\n\'Tis Bo,\'quoted,,\n'
    )
    ada, tis = read(tmp_path, text).people
    assert (ada.organisation, ada.diet, ada.access) == ('=HYPERLINK("x")', "-nuts", "@home")
    assert (tis.given_name, tis.organisation) == ("'Tis", "'quoted")


def test_people_csv_of_the_exports_is_a_list() -> None:
    found = read_list(LISTS / "people.csv")
    assert becomes(found) == {
        "id": "row_id", "name": "name", "title": "title", "given_name": "given_name",
        "family_name": "family_name", "email": "email", "organisation": "organisation",
        "profession": "profession", "side": "side", "front_line": "front_line",
        "borough": "borough", "status": "status", "ticket": None, "codes": "code",
    }  # fmt: skip
    priya, ada = found.people[:2]
    assert priya.organisation == "=Practice"
    assert ada.codes == ("0011", "x-1")
    assert [p.front_line for p in found.people].count(False) == 6
    assert not any(p.guessed for p in found.people)


# --- mapping --------------------------------------------------------------------------------------


def test_a_mapping_says_what_a_column_is(tmp_path: Path) -> None:
    text = "Wer,Wo,Email\nAda Larkin,Ealing,a@summit.example\n"
    found = read(tmp_path, text, mapping={"Wer": "name", "wo": "borough", "Email": "answer"})
    person = only(found)
    assert (person.name, person.borough, person.email) == ("Ada Larkin", "Ealing", "")
    assert person.answers == (("Email", "a@summit.example"),)
    assert [c.how for c in found.columns] == ["mapped"] * 3
    assert found.mapping == {"Wer": "name", "wo": "borough", "Email": "answer"}


def test_a_mapped_column_replaces_the_recognised_one(tmp_path: Path) -> None:
    text = "Name,Company,Practice code\nAda Larkin,Larkin Ltd,Acorn Surgery\n"
    person = only(read(tmp_path, text, mapping={"Practice code": "organisation"}))
    assert person.organisation == "Acorn Surgery"
    assert ("Company", "Larkin Ltd") in person.answers


def test_a_mapping_of_what_there_is_not(tmp_path: Path) -> None:
    sentence = why(tmp_path, TEXT, mapping={"Name": "shoe size"})
    assert "“shoe size”" in sentence
    assert all(field in sentence for field in FIELDS)
    sentence = why(tmp_path, TEXT, mapping={"Nom": "name"})
    assert (
        sentence == "“list.csv” has no column “Nom”; its columns are “Name”, “Email” and “Borough”."
    )


def test_the_headings_can_be_asked_for() -> None:
    headings = read_headings(LISTS / "typed.csv")
    assert headings[:3] == ("Name", "Profession", "Organisation")


def test_every_field_has_a_label() -> None:
    assert set(LABELS) == set(FIELDS)


# --- other sides ----------------------------------------------------------------------------------


def test_other_sides_are_known_by_their_names(tmp_path: Path) -> None:
    sides = parse_sides("hospital=Hospital,care-home=Care home")
    text = (
        "Name,Ticket,Job title,Organisation,Side\n"
        "A B,Hospital,,,\nC D,,Care home manager,,\nE F,,Nurse,Elm Care Homes,\n"
        "G H,,Doctor,St Made-Up Hospital,\nI J,,,,care-home\nK L,Sponsor,,,\nM N,,,,PH\nO P,,GP,,\n"
    )
    found = read(tmp_path, text, sides=sides)
    assert [p.side for p in found.people] == [
        "hospital", "care-home", "care-home", "hospital", "care-home", "other",
        "care-home", "other",
    ]  # fmt: skip


# --- trouble --------------------------------------------------------------------------------------


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"There is no file “gone\.csv”"):
        read_list(tmp_path / "gone.csv")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a folder"):
        read_list(tmp_path)


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    import os

    path = write(tmp_path, TEXT)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything: a name too long fails alike
        with pytest.raises(WorldTrouble, match="cannot be read"):
            read_list(tmp_path / ("x" * 300))
    else:
        with pytest.raises(WorldTrouble, match="may not be read"):
            read_list(path)


@pytest.mark.parametrize("text", ["", "\n\n  \n", "\ufeff", "\0\0\0\0", ",,\n,,\n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    assert why(tmp_path, text) == "“list.csv” is empty."


def test_a_header_only(tmp_path: Path) -> None:
    sentence = why(tmp_path, "Name,Email\n\n,,\n")
    assert sentence == "“list.csv” has headings but no people below them."


def test_no_column_of_names(tmp_path: Path) -> None:
    sentence = why(tmp_path, "Borough,Colour\nEaling,red\n")
    assert "no column looks like a name" in sentence
    assert "“Colour”" in sentence


def test_a_column_of_names_without_names(tmp_path: Path) -> None:
    assert "has no names" in why(tmp_path, "Name,Borough\n,Ealing\n,Brent\n")


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"%PDF-1.7 something", "list.csv", "is a PDF, not a list"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "list.csv", "is a picture"),
        (bytes(range(256)) * 64, "list.csv", "is not a list"),
        (b"PK\x03\x04 this is no zip at all", "list.xlsx", "is damaged or is no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "list.xlsx", "is damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + b"\0" * 600
            + "EncryptedPackage".encode("utf-16-le")
            + b"\0" * 600,
            "list.xlsx",
            "is protected by a password",
        ),
        (b"<!DOCTYPE html><html><table>", "list.csv", "is a web page"),
        (
            b'Name,Email\n"Ada Larkin,' + b"a" * 140_000,
            "list.csv",
            "a quotation mark was not closed",
        ),
    ],
)
def test_files_that_are_no_lists(tmp_path: Path, data: bytes, name: str, said: str) -> None:
    assert said in why(tmp_path, data, name)


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    data = (LISTS / "typed.xlsx").read_bytes()
    for length in (200, 1500, len(data) - 300):
        assert "“cut.xlsx” is damaged" in why(tmp_path, data[:length], "cut.xlsx")


def test_an_empty_workbook(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet()
    with pytest.raises(Refused, match=r"“empty\.xlsx” is empty"):
        read_list(path)


def test_a_workbook_named_csv_is_read_all_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, (LISTS / "typed.xlsx").read_bytes(), "typed.csv")
    assert found.people[0].name == "Priya Raman"


def test_an_apostrophe_is_taken_off_only_at_the_front() -> None:
    from facilitator.intake.reading import tidy

    assert tidy("'=1+1") == "=1+1"
    assert tidy("''=1+1") == "'=1+1"
    assert tidy("'tis '-5") == "'tis '-5"

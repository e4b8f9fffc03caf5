"""Writes `tests/data/lists`: invented people in the shape of every list that import recognises.

    python tests/data/make_lists.py

Nobody in them exists; all addresses end in `.example`. The same run writes the same bytes, so the
files are kept beside this script and read by tests.
"""
# ruff: noqa: E501, SIM905, FURB136

from __future__ import annotations

import csv
import io
import random
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

LISTS = Path(__file__).with_name("lists")

#: given, family, title, job title, organisation, borough, ticket
PEOPLE = (
    ("Priya", "Raman", "Dr", "GP Partner", "Rye Lane Family Practice", "Southwark", "GP ticket"),
    ("Ada", "Larkin", "", "Superintendent pharmacist", "Larkin Chemists", "Lambeth",
     "Community pharmacy ticket"),
    ("Siobhán", "O’Connor", "Dr", "Salaried GP", "Acorn Surgery", "Camden", "GP ticket"),
    ("Tuấn", "Nguyễn", "", "Pharmacy technician", "Green Cross Pharmacy", "Hackney",
     "Community pharmacy ticket"),
    ("Çiğdem", "Çelik", "", "Clinical pharmacist", "Peckham PCN", "Southwark", "GP ticket"),
    ("Jürgen", "Müller", "", "Practice manager", "Elm Road Medical Centre", "Ealing", "GP ticket"),
    ("Grace", "Okafor", "Dr", "LMC chair", "Lambeth LMC", "Lambeth", "GP ticket"),
    ("Imran", "Shah", "", "Chief officer", "Community Pharmacy Newham", "Newham",
     "Community pharmacy ticket"),
    ("Helen", "van der Berg", "", "ICB director of primary care", "South London ICB", "",
     "Guest ticket"),
    ("Tom", "Adeyemi", "Cllr", "Cabinet member for health", "Southwark Council", "Southwark",
     "Guest ticket"),
    ("Mei", "Ng", "", "Community pharmacist", "Jade Pharmacy", "Barnet",
     "Community pharmacy ticket"),
    ("Bilal", "Hussain", "Dr", "Locum GP", "", "Brent", "GP ticket"),
)  # fmt: skip


def mail(given: str, family: str) -> str:
    """An address that belongs to nobody."""
    from facilitator.domain.text import fold

    return f"{fold(given)}.{fold(family)}".replace(" ", "") + "@summit.example"


def text(rows: list[list[object]], delimiter: str = ",") -> str:
    """Rows as a spreadsheet writes them."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def eventbrite_us() -> list[list[object]]:
    head = ("Order #,Order Date,First Name,Last Name,Email,Quantity,Price Tier,Ticket Type,"
            "Attendee #,Group,Order Type,Currency,Total Paid,Fees Paid,Eventbrite Fees,"
            "Eventbrite Payment Processing,Attendee Status,Home City,Home Postcode,Job Title,"
            "Company").split(",")  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for n, (given, family, _, job, org, _b, ticket) in enumerate(PEOPLE):
        status = "Not Attending" if n == 5 else "Attending"
        rows.append(
            [
                f"{7000100 + n}",
                "2025-10-01 09:00:00",
                given,
                family,
                mail(given, family),
                2 if n == 1 else 1,
                "",
                ticket,
                f"00{93000 + n}",
                "",
                "Free Order",
                "GBP",
                "0.00",
                "0.00",
                "0.00",
                "0.00",
                status,
                "London",
                "SE15 5EX",
                job,
                org,
            ]
        )
    return rows  # fmt: skip


def eventbrite_uk(people: list[tuple[str, ...]]) -> list[list[object]]:
    head = ("Order no.,Order Date,First Name,Surname,Email,Quantity,Ticket Type,Order Type,"
            "Total Paid,Eventbrite Fees,Eventbrite Payment Processing,Attendee Status,"
            "Home Address 1,Home City,County of Residence,Home Postcode,Home Country,Job Title,"
            "Company,Borough,Barcode no.,Who do you hope to meet?").split(",")  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for n, (given, family, _, job, org, borough, ticket) in enumerate(people):
        status = "Refunded" if n in {6, 60, 110} else "Attending"
        rows.append(
            [
                f"{8100200 + n}",
                "2025-10-02 10:11:12",
                given,
                family,
                mail(given, family),
                1,
                ticket,
                "Free Order",
                "0.00",
                "0.00",
                "0.00",
                status,
                f"{n + 1} Made Up Row",
                "London",
                "Greater London",
                "N1 9XX",
                "United Kingdom",
                job,
                org,
                borough,
                f"0{104822190000 + n * 7}",
                "Anyone from Peckham" if n % 5 == 0 else "",
            ]
        )
    return rows  # fmt: skip


def eventbrite_current() -> list[list[object]]:
    head = ("Order ID,Order date,Attendee first name,Attendee last name,Attendee email,"
            "Phone number,Purchaser city,Purchaser country,Event name,Event ID,Ticket quantity,"
            "Ticket tier,Ticket type,Currency,Ticket price,Buyer first name,Buyer last name,"
            "Buyer email,Checked in,Barcode number,What is your job title?,"
            "Where do you work?,Any dietary needs?").split(",")  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for n, (given, family, _, job, org, _b, ticket) in enumerate(PEOPLE):
        buyer = PEOPLE[0]
        named = n not in {3, 4}
        rows.append(
            [
                "9900001" if n < 5 else f"{9900001 + n}",
                "02/10/2025",
                given if named else "Info",
                family if named else "Requested",
                mail(given, family) if named else mail(buyer[0], buyer[1]),
                "07700 900" + f"{n:03}",
                "London",
                "GB",
                "Summit",
                "55",
                1,
                "",
                ticket,
                "GBP",
                0,
                buyer[0],
                buyer[1],
                mail(buyer[0], buyer[1]),
                "No",
                f"99000010{n:04}001",
                job,
                org,
                "Vegan" if n == 2 else "None",
            ]
        )
    return rows  # fmt: skip


def pretix_checkin() -> list[list[object]]:
    head = ("Order code,Attendee name,Attendee name: Title,Attendee name: Given name,"
            "Attendee name: Family name,Product,Price,Checked in,Checked out,"
            "Automatically checked in,Paid,Secret,E-mail,Phone number,Borough,Company,Voucher code,"
            "Order date,Requires special attention,Comment,Seat ID,Seat name,Seat zone,Seat row,"
            "Seat number").split(",")  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for n, (given, family, title, _job, org, borough, ticket) in enumerate(PEOPLE):
        rows.append(
            [
                f"QX{n:02}R",
                f"{title} {given} {family}".strip(),
                title,
                given,
                family,
                ticket,
                "0.00",
                "",
                "",
                "No",
                "Yes",
                f"s3cr3t{n:02}zq7p4n",
                mail(given, family),
                "",
                borough,
                org,
                "",
                "2025-10-03",
                "Yes" if n == 0 else "No",
                "Speaks at 10:15" if n == 0 else "",
                "",
                "",
                "",
                "",
                "",
            ]
        )
    return rows  # fmt: skip


def pretix_positions() -> list[list[object]]:
    head = ("Event slug,Order code,Position ID,Status,Email,Phone number,Order date,Order time,"
            "Product,Variation,Price,Tax rate,Attendee name,Attendee name: Given name,"
            "Attendee name: Family name,Attendee email,Company,Address,ZIP code,City,Country,State,"
            "Voucher,Pseudonymization ID,Ticket secret,Seat ID,Order comment,Comment,Company,"
            "Invoice address name,Address,ZIP code,City,Country,State,VAT ID,Sales channel"
            ).split(",")  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for n, (given, family, _, _job, org, _b, ticket) in enumerate(PEOPLE):
        order, position = ("ABCDE", n + 1) if n < 3 else (f"F{n:02}GH", 1)
        status = "Canceled" if n == 7 else "Pending" if n == 8 else "Paid"
        rows.append(
            [
                "summit",
                order,
                position,
                status,
                f"office{n}@summit.example",
                "",
                "2025-10-04",
                "12:00",
                ticket,
                "",
                "0.00",
                "0.00",
                f"{given} {family}",
                given,
                family,
                mail(given, family) if n != 2 else "",
                org if n != 4 else "",
                "1 Practice Yard",
                "E8 0XX",
                "London",
                "GB",
                "",
                "",
                f"PSEUDO{n:02}",
                f"tk{n:02}8sdf7w",
                "",
                "",
                "",
                "Summit Payments Ltd",
                "Nia Payne",
                "2 Ledger Lane",
                "EC1 0XX",
                "Leeds",
                "GB",
                "",
                "",
                "Web",
            ]
        )
    return rows  # fmt: skip


def hi_events() -> list[list[object]]:
    head = (
        "ID,First Name,Last Name,Email,Status,Check Ins,Product ID,Product Name,Event ID,"
        "Public ID,Short ID,Created Date,Last Updated Date,Notes,Profession,Borough"
    ).split(",")
    rows: list[list[object]] = [list(head)]
    for n, (given, family, _, job, _org, borough, ticket) in enumerate(PEOPLE):
        status = "CANCELLED" if n == 9 else "ACTIVE"
        rows.append(
            [
                4100 + n,
                given,
                family,
                mail(given, family),
                status,
                "",
                12,
                ticket,
                3,
                f"A-K{n:02}QZ7",
                f"a_9x{n:02}t",
                "2025-10-05 08:00:00",
                "2025-10-05 08:00:00",
                "",
                job,
                borough,
            ]
        )
    return rows  # fmt: skip


def luma() -> list[list[object]]:
    head = ("api_id,name,first_name,last_name,email,phone_number,created_at,approval_status,"
            "checked_in_at,custom_source,qr_code_url,amount,currency,coupon_code,ticket_type_id,"
            "ticket_name,What is your role?,Which organisation?").split(",")  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for n, (given, family, _, job, org, _b, ticket) in enumerate(PEOPLE):
        status = {3: "declined", 4: "waitlist", 5: "pending_approval"}.get(n, "approved")
        first, last = ("", "") if n == 1 else (given, family)
        rows.append(
            [
                f"gst-Xy{n:02}",
                f"{given} {family}",
                first,
                last,
                mail(given, family),
                f"+44770090{n:04}",
                "2025-10-06T10:00:00.000Z",
                status,
                "",
                "",
                f"https://lu.ma/check-in/evt-Made1Up?pk=g-{n:02}Q",
                "£0.00",
                "gbp",
                "",
                "ttyp-1",
                ticket,
                job,
                org,
            ]
        )
    return rows  # fmt: skip


def indico() -> list[list[object]]:
    head = ("ID,Name,Email Address,Affiliation,Position,Registration date,Registration state,"
            "Price,Checked in,Check-in date,Payment date,Tags").split(",")  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for n, (given, family, _, job, org, _b, _t) in enumerate(PEOPLE):
        state = "Withdrawn" if n == 2 else "Completed"
        rows.append(
            [
                n + 1,
                f"{family}, {given}",
                mail(given, family),
                org,
                job,
                "2025-10-07",
                state,
                "0",
                "No",
                "",
                "",
                "",
            ]
        )
    return rows  # fmt: skip


def tito() -> list[list[object]]:
    head = ("Number,Ticket Created Date,Ticket Last Updated Date,Ticket,Ticket Full Name,"
            "Ticket First Name,Ticket Last Name,Ticket Email,Ticket Company Name,"
            "Ticket Phone Number,Event,Void Status,Price,Ticket Reference,Tags,Unique Ticket URL,"
            "Order Reference,Order Name,Order Email,Job Title").split(",")  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for n, (given, family, _, job, org, _b, ticket) in enumerate(PEOPLE):
        named = n != 4
        rows.append(
            [
                n + 1,
                "2025-10-08",
                "2025-10-08",
                ticket,
                f"{given} {family}" if named else "",
                given if named else "",
                family if named else "",
                mail(given, family) if named else "",
                org if named else "",
                "",
                "Summit",
                "Void" if n == 6 else "",
                "0.00",
                f"TR{n:02}-1",
                "",
                f"https://ti.to/tickets/ti_made{n:02}",
                f"TR{n:02}",
                "Nia Payne",
                "nia.payne@summit.example",
                job if named else "",
            ]
        )
    return rows  # fmt: skip


def typed() -> list[list[object]]:
    rows: list[list[object]] = [
        ["South London GP and Pharmacy Day"],
        [],
        ["Guest list, as of 3 November", "", ""],
        [
            "Name",
            "Profession",
            "Organisation",
            "Borough",
            "Email",
            "Diet",
            "Access",
            "VIP",
            "Attending?",
            "Bringing",
        ],
    ]
    for n, (given, family, title, job, org, borough, _t) in enumerate(PEOPLE):
        name = (
            f"{family}, {title} {given}".replace("  ", " ")
            if n % 2
            else f"{title} {given} {family}"
        )
        where = ["LB Southwark", "lambeth", borough][n if n < 2 else 2]
        rows.append(
            [
                name.strip(),
                job,
                org,
                where,
                mail(given, family),
                "vegetarian" if n == 1 else "none",
                "step-free" if n == 3 else "",
                "yes" if n == 9 else "",
                "no" if n == 10 else "yes",
                "cake" if n == 0 else "",
            ]
        )
    rows += [[], ["", "GP", "Rye Lane Family Practice"], ["Total", 12]]
    return rows  # fmt: skip


def ours() -> list[list[object]]:
    head = ("id,name,title,given_name,family_name,email,organisation,profession,side,front_line,"
            "borough,status,ticket,codes").split(",")  # fmt: skip
    rows: list[list[object]] = [list(head)]
    for n, (given, family, title, job, org, borough, ticket) in enumerate(PEOPLE):
        side = {"G": "general-practice", "C": "community-pharmacy"}.get(
            "O" if ticket.startswith("Guest") else ticket[0], "other"
        )
        rows.append(
            [
                f"01999999-0000-7000-8000-0000000000{n:02}",
                f"{given} {family}",
                title,
                given,
                family,
                mail(given, family),
                "'=Practice" if n == 0 else org,
                job,
                side,
                "true" if n < 6 else "false",
                borough,
                "cancelled" if n == 5 else "arrived" if n == 1 else "expected",
                f"F1-ABCD-000000000000000{n % 10}-0",
                f"00{n}1;x-{n}",
            ]
        )
    return rows  # fmt: skip


def hundred_and_twenty() -> list[tuple[str, ...]]:
    """PEOPLE and 108 more, all invented."""
    chance = random.Random(12112025)
    given = (
        "Amara Ben Chloe Dev Esi Femi Gita Hugo Ines Jonah Kemi Leila Marek Nadia Owen Pia "
        "Quinn Rosa Sunil Tara Uma Victor Wen Yusuf Zara"
    ).split()
    family = (
        "Abbott Bello Chowdhury Dixon Eze Fielding Ghosh Hamid Ivanova Jarvis Kaur Lindqvist "
        "Mensah Novak Ogden Patel Quaye Rossi Silva Tanaka Uddin Vance Wójcik Yilmaz"
    ).split()
    place = (
        "Southwark Lambeth Lewisham Camden Ealing Brent Hackney Newham Barnet Croydon "
        "Greenwich Merton"
    ).split()
    work = (("GP Partner", "{} Road Surgery", "GP ticket"), ("Salaried GP", "{} Medical Centre", "GP ticket"),
            ("Practice nurse", "{} Family Practice", "GP ticket"),
            ("Practice pharmacist", "{} PCN", "GP ticket"),
            ("Community pharmacist", "{} Pharmacy", "Community pharmacy ticket"),
            ("Pharmacy owner", "{} Chemists", "Community pharmacy ticket"),
            ("Pharmacy technician", "{} Pharmacy", "Community pharmacy ticket"),
            ("Superintendent pharmacist", "{} Pharmacy", "Community pharmacy ticket"))  # fmt: skip
    names = [(g, f) for g in given for f in family]
    chance.shuffle(names)
    people = list(PEOPLE)
    for n, (one, other) in enumerate(names[: 120 - len(PEOPLE)]):
        job, org, ticket = work[n % len(work)]
        people.append(
            (one, other, "", job, org.format(chance.choice(family)), chance.choice(place), ticket)
        )
    return people


def write_xlsx(path: Path, rows: list[list[object]], ahead: int = 0) -> None:
    """A workbook whose first sheet is empty, as forms make them."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": __import__("datetime").datetime(2025, 11, 1)})
        book.add_worksheet("Read me")
        sheet = book.add_worksheet("Guests")
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(r + ahead, c, cell)
                else:
                    sheet.write(r + ahead, c, cell)


def write_ods(path: Path, rows: list[list[object]]) -> None:
    """The least that is an OpenDocument spreadsheet."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}'
            "</text:p></table:table-cell>"
            if isinstance(cell, int | float)
            else '<table:table-cell office:value-type="string"><text:p>'
            f"{escape(str(cell))}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0" '
        'office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Guests">'
        f"{body}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{urn}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as file:
        for name, data in (("mimetype", kind), ("content.xml", content),
                           ("META-INF/manifest.xml", manifest)):  # fmt: skip
            file.writestr(zipfile.ZipInfo(name, (2025, 11, 1, 0, 0, 0)), data)


def main() -> None:
    """Write every list."""
    LISTS.mkdir(exist_ok=True)
    for name, rows in {
        "eventbrite-us.csv": eventbrite_us(),
        "eventbrite-uk.csv": eventbrite_uk(list(PEOPLE)),
        "eventbrite-current.csv": eventbrite_current(),
        "eventbrite-uk-120.csv": eventbrite_uk(hundred_and_twenty()),
        "pretix-checkin-list.csv": pretix_checkin(),
        "pretix-order-positions.csv": pretix_positions(),
        "hi-events.csv": hi_events(),
        "luma.csv": luma(),
        "indico.csv": indico(),
        "typed.csv": typed(),
        "people.csv": ours(),
    }.items():
        (LISTS / name).write_bytes(text(rows).encode("utf-8-sig" if "uk" in name else "utf-8"))
    (LISTS / "tito.csv").write_bytes(text(tito(), "\t").encode("utf-16"))
    latin = [
        [str(c).replace("ễ", "e").replace("ấ", "a").replace("ğ", "g") for c in row]
        for row in typed()
    ]
    (LISTS / "typed-windows-1252.csv").write_bytes(text(latin, ";").encode("cp1252"))
    write_xlsx(LISTS / "typed.xlsx", typed())
    write_ods(LISTS / "hi-events.ods", hi_events())
    codes = [["Full name", "Ticket number", "E-mail", "Job role"],
             ["Ada Larkin", 104822190071, "ada@summit.example", "Pharmacist"],
             ["Priya Raman", "000123", "priya@summit.example", "GP"],
             ["Mei Ng", 123.0, "mei@summit.example", "Pharmacist"]]  # fmt: skip
    write_xlsx(LISTS / "codes.xlsx", codes)


if __name__ == "__main__":
    main()

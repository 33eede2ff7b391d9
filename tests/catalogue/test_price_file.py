"""A price list is read whole: damaged rows are named by line, other medicines counted, a wrong file refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.catalogue.price_lists import OF_BEFORE, OF_TODAY, SITE, read, row, written

from benzosafe.catalogue.price_rows import NADAC, column_key
from benzosafe.catalogue.price_text import Described
from benzosafe.errors import InputRefused


@pytest.mark.parametrize("header", [OF_TODAY, OF_BEFORE, OF_BEFORE.replace("As of Date", "As_of_Date")])
def test_both_spellings_of_cms_are_read(knowledge, tmp_path, header):
    found = read(written(tmp_path, row(), row("METFORMIN HCL 500 MG TABLET", "00093104801"), header=header), knowledge)
    assert not NADAC.missing({column_key(name) for name in header.split(",")})
    assert (found.layout, found.source, found.rows, found.of_other_drugs) == ("nadac", "CMS NADAC", 2, 1)
    (price,) = found.prices
    assert (price.ingredient, price.strength_mg, price.form, price.unit) == ("clonazepam", 0.5, "tablet", "EA")
    assert (price.unit_price, price.currency, price.ndc) == (Decimal("0.02000"), "USD", "00093083201")
    assert (price.effective_on, price.as_of) == (date(2026, 11, 18), date(2026, 11, 25))
    assert (price.otc, price.brand_or_generic) == (False, "G")


DAMAGED = [
    (row(price="abc"), "price 'abc' is not a number"),
    (row(price="0.00000"), "is not above zero"),
    (row(price=""), "no price"),
    (row(ndc="9.30832E+10"), "a spreadsheet has rounded its digits away"),
    (row(effective="11/18/26"), "is not month/day/year"),
    (row(effective="02/30/2026"), "does not exist"),
    (row(as_of="11/25/2206"), "lies in the future"),
    (row(effective="11/25/2026", as_of="11/18/2026"), "after the day of the list"),
    (row(unit="BX"), "is not EA, ML or GM"),
    (row(unit="ML"), "is counted, and priced by the ML"),
    (row(description=""), "no description"),
    ("CLONAZEPAM 0.5 MG TABLET,00093083201,0.02", "3 columns instead of 12"),
    (row() + ",x", "13 columns instead of 12"),
    ('"CLONAZEPAM 0.5 MG TABLET' + row()[len("CLONAZEPAM 0.5 MG TABLET") :], "quotation mark"),
    (row(description="CLONAZEPAM 0.5\x00 MG TABLET"), "bytes that are not text"),
    (row(description="VALIUM CLONAZEPAM 0.5 MG TABLET"), "contradicts itself"),
    (row(description="CLONAZEPAM \x1b[2J 0.5 MG TABLET"), "control characters"),
    (row(price="\x1b]0;x\x07"), "price '?]0;x?' is not a number"),
    ("x" * 30_000, "longer than"),
]


@pytest.mark.parametrize(("line", "why"), DAMAGED, ids=[why for _, why in DAMAGED])
def test_a_damaged_row_is_named_by_its_line_and_kept_out(knowledge, tmp_path, line, why):
    good = [row(ndc=f"0009308320{digit}") for digit in range(4)]
    found = read(written(tmp_path, *good[:2], line, *good[2:]), knowledge)
    assert len(found.prices) == 4
    assert found.damaged_count == 1
    assert found.damaged[0].line == 4
    assert why in found.damaged[0].why


def test_a_line_of_another_encoding_is_damaged_only_where_it_is_ours(knowledge, tmp_path):
    path = tmp_path / "latin.csv"
    lines = [SITE, "Clonazépam 0.5 mg tablet,,0.1,EA,EUR,2026-11-01,,", "Gelée royale,,3,EA,EUR,2026-11-01,,"]
    lines += ["Clonazepam 2 mg comprimé,,0.1,EA,EUR,2026-11-01,,", "Lorazepam 1 mg tablet,,0.2,EA,EUR,2026-11-01,,"]
    path.write_bytes("\n".join(lines).encode("cp1252"))
    found = read(path, knowledge)
    assert [price.ingredient for price in found.prices] == ["lorazepam"]
    assert [(row.line, row.why) for row in found.damaged] == [(4, "its text is not UTF-8")]


def test_zeros_lost_in_a_spreadsheet_are_put_back_and_counted(knowledge, tmp_path):
    found = read(written(tmp_path, row(ndc="93083201"), row(ndc="13107028201")), knowledge)
    assert [price.ndc for price in found.prices] == ["00093083201", "13107028201"]
    assert found.zeros_restored == 1


def test_several_weeks_in_one_file_give_the_newest_word(knowledge, tmp_path):
    path = written(
        tmp_path, row(as_of="11/18/2026"), OF_TODAY, row(as_of="11/25/2026"), row(as_of="11/25/2026"),
        row(effective="11/20/2026", price="0.03", as_of="11/25/2026"),
    )  # fmt: skip
    found = read(path, knowledge)
    assert [(p.effective_on.day, str(p.unit_price), p.as_of.day) for p in found.prices] == [
        (18, "0.02000", 25),
        (20, "0.03", 25),
    ]
    assert (found.rows, found.repeated, found.damaged_count) == (4, 2, 0)


def test_two_prices_for_one_product_and_day_are_believed_in_neither(knowledge, tmp_path):
    lines = [row(ndc="00093083205"), row(ndc="00093083206"), row(ndc="00093083207"), row(ndc="00093083208")]
    found = read(written(tmp_path, row(), *lines, row(price="0.2"), row(price="0.3")), knowledge)
    assert [price.ndc for price in found.prices] == [line.split(",")[1] for line in lines]
    assert sorted(item.line for item in found.damaged) == [2, 7, 8]


def test_a_site_list_by_name_or_code(knowledge, tmp_path):
    path = written(
        tmp_path,
        "Rivotril,,0.12,tablet,EUR,2026-11-01,0.5,tablet",
        "clonazepam drops,,0.9,mL,EUR,2026-11-01,2.5 mg/mL,oral drops",
        ",00093083201,0.04,EA,USD,2026-11-01,,",
        ",00093083299,0.04,EA,USD,2026-11-01,,",
        header=SITE,
    )
    known = {"00093083201": Described("clonazepam", 0.5, False, "tablet")}
    found = read(path, knowledge, source="Ward", known_ndc=known)
    assert [(p.ingredient, p.strength_mg, p.per_ml, p.form, p.unit, p.currency, p.source) for p in found.prices] == [
        ("clonazepam", 0.5, False, "tablet", "EA", "EUR", "Ward"),
        ("clonazepam", 2.5, True, "oral drops", "ML", "EUR", "Ward"),
        ("clonazepam", 0.5, False, "tablet", "EA", "USD", "Ward"),
    ]
    assert dict(found.without_product) == {"00093083299": 1}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("clonazepam 0.5 mg,,0.1,EA,EUR,2026-11-01,5,tablet", "in the strength column"),
        ("clonazepam,,0.1,EA,EUR,2026-11-01,much,tablet", "is not read"),
        ("clonazepam,,0.1,EA,EUR,2026-11-01,0.5,brick", "form 'brick' is not known"),
        ("clonazepam capsule,,0.1,EA,EUR,2026-11-01,0.5,tablet", "in the form column"),
        ("clonazepam,,0.1,EA,euro,2026-11-01,0.5,tablet", "three letters"),
        ("clonazepam,,0.1,pack,EUR,2026-11-01,0.5,tablet", "is not EA, ML or GM"),
        ("clonazepam,,0.1,EA,EUR,11/01/2026,0.5,tablet", "cannot be told apart"),
        ("clonazepam,0093083201,0.1,EA,EUR,2026-11-01,0.5,tablet", "three products"),
        (",,0.1,EA,EUR,2026-11-01,0.5,tablet", "neither name nor NDC"),
    ],
)
def test_a_damaged_row_of_a_site_list(knowledge, tmp_path, line, why):
    good = ["lorazepam 1 mg tablet,,0.1,EA,EUR,2026-11-01,,", "diazepam 5 mg tablet,,0.1,EA,EUR,2026-11-01,,"]
    found = read(written(tmp_path, *good, line, header=SITE), knowledge)
    assert len(found.prices) == 2
    assert [item.line for item in found.damaged] == [4]
    assert why in found.damaged[0].why


def test_a_list_saved_with_semicolons_and_a_mark_at_its_start(knowledge, tmp_path):
    path = tmp_path / "list.csv"
    lines = (SITE, "Tavor 1 mg tablet,,0.3,EA,EUR,2026-11-01,,")
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).replace(",", ";").encode())
    assert [price.ingredient for price in read(path, knowledge).prices] == ["lorazepam"]


WRONG = {
    "empty.csv": (b"", "is empty"),
    "blank.csv": (b"\n\n  \n", "is empty"),
    "page.csv": (b"<!DOCTYPE html>\n<html><body>Not found</body></html>\n", "web page"),
    "answer.csv": (b'{"results": []}\n', "JSON"),
    "book.csv": (b"PK\x03\x04" + bytes(200), "spreadsheet"),
    "old.csv": (b"\xd0\xcf\x11\xe0" + bytes(200), "spreadsheet"),
    "print.csv": (b"%PDF-1.7\n%\xe2\xe3\n", "PDF"),
    "packed.csv": (b"\x1f\x8b\x08\x00" + bytes(90), "compressed"),
    "wide.csv": ("NDC Description,NDC\n".encode("utf-16"), "UTF-16"),
    "binary.csv": (b"NDC,\x00\x01\x02\n" * 9, "binary"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(90), "binary"),
    "one_line.csv": (b"NDC Description,NDC,NADAC Per Unit", "no rows"),
    "header.csv": ((OF_TODAY + "\n").encode(), "no rows"),
    "columns.csv": ((OF_TODAY.replace("NADAC Per Unit", "Cost", 1) + "\n" + row() + "\n").encode(), "'nadac per unit'"),
    "other.csv": (b"patient,drug\n1,2\n", "missing"),
    "twice.csv": ((OF_TODAY + ",NDC\n").encode(), "names the column 'ndc' twice"),
    "compare.csv": (b"NDC Description,NDC,Old NADAC Per Unit,New NADAC Per Unit,Effective Date\n", "comparison"),
    "shifted.csv": ((OF_TODAY + "\n" + ("x," + row() + "\n") * 5).encode(), "5 of 5 rows are damaged"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_with_its_reason(knowledge, tmp_path, name):
    content, why = WRONG[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputRefused, match=why) as refused:
        read(path, knowledge)
    assert refused.value.exit_code == 4
    assert "as they were" in refused.value.message


def test_a_folder_or_nothing_is_refused(knowledge, tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InputRefused):
            read(path, knowledge)

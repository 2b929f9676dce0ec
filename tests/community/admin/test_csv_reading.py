"""What an administrator may upload, and the sentence they get for what cannot be read."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from community.admin.csv_reading import MAX_BYTES, MAX_COLUMNS, ImportRefused, Table, read_table

HEADER = "VHE-nummer;Naam;E-mail"
ROWS = "00123;Gerda Koster;gerda@voorbeeld.nl\n00124;René Müller;\n"
FILE = f"{HEADER}\n{ROWS}"


def read(text: str | bytes, filename: str = "bewoners.csv") -> Table:
    return read_table(text.encode() if isinstance(text, str) else text, filename)


def refusal(raw: str | bytes) -> str:
    with pytest.raises(ImportRefused) as refused:
        read(raw)
    assert refused.value.status == 422
    return refused.value.sentence


def excel_file() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
def test_every_usual_encoding_keeps_the_accents(encoding: str, name: str) -> None:
    table = read(FILE.encode(encoding))
    assert table.encoding == name
    assert table.header == ("VHE-nummer", "Naam", "E-mail")
    assert table.rows[1].cells == ("00124", "René Müller", "")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separator_and_line_ending_are_found(delimiter: str, ending: str) -> None:
    table = read(FILE.replace(";", delimiter).replace("\n", ending))
    assert table.delimiter == delimiter
    assert [row.line for row in table.rows] == [2, 3]
    assert table.rows[0].cells == ("00123", "Gerda Koster", "gerda@voorbeeld.nl")


def test_a_separator_inside_quotes_does_not_count() -> None:
    table = read('"VHE, nummer, lang";Naam\n1;"Koster; Gerda"\n')
    assert table.delimiter == ";"
    assert table.rows[0].cells == ("1", "Koster; Gerda")


def test_the_line_above_which_excel_names_its_separator_is_no_header() -> None:
    table = read(f"sep=;\r\n{FILE}")
    assert table.header[0] == "VHE-nummer"
    assert table.rows[0].line == 3


def test_empty_lines_and_empty_columns_at_the_end_are_nothing() -> None:
    table = read("\n;;\nVHE;Naam;;\n1;Gerda;;\n;;;\n\n2;Henk\n")
    assert table.header == ("VHE", "Naam")
    assert [(row.line, row.cells) for row in table.rows] == [(4, ("1", "Gerda")), (7, ("2", "Henk"))]
    assert table.errors == ()


def test_lines_are_counted_as_they_stand_in_the_file_also_after_a_cell_of_three_lines() -> None:
    table = read('VHE;Naam\n1;"Gerda\nKoster\nde Vries"\n2;Henk\n3\n')
    assert [row.line for row in table.rows] == [2, 5]
    assert table.rows[0].cells[1] == "Gerda\nKoster\nde Vries"
    assert [error.line for error in table.errors] == [6]


def test_a_formula_stays_text() -> None:
    table = read('VHE;Naam\n1;=1+1\n2;"=HYPERLINK(""http://x"")"\n')
    assert [row.cells[1] for row in table.rows] == ["=1+1", '=HYPERLINK("http://x")']


def test_three_columns_short_is_an_error_with_line_value_and_sentence() -> None:
    table = read("VHE;Naam;E-mail;Ingang;Einde\n1;Gerda;;;\n00124;Henk\n3;Anna;;;;;\n4;Els;;;;x\n")
    assert [row.line for row in table.rows] == [2, 4]  # empty cells too many are no harm
    short, long = table.errors
    assert (short.line, short.column, short.value) == (3, "", "00124;Henk")
    assert short.sentence == "Deze regel heeft te weinig kolommen: 2 in plaats van 5."
    assert (long.line, long.sentence) == (5, "Deze regel heeft te veel kolommen: 6 in plaats van 5.")


def test_an_error_about_a_row_does_not_copy_the_whole_row() -> None:
    (error,) = read("VHE;Naam;Rekening;Achterstand;x\n1;Gerda;x;NL00BANK0123456789\n").errors
    assert "BANK" not in error.value


def test_another_kind_of_file_called_csv_is_named() -> None:
    assert "Excel- of ZIP-bestand" in refusal(excel_file())
    assert "oud Excel-bestand" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100)
    assert "PDF" in refusal(b"%PDF-1.7\n%\xe2\xe3")
    assert "webpagina" in refusal("<html><table><tr><td>VHE</td></tr></table>")
    assert "ingepakt" in refusal(b"\x1f\x8b\x08\x00")
    assert "plaatje" in refusal(b"\x89PNG\r\n\x1a\n")


def test_fifty_megabytes_are_refused_before_they_are_read() -> None:
    assert refusal(b"1;2\n" * (50 * 2**18)).startswith("Dit bestand is 50 MB. Wij lezen hoogstens 25 MB.")


def test_the_largest_file_we_take_is_read_or_refused_in_words() -> None:
    assert len(FILE) < MAX_BYTES
    assert "meer dan 250000 regels" in refusal(b"a;b\n" + b"1;2\n" * (MAX_BYTES // 4 - 1))


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b"   "])
def test_an_empty_file_says_so(raw: bytes) -> None:
    assert refusal(raw) == "Dit bestand is leeg. Maak de export opnieuw."


def test_column_names_alone_are_not_enough() -> None:
    assert "alleen kolomnamen" in refusal(HEADER)
    assert "alleen kolomnamen" in refusal(HEADER + "\n;;\n\n")


def test_a_text_without_columns_is_no_table() -> None:
    assert "Wij zien geen kolommen" in refusal("Beste lezer\nHierbij het bestand\n")
    assert "Wij zien geen kolommen" in refusal("VHE|Naam\n1|Gerda\n")
    assert "Wij zien er hoogstens een" in refusal("Bewonerslijst;;\nVHE;Naam;E-mail\n")


def test_one_name_above_two_columns_is_refused() -> None:
    assert refusal("VHE;Naam;naam \n1;a;b\n").startswith("De kolom “naam” staat er twee keer: als kolom 2 en als")


def test_two_exports_glued_together_are_refused() -> None:
    assert "De kolomnamen staan op regel 4 nog een keer" in refusal(FILE + FILE)


def test_characters_nobody_can_read_are_refused_with_their_line() -> None:
    assert "tekens die niet in tekst horen" in refusal(b"VHE;Naam\n1;Ger\x00da\n")
    assert "tekens die niet in tekst horen" in refusal(FILE.encode("utf-16")[2:])
    assert "Op regel 2" in refusal(b"VHE;Naam\n1;Ren\x81\n")
    assert "Op regel 3" in refusal("VHE;Naam\n1;René\n".encode() + "2;Müller\n".encode("cp1252"))
    assert "Op regel 1" in refusal(b"\xef\xbb\xbfVHE;Na\xe9m\n1;x\n")
    assert refusal(b"\xff\xfeV")


def test_a_quotation_mark_that_never_closes_is_found_where_it_opens() -> None:
    assert "Op regel 3" in refusal('VHE;Naam\n1;Gerda\n2;"Henk\n' + "3;Anna\n" * 20_000)
    assert "Op regel 3" in refusal('VHE;Naam\n1;Gerda\n2;"Henk\n3;Anna\n')
    assert read('VHE;Naam\n1;Café "Ons" Huis\n').rows[0].cells[1] == 'Café "Ons" Huis'


def test_a_line_of_a_million_separators_costs_no_memory() -> None:
    assert f"meer dan {MAX_COLUMNS} kolommen" in refusal("VHE" + ";x" * 1_000_000 + "\n1\n")
    assert refusal("VHE;Naam\n" + ";" * 1_000_000 + "x\n")


@given(st.binary(max_size=400), st.text(max_size=20))
@example(b"\xff\xfe\x00\xd8", "x")
@example(b'a;b\n"', "")
@example(b"\xfe\xff\xdc\x00\x00;", "../../x")
def test_no_bytes_at_all_give_anything_but_a_table_or_a_sentence(raw: bytes, filename: str) -> None:
    try:
        table = read_table(raw, filename)
    except ImportRefused as refused:
        assert refused.sentence
    else:
        assert table.rows or table.errors
        assert all(len(row.cells) == len(table.header) for row in table.rows)


@given(st.text(alphabet=';,\t"\r\n\x00\x1aaé\ufeff=', max_size=60), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_the_characters_that_matter_in_any_order_do_no_harm(text: str, encoding: str) -> None:
    try:
        read_table(text.encode(encoding, "replace"), "x.csv")
    except ImportRefused as refused:
        assert refused.sentence


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=8), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([";", ",", "\t"]),
)
def test_what_a_csv_writer_wrote_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["VHE", "Naam", "E-mail"], *rows])
    expected = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    try:
        table = read_table(out.getvalue().encode(), "x.csv")
    except ImportRefused:
        assert not expected
    else:
        assert [row.cells for row in table.rows] == expected

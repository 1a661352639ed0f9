"""Whatever stands in a CSV file: good rows are read to the letter, and bad ones lose no other."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from footfall.attributes import read_text
from footfall.contact_imports import column_types, csv_rows
from footfall.identifiers import EMAIL

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def written(rows: list[list[str]], delimiter: str) -> list[str]:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return (
        file.getvalue().splitlines(keepends=True)
        if not rows
        else list(io.StringIO(file.getvalue(), newline=""))
    )


@given(st.lists(st.tuples(TEXT, TEXT), max_size=20), st.sampled_from(";,\t"))
def test_what_a_writer_writes_is_read(values: list[tuple[str, str]], delimiter: str) -> None:
    """Every field comes out as it went in, in rows numbered from 1."""
    rows = [["EMAIL", "A", "B"]]
    rows += [[f"c{number}@example.com", *pair] for number, pair in enumerate(values)]
    read = list(csv_rows(written(rows, delimiter), clear_empty=True))
    assert [row.number for row in read] == list(range(1, len(values) + 1))
    for row, (number, (a, b)) in zip(read, enumerate(values), strict=True):
        assert row.changes is not None
        assert row.changes.identifiers == {EMAIL: f"c{number}@example.com"}
        assert row.changes.attributes == {"A": a, "B": b}


@given(st.lists(TEXT, max_size=20), st.booleans())
def test_no_file_is_too_odd_to_be_read(lines: list[str], clear_empty: bool) -> None:
    """Every row is either read or told, as many as were counted, and nothing raises."""
    text = ["EMAIL;A\n", *(f"{line}\n" for line in lines)]
    whole = list(io.StringIO("".join(text), newline=""))
    read = list(csv_rows(whole, clear_empty=clear_empty))
    total, _ = column_types(whole)
    assert [row.number for row in read] == list(range(1, total + 1))
    assert all((row.changes is None) == bool(row.problem) for row in read)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_was_written_is_that_number(number: float) -> None:
    """A number survives a CSV file as far as a float can hold it."""
    read = read_text("float", str(number))
    assert read == number or (isinstance(number, int) and read == float(number))


@given(TEXT)
def test_a_text_that_is_no_value_of_its_type_stays_a_text(text: str) -> None:
    """So that it is told instead of being guessed at."""
    assert isinstance(read_text("float", text), int | float | str)
    assert read_text("boolean", text) in (True, False, text)
    assert read_text("text", text) == text

"""Telephone numbers that are known at a glance are those that the library leaves as they are."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import example as always
from hypothesis import given
from hypothesis import strategies as st

from footfall.identifiers import normal_phone

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
EXAMPLES = [
    example
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    if (example := phonenumbers.example_number(region)) is not None
]


def as_the_library(digits: str) -> str | None:
    """Parsed and written again until it is its own form; None for no possible number."""
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    form = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return form if form[1:] == digits else as_the_library(form[1:])


def ours(digits: str) -> str | None:
    try:
        return normal_phone(f"+{digits}")
    except ValueError:
        return None


@always(49, "0000222541")  # the library drops one of the zeros at a time
@given(st.sampled_from(CODES), st.from_regex(r"[0-9]{1,15}", fullmatch=True))
def test_any_number_has_the_library_s_form(code: int, rest: str) -> None:
    """Of every country, with whatever stands before it, of any length."""
    digits = f"{code}{rest}"
    assert ours(digits) == as_the_library(digits)


@given(st.from_regex(r"[0-9]{1,18}", fullmatch=True))
def test_any_digits_have_the_library_s_form(digits: str) -> None:
    """Those without a country code too."""
    assert ours(digits) == as_the_library(digits)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.country_code))
def test_the_library_s_examples_have_its_form(example: phonenumbers.PhoneNumber) -> None:
    """One of each region."""
    form = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert ours(form[1:]) == as_the_library(form[1:]) == form

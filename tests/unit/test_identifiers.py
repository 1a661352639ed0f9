"""The compared form of identifiers."""

from __future__ import annotations

import pytest

from footfall.identifiers import (
    DECIDING_ORDER,
    EMAIL,
    EXT_ID,
    LANDLINE,
    PHONE,
    WHATSAPP,
    Identifier,
    normal,
    normal_email,
    normal_ext_id,
    normal_phone,
)


def test_order() -> None:
    """The order in which identifiers decide is the documented one."""
    assert DECIDING_ORDER == (
        "ext_id",
        "email_id",
        "phone_id",
        "whatsapp_id",
        "landline_number_id",
    )


@pytest.mark.parametrize(
    ("kind", "value", "compared"),
    [
        (EMAIL, "Jane@Example.COM", "jane@example.com"),
        (EXT_ID, "U-1", "U-1"),
        (PHONE, "33612345678", "+33612345678"),
        (WHATSAPP, "0033612345678", "+33612345678"),
        (LANDLINE, "+33 1 23 45 67 89", "+33123456789"),
    ],
)
def test_every_kind_has_its_compared_form(kind: str, value: str, compared: str) -> None:
    """Each kind of identifier is compared in its own form."""
    assert normal(kind, value) == Identifier(kind, compared)


@pytest.mark.parametrize(
    ("value", "compared"),
    [
        ("jane.doe@example.com", "jane.doe@example.com"),
        ("JANE.DOE@EXAMPLE.COM", "jane.doe@example.com"),
        (" Jane.Doe@example.com\t\n", "jane.doe@example.com"),
        ("o'hara+tag!#$%&*/=?^`{|}~@example.com", "o'hara+tag!#$%&*/=?^`{|}~@example.com"),
        ("ÉLODIE@EXAMPLE.COM", "élodie@example.com"),
        ("jane@BÜCHER.example", "jane@bücher.example"),
        ("jane@localhost", "jane@localhost"),
        ("j" * 64 + "@" + "e" * 190, "j" * 64 + "@" + "e" * 190),
    ],
)
def test_email(value: str, compared: str) -> None:
    """E-mail addresses compare without case and without surrounding blanks, beyond ASCII too."""
    assert normal_email(value) == compared


@pytest.mark.parametrize(
    "value",
    [
        "jane.doe",
        "@example.com",
        "jane@",
        "@",
        " ",
        "jane@doe@example.com",
        "jane doe@example.com",
        "jane@exa mple.com",
        "jane@example.com\x00",
        "jane\x00@example.com",
        "jane\x7f@example.com",
        "jane\u200b@example.com",
        "jane@example.com\ufeff",
        "jane\u00a0doe@example.com",
        "j" * 65 + "@example.com",
        "jane@" + "e" * 191,
        "é" * 65 + "@example.com",
        "jane@example.com" + " " * 240,
        "@" * 1_000_000,
        "a" * 1_000_000,
    ],
)
def test_refused_email(value: str) -> None:
    """What has not the shape of an e-mail address, or hides a character in it, is refused."""
    with pytest.raises(ValueError, match=r"is not a valid e-mail address|is longer than 255"):
        normal_email(value)


@pytest.mark.parametrize(
    "value",
    [
        "+919876543210",
        "00919876543210",
        "919876543210",
        "+91 98765 43210",
        "0091 (98765) 43210",
        "91-98765-43210",
        "91.98765.43210",
        "91/98765/43210",
        " +91 98765 43210 ",
    ],
)
def test_phone_forms(value: str) -> None:
    """Three ways to write the country code, and marks between digits, are all one number."""
    assert normal_phone(value) == "+919876543210"


@pytest.mark.parametrize(
    "value",
    [
        " ",
        "+",
        "00",
        "0",
        "12",
        "123456",
        "0612345678",
        "+0612345678",
        "++33612345678",
        "00+33612345678",
        "000033612345678",
        "33612345678a",
        "1800FLOWERS",
        "+33612345678 ext. 5",
        "+33612345678;ext=5",
        "tel:+33612345678",
        "+15550100",
        "+336123456789012345",
        "٣٣٦١٢٣٤٥٦٧٨",
        "+33612345678\x00",
        "jane@example.com",
        "+" + "9" * 1_000_000,
        "-" * 1_000_000,
    ],
)
def test_refused_phone(value: str) -> None:
    """What is no whole international number is refused: neither guessed at nor cut."""
    with pytest.raises(ValueError, match=r"is not a phone number|is longer than 255"):
        normal_phone(value)


@pytest.mark.parametrize("value", ["u-1", " ", "U 1", "ключ", "😀", "a" * 255, "0", "null"])
def test_ext_id_is_kept_as_sent(value: str) -> None:
    """An id of the caller's own system is compared exactly as it was sent."""
    assert normal_ext_id(value) == value


@pytest.mark.parametrize("value", ["a" * 256, "a\x00b", "a\nb", "\x7f"])
def test_refused_ext_id(value: str) -> None:
    """Such an id has at most 255 characters and no control character."""
    with pytest.raises(ValueError, match=r"is longer than 255|has a control character"):
        normal_ext_id(value)

"""What tells one contact from another, and the one form in which each identifier is compared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

import phonenumbers

EMAIL: Final = "email_id"
EXT_ID: Final = "ext_id"
PHONE: Final = "phone_id"
WHATSAPP: Final = "whatsapp_id"
LANDLINE: Final = "landline_number_id"

DECIDING_ORDER: Final = (EXT_ID, EMAIL, PHONE, WHATSAPP, LANDLINE)
"""Among these the first that is known names the contact. Brevo documents no order; this one goes
from what the caller's own system assigned to what people share."""

MAX_LENGTH: Final = 255

_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@\x00-\x1f\x7f]{1,190}")
_NOT_DIALLED = re.compile(r"[\s().\-/]+")


class Identifier(NamedTuple):
    """One identifier in its compared form."""

    kind: str
    value: str


def normal(kind: str, value: str) -> Identifier:
    """The compared form of an identifier as received; raises ValueError saying what is wrong."""
    if kind == EMAIL:
        return Identifier(kind, normal_email(value))
    if kind == EXT_ID:
        return Identifier(kind, _normal_ext_id(value))
    return Identifier(kind, normal_phone(value))


def normal_email(value: str) -> str:
    """Lower case, no surrounding blanks. Checked for shape, not for existence."""
    address = value.strip().lower()
    if _EMAIL.fullmatch(address) is None:
        raise ValueError("is not a valid e-mail address")
    return address


def _normal_ext_id(value: str) -> str:
    if len(value) > MAX_LENGTH:
        raise ValueError(f"is longer than {MAX_LENGTH} characters")
    return value


@lru_cache(maxsize=65_536)
def normal_phone(value: str) -> str:
    """E.164. `+91…`, `0091…` and `91…` are one number: without `+` the country code comes first.

    Source: Brevo's createContact documents these three forms for SMS.
    """
    digits = _NOT_DIALLED.sub("", value)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif not digits.startswith("+"):
        digits = "+" + digits
    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException as problem:
        raise ValueError("is not a phone number with its country code") from problem
    if not phonenumbers.is_possible_number(number):
        raise ValueError("is not a phone number with its country code")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

"""The methods of the official clients for attributes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sdk.official import Running


def attribute(client: Running, name: str) -> dict[str, Any] | None:
    """The attribute as the client lists it."""
    listed = client.call("getAttributes")["attributes"]
    found = [each for each in listed if each["name"] == name]
    return found[0] if found else None


@pytest.mark.offers("createAttribute", "getAttributes", "deleteAttribute")
@pytest.mark.parametrize("of_type", ["text", "date", "float", "boolean"])
def test_a_normal_attribute_comes_and_goes(client: Running, name: str, of_type: str) -> None:
    """It is listed under its category with its type until it is deleted."""
    named = f"A_{name.upper()}"
    given = {"attributeCategory": "normal", "attributeName": named}
    client.call("createAttribute", **given, type=of_type)
    shown = attribute(client, named)
    assert shown is not None
    assert (shown["category"], shown["type"]) == ("normal", of_type)
    client.call("deleteAttribute", **given)
    assert attribute(client, named) is None


@pytest.mark.offers("createAttribute", "getAttributes", "updateAttribute")
def test_a_category_has_its_choices(client: Running, name: str) -> None:
    """A category attribute is listed with its enumeration and without a type; choices change."""
    named = f"C_{name.upper()}"
    given = {"attributeCategory": "category", "attributeName": named}
    client.call("createAttribute", **given, enumeration=[{"value": 1, "label": "low"}])
    client.call(
        "updateAttribute",
        **given,
        enumeration=[{"value": 1, "label": "low"}, {"value": 2, "label": "high"}],
    )
    shown = attribute(client, named)
    assert shown is not None
    assert shown["category"] == "category"
    assert shown.get("type") is None
    labels = [(each["value"], each["label"]) for each in shown["enumeration"]]
    assert labels == [(1, "low"), (2, "high")]


@pytest.mark.offers("createAttribute", "createContact", "deleteMultiAttributeOptions")
def test_a_multiple_choice_loses_an_option(client: Running, name: str) -> None:
    """Contacts have several of the options; an option that is deleted is gone."""
    named = f"M_{name.upper()}"
    client.call(
        "createAttribute",
        attributeCategory="normal",
        attributeName=named,
        type="multiple-choice",
        multiCategoryOptions=["red", "green", "blue"],
    )
    identity = client.call(
        "createContact", email=f"{name}@example.com", attributes={named: ["red", "blue"]}
    )["id"]
    shown = client.call("getContactInfo", identifier=identity)
    assert shown["attributes"][named] == ["red", "blue"]
    client.call(
        "deleteMultiAttributeOptions",
        attributeType="multiple-choice",
        multipleChoiceAttribute=named,
        multipleChoiceAttributeOption="green",
    )
    listed = attribute(client, named)
    assert listed is not None
    assert listed["type"] == "multiple-choice"


@pytest.mark.offers("getAttributes")
def test_the_attributes_of_identifiers_are_listed(client: Running) -> None:
    """Those that are there from the beginning pass each client's strict types."""
    names = {each["name"] for each in client.call("getAttributes")["attributes"]}
    assert {"SMS", "EXT_ID", "WHATSAPP"} <= names

"""The methods of the official clients for attributes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sdk.official import Running


def attributes(client: Running) -> dict[str, dict[str, Any]]:
    """What the client lists, by name."""
    return {each["name"]: each for each in client.call("getAttributes")["attributes"]}


@pytest.mark.offers("createAttribute", "getAttributes", "deleteAttribute")
def test_normal_attributes_come_and_go(client: Running, name: str) -> None:
    """They are listed under their category with their types until they are deleted."""
    types = {f"{kind}_{name}".upper(): kind for kind in ("text", "date", "float", "boolean")}
    for named, kind in types.items():
        client.call("createAttribute", attributeCategory="normal", attributeName=named, type=kind)
    listed = attributes(client)
    for named, kind in types.items():
        assert (listed[named]["category"], listed[named]["type"]) == ("normal", kind)
        client.call("deleteAttribute", attributeCategory="normal", attributeName=named)
    assert not types.keys() & attributes(client).keys()


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
    shown = attributes(client)[named]
    assert shown["category"] == "category"
    assert shown.get("type") is None
    labels = [(each["value"], each["label"]) for each in shown["enumeration"]]
    assert labels == [(1, "low"), (2, "high")]


@pytest.mark.offers(
    "createAttribute.multiCategoryOptions", "createContact", "deleteMultiAttributeOptions"
)
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
    listed = attributes(client)[named]
    assert listed["type"] == "multiple-choice"


@pytest.mark.offers("getAttributes")
def test_the_attributes_of_identifiers_are_listed(client: Running) -> None:
    """Those that are there from the beginning pass each client's strict types."""
    assert {"SMS", "EXT_ID", "WHATSAPP"} <= attributes(client).keys()

"""Which Footfall this is, and under which settings it runs."""

from __future__ import annotations

from pathlib import Path

from footfall import __version__, settings
from tests.running import Footfall


def test_about_tells_every_setting_in_force(tmp_path: Path) -> None:
    """With its default beside it; to administrators alone."""
    variables = {"FOOTFALL_INTAKE_MAX_BATCH_EVENTS": "17"}
    with Footfall(tmp_path / "data", variables) as footfall, footfall.client() as client:
        about = client.get("/footfall/v1/about").json()
        assert about["version"] == __version__
        rows = {each["name"]: each for each in about["settings"]}
        assert list(rows) == [row.name for row in settings.table()]
        changed = [name for name, each in rows.items() if each["value"] != each["default"]]
        assert changed == ["intake.max_batch_events"]
        assert rows["intake.max_batch_events"]["value"] == "17"
        body = {"name": "reader", "scopes": ["events:read", "contacts:read"]}
        secret = client.post("/footfall/v1/keys", json=body).json()["secret"]
        with footfall.client(secret) as reader:
            assert reader.get("/footfall/v1/about").status_code == 403

"""The documentation says everything that the tables in the code say, and nothing else."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from tools import reference

from footfall import errors, metrics, settings
from footfall.cli.first_event import BODY
from footfall.contacts import Remark
from footfall.ports import Scope
from footfall.verdicts import Reason, Verdict

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


@pytest.mark.parametrize("name", reference.PAGES)
def test_generated_pages_are_what_the_tables_make(name: str) -> None:
    """A generated page is committed as `make reference` makes it."""
    assert read(f"reference/{name}") == reference.PAGES[name](), "run make reference"


def test_every_setting_is_documented() -> None:
    """The settings page names each setting and its variable."""
    page = read("reference/settings.md")
    for row in settings.table():
        assert f"| `{row.name}` | `{row.variable}` |" in page


def test_every_error_is_documented() -> None:
    """The errors page names each status and code that a client can see."""
    page = read("reference/errors.md")
    for row in errors.table():
        assert f"| {row.status} | `{row.code}` |" in page


def test_every_metric_is_documented() -> None:
    """The metrics page names each metric."""
    page = read("reference/metrics.md")
    for row in metrics.table():
        assert f"| `{row.name}` |" in page


def test_every_exit_code_is_documented() -> None:
    """The page of exit codes names each one."""
    page = read("reference/exit-codes.md")
    for code in errors.ExitCode:
        assert f"| {int(code)} | `{code.name}` |" in page


def test_every_route_is_documented() -> None:
    """Each route of the OpenAPI document has its section, and each `/v3` one its comparison."""
    routes, compared = read("reference/routes.md"), read("reference/compatibility.md")
    paths = reference.openapi_document()["paths"]
    assert reference.served_paths() <= {*paths, *reference.OPERATOR_ROUTES}
    for path, operations in paths.items():
        for method in operations:
            heading = f"## {method.upper()} {path}\n"
            assert heading in routes
            assert heading in compared or not path.startswith("/v3/")


def test_the_openapi_document_has_nothing_made_up() -> None:
    """It reads as JSON and is the same every time: there are no random examples in it."""
    document = reference.openapi_document()
    assert '"examples": [' not in json.dumps(document)
    assert document == reference.openapi_document()


def test_verdicts_and_their_reasons_are_documented() -> None:
    """The page on verdicts names each verdict, each reason and each remark."""
    page = read("concepts/verdicts.md")
    verdicts = get_args(Verdict.__annotations__["verdict"]) or get_args(
        _annotation(Verdict, "verdict")
    )
    remarks = get_args(_annotation(Remark, "code"))
    assert verdicts
    assert remarks
    for word in (*verdicts, *get_args(Reason), *remarks):
        assert not word or f"| `{word}` |" in page


def _annotation(kind: type, field: str) -> object:
    import msgspec

    return next(each.type for each in msgspec.structs.fields(kind) if each.name == field)


def test_every_scope_is_documented() -> None:
    """The page on keys names each scope."""
    page = read("how-to/keys.md")
    for scope in get_args(Scope):
        assert f"| `{scope}` |" in page


def test_every_dependency_has_its_reason() -> None:
    """The decision on dependencies lists those of pyproject.toml, and no other."""
    wanted = _requirements()
    lines = read("decisions/0002-dependencies.md").splitlines()
    listed = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    named = [name for name in listed if name not in ("dependency", "---")]
    assert sorted(named) == sorted(_name(requirement) for requirement in wanted)


def test_every_dependency_is_pinned_for_make() -> None:
    """constraints.txt has an exact version for each dependency, and no address of an index."""
    wanted = _requirements()
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(line.count("==") == 1 and "/" not in line for line in pins)
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in pins}
    assert {_name(requirement) for requirement in wanted} <= pinned


def _requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"].values()
    named = [each for group in groups for each in group if isinstance(each, str)]
    return [*project["project"]["dependencies"], *named]


def _name(requirement: str) -> str:
    for mark in "<>=!~":
        requirement = requirement.split(mark, maxsplit=1)[0]
    return requirement.strip()


def test_the_readme_shows_the_event_that_serve_prints() -> None:
    """README and `serve` name the same event, to the letter but for the line ends."""
    text = (ROOT / "README.md").read_text("utf-8")
    shown = text.split("```json\n")[1].split("```")[0]
    assert "".join(line.strip() for line in shown.splitlines()) == BODY

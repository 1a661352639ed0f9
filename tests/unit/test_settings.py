"""Settings from the file and from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.errors import InvalidParameter
from footfall.settings import FILE, PREFIX, Settings, load, table


def write(directory: Path, text: str) -> Path:
    """A data directory whose settings file has that text."""
    (directory / FILE).write_text(text, encoding="utf-8")
    return directory


def test_defaults(tmp_path: Path) -> None:
    """Without a file and variables, every setting has its default."""
    assert load(tmp_path, {}) == Settings()
    assert load(tmp_path, {"PATH": "/bin", "footfall_log_level": "x"}) == Settings()


def test_file(tmp_path: Path) -> None:
    """The file sets what it names and leaves the rest alone."""
    text = '# é\n[journal]\nmax_pending = 7\n[attributes]\nunknown = "refuse"\n'
    settings = load(write(tmp_path, text), {})
    assert settings.journal.max_pending == 7
    assert settings.attributes.unknown == "refuse"
    assert settings.intake == Settings().intake


def test_environment_comes_before_the_file(tmp_path: Path) -> None:
    """A variable wins over the file."""
    write(tmp_path, "[journal]\nmax_pending = 7\nseal_entries = 8\n")
    settings = load(tmp_path, {"FOOTFALL_JOURNAL_MAX_PENDING": "9", "FOOTFALL_LOG_LEVEL": "error"})
    assert settings.journal.max_pending == 9
    assert settings.journal.seal_entries == 8
    assert settings.log.level == "error"


def test_every_setting_can_be_set_by_its_variable(tmp_path: Path) -> None:
    """Each row of the table names a variable that sets it to its default, as written there."""
    rows = table()
    assert load(tmp_path, {row.variable: row.default for row in rows}) == Settings()
    assert len({row.name for row in rows}) == len(rows)
    for row in rows:
        assert row.variable == PREFIX + row.name.upper().replace(".", "_")
        assert row.type
        assert row.meaning.endswith(".")


@pytest.mark.parametrize("variable", ["FOOTFALL_JOURNAL_MAX", "FOOTFALL_", "FOOTFALL_DATA"])
def test_unknown_variable(tmp_path: Path, variable: str) -> None:
    """A variable with the prefix that names no setting is an error that names it."""
    with pytest.raises(InvalidParameter, match="names no setting") as refused:
        load(tmp_path, {variable: "1"})
    assert refused.value.path == variable


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[intake]\nmax_body = 1023\n", "intake.max_body"),
        ("[intake]\nmax_body = 67108865\n", "intake.max_body"),
        ("[intake]\nmax_body = 2000.5\n", "intake.max_body"),
        ("[intake]\nmax_body = true\n", "intake.max_body"),
        ("[intake]\nmax_body = [1]\n", "intake.max_body"),
        ("[intake]\nmax_bdy = 5000\n", "intake.max_bdy"),
        ("[intake]\nmax-body = 5000\n", "intake.max-body"),
        ("intake = 5\n", "intake"),
        ("max_body = 5000\n", "max_body"),
        ("[jornal]\nmax_pending = 5000\n", "jornal"),
        ('[attributes]\nunknown = "Create"\n', "attributes.unknown"),
        ('[log]\nlevel = ""\n', "log.level"),
    ],
)
def test_refused_file(tmp_path: Path, text: str, name: str) -> None:
    """A wrong value, an unknown name and a wrong section are errors that name the setting."""
    with pytest.raises(InvalidParameter, match=FILE) as refused:
        load(write(tmp_path, text), {})
    assert refused.value.path == name


def test_variable_for_a_section_that_is_none(tmp_path: Path) -> None:
    """A file that gives a section a value is refused also where a variable sets one of its own."""
    with pytest.raises(InvalidParameter) as refused:
        load(write(tmp_path, "intake = 5\n"), {"FOOTFALL_INTAKE_MAX_BODY": "5000"})
    assert refused.value.path == "intake"


@pytest.mark.parametrize("value", ["", "x", "1023", "5000.5", "5_000", "null", "true", "9" * 5_000])
def test_refused_variable(tmp_path: Path, value: str) -> None:
    """A variable's value is held to the same bounds."""
    with pytest.raises(InvalidParameter) as refused:
        load(tmp_path, {"FOOTFALL_INTAKE_MAX_BODY": value})
    assert refused.value.path == "intake.max_body"


@pytest.mark.parametrize("data", [b"[intake", b"\xff", b"a = 1\na = 2\n", b"= 1"])
def test_file_that_is_no_toml(tmp_path: Path, data: bytes) -> None:
    """A file that cannot be read is an error that names the file."""
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(InvalidParameter, match=FILE):
        load(tmp_path, {})

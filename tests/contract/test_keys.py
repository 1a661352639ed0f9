"""What the port `Keys` guarantees, against every implementation."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.backends.sqlite.keys import SqliteKeys
from footfall.ports import Key, Keys
from tests.searching import examples

FORM: Final = re.compile(r"ff_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")

OpenKeys = Callable[[Path], Keys]


def open_sqlite(folder: Path) -> Keys:
    return SqliteKeys(folder / "keys.db")


OPENERS: Final = [pytest.param(open_sqlite, id="sqlite")]


@pytest.fixture(params=OPENERS)
def open_keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Keys]]:
    """Opens the keys of this test as often as wanted, each time as another process would."""
    opener: OpenKeys = request.param
    opened: list[Keys] = []

    def open_it() -> Keys:
        opened.append(opener(tmp_path))
        return opened[-1]

    yield open_it
    for keys in opened:
        keys.close()


@pytest.fixture
def keys(open_keys: Callable[[], Keys]) -> Keys:
    return open_keys()


def test_a_secret_leads_to_its_key(keys: Keys) -> None:
    """create returns the key as find returns it, with all that was asked for."""
    key, secret = keys.create("shop", ["events:read", "events:write"], 7)
    assert keys.find(secret) == key
    assert key == Key(key.id, "shop", ("events:write", "events:read"), 7, None)


def test_secrets_have_their_form(keys: Keys) -> None:
    """`ff_`, the key's id, `_` and 43 characters that no two secrets share."""
    made = [keys.create("k", ["admin"], 0) for _ in range(20)]
    for key, secret in made:
        assert FORM.fullmatch(secret)
        assert secret[3:15] == key.id
    assert len({secret[16:] for _, secret in made}) == 20
    assert len({key.id for key, _ in made}) == 20


def test_other_secrets_lead_to_nothing(keys: Keys) -> None:
    """Not a character may differ, and the right id alone is worth nothing."""
    key, secret = keys.create("k", ["admin"], 0)
    _, other = keys.create("k", ["admin"], 0)
    last = "A" if secret[-1] != "A" else "B"
    for wrong in (
        "",
        key.id,
        secret[:-1],
        secret[:-1] + last,
        secret + "A",
        secret.upper(),
        f" {secret}",
        secret[:16] + other[16:],
        "ff_000000000000_" + secret[16:],
        "ff_" + "é" * 56,
    ):
        assert keys.find(wrong) is None


@pytest.mark.parametrize("opener", OPENERS)
def test_no_text_is_a_secret_by_chance(
    opener: OpenKeys, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any text at all, lone surrogates too, is answered with None."""
    keys = opener(tmp_path_factory.mktemp("keys"))
    key, _ = keys.create("k", ["admin"], 0)

    @given(text=st.text(), named=st.booleans())
    @settings(max_examples=examples(200))
    def check(text: str, named: bool) -> None:
        assert keys.find(f"ff_{key.id}_{text}" if named else text) is None

    check()
    keys.close()


def test_secrets_are_not_kept(keys: Keys, tmp_path: Path) -> None:
    """No file holds a secret, nor the part of it that is secret."""
    _, secret = keys.create("k", ["admin"], 0)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert kept
    assert secret[16:].encode() not in kept


def test_a_revoked_key_is_out_everywhere_at_once(open_keys: Callable[[], Keys]) -> None:
    """As soon as revoke has returned, no instance finds the key; other keys stay."""
    one, other = open_keys(), open_keys()
    key, secret = one.create("k", ["admin"], 1)
    stays, kept = one.create("k", ["admin"], 1)
    assert other.find(secret) == key
    assert one.revoke(key.id, 2)
    assert other.find(secret) is None
    assert one.find(secret) is None
    assert other.find(kept) == stays


def test_other_instances_see_a_new_key_at_once(open_keys: Callable[[], Keys]) -> None:
    """A key that one instance made is good with every other, however often they looked before."""
    one, other = open_keys(), open_keys()
    for _ in range(5):
        key, secret = one.create("k", ["admin"], 0)
        assert other.find(secret) == key


CREATE_FROM_OUTSIDE: Final = """
import sys
from pathlib import Path
from tests.contract import test_keys
keys = getattr(test_keys, sys.argv[1])(Path(sys.argv[2]))
print(keys.create("outside", ["admin"], 5)[1])
keys.revoke(sys.argv[3], 6)
keys.close()
"""


@pytest.mark.parametrize("opener", OPENERS)
def test_changes_by_other_processes_count_at_once(opener: OpenKeys, tmp_path: Path) -> None:
    """A key made or revoked by another process is in or out when that process has ended."""
    keys = opener(tmp_path)
    old, secret = keys.create("inside", ["admin"], 1)
    assert keys.find(secret) == old
    outside = subprocess.run(
        [sys.executable, "-c", CREATE_FROM_OUTSIDE, opener.__name__, str(tmp_path), old.id],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        text=True,
    )
    assert keys.find(secret) is None
    found = keys.find(outside.stdout.strip())
    assert found is not None
    assert found.name == "outside"
    keys.close()


def test_revoking_tells_whether_there_is_such_a_key(keys: Keys) -> None:
    """True for a key, again too, and its first moment stays; False for an id that nobody has."""
    key, _ = keys.create("k", ["admin"], 1)
    assert not keys.revoke("000000000000", 2)
    assert keys.revoke(key.id, 3)
    assert keys.revoke(key.id, 4)
    assert [kept.revoked_at for kept in keys.all()] == [3]


def test_all_keys_are_listed_oldest_first(keys: Keys) -> None:
    """Revoked ones stay in the list; equal moments and clocks set back keep the order."""
    made = [keys.create(f"k{at}", ["admin"], at)[0] for at in (5, 5, 3)]
    keys.revoke(made[0].id, 9)
    listed = keys.all()
    assert [key.id for key in listed] == [key.id for key in made]
    assert [key.revoked_at for key in listed] == [9, None, None]


def test_there_is_one_account_for_good(open_keys: Callable[[], Keys]) -> None:
    """The first call makes it; every later one, by any instance, sees the same."""
    one, other = open_keys(), open_keys()
    account = one.account(11)
    assert str(uuid.UUID(account.id)) == account.id
    assert account.created_at == 11
    assert one.account(12) == account
    assert other.account(13) == account


def test_an_account_is_made_once_however_many_ask(open_keys: Callable[[], Keys]) -> None:
    """Instances that ask for the first time at the same moment get the same account."""
    instances = [open_keys() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        accounts = list(pool.map(lambda keys: keys.account(1), instances))
    assert len({account.id for account in accounts}) == 1


def test_keys_outlast_their_instance(open_keys: Callable[[], Keys]) -> None:
    """What was created and revoked is there after closing and opening again."""
    first = open_keys()
    key, secret = first.create("k", ["contacts:read"], 1)
    gone, revoked = first.create("k", ["admin"], 1)
    first.revoke(gone.id, 2)
    account = first.account(3)
    first.close()
    second = open_keys()
    assert second.find(secret) == key
    assert second.find(revoked) is None
    assert second.account(4) == account


def test_threads_share_an_instance(keys: Keys) -> None:
    """Threads that create, find and revoke at once disturb each other in nothing."""

    def use(_worker: int) -> None:
        for _ in range(10):
            key, secret = keys.create("k", ["events:write"], 0)
            assert keys.find(secret) == key
            assert keys.revoke(key.id, 1)
            assert keys.find(secret) is None

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(4)))
    assert len(keys.all()) == 40

"""The rules of people, sessions and sign-ins, and their store."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.backends.sqlite.people import SqlitePeople
from footfall.errors import InvalidParameter, RateLimited
from footfall.passwords import NOBODY, hashed, matches
from footfall.people import (
    DAY,
    IDLE,
    LONGEST,
    SECOND,
    TOUCH,
    Attempts,
    Change,
    SignInAttempts,
    check_name,
    check_password,
)

NOW = 1_700_000_000 * SECOND


@pytest.fixture
def people(tmp_path: Path) -> Iterator[SqlitePeople]:
    store = SqlitePeople(tmp_path / "people.db")
    yield store
    store.close()


def change(at: int = NOW) -> Change:
    return Change(at, "command line", "user_added", "ada", "viewer")


def test_a_password_is_known_by_its_hash_alone() -> None:
    """The hash is argon2id, differs each time, and matches its own password only."""
    password_hash = hashed("correct horse battery")
    assert password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert password_hash != hashed("correct horse battery")
    assert matches(password_hash, "correct horse battery")
    assert not matches(password_hash, "correct horse batterz")


def test_the_hash_of_nobody_is_checked_like_any_other() -> None:
    """It has the parameters of a real one, and no password matches."""
    assert NOBODY.split("$")[:4] == hashed("x" * 10).split("$")[:4]
    assert not matches(NOBODY, "")


@pytest.mark.parametrize("password", ["", "too short", "x" * 1_025, "ada lovelace"])
def test_bad_passwords_are_refused(password: str) -> None:
    """Too short, too long, or the name itself."""
    with pytest.raises(InvalidParameter) as problem:
        check_password(password, "Ada Lovelace")
    assert problem.value.path == "password"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_bad_names_are_refused(name: str) -> None:
    """Blank, with control characters, or too long."""
    with pytest.raises(InvalidParameter):
        check_name(name)


def test_names_are_one_in_upper_and_lower_case(people: SqlitePeople) -> None:
    """A person is found in any case, and nobody else takes the name."""
    ada = people.add("Ada", "viewer", "hash", change())
    assert people.find(" ADA ") == (ada, "hash")
    with pytest.raises(InvalidParameter, match="already"):
        people.add("aDA", "viewer", "hash", change())
    assert len(people.changes(10)) == 1


def test_the_first_person_comes_once(people: SqlitePeople) -> None:
    """Among many at once exactly one becomes the first, and the set-up token is used up."""
    token = people.new_set_up_token()
    assert people.is_set_up_token(token)
    assert not people.is_set_up_token("")
    added = []
    threads = [
        threading.Thread(target=lambda n=n: added.append(people.add_first(f"p{n}", "h", change())))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [first] = [user for user in added if user is not None]
    assert (people.users(), first.role) == ([first], "admin")
    assert not people.is_set_up_token(token)


def test_a_new_set_up_token_voids_the_last(people: SqlitePeople) -> None:
    """Only the link printed last opens the set-up."""
    old, new = people.new_set_up_token(), people.new_set_up_token()
    assert not people.is_set_up_token(old)
    assert people.is_set_up_token(new)


def test_the_last_administrator_stays(people: SqlitePeople) -> None:
    """It can be neither removed nor made a viewer; with a second one, it can."""
    first = people.add_first("ada", "hash", change())
    assert first is not None
    with pytest.raises(InvalidParameter, match="last administrator"):
        people.remove(first.id, change())
    with pytest.raises(InvalidParameter, match="last administrator"):
        people.set_role(first.id, "viewer", change())
    assert [user.role for user in people.users()] == ["admin"]
    people.add("grace", "admin", "hash", change())
    assert people.set_role(first.id, "viewer", change())
    assert people.remove(first.id, change())
    assert not people.remove(first.id, change())


def test_a_viewer_can_go_where_there_is_no_administrator(people: SqlitePeople) -> None:
    """As one whom the command line added before anybody's first visit."""
    assert people.remove(people.add("ada", "viewer", "hash", change()).id, change())
    assert people.users() == []


def test_a_session_lives_while_it_is_used_and_no_longer_than_allowed(people: SqlitePeople) -> None:
    """Use keeps it for `IDLE` more, up to `LONGEST` in all."""
    user = people.add("ada", "viewer", "hash", change())
    token = people.begin_session(user.id, change(), "browser")
    unused = people.begin_session(user.id, change(), "browser")
    for days in range(1, 31):
        session = people.session(token, NOW + days * DAY)
        assert session is not None
        assert session.user.name == "ada"
    assert people.session(token, NOW + LONGEST + 1) is None
    assert people.session(unused, NOW + IDLE) is not None
    assert people.session(unused, NOW + 2 * IDLE + 1) is None


def test_the_last_use_is_written_now_and_then(people: SqlitePeople) -> None:
    """A use soon after the last one writes nothing."""
    user = people.add("ada", "viewer", "hash", change())
    token = people.begin_session(user.id, change(), "browser")
    people.session(token, NOW + TOUCH)
    assert people.users()[0].last_seen_at == NOW
    people.session(token, NOW + TOUCH + 1)
    assert people.users()[0].last_seen_at == NOW + TOUCH + 1


@pytest.mark.parametrize("how", ["sign out", "password", "remove"])
def test_what_ends_sessions_ends_them_at_once(people: SqlitePeople, how: str) -> None:
    """Signing out, a new password and removal leave nothing that the token opens."""
    user = people.add("ada", "viewer", "hash", change())
    token = people.begin_session(user.id, change(), "browser")
    match how:
        case "sign out":
            people.end_session(token)
        case "password":
            assert people.set_password(user.id, "other", change())
        case _:
            people.add("grace", "admin", "hash", change())
            assert people.remove(user.id, change())
    assert people.session(token, NOW) is None


def test_tokens_and_passwords_are_not_in_the_file(people: SqlitePeople, tmp_path: Path) -> None:
    """What lies on disk opens nothing."""
    user = people.add("ada", "viewer", "hash", change())
    secrets = [people.begin_session(user.id, change(), "browser"), people.new_set_up_token()]
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not any(secret.encode() in stored for secret in secrets)


def test_processes_share_the_people(people: SqlitePeople, tmp_path: Path) -> None:
    """What one process changed, another sees at once; the log survives."""
    other = SqlitePeople(tmp_path / "people.db")
    user = people.add("ada", "viewer", "hash", change())
    assert other.users() == [user]
    other.note(Change(NOW + 1, "key shop", "key_revoked", "till"))
    assert [line.action for line in people.changes(10)] == ["key_revoked", "user_added"]
    other.close()


def test_tries_are_bounded_and_come_back_with_time() -> None:
    """After the burst each wait that was told lets one more try in, and not a second less."""
    attempts = Attempts(burst=3, refill=30 * SECOND)
    for _ in range(3):
        attempts.take("a", NOW)
    with pytest.raises(RateLimited) as refused:
        attempts.take("a", NOW)
    assert refused.value.retry_after == 30
    attempts.take("b", NOW)
    with pytest.raises(RateLimited):
        attempts.take("a", NOW + 30 * SECOND - 1)
    attempts.take("a", NOW + 30 * SECOND)
    attempts.give_back("a")
    attempts.take("a", NOW + 30 * SECOND)


@given(st.lists(st.integers(0, 60 * SECOND), max_size=60))
def test_no_pattern_of_tries_beats_the_bound(pauses: list[int]) -> None:
    """In any stretch of time no more than the burst and what came back gets through."""
    burst, refill = 3, 10 * SECOND
    attempts = Attempts(burst, refill)
    now, taken = NOW, []
    for pause in pauses:
        now += pause
        try:
            attempts.take("a", now)
        except RateLimited:
            continue
        taken.append(now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + (taken[last] - taken[first]) // refill + 1


def test_memory_of_tries_is_bounded() -> None:
    """Addresses beyond the limit push out the oldest."""
    attempts = Attempts(burst=1, refill=SECOND)
    for number in range(Attempts.MAX_KEYS + 1):
        attempts.take(str(number), NOW)
    attempts.take("0", NOW)
    with pytest.raises(RateLimited):
        attempts.take(str(Attempts.MAX_KEYS), NOW)


def test_many_addresses_together_are_slowed_down_too() -> None:
    """One name is not guessed at from everywhere at once; other names are not held up."""
    attempts = SignInAttempts()
    for number in range(30):
        attempts.take(f"192.0.2.{number}", "Ada", NOW)
    with pytest.raises(RateLimited):
        attempts.take("198.51.100.1", "ada", NOW)
    attempts.take("198.51.100.2", "grace", NOW)

"""Who may use the interface: people, roles, sessions, sign-ins. Pure rules and one port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, Protocol, get_args

import msgspec

from footfall.errors import InvalidParameter, RateLimited
from footfall.ports import Scope

Role = Literal["admin", "viewer"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

SCOPES: Final[Mapping[Role, frozenset[Scope]]] = {
    "admin": frozenset({"admin"}),
    "viewer": frozenset({"events:read", "contacts:read"}),
}
"""What a role may do, in the words of an API key."""

SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
DAY: Final = 24 * 60 * MINUTE

IDLE: Final = 7 * DAY
"""A session that is not used for that long has ended."""
LONGEST: Final = 30 * DAY
"""No session lives longer, however much it is used."""
TOUCH: Final = 10 * MINUTE
"""How exactly a session's last use is kept: a write per call would cost more than it tells."""

MIN_PASSWORD: Final = 10
MAX_PASSWORD: Final = 1_024
MAX_NAME: Final = 100


class User(msgspec.Struct, frozen=True):
    """A person who may sign in."""

    id: int
    name: str
    role: Role
    created_at: int
    last_seen_at: int | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether the person's role may do that."""
        scopes = SCOPES[self.role]
        return scope in scopes or "admin" in scopes


class Session(msgspec.Struct, frozen=True):
    """One browser in which a person is signed in."""

    user: User
    created_at: int
    last_seen_at: int

    def is_over(self, now: int) -> bool:
        """Whether it ended, by disuse or by age."""
        return now - self.last_seen_at > IDLE or now - self.created_at > LONGEST

    def is_stale(self, now: int) -> bool:
        """Whether its last use should be written down anew."""
        return now - self.last_seen_at > TOUCH


class Change(msgspec.Struct, frozen=True):
    """One line of the log of what people change."""

    at: int
    actor: str
    """`person NAME`, `key NAME`, or `command line`."""
    action: Literal[
        "user_added",
        "user_removed",
        "role_changed",
        "password_changed",
        "key_created",
        "key_revoked",
        "signed_in",
        "event_described",
        "event_sent",
        "events_replayed",
        "events_forgotten",
        "webhook_created",
        "webhook_changed",
        "webhook_removed",
    ]
    subject: str
    details: str = ""


class People(Protocol):
    """The people of the account, their sessions, and the log of what they change.

    Passwords come and stay as hashes, session and set-up tokens are stored hashed. Any number of
    processes and threads. What a call changed is on disk, with its line of the log, when it
    returns.
    """

    def users(self) -> list[User]:
        """Everybody, by name."""
        ...

    def find(self, name: str) -> tuple[User, str] | None:
        """The person of that name, upper and lower case being one, with the password's hash."""
        ...

    def add(self, name: str, role: Role, password_hash: str, change: Change) -> User:
        """A new person. Raises `InvalidParameter` where the name is taken."""
        ...

    def add_first(self, name: str, password_hash: str, change: Change) -> User | None:
        """The first person, an administrator; None where there is somebody already.

        The set-up token is used up.
        """
        ...

    def set_role(self, user_id: int, role: Role, change: Change) -> bool:
        """False: there is no such person. Raises `InvalidParameter` for the last administrator."""
        ...

    def set_password(self, user_id: int, password_hash: str, change: Change) -> bool:
        """Ends all the person's sessions. False: there is no such person."""
        ...

    def remove(self, user_id: int, change: Change) -> bool:
        """Ends all the person's sessions. False: there is no such person.

        Raises `InvalidParameter` for the last administrator.
        """
        ...

    def begin_session(self, user_id: int, change: Change, client: str) -> str:
        """The token of a new session, which nothing can show again."""
        ...

    def session(self, token: str, now: int) -> Session | None:
        """The session with that token, if it is not over; notes its use."""
        ...

    def end_session(self, token: str) -> None:
        """The token opens nothing any more."""
        ...

    def new_set_up_token(self) -> str:
        """The token with which the first administrator may be added; earlier ones are void."""
        ...

    def is_set_up_token(self, token: str) -> bool:
        """Whether it is the token made last, and not used up."""
        ...

    def note(self, change: Change) -> None:
        """Add a line to the log for a change that was made elsewhere."""
        ...

    def changes(self, limit: int) -> list[Change]:
        """The log's last lines, latest first."""
        ...

    def close(self) -> None:
        """Give back files."""
        ...


def check_name(name: str) -> str:
    """The name without surrounding blanks; raises `InvalidParameter`."""
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise InvalidParameter(f"name must have 1 to {MAX_NAME} printable characters", "name")
    return name


def check_password(password: str, name: str) -> str:
    """The password; raises `InvalidParameter`.

    Length counts, not kinds of characters, as NIST SP 800-63B has it.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InvalidParameter(
            f"password must have {MIN_PASSWORD} to {MAX_PASSWORD} characters", "password"
        )
    if password.casefold() == name.casefold():
        raise InvalidParameter("password must not be the name", "password")
    return password


class Attempts:
    """Bounds how often something may be tried under one key: a bucket that refills with time.

    Holds `burst` tries; one comes back every `refill` nanoseconds. Remembers `MAX_KEYS` keys at
    the most and forgets the one that waited longest.
    """

    MAX_KEYS: Final = 10_000

    def __init__(self, burst: int, refill: int) -> None:
        self._burst = burst
        self._refill = refill
        self._full_at: dict[str, int] = {}
        """When the key's bucket will be full again."""

    def take(self, key: str, now: int) -> None:
        """Use up one try; raises `RateLimited` where none is left."""
        full_at = max(self._full_at.pop(key, now), now) + self._refill
        excess = full_at - now - self._burst * self._refill
        if excess > 0:
            self._full_at[key] = full_at - self._refill
            seconds = -(-excess // SECOND)
            raise RateLimited(f"Too many tries; wait {seconds} s", retry_after=seconds)
        if len(self._full_at) >= self.MAX_KEYS:
            del self._full_at[next(iter(self._full_at))]
        self._full_at[key] = full_at

    def give_back(self, key: str) -> None:
        """The try was no failure and does not count."""
        if key in self._full_at:
            self._full_at[key] -= self._refill


class SignInAttempts:
    """Bounds on sign-ins: per address against one guesser, per name against many together.

    The bound per name is the wider one: it slows guessing down and lets the person in again soon.
    """

    def __init__(self) -> None:
        self._addresses = Attempts(burst=10, refill=30 * SECOND)
        self._names = Attempts(burst=30, refill=20 * SECOND)

    def take(self, address: str, name: str, now: int) -> None:
        """Before the password is looked at; raises `RateLimited`."""
        self._addresses.take(address, now)
        self._names.take(name.casefold(), now)

    def give_back(self, address: str, name: str) -> None:
        """After the password was right."""
        self._addresses.give_back(address)
        self._names.give_back(name.casefold())

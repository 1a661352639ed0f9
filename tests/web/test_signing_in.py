"""Who gets in, with what, and who stays out: over HTTP, as a browser or somebody else calls."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.running import Footfall, command, plain_client
from tests.web.account import OWN_PAGE, PASSWORD, PERSON, set_up

SESSION: Final = "/footfall/v1/session"
ADMIN_ONLY: Final = [
    ("GET", "/footfall/v1/keys"),
    ("POST", "/footfall/v1/keys"),
    ("DELETE", "/footfall/v1/keys/abc"),
    ("GET", "/footfall/v1/users"),
    ("POST", "/footfall/v1/users"),
    ("PATCH", "/footfall/v1/users/1"),
    ("DELETE", "/footfall/v1/users/1"),
    ("GET", "/footfall/v1/changes"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    """A server with an administrator and a viewer."""
    with Footfall(tmp_path_factory.mktemp("signing-in") / "data") as running:
        set_up(running)
        subprocess.run(
            command("users", "add", "guest", "--role", "viewer", "--data", str(running.data)),
            input=f"{PASSWORD}\n",
            text=True,
            check=True,
        )
        yield running


def browser(server: Footfall) -> httpx.Client:
    """Calls as the interface does, with its cookies."""
    return plain_client(server.url, OWN_PAGE)


def enter(client: httpx.Client, name: str = PERSON) -> httpx.Response:
    """Sign in."""
    return client.post(SESSION, json={"name": name, "password": PASSWORD})


def test_the_cookie_is_for_the_browser_alone(server: Footfall) -> None:
    """HttpOnly, SameSite=Strict, for all paths; Secure where the page came over HTTPS."""
    with browser(server) as client:
        plain = enter(client).headers["set-cookie"].lower()
        secure = client.post(
            SESSION,
            json={"name": PERSON, "password": PASSWORD},
            headers={"origin": "https://footfall.example.com"},
        ).headers["set-cookie"]
    assert {"httponly", "samesite=strict", "path=/"} <= set(plain.split("; "))
    assert "secure" not in plain.split("; ")
    assert "Secure" in secure.split("; ")


def test_a_session_stands_for_a_key(server: Footfall) -> None:
    """An administrator reads everything with the session's cookie alone."""
    with browser(server) as client:
        assert client.get("/v3/events").status_code == 401
        assert enter(client).json() == {
            "state": "signed_in",
            "user": {"name": PERSON, "role": "admin"},
            "needs_token": False,
        }
        for path in ("/v3/events", "/footfall/v1/events", "/footfall/v1/keys"):
            assert client.get(path).status_code == 200
        assert client.delete(SESSION).status_code == 204
        assert client.get("/v3/events").status_code == 401


@pytest.mark.parametrize(("method", "path"), ADMIN_ONLY)
def test_a_viewer_may_look_and_nothing_else(server: Footfall, method: str, path: str) -> None:
    """Events and contacts are open to a viewer; keys, people and the log are not."""
    with browser(server) as client:
        enter(client, "guest")
        assert client.get("/footfall/v1/events").status_code == 200
        answer = client.request(method, path, json={} if method in ("POST", "PATCH") else None)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize("method_and_path", ADMIN_ONLY)
def test_nobody_gets_in_without_anything(
    server: Footfall, method_and_path: tuple[str, str]
) -> None:
    """Without key and cookie every such route answers 401, and so with a made-up cookie."""
    for token in ("", "x" * 43):
        with browser(server) as client:
            client.cookies.set("footfall_session", token)
            assert client.request(*method_and_path).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-footfall-page": "1"},
        {"sec-fetch-site": "same-origin"},
        {"x-footfall-page": "1", "sec-fetch-site": "cross-site"},
        {"x-footfall-page": "1", "sec-fetch-site": "same-site"},
        {"x-footfall-page": "1", "sec-fetch-site": "none"},
        {"x-footfall-page": "1", "origin": "http://evil.example.com"},
        {"x-footfall-page": "1", "origin": "null"},
    ],
)
def test_other_sites_change_nothing(server: Footfall, headers: dict[str, str]) -> None:
    """A call with the cookie that does not come from a page of this server is refused."""
    with browser(server) as client:
        enter(client)
        cookies = dict(client.cookies)
    with plain_client(server.url, headers, cookies=cookies) as other:
        answers = [
            other.post("/footfall/v1/keys", json={"name": "x", "scopes": ["admin"]}),
            other.delete(SESSION),
            other.post(SESSION, json={"name": PERSON, "password": PASSWORD}),
        ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_over_plain_http_the_origin_counts(server: Footfall) -> None:
    """Where the browser names no `Sec-Fetch-Site`, an `Origin` that is the server's own will do."""
    with browser(server) as client:
        enter(client)
        cookies = dict(client.cookies)
    headers = {"x-footfall-page": "1", "origin": server.url}
    with plain_client(server.url, headers, cookies=cookies) as client:
        assert client.delete(SESSION).status_code == 204


def test_a_key_needs_no_page(server: Footfall) -> None:
    """Programs with a key are asked for no header of a browser."""
    with server.client() as client:
        answer = client.post("/footfall/v1/keys", json={"name": "k", "scopes": ["events:read"]})
        assert answer.status_code == 201
        assert client.delete(f"/footfall/v1/keys/{answer.json()['key']['id']}").status_code == 204
        log = client.get("/footfall/v1/changes").json()["changes"]
    assert [line["actor"] for line in log[:2]] == ["key test", "key test"]
    assert [line["action"] for line in log[:2]] == ["key_revoked", "key_created"]


def test_wrong_names_and_passwords_are_told_alike(server: Footfall) -> None:
    """The answer does not tell whether the name is known."""
    with browser(server) as client:
        answers = [
            client.post(SESSION, json={"name": name, "password": "not the password"}).json()
            for name in (PERSON, "nobody")
        ]
    assert (
        answers[0]
        == answers[1]
        == {
            "code": "unauthorized",
            "message": "Name or password is wrong",
        }
    )


def test_guessing_is_slowed_down(server: Footfall) -> None:
    """One address has ten tries, then waits; another address, named by a proxy here, goes on."""
    with browser(server) as client:
        client.headers["x-forwarded-for"] = "192.0.2.7"
        wrong = {"name": "somebody", "password": "not the password"}
        codes = [client.post(SESSION, json=wrong).status_code for _ in range(11)]
        assert codes == [401] * 10 + [429]
        refused = client.post(SESSION, json=wrong)
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        client.headers["x-forwarded-for"] = "192.0.2.8"
        assert enter(client).status_code == 201


def test_the_log_knows_who_did_what(server: Footfall) -> None:
    """People added and changed on the command line and in the browser stand in one log."""
    with browser(server) as client:
        enter(client)
        new = {"name": "temp", "password": "for a short while", "role": "viewer"}
        user = client.post("/footfall/v1/users", json=new).json()
        path = f"/footfall/v1/users/{user['id']}"
        assert client.patch(path, json={"role": "admin"}).json()["role"] == "admin"
        assert client.delete(path).status_code == 204
        assert client.delete(path).status_code == 404
        log = client.get("/footfall/v1/changes").json()["changes"]
    mine = [
        (line["actor"], line["action"], line["details"])
        for line in log
        if line["subject"] == "temp"
    ]
    assert mine == [
        ("person admin", "user_removed", ""),
        ("person admin", "role_changed", "viewer to admin"),
        ("person admin", "user_added", "viewer"),
    ]
    assert any(line["actor"] == "command line" for line in log)


def test_passwords_are_not_logged(server: Footfall) -> None:
    """What the server wrote holds no password."""
    with browser(server) as client:
        enter(client)
    assert PASSWORD not in server.log()


def test_from_elsewhere_setting_up_takes_the_link(tmp_path: Path) -> None:
    """Whoever comes first from another machine gets nothing without the token of the link."""
    elsewhere = [
        {"x-forwarded-for": "192.0.2.1"},
        {"forwarded": "for=192.0.2.1"},
        {"host": "footfall.example.com"},
        {"via": "1.1 proxy"},
    ]
    path, body = "/footfall/v1/set-up", {"password": PASSWORD}
    with Footfall(tmp_path / "data") as fresh, browser(fresh) as client:
        assert client.get(SESSION).json()["needs_token"] is False
        for headers in elsewhere:
            assert client.get(SESSION, headers=headers).json()["needs_token"] is True
            for token in ("", "x" * 43):
                answer = client.post(path, json=body | {"token": token}, headers=headers)
                assert answer.status_code == 403
        [link] = [line for line in fresh.log().splitlines() if "/set-up#" in line]
        whole = body | {"token": link.partition("#")[2]}
        assert client.post(path, json=whole, headers=elsewhere[0]).status_code == 201
        client.cookies.clear()
        assert client.post(path, json=whole, headers=elsewhere[0]).status_code == 403


def test_people_on_the_command_line(tmp_path: Path) -> None:
    """`footfall users` adds, lists, changes and removes, and keeps the last administrator."""
    data = ["--data", str(tmp_path / "data")]

    def users(*arguments: str, password: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command("users", *arguments, *data),
            input=password,
            capture_output=True,
            text=True,
            check=False,
        )

    assert users("add", "ada", "--role", "admin", password="short\n").returncode == 2
    assert users("add", "ada", "--role", "admin", password=f"{PASSWORD}\n").returncode == 0
    assert users("add", "grace", password=f"{PASSWORD}\n").returncode == 0
    assert users("password", "grace", password="another long one\n").returncode == 0
    assert '"name":"ada","role":"admin"' in users("list", "--json").stdout
    assert users("remove", "grace").returncode == 0
    assert users("remove", "grace").returncode == 5
    last = users("remove", "ada")
    assert (last.returncode, "last administrator" in last.stderr) == (2, True)

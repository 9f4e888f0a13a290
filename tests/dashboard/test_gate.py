"""The gate, asked without a socket: each case is what a browser or a proxy sends."""

import asyncio
import html
import json
import logging

import pytest

from dashboard.gate import MOST_LOGGED, MOST_PROVEN, Allowed, Gate

HERE = "localhost:8501"
OPEN = Allowed(frozenset({"class.example", "*.lab.example", "pc12"}))
BEHIND = {"X-Forwarded-Host": "class.example"}
CROSS = {"Sec-Fetch-Site": "cross-site"}
OWN = {"Sec-Fetch-Site": "same-origin"}


class Beyond:
    """What lies behind the gate; notes the scopes that reach it."""

    def __init__(self):
        self.scopes = []

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"in"})


def ask(
    headers, allowed=OPEN, path="/", kind="http", server="127.0.0.1", extensions=True, gate=None
):
    """Status, headers and body of the answer, and the scopes that the gate let in."""
    gate, sent = gate or Gate(Beyond(), allowed), []
    method = headers.pop(":method", "GET")
    scope = {"type": kind, "method": method, "path": path, "query_string": b"run=a"}
    scope |= {"server": (server, 8501), "extensions": {"websocket.http.response": {}}}
    if not extensions:
        scope["extensions"] = {}
    scope["headers"] = [
        (name.lower().encode("latin-1"), text.encode("latin-1"))
        for name, texts in headers.items()
        for text in ([texts] if isinstance(texts, str) else texts)
    ]

    async def send(message):
        sent.append(message)

    asyncio.run(gate(scope, None, send))
    start, *rest = sent
    answer = {name.decode(): text.decode() for name, text in start.get("headers", [])}
    body = b"".join(one.get("body", b"") for one in rest).decode()
    return start.get("status", start.get("code")), answer, body, gate.app.scopes


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("server", "headers", "is_in"),
    [
        # This machine, by all its names, at any port (a tunnel has its own).
        ("127.0.0.1", {"Host": HERE}, True),
        ("127.0.0.1", {"Host": "LOCALHOST.:9000"}, True),
        ("127.0.0.1", {"Host": "run.localhost"}, True),
        ("127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
        ("127.0.0.1", {"Host": "127.7.7.7"}, True),
        ("::1", {"Host": "[::1]:8501"}, True),
        ("127.0.0.1", {"Host": "0.0.0.0:8501"}, True),
        # The address that the connection came to, also where IPv6 holds an IPv4 one.
        ("192.0.2.7", {"Host": "192.0.2.7:8501"}, True),
        ("::ffff:192.0.2.7", {"Host": "192.0.2.7:8501"}, True),
        ("2001:db8::7", {"Host": "[2001:DB8::7]:8501"}, True),
        ("192.0.2.7", {"Host": "192.0.2.8:8501"}, False),
        ("192.0.2.7", {"Host": "[2001:db8::7]:8501"}, False),
        # Names that it was told of, and others.
        ("192.0.2.7", {"Host": "class.example"}, True),
        ("192.0.2.7", {"Host": "pc12:8501"}, True),
        ("192.0.2.7", {"Host": "a.b.lab.example"}, True),
        ("192.0.2.7", {"Host": "lab.example"}, False),
        ("192.0.2.7", {"Host": "notlab.example"}, False),
        ("192.0.2.7", {"Host": "pc12.elsewhere.example"}, False),
        ("127.0.0.1", {"Host": "rebound.example:8501"}, False),
        ("127.0.0.1", {"Host": "localhost.rebound.example"}, False),
        ("127.0.0.1", {"Host": "127.0.0.1.rebound.example"}, False),
        # No name at all.
        ("127.0.0.1", {}, False),
        ("127.0.0.1", {"Host": ""}, False),
        ("127.0.0.1", {"Host": [HERE, HERE]}, False),
        ("127.0.0.1", {"Host": "localhost, rebound.example"}, False),
        ("127.0.0.1", {"Host": "rebound.example@localhost"}, False),
        ("127.0.0.1", {"Host": "localhost/rebound.example"}, False),
        ("127.0.0.1", {"Host": "localhost:port"}, False),
        ("127.0.0.1", {"Host": "[::1"}, False),
        ("127.0.0.1", {"Host": "löcalhost"}, False),
        # A proxy says what it was asked; that never stands for the Host.
        ("127.0.0.1", {"Host": HERE, **BEHIND}, True),
        ("127.0.0.1", {"Host": HERE, "X-Forwarded-Host": "pc12, class.example:443"}, True),
        ("127.0.0.1", {"Host": HERE, "X-Forwarded-Host": "class.example, other.example"}, False),
        ("127.0.0.1", {"Host": "rebound.example", **BEHIND}, False),
        ("127.0.0.1", {"Host": "rebound.example", "X-Forwarded-Host": HERE, **OWN}, False),
    ],
    ids=str,
)
def test_only_names_of_this_server_are_answered(kind, server, headers, is_in):
    status, _, body, scopes = ask(dict(headers), kind=kind, server=server)
    assert (status in (200, "in")) == bool(scopes) == is_in
    if not is_in:
        assert status in (400, 403)
        assert json.loads(body)["error"]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("headers", "is_in"),
    [
        ({"Origin": f"http://{HERE}"}, True),
        ({"Origin": f"https://{HERE}"}, True),
        ({"Origin": "http://localhost:8888"}, False),
        ({"Origin": "http://127.0.0.1:8501"}, False),
        ({"Origin": "http://elsewhere.example"}, False),
        ({"Origin": f"http://{HERE}.elsewhere.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://["}, False),
        ({"Origin": f"file://{HERE}"}, False),
        # What the browser itself says of the two; a page cannot write it.
        ({**OWN}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({**CROSS}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({**CROSS, "Origin": f"http://{HERE}"}, False),
        # A proxy that passes its own name on, or none, or a name without its port.
        ({**OWN, "Origin": "http://localhost:9000"}, True),
        ({**OWN, "Origin": "http://rebound.example"}, False),
        ({**BEHIND, "Origin": "https://class.example"}, True),
        ({**BEHIND, "Origin": "https://class.example:8443"}, False),
        ({**BEHIND, "Origin": "https://class.example:8443", "X-Forwarded-Port": "8443"}, True),
        ({"Host": "class.example", "Origin": "https://class.example"}, True),
        ({"Host": "class.example", "Origin": "https://class.example:8443"}, False),
        ({"Host": "class.example", "Origin": "http://pc12"}, False),
        # A link from elsewhere is followed; a form from elsewhere is not.
        ({**CROSS, "Sec-Fetch-Mode": "navigate"}, "http"),
        ({**CROSS, "Sec-Fetch-Mode": "navigate", "Origin": "https://elsewhere.example"}, False),
        ({**CROSS, "Sec-Fetch-Mode": "navigate", ":method": "POST"}, False),
        ({**CROSS, "Sec-Fetch-Mode": "no-cors"}, False),
    ],
    ids=str,
)
def test_only_pages_of_this_server_may_ask(kind, headers, is_in):
    if kind == "websocket" and is_in == "http":
        return
    status, _, body, scopes = ask({"Host": HERE} | headers, kind=kind)
    assert bool(scopes) == bool(is_in)
    if not is_in:
        assert status == 403
        assert "Only pages of this server" in body or "corsAllowedOrigins" in body


def test_pages_of_other_servers_may_ask_when_it_is_told_so():
    elsewhere = {"Host": HERE, "Origin": "https://a.org", **CROSS}
    assert ask(dict(elsewhere), Allowed(origins=frozenset({"https://a.org"})))[0] == 200
    assert ask(dict(elsewhere), Allowed(origins=frozenset({"http://a.org"})))[0] == 403
    assert ask(dict(elsewhere), Allowed(origins=frozenset({"*"})))[0] == 200
    assert ask({"Host": "rebound.example"}, Allowed(hosts=frozenset({"*"})))[0] == 200


@pytest.mark.parametrize(
    ("origins", "ancestors"),
    [((), "'self'"), (("https://lms.example",), "'self' https://lms.example"), ("*", "'self' *")],
)
def test_only_pages_that_may_ask_lay_ours_into_a_frame(origins, ancestors):
    _, outcome, _, _ = ask({"Host": HERE}, Allowed(origins=frozenset(origins)))
    assert outcome["content-security-policy"] == f"frame-ancestors {ancestors}"


def test_a_page_behind_a_proxy_that_hides_its_name_is_known_by_the_browsers_word():
    gate = Gate(Beyond(), OPEN)
    socket = {"Host": "127.0.0.1:8501", "Origin": "http://localhost:9000"}
    script = {"Host": "127.0.0.1:8501", "Referer": "http://localhost:9000/latent?a", **OWN}
    assert ask(dict(socket), gate=gate, kind="websocket")[0] == 403
    assert ask(dict(script) | {"Referer": "http://rebound.example/"}, gate=gate)[0] == 403
    assert ask(dict(script), gate=gate)[0] == 200
    assert len(ask(dict(socket), gate=gate, kind="websocket")[-1]) == 2


def test_however_many_origins_were_proven_the_next_is_known_too():
    gate = Gate(Beyond(), OPEN)
    for port in range(2000, 2001 + MOST_PROVEN):
        origin = {"Host": "127.0.0.1:8501", "Origin": f"http://localhost:{port}"}
        assert ask(origin | OWN, gate=gate)[0] == 200
    assert ask(origin, gate=gate, kind="websocket")[0] == 200
    assert len(gate._proven) <= MOST_PROVEN


def test_a_page_that_cannot_work_here_says_so_instead_of_staying_white():
    headers = {"Host": HERE, "Referer": "https://class.example/", "Accept": "*/*"}
    status, answer, body, scopes = ask(headers, path="/static/js/index.js")
    assert (status, answer["content-type"], scopes) == (200, "text/javascript; charset=utf-8", [])
    assert body.startswith('document.body.textContent = "A page of https://class.example asked')
    assert "proxy_set_header Host $http_host" in body
    rebound = headers | {"Host": "rebound.example"}
    assert ask(rebound, path="/static/js/index.js")[0] == 403


def test_a_link_may_come_from_anywhere():
    headers = {"Host": HERE, "Referer": "https://elsewhere.example/", "Accept": "text/html"}
    assert ask(headers)[0] == 200


def test_a_socket_goes_on_under_the_name_of_its_page():
    headers = {"Host": HERE, **BEHIND, "Origin": "https://class.example", "Cookie": "a"}
    scope = ask(headers, kind="websocket")[-1][0]
    assert sorted(scope["headers"]) == [
        (b"cookie", b"a"),
        (b"host", b"class.example"),
        (b"origin", b"https://class.example"),
        (b"x-forwarded-host", b"class.example"),
    ]


def test_a_refusal_says_what_to_do_once_in_the_log(caplog):
    caplog.set_level(logging.WARNING)
    _, _, body, _ = ask({"Host": "rebound.example:8501"})
    sentence = json.loads(body)["error"]
    assert sentence.startswith("This server was asked as rebound.example, which it does not know")
    assert sentence.endswith("--server.allowedHosts rebound.example")
    assert sentence in caplog.text
    caplog.clear()
    gate = Gate(Beyond(), OPEN)
    for number in range(3 * MOST_LOGGED):
        gate._note(f"host{number // 2}")
    assert [one.args for one in caplog.records] == [(f"host{n}",) for n in range(MOST_LOGGED)]


def test_a_refusal_is_a_page_to_who_wants_one():
    headers = {"Host": HERE, "Origin": "http://a<b>", "Accept": "text/html,*/*"}
    status, answer, body, _ = ask(headers | {"Origin": "https://elsewhere.example"})
    assert (status, answer["content-type"]) == (403, "text/html; charset=utf-8")
    assert "--server.corsAllowedOrigins https://elsewhere.example" in html.unescape(body)
    assert "<b>" not in ask(headers)[2]
    assert "&lt;b&gt;" in ask({"Host": "localhost<b>", "Accept": "text/html"})[2]


@pytest.mark.parametrize("origin", ["https://a.org; reboot", "https://a.org\n--x", "https://ä.org"])
def test_what_is_to_be_typed_is_no_strangers_command(origin):
    assert json.loads(ask({"Host": HERE, "Origin": origin})[2])["error"] == (
        "Only pages of this server may ask."
    )


def test_a_server_without_the_extension_refuses_a_socket_too():
    status, *_, scopes = ask({"Host": "rebound.example"}, kind="websocket", extensions=False)
    assert (status, scopes) == (1008, [])


BELOW = Allowed(base="/a/class", pages=frozenset({"latent"}))
ABOVE = Allowed(pages=frozenset({"latent"}))


@pytest.mark.parametrize(
    ("allowed", "path", "status"),
    [
        (ABOVE, "/", 200),
        (ABOVE, "/latent", 200),
        (ABOVE, "/favicon.png", 200),
        (ABOVE, "/static/js/index.js", 200),
        (ABOVE, "/minimax/runs/a/live", 200),
        (ABOVE, "/class", 404),
        (ABOVE, "/class/", 404),
        (ABOVE, "/class/latent", 404),
        (BELOW, "/a/class/", 200),
        (BELOW, "/a/class/latent", 200),
        (BELOW, "/a/class", 307),
        (BELOW, "/", 404),
        (BELOW, "/latent", 404),
        (BELOW, "/a/classes/", 404),
        (BELOW, "/a/class/b/latent", 404),
    ],
)
def test_a_prefix_that_is_kept_or_stripped_by_mistake_is_told(allowed, path, status):
    found, outcome, body, _ = ask({"Host": HERE, "Accept": "text/html"}, allowed, path)
    assert found == status
    if status == 404:
        assert "--server.baseUrlPath" in body
        assert path in body
    if status == 307:
        assert outcome["location"] == "class/?run=a"


def test_what_is_no_page_is_not_looked_for_among_them():
    assert ask({"Host": HERE, "Accept": "*/*"}, ABOVE, "/unknown")[0] == 200
    status, *_, body, _ = ask({"Host": HERE}, BELOW, "/minimax/runs/a/explore", "websocket")
    assert (status, "begin with /a/class/" in body) == (404, True)


def test_the_life_of_the_server_passes():
    beyond = Beyond()
    asyncio.run(Gate(beyond, ABOVE)({"type": "lifespan"}, None, lambda message: asyncio.sleep(0)))
    assert beyond.scopes == [{"type": "lifespan"}]

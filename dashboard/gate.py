"""The gate before everything that this server answers: by which name it may be asked, from where.

A browser sends what a stranger's page asks to any address, this machine's own among them, with the
rights of the person in front of it. Three things tell such questions from those of our own pages,
and no page can forge them:

* `Host`, the name in the address. A stranger who lets a name of theirs point at this machine (DNS
  rebinding) is of our origin to the browser, so the name itself has to be one of ours. Addresses
  need no list: one is ours when the connection came to it.
* `Origin`, or `Referer` where there is none: the page that asks, which is under one of our names.
* `Sec-Fetch-Site`, the browser's own word on the two, where it gives one. Of a page that it calls
  ours the origin is remembered: a proxy may hide its name, and sockets come without this word.

`X-Forwarded-Host` and `-Port` are what a proxy was asked. They are heeded beside `Host` and never
instead of it: a rebound page can send them, but its `Host` betrays it, and the page of another
origin cannot, for a browser asks leave first (CORS), which is not given; on a socket no page can.
So they may only say under which of our names the asking page is ours.
"""

import html
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_LOGGED = 50
"""Refusals that are told in the log, each once: strangers do not fill a disk."""
MOST_PROVEN = 1000
"""Origins that are remembered."""
MOST_LETTERS = 100
"""Of what a stranger sent, in a sentence."""
OTHER_PATHS = ("minimax", "_stcore", "static", "media", "component")
"""First parts of paths that are no pages."""
PORTS = {"http": 80, "https": 443}

_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[0-9a-z_-][0-9a-z_.-]*?)\.?(?::([0-9]{1,5}))?")
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Not answered</title>
<meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width">
<body style="font: 1.1rem/1.6 sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>Not answered</h1><p>{}</p></body></html>"""
_UNKNOWN_NAME = (
    "This server was asked as {host}, which it does not know as a name of its own. If it is one, "
    "start the server with --server.allowedHosts {host}"
)
_ONLY_OURS = "Only pages of this server may ask."
_UNKNOWN_PAGE = (
    "A page of {origin} asked, and this server was asked as {authorities}. If that page is its "
    "own, and a proxy stands before it, let the proxy pass the name on (nginx: proxy_set_header "
    "Host $http_host), or start the server with --server.corsAllowedOrigins {origin}"
)
_OUTSIDE = (
    "{path} was asked, and all addresses of this server begin with {base}/. A proxy before it has "
    "to keep {base} (nginx: proxy_pass without a path), or the server is started without "
    "--server.baseUrlPath."
)
_NO_PAGE = (
    "This server has no page at {path}. If a proxy before it puts something in front of the "
    "addresses, name that at the start with --server.baseUrlPath, or let the proxy take it away "
    "again (nginx: proxy_pass with / at its end)."
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Allowed:
    """What the gate lets in, beside the loopback and the addresses that connections come to."""

    hosts: frozenset[str] = frozenset()
    """Names of this server in lower case, without port; "*.a.org" is all below a.org, "*" any."""
    origins: frozenset[str] = frozenset()
    """Of other servers whose pages may ask, such as "https://a.org"; "*" is any."""
    base: str = ""
    """What every path begins with, such as "/class"."""
    pages: frozenset[str] = frozenset()
    """The pages below it, but for the first, which has no name."""


class Authority(NamedTuple):
    """A name or an address, and the port where one is said."""

    host: str
    port: int | None

    def __str__(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"


class Refused(Exception):  # noqa: N818 - an answer, not a fault of the server
    """A question that is not let in; `is_shown` when its page is there, and waits for scripts."""

    def __init__(self, status: int, sentence: str, is_shown: bool = False) -> None:
        super().__init__(sentence)
        self.status, self.is_shown = status, is_shown


class Gate:
    """ASGI middleware that lets in what `allowed` says, and refuses the rest in a sentence."""

    def __init__(self, app: ASGIApp, allowed: Allowed) -> None:
        self.app, self.allowed = app, allowed
        self._logged: set[str] = set()
        self._proven: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            origin = self._check(scope)
        except Refused as refused:
            self._note(str(refused))
            await _refuse(refused, scope, receive, send)
            return
        if scope["path"] == self.allowed.base != "" and scope["type"] == "http":
            # Pages name their parts relative to themselves. Starlette would redirect to a whole
            # address, which is another one behind a proxy.
            query = scope["query_string"].decode("latin-1")
            here = f"{self.allowed.base.rpartition('/')[2]}/{'?' if query else ''}{query}"
            await RedirectResponse(here, 307)(scope, receive, send)
            return
        if origin is not None and scope["type"] == "websocket":
            scope = _under_the_name_of(origin, scope)
        await self.app(scope, receive, self._framed(send))

    def _framed(self, send: Send) -> Send:
        """Let pages of strangers not lay ours into a frame, where a click could be led astray."""
        ancestors = " ".join(("'self'", *sorted(self.allowed.origins)))
        header = b"content-security-policy", f"frame-ancestors {ancestors}".encode("latin-1")

        async def send_framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), header]}
            await send(message)

        return send_framed

    def _check(self, scope: Scope) -> str | None:
        """Refuse what is not allowed; the origin of the page that asks, if it is said."""
        headers = Headers(scope=scope)
        authorities = list(_authorities_of(headers))
        server = (scope.get("server") or ("",))[0]
        for one in authorities:
            if not self._is_ours(one.host, server):
                raise Refused(403, _UNKNOWN_NAME.format(host=_short(one.host)))
        origin = _origin(headers)
        if not self.allowed.origins.intersection((origin, "*")):
            if not (_is_link(scope, headers) or _site(headers) in ("", "none", "same-origin")):
                raise Refused(403, _ONLY_OURS)
            if origin is not None and not self._is_own_page(origin, authorities, headers, server):
                is_plain = _page_of(origin) is not None
                named = ", ".join(_short(str(one)) for one in authorities)
                sentence = _UNKNOWN_PAGE.format(origin=_short(origin), authorities=named)
                is_shown = "origin" not in headers
                raise Refused(403, sentence if is_plain else _ONLY_OURS, is_shown)
        self._check_path(scope, headers)
        return origin

    def _is_ours(self, host: str, server: str) -> bool:
        if (address := _address(host)) is not None and (
            address.is_loopback or address.is_unspecified or address == _address(server)
        ):
            return True
        return any(
            one in ("*", host) or (one.startswith("*.") and host.endswith(one[1:]))
            for one in ("localhost", "*.localhost", *self.allowed.hosts)
        )

    def _is_own_page(
        self, origin: str, authorities: list[Authority], headers: Headers, server: str
    ) -> bool:
        page = _page_of(origin)
        if page is None or not self._is_ours(page.host, server):
            return False
        # The browser compares whole origins, as it sees the addresses.
        if _site(headers) == "same-origin":
            if len(self._proven) >= MOST_PROVEN:
                self._proven.clear()  # Who is here proves it again with the next question.
            self._proven.add(origin)
        if origin in self._proven:
            return True
        forwarded = headers.get("x-forwarded-port") == str(page.port)
        # TLS may end before this server, which then does not know the scheme.
        return any(
            page.host == one.host
            and (forwarded or page.port in (PORTS.values() if one.port is None else (one.port,)))
            for one in authorities
        )

    def _check_path(self, scope: Scope, headers: Headers) -> None:
        base, path = self.allowed.base, scope["path"]
        if not f"{path}/".startswith(f"{base}/"):
            raise Refused(404, _OUTSIDE.format(path=_short(path), base=base))
        first, *more = path[len(base) :].strip("/").split("/")
        is_page = not more and (first in ("", *self.allowed.pages) or "." in first)
        if is_page or first in OTHER_PATHS or not _wants_page(headers):
            return
        raise Refused(404, _NO_PAGE.format(path=_short(path)))

    def _note(self, sentence: str) -> None:
        if sentence not in self._logged and len(self._logged) < MOST_LOGGED:
            self._logged.add(sentence)
            _log.warning("Not answered: %s", sentence)


def _authorities_of(headers: Headers) -> Iterator[Authority]:
    """Under which names the server was asked: its own, and that of a proxy before it."""
    hosts = headers.getlist("host")
    if len(hosts) != 1:
        raise Refused(400, "A question to this server has to name it in one Host header.")
    forwarded = ",".join(headers.getlist("x-forwarded-host")).split(",")
    for text in (*hosts, *filter(None, map(str.strip, forwarded))):
        if (authority := _authority(text.lower())) is None:
            raise Refused(400, f"{_short(text)} is not the name of a server.")
        yield authority


def _authority(text: str) -> Authority | None:
    if not (match := _AUTHORITY.fullmatch(text)):
        return None
    return Authority(match[1], int(match[2]) if match[2] else None)


def _page_of(origin: str) -> Authority | None:
    """Where a page comes from, with its port; None for what is no page of a server."""
    scheme, _, rest = origin.lower().partition("://")
    page = _authority(rest)
    if page is None or scheme not in PORTS:
        return None
    return Authority(page.host, page.port or PORTS[scheme])


def _origin(headers: Headers) -> str | None:
    """Where the page that asks comes from, if that is said; links may come from anywhere."""
    origin = headers.get("origin")
    if origin is None and "referer" in headers and not _wants_page(headers):
        return "/".join(headers["referer"].split("/")[:3])
    return origin


def _wants_page(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _site(headers: Headers) -> str:
    return headers.get("sec-fetch-site", "").lower()


def _is_link(scope: Scope, headers: Headers) -> bool:
    """Whether a person comes here from elsewhere, as by a link: that page does not see the answer.

    What comes with an Origin was sent by a form.
    """
    is_reading = scope.get("method") in ("GET", "HEAD") and "origin" not in headers
    return is_reading and headers.get("sec-fetch-mode") == "navigate"


def _under_the_name_of(origin: str, scope: Scope) -> Scope:
    """The same question under the name that its page has: Streamlit compares the two again."""
    host = origin.partition("://")[2].encode("latin-1")
    others = [pair for pair in scope["headers"] if pair[0] != b"host"]
    return {**scope, "headers": [*others, (b"host", host)]}


def _short(text: str) -> str:
    """What a stranger sent, in printable signs."""
    shown = "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in text)
    return shown if len(shown) <= MOST_LETTERS else f"{shown[:MOST_LETTERS]}..."


async def _refuse(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    """The sentence as a page, to a script by one, else as JSON; a socket is not opened."""
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get(
        "extensions", {}
    ):
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    never = {"Cache-Control": "no-store"}
    response: Response
    sentence = json.dumps(str(refused))
    if _wants_page(Headers(scope=scope)):
        page = _PAGE.format(html.escape(str(refused)))
        response = HTMLResponse(page, refused.status, never)
    elif refused.is_shown and scope["path"].endswith(".js"):
        # A proxy that hides its name has let the page through: it would stay white.
        body = f"document.body.textContent = {sentence};"
        response = Response(body, 200, never, "text/javascript")
    else:
        body = f'{{"error": {sentence}}}'
        response = Response(body, refused.status, never, "application/json")
    await response(scope, receive, send)

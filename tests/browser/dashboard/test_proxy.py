"""The dashboard behind a real proxy, which changes the addresses that a browser sees."""

import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.person import SLOW
from tests.browser.real_server import Server, free_port

pytestmark = [pytest.mark.browser, pytest.mark.extra]

CONFIG = """
daemon off; pid nginx.pid; error_log errors.log;
events {{}}
http {{
  access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi; client_max_body_size 0;
  proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade"; proxy_set_header Host $http_host;
  server {{
    listen localhost:{plain};
    location /stripped/ {{ proxy_pass {root}/; }}
    location /class/ {{ proxy_pass {below}; }}
  }}
  server {{
    listen localhost:{secure} ssl; ssl_certificate own.crt; ssl_certificate_key own.key;
    location / {{ proxy_pass {root}; }}
  }}
  server {{
    listen localhost:{nameless};
    # Headers of a location replace those of all.
    location / {{
      proxy_pass {root}; proxy_set_header Host $proxy_host;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";
    }}
  }}
}}
"""
CERTIFICATE = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj")


@pytest.fixture(scope="module")
def below(runs) -> Iterator[Server]:
    """A server whose own addresses begin with /class."""
    server = Server(runs, "/class")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def proxy(tmp_path, program, dashboard, below, digits_run) -> Iterator[dict[str, str]]:
    """Addresses of the pages behind nginx, by what it does to them."""
    names = ("-keyout", "own.key", "-out", "own.crt")
    subprocess.run(
        [program("openssl"), *CERTIFICATE, "/CN=localhost", *names],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    plain, secure, nameless = free_port(), free_port(), free_port()
    root, origin = urlsplit(dashboard.url).netloc, urlsplit(below.url).netloc
    ports = {"plain": plain, "secure": secure, "nameless": nameless}
    text = CONFIG.format(root=f"http://{root}", below=f"http://{origin}", **ports)
    (tmp_path / "nginx.conf").write_text(text)
    command = [program("nginx"), "-p", tmp_path, "-c", "nginx.conf", "-e", "errors.log"]
    process = subprocess.Popen(command)
    yield {
        "a prefix stripped": f"http://localhost:{plain}/stripped/",
        "a prefix kept": f"http://localhost:{plain}/class/",
        "a prefix kept, without its slash": f"http://localhost:{plain}/class",
        "TLS": f"https://localhost:{secure}/",
        "another Host": f"http://localhost:{nameless}/",
    }
    process.terminate()
    process.wait(timeout=30)


def test_pages_and_their_pictures_come_through(proxy, chromium: Browser, digits_run):
    for what, url in proxy.items():
        context = chromium.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.set_default_timeout(SLOW)
        failed = []
        page.on("pageerror", lambda error, into=failed: into.append(str(error)))
        page.on(
            "response",
            lambda answer, into=failed: answer.status < 400 or into.append(answer.url),
        )
        page.goto(f"{url}?run={digits_run}")
        expect(page.locator(".fake img").first).to_have_js_property("complete", True)
        assert page.locator(".fake img").first.evaluate("image => image.naturalWidth") > 0
        with page.expect_websocket(lambda socket: "/explore" in socket.url) as explorer:
            page.get_by_role("link", name="Latent space").click()
        explorer.value.wait_for_event("framereceived")
        with page.expect_response(lambda answer: "/thumbnails/" in answer.url) as thumbnail:
            page.get_by_role("link", name="Runs").click()
        assert thumbnail.value.ok, what
        assert not failed, what
        context.close()

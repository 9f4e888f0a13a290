"""The routes of the real server, about runs of this process that tests shape."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from dashboard import routes
from tests.browser.fake_server import FakeRun


class RealRoutes(FakeRun):
    """The page of the fake server over the real routes; notes the questions about several runs."""

    def app(self) -> Starlette:
        real = Starlette(routes=routes.ROUTES)

        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"].startswith("/minimax/compare"):
                self.requests.append(str(Request(scope).url))
            await real(scope | {"root_path": ""}, receive, send)

        return Starlette(routes=[Route("/", self.page), Mount("/", noted)])

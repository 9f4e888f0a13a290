"""Entry of the dashboard: the pages and the plain routes as one ASGI application.

python -m streamlit run dashboard/app.py [-- --runs FOLDER]
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

# `streamlit run` puts this folder on the path, not the project's root.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ganlib import set_up_process

set_up_process()

from dashboard import scripts
from dashboard.gate import Gate
from dashboard.reruns import finish_callbacks_first
from dashboard.routes import routes_below
from dashboard.services import (
    allow_many_files,
    allowed,
    base_path,
    shut_down,
    take_options,
    warm_up,
)

if sys.argv[0].endswith(Path(__file__).name):  # Run by streamlit, and not imported by a test.
    take_options(sys.argv[1:])
    allow_many_files()
finish_callbacks_first()


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Join the scripts, warm up while the first visitor comes; stop every run at the end."""
    await run_in_threadpool(scripts.folder)
    warming = asyncio.create_task(run_in_threadpool(warm_up))
    yield
    await run_in_threadpool(shut_down)
    await warming


app = st.App(
    Path(__file__).parent / "navigation.py",
    lifespan=lifespan,
    routes=routes_below(base_path()),
    middleware=[Middleware(Gate, allowed())],
)

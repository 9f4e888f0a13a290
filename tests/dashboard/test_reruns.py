"""What a person does while the script of a page runs is neither lost nor cut in two."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from dashboard.reruns import finish_callbacks_first

PATIENCE = 20
"""Seconds for a script of some lines."""

PAGES = """
import streamlit as st

def left():
    st.title("Salvaged")

def opened():
    st.fragment(lambda: st.text_input("Search", key="search"))()

st.navigation([st.Page(left, default=True), st.Page(opened)]).run()
"""

CLICKS = """
import streamlit as st

def act():
    st.session_state["begun"] = st.session_state.get("begun", 0) + 1
    st.session_state["meanwhile"]()
    st.session_state["ended"] = st.session_state.get("ended", 0) + 1

st.button("Act", key="act", on_click=act)
"""


class Visit:
    """A session of Streamlit's without a browser: what one would send is given to it."""

    def __init__(self, script: Path) -> None:
        nothing = MagicMock()
        data = ScriptData(str(script), False)
        self.session = AppSession(data, nothing, ScriptCache(), lambda: None, {})

    async def rerun(self, client_state: ClientState) -> None:
        """Ask for a run of the script, and wait until it and all that it brings about is over."""
        self.ask(client_state)
        await self.settled()

    def ask(self, client_state: ClientState) -> None:
        self.session.request_rerun(client_state)

    async def settled(self) -> None:
        """Wait until no thread of a script is left."""
        for thread in threading.enumerate():
            if thread.name == "ScriptRunner.scriptThread":
                await asyncio.to_thread(thread.join, PATIENCE)
                assert not thread.is_alive()
        await asyncio.sleep(0)

    def click(self) -> ClientState:
        """What a browser sends when the one button of a page is clicked."""
        (widget_id,) = self.session.session_state._key_id_mapper.id_key_mapping
        client_state = ClientState()
        client_state.widget_states.widgets.add(id=widget_id).trigger_value = True
        return client_state

    def page(self, title: str) -> ClientState:
        """What a browser sends when this page is opened."""
        pages = self.session.get_pages().items()
        return ClientState(page_script_hash=next(k for k, v in pages if v["page_name"] == title))


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Play what a person does on a page of this script."""

    def play(script: str, acts: Callable[[Visit], Coroutine[Any, Any, None]]) -> None:
        monkeypatch.setattr(Runtime, "_instance", MagicMock())
        path = tmp_path / "script.py"
        path.write_text(script)

        async def visit() -> None:
            one = Visit(path)
            await acts(one)
            await one.settled()
            one.session.shutdown()

        asyncio.run(visit())

    return play


def test_a_page_that_is_left_late_does_not_forget_the_fragments_of_the_next(play, monkeypatch):
    clear = MemoryFragmentStorage.clear

    async def opens_a_page_while_the_first_one_ends(visit: Visit) -> None:
        await visit.rerun(ClientState())
        registered, before = threading.Event(), []

        def late(storage: MemoryFragmentStorage, new_fragment_ids: frozenset[str]) -> None:
            if not before:  # The script of the page that is left has run, and tidies up.
                before.append(visit.session._scriptrunner)
                visit.ask(visit.page("opened"))
                if visit.session._scriptrunner is not before[0]:  # Both pages run side by side.
                    assert registered.wait(PATIENCE)
            clear(storage, new_fragment_ids)

        def register(storage: MemoryFragmentStorage, *args: Any, **kwargs: Any) -> None:
            original(storage, *args, **kwargs)
            registered.set()

        original = MemoryFragmentStorage.register
        monkeypatch.setattr(MemoryFragmentStorage, "clear", late)
        monkeypatch.setattr(MemoryFragmentStorage, "register", register)
        await visit.rerun(visit.page("left"))
        await visit.settled()
        assert registered.is_set()
        (fragment,) = visit.session._fragment_storage._fragments
        assert visit.session.has_fragment(fragment)

    play(PAGES, opens_a_page_while_the_first_one_ends)


@pytest.fixture
def whole_callbacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the dashboard does at its start."""
    name = "_maybe_handle_execution_control_request"
    monkeypatch.setattr(ScriptRunner, name, getattr(ScriptRunner, name))
    finish_callbacks_first()


@pytest.mark.parametrize("when", ["before", "within"])
def test_a_click_acts_once_and_whole_when_the_page_reruns_meanwhile(
    play, whole_callbacks, monkeypatch, when
):
    compiled = ScriptCache.get_bytecode

    async def clicks(visit: Visit) -> None:
        visit.session.session_state["meanwhile"] = lambda: None
        await visit.rerun(ClientState())
        click, others = visit.click(), [ClientState()]

        def meanwhile(*args: Any) -> Any:
            while others:
                visit.ask(others.pop())
            return compiled(*args) if args else None

        if when == "within":
            visit.session.session_state["meanwhile"] = meanwhile
        else:
            monkeypatch.setattr(ScriptCache, "get_bytecode", meanwhile)
        await visit.rerun(click)
        state = visit.session.session_state
        assert (others, state["begun"], state["ended"]) == ([], 1, 1)

    play(CLICKS, clicks)

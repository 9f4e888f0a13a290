import sys

import pytest
from streamlit.web import cli as streamlit

import ganlib
from dashboard import cli

APP = str(cli.APP)


@pytest.fixture
def passed(monkeypatch):
    """What is passed on, and to whom, instead of being done."""
    calls = []
    monkeypatch.setattr(streamlit, "main", lambda args, prog_name: calls.append(("pages", args)))
    monkeypatch.setattr(ganlib, "run_command", lambda args: calls.append(("command", args)) or 7)
    return calls


@pytest.mark.parametrize(
    ("given", "served"),
    [
        ([], ["--"]),
        (["--runs", "here"], ["--", "--runs", "here"]),
        (
            ["--server.port", "80", "--runs=here", "--server.headless=true"],
            ["--server.port", "80", "--server.headless=true", "--", "--runs", "here"],
        ),
    ],
)
def test_without_a_command_the_pages_are_served(given, served, passed):
    assert cli.main(given) == 0
    assert passed == [("pages", ["run", APP, *served])]


@pytest.mark.parametrize(
    "given",
    [["list"], ["--runs", "here", "list", "--bin"], ["train", "--preset", "ring"], ["--nonsense"]],
)
def test_a_command_is_passed_on_as_it_was_given(given, passed):
    assert cli.main(given) == 7
    assert passed == [("command", given)]


def test_help_tells_of_both(passed, capsys):
    assert cli.main(["--help"]) == 7
    assert "opens the dashboard" in capsys.readouterr().out


def test_without_streamlit_it_is_said_what_to_install(passed, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "streamlit.web", None)
    assert cli.main([]) == 2
    assert "pip install 'ganlib[dashboard]'" in capsys.readouterr().err
    assert cli.main(["list"]) == 7


@pytest.mark.parametrize(("called", "text"), [("/bin/minimax", "minimax"), ("m.py", "python -m")])
def test_sentences_name_the_program_as_it_was_called(called, text, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [called])
    with pytest.raises(SystemExit):
        cli.main(["train", "--help"])
    assert capsys.readouterr().out.startswith(f"usage: {text} ")

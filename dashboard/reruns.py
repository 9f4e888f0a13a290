"""What a person did on a page is dealt with whole before another rerun may interrupt it."""

from streamlit.runtime.scriptrunner import ScriptRunner, get_script_run_ctx


def finish_callbacks_first() -> None:
    """Let no rerun interrupt a script before the callbacks of its own rerun are through.

    Streamlit asks for interruptions wherever a script touches the page or the session state. Asked
    before the callbacks, the click of the interrupted rerun is lost, and within one, half of what
    it does is left out: the newer rerun no longer carries the click. So each rerun begins to listen
    when its page script begins, which is when its callbacks have ended.
    """
    interrupt = ScriptRunner._maybe_handle_execution_control_request

    def wait_for_callbacks(runner: ScriptRunner) -> None:
        context = get_script_run_ctx(suppress_warning=True)
        if context is None or context.has_script_started:
            interrupt(runner)

    ScriptRunner._maybe_handle_execution_control_request = wait_for_callbacks  # type: ignore[assignment, method-assign]

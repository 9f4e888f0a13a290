import pytest
from streamlit.testing.v1 import AppTest

from dashboard import services

SAYS = "may do everything here"


def page():
    from dashboard.components import everybody

    everybody.tell_if_others_come()


@pytest.mark.parametrize(
    ("address", "says"),
    [("localhost", False), ("127.0.0.1", False), ("0.0.0.0", True), ("192.168.1.7", True)],
)
def test_a_server_that_others_reach_says_that_all_may_do_everything(monkeypatch, address, says):
    monkeypatch.setattr(services.st, "get_option", lambda name: address)
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert any(SAYS in one.value for one in app.caption) == says

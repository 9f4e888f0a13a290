import pytest
from streamlit.testing.v1 import AppTest


@pytest.mark.parametrize(
    ("is_over", "words"),
    [(True, "No checkpoint of this run is kept"), (False, "not made yet: come back in a moment")],
)
def test_without_a_generator_it_is_said_whether_one_will_come(is_over, words):
    def page(is_over):
        from types import SimpleNamespace

        from dashboard.components import latent_panel

        latent_panel.show(
            SimpleNamespace(snapshot=SimpleNamespace(published=None, is_over=is_over))
        )

    app = AppTest.from_function(page, args=(is_over,)).run()
    assert not app.exception
    assert words in app.info[0].value

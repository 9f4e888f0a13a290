"""Links that were shared before things bore their names in the field."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import link


def test_a_layer_is_shown_by_its_old_name(monkeypatch):
    monkeypatch.setattr(st, "query_params", {"layers": "samples,slope"})
    assert link.view("layers") == {"layers": ["samples", "gradient"]}


@pytest.mark.parametrize("one", ["digits", "shapes"])
def test_a_control_is_hidden_by_its_old_id(one):
    def page(one):
        from dashboard import link

        link.keep_rules_in_url()
        assert link.policy().rule(f"preset.{one}-conditional").hidden

    app = AppTest.from_function(page, args=(one,))
    app.query_params["hide"] = f"preset.{one}-asked"
    assert not app.run().exception

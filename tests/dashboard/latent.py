"""The latent page as a visitor meets it, over a generator that is as simple as can be."""

from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from dashboard.components.latent_panel import TAB
from ganlib import RunConfig, RunPrepared

PREPARED = RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",))


class Decoder:
    """Its first layer stretches the numbers of z, the last most of all; the routes decode."""

    def __init__(
        self, latent_dim: int, classes: int = 0, style_shape: tuple[int, int] | None = None
    ) -> None:
        self.latent_dim, self.classes, self.style_shape = latent_dim, classes, style_shape

    def features(self, z: np.ndarray, condition: np.ndarray | None = None) -> np.ndarray:
        assert (condition is None) is (self.classes == 0)
        return z * np.arange(1, self.latent_dim + 1, dtype=np.float32)


def open_latent(app: AppTest) -> AppTest:
    app.switch_page("app_pages/latent.py").run()
    assert not app.exception
    return app


def pick_tab(app: AppTest, label: str) -> AppTest:
    app.session_state[TAB] = label
    app.run()
    assert not app.exception
    return app


def move(app: AppTest, key: str, value: Any) -> AppTest:
    """Give a widget another value."""
    app.get_by_key(key).set_value(value).run()
    assert not app.exception
    return app


def conditional_config(condition: str = "concat") -> RunConfig:
    """The settings of a run that can be asked for a drawn shape."""
    return RunConfig.parse(
        {
            "data": {"kind": "images", "name": "shapes", "size": 32},
            "algorithm": {"network": {"architecture": "dcgan", "condition": condition}},
        }
    )


def styled_config() -> RunConfig:
    """The settings of a run on shapes whose generator is steered by styles."""
    return RunConfig.parse(
        {
            "data": {"kind": "images", "name": "shapes", "size": 32},
            "algorithm": {"network": {"architecture": "style", "latent_dim": 4, "w_dim": 4}},
        }
    )

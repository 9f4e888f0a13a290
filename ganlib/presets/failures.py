"""Games that go wrong on purpose, each measured, and what mends them."""

from collections.abc import Mapping
from typing import Any

from ganlib.config import RunConfig
from ganlib.presets.preset import Preset
from ganlib.presets.toy2d import TOY_2D
from ganlib.settings import changed

_BARE: dict[str, Any] = {
    "title": "Mode collapse",
    "total_steps": 4000,
    "batch_size": 128,
    "latent_dim": 16,
    "width": 128,
    "r1_gamma": 0.0,
    "r2_gamma": 0.0,
    "penalty_interval": 1,
    "lr_g": 2e-3,
    "lr_d": 2e-3,
    "beta1": 0.0,
    "beta2": 0.9,
    "lr_decay": "none",
    "ema_half_life": 0.0,
}
"""No penalty, and Adam with beta1 0: nothing holds D, and G gathers."""

_HUNT: dict[str, Any] = {
    "title": "The generator hunts",
    "total_steps": 3000,
    "batch_size": 128,
    "width": 64,
    "depth": 2,
    "r1_gamma": 0.0,
    "r2_gamma": 0.0,
    "penalty_interval": 1,
    "lr_g": 5e-3,
    "lr_d": 5e-4,
    "beta2": 0.999,
    "lr_decay": "none",
    "ema_half_life": 0.0,
    "frame_every": 20,
}
"""G learns ten times faster than D."""

_STRONG: dict[str, Any] = {
    "title": "Vanishing gradient",
    "total_steps": 1000,
    "batch_size": 128,
    "width": 64,
    "depth": 2,
    "loss": "minimax",
    "r1_gamma": 0.0,
    "r2_gamma": 0.0,
    "penalty_interval": 1,
    "lr_g": 1e-5,
    "lr_d": 1e-2,
    "d_steps": 20,
    "beta2": 0.999,
    "lr_decay": "none",
    "ema_half_life": 0.0,
    "frame_every": 10,
}
"""D learns a thousand times faster, twenty times in a step."""

_CLIPPED: dict[str, Any] = {
    "title": "Weight clipping",
    "total_steps": 3000,
    "batch_size": 128,
    "latent_dim": 2,
    "width": 64,
    "depth": 2,
    "loss": "wgan",
    "r1_gamma": 0.0,
    "r2_gamma": 0.0,
    "penalty_interval": 1,
    "optimiser": "rmsprop",
    "lr_g": 5e-4,
    "lr_d": 5e-4,
    "beta2": 0.99,
    "d_steps": 5,
    "lr_decay": "none",
    "ema_half_life": 0.0,
    "frame_every": 20,
}
"""The settings of Arjovsky et al. 2017 (arXiv 1701.07875), ten times faster."""


def _ring(base: Mapping[str, Any], **changes: Any) -> RunConfig:
    return changed(TOY_2D["ring"].config, {**base, **changes})


def _preset(sees: str, takes: str, measured: str, config: RunConfig) -> Preset:
    return Preset(config.title, sees, takes, measured, config)


FAILURES: Mapping[str, Preset] = {
    "collapse": _preset(
        "Nothing holds D. The fakes leave one spot after the other and crowd on a few.",
        "3,000 steps: some 11 s.",
        "In 9 of 10 seeds the fakes crowded by then (KL to uniform over 0.5; median 1.45, with 2.5 "
        "of 8 spots left).",
        _ring(_BARE),
    ),
    "collapse-penalty": _preset(
        "The same start with R1 and R2, which keep D's gradient small: every spot keeps its share.",
        "3,000 steps: some 12 s.",
        "In 10 of 10 seeds the spots kept their shares (KL to uniform under 0.1; median 0.003).",
        _ring(
            _BARE, title="Collapse cured: R1 + R2", r1_gamma=0.1, r2_gamma=0.1, penalty_interval=4
        ),
    ),
    "collapse-pack": _preset(
        "The same start with a D that classifies four samples together (PacGAN) and so sees that "
        "the fakes are all alike.",
        "3,000 steps: some 8 s.",
        "In 10 of 10 seeds the spots kept their shares (KL to uniform under 0.1; median 0.011).",
        _ring(_BARE, title="Collapse cured: packs of four", pack=4),
    ),
    "collapse-stddev": _preset(
        "The same start with a D that is given how far apart the samples of its batch lie. That is "
        "not enough here.",
        "3,000 steps: some 13 s.",
        "In 0 of 10 seeds did it cure this collapse (median KL to uniform 0.61 instead of 1.45).",
        _ring(_BARE, title="Collapse not cured: minibatch deviation", minibatch_stddev=True),
    ),
    "hunt": _preset(
        "G learns ten times faster than D. All fakes sit on one spot, D catches on, they jump to "
        "the next, round and round.",
        "From the start; 1,500 steps in some 5 s.",
        "In 10 of 10 seeds over 60 % of the fakes were on one spot, and every second look found "
        "them on another (median: 85 %, at every look).",
        _ring(_HUNT),
    ),
    "hunt-cured": _preset(
        "The same game with a D that learns as fast as G, and so keeps up: here the fakes spread "
        "out and stay. It is no cure for circling as such. Near an equilibrium a game without a "
        "penalty may circle at any learning rate, and there R1 is proven to settle it (Mescheder "
        "et al. 2018); this hunt is far from one.",
        "1,500 steps in some 5 s.",
        "In 10 of 10 seeds under 40 % were on the fullest spot (median 17 %). With the slow D and "
        "R1 + R2 of 0.1 instead, 2 of 2 still hunted after 3,000 steps.",
        _ring(_HUNT, title="Hunt tamed: D as fast as G", lr_d=5e-3),
    ),
    "hunt-unrolled": _preset(
        "The same fast G, which now looks five updates of D ahead: it sees that no spot will stay "
        "free, and spreads out.",
        "800 steps: some 15 s, for each step of G looks at five of D.",
        "In 10 of 10 seeds under 40 % were on the fullest spot (median 15 %).",
        _ring(_HUNT, title="Hunt cured: unrolled D", unrolled_steps=5),
    ),
    "vanishing": _preset(
        "D is far too strong, and the loss is the original, saturating one: the push on the fakes "
        "is nearly nothing and they do not know where to go.",
        "From step 30 on; 200 steps in some 4 s.",
        "In 10 of 10 seeds the median push was under 0.01 (median 0.0001).",
        _ring(_STRONG),
    ),
    "vanishing-cured": _preset(
        "The same strong D with the non-saturating loss: the push is there, if wild.",
        "200 steps in some 4 s.",
        "In 10 of 10 seeds the median push was over 0.1 (median 7).",
        _ring(_STRONG, title="Vanishing cured: another loss", loss="ns"),
    ),
    "clipping": _preset(
        "A Wasserstein critic held by clipping its weights: almost flat, it tells the fakes next "
        "to nothing of 25 narrow spots.",
        "2,000 steps in some 10 s.",
        "In 10 of 10 seeds the push was under 0.01 and the JSD over 0.5 of at most 0.69 (medians "
        "0.0001 and 0.65).",
        changed(TOY_2D["grid"].config, _CLIPPED),
    ),
}

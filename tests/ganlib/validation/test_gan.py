import pytest

from ganlib.commands import ChangeSettings
from ganlib.config import RunConfig
from ganlib.controls import Controls
from ganlib.errors import ConfigError
from ganlib.settings import changed
from ganlib.validation import first_violation

DCGAN = RunConfig()
TOY_2D = RunConfig.parse(
    {"data": {"kind": "toy2d"}, "algorithm": {"network": {"architecture": "mlp-2d"}}}
)
OWN = RunConfig.parse({"data": {"kind": "own", "size": 28}})
DENSE = RunConfig.parse({"algorithm": {"network": {"architecture": "dense-spatial"}}})

NORMALISED = {"d_batch_norm": True}
WGAN = {"loss": "wgan"}
TOGETHER = {"updates": "simultaneous"}
SHOWN_BATCH = {"minibatch_stddev": True}
AHEAD = {"unrolled_steps": 1}
NO_WAY = {"translation": False, "cutout": False, "recolour": False}
PENALTIES = ("r1_gamma", "r2_gamma", "gp_lambda", "dragan_lambda")
R1, GP, DRAGAN = (f"Gradient penalty {one}" for one in ("R1 (γ)", "WGAN-GP (λ)", "DRAGAN (λ)"))
CLIP, PACK = "Weight clipping (c)", "Pack size (m)"
AUGMENT = "Augmentation probability (p) and Adaptive augmentation target (r_t)"
BOTH = {"r1_gamma": 1, "gp_lambda": 1}

REFUSED = [
    # (configuration, settings that exclude each other, words of the sentence, a cure it names)
    (
        DCGAN,
        NORMALISED | {"r1_gamma": 0.1},
        "in D mixes the batch: switch it off",
        {"d_batch_norm": False},
    ),
    *(
        (DCGAN, NORMALISED | {one: 0.1}, f"or set {DCGAN.called(one)} to 0.", {one: 0})
        for one in PENALTIES
    ),
    (DCGAN, NORMALISED | BOTH, f"or set {R1} and {GP} to 0.", dict.fromkeys(BOTH, 0)),
    (
        TOY_2D,
        WGAN | {"weight_clip": 0},
        f"cannot do without {CLIP}: set it to 0.01",
        {"weight_clip": 0.01},
    ),
    (
        TOY_2D,
        {"loss": "wgan-gp", "gp_lambda": 0},
        f"cannot do without {GP}: set it to 10",
        {"gp_lambda": 10},
    ),
    (TOY_2D, {"loss": "ns", "weight_clip": 0.1}, f"set {CLIP} to 0", {"weight_clip": 0}),
    (TOY_2D, {"loss": "hinge", "weight_clip": 0.1}, "the loss to wgan", {"loss": "wgan"}),
    (
        DCGAN,
        WGAN | {"spectral_norm": True},
        "set Spectral norm in D to off",
        {"spectral_norm": False},
    ),
    (DCGAN, WGAN | {"spectral_norm": True}, "a loss other than wgan", {"loss": "hinge"}),
    *(
        (TOY_2D, {"loss": loss, "label_smoothing": 0.1}, cure, {"loss": "ns"})
        for loss in ("lsgan", "wgan", "wgan-gp", "hinge", "rpgan", "ragan")
        for cure in ("set One-sided label smoothing to 0, or the loss to minimax or ns",)
    ),
    (
        TOY_2D,
        TOGETHER | {"d_steps": 2},
        "set Updates of D in a step (k) and Updates of G in a step to 1",
        {"d_steps": 1},
    ),
    (
        TOY_2D,
        TOGETHER | {"g_steps": 2},
        "Order of updates to alternating",
        {"updates": "alternating"},
    ),
    (
        DCGAN,
        {"keep_best": "frechet", "measure_every": 0},
        "where Time between metrics is not 0",
        {"keep_best": "none"},
    ),
    (TOY_2D, {"keep_best": "frechet"}, "is measured of pictures", {"keep_best": "none"}),
    *(
        (DCGAN, {"condition": how, "pack": 2}, words, cure)
        for how in ("projection", "concat", "auxiliary", "codes")
        for words, cure in (
            (f"set {PACK} to 1", {"pack": 1}),
            ("Conditioning to none", {"condition": "none"}),
        )
    ),
    *(
        (OWN, {"condition": how}, "set Conditioning to none or codes", {"condition": cure})
        for how in ("projection", "auxiliary")
        for cure in ("none", "codes")
    ),
    *(
        (DCGAN, {"condition": "codes", "code_numbers": 4, "latent_dim": 3}, words, cure)
        for words, cure in (
            ("set Continuous codes to 3 or less", {"code_numbers": 3}),
            ("Latent dimension to 4 or more", {"latent_dim": 4}),
        )
    ),
    (TOY_2D, {"name": "sketch"}, "draw at least one point", {"points": [(0.5, -0.5)]}),
    *(
        (config, {"pack": 3}, words, cure)
        for config in (TOY_2D, DCGAN)
        for words, cure in (
            ("Batch size (N) to a multiple of 3", {"batch_size": 63}),
            (f"{PACK} to 1", {"pack": 1}),
        )
    ),
    *(
        (config, SHOWN_BATCH | {penalty: 1}, words, cure)
        for config in (TOY_2D, DCGAN)
        for penalty in PENALTIES
        for words, cure in (
            ("switch it off", {"minibatch_stddev": False}),
            (f"or set {DCGAN.called(penalty)} to 0.", {penalty: 0}),
        )
    ),
    (DCGAN, {"pack": 2, "gp_lambda": 1}, f"{GP} to 0", {"gp_lambda": 0}),
    (TOY_2D, {"pack": 2, "dragan_lambda": 1}, f"or {DRAGAN} to 0", {"dragan_lambda": 0}),
    (TOY_2D, {"pack": 2, "dragan_lambda": 1}, f"set {PACK} to 1", {"pack": 1}),
    *(
        (TOY_2D, {"loss": loss, "lecam_lambda": 0.3}, words, cure)
        for loss in ("rpgan", "ragan")
        for words, cure in (
            ("set LeCam regularisation (λ) to 0", {"lecam_lambda": 0}),
            ("the loss to minimax, ns, lsgan, wgan, wgan-gp or hinge", {"loss": "hinge"}),
        )
    ),
    (TOY_2D, {"augment_p": 0.1}, f"{AUGMENT} to 0", {"augment_p": 0}),
    (TOY_2D, {"ada_target": 0.6}, f"{AUGMENT} to 0", {"ada_target": 0}),
    *(
        (
            DCGAN,
            NO_WAY | {"augment_p": 0.5},
            "switch on Translation, Cutout or Colour changes",
            cure,
        )
        for cure in ({"translation": True}, {"cutout": True}, {"recolour": True}, {"augment_p": 0})
    ),
    *(
        (DCGAN, {"loss": loss, "ada_target": 0.6}, words, cure)
        for loss in ("wgan", "wgan-gp", "rpgan", "ragan")
        for words, cure in (
            ("set Adaptive augmentation target (r_t) to 0", {"ada_target": 0}),
            ("the loss to minimax, ns, lsgan or hinge", {"loss": "lsgan"}),
        )
    ),
    (DCGAN, AHEAD, "2-D data", {"unrolled_steps": 0}),
    (TOY_2D, AHEAD | {"optimiser": "rmsprop"}, "the optimiser adam", {"optimiser": "adam"}),
    (TOY_2D, AHEAD | TOGETHER, "Order of updates to alternating", {"updates": "alternating"}),
    (TOY_2D, AHEAD | WGAN, "the loss to another than wgan", {"loss": "ns", "weight_clip": 0}),
    (
        TOY_2D,
        {"pack": 2, "loss": "wgan-gp"},
        f"or {GP} to 0 and the loss to another than wgan-gp.",
        {"gp_lambda": 0, "loss": "ns"},
    ),
    (TOY_2D, AHEAD | {"lecam_lambda": 1}, "LeCam regularisation (λ) to 0", {"lecam_lambda": 0}),
    (TOY_2D, AHEAD | {"dragan_lambda": 1}, DRAGAN, {"dragan_lambda": 0}),
    *(
        (TOY_2D, AHEAD | excluded, "set Unrolled updates (K) to 0", {"unrolled_steps": 0})
        for excluded in ({"optimiser": "rmsprop"}, TOGETHER, WGAN)
    ),
    (DENSE, {"size": 32}, "choose grey data at size 28", {"size": 28}),
    (DENSE, {"name": "shapes"}, "choose grey data at size 28", {"name": "mnist"}),
]


@pytest.mark.parametrize(("config", "excluding", "words", "cure"), REFUSED)
def test_settings_that_exclude_each_other_are_refused_with_a_cure_that_works(
    config, excluding, words, cure
):
    with pytest.raises(ConfigError) as refusal:
        changed(config, excluding)
    ((path, sentence),) = refusal.value.problems
    assert path == ""
    assert words in sentence
    assert sentence.endswith(".")
    assert first_violation(changed(config, excluding | cure)) is None


@pytest.mark.parametrize("penalty", PENALTIES)
def test_trap_5_no_gradient_penalty_with_batch_norm_in_d_not_even_live(penalty):
    controls = Controls(changed(DCGAN, NORMALISED))
    with pytest.raises(ConfigError, match="Batch normalisation in D mixes the batch"):
        controls.send(ChangeSettings({penalty: 1.0}))
    assert changed(DCGAN, {penalty: 1.0, "d_batch_norm": False})


@pytest.mark.parametrize("penalty", PENALTIES)
def test_trap_5_no_gradient_penalty_where_d_sees_the_spread_of_its_batch_not_even_live(penalty):
    controls = Controls(changed(TOY_2D, SHOWN_BATCH))
    with pytest.raises(ConfigError, match="Minibatch standard deviation shows it the batch"):
        controls.send(ChangeSettings({penalty: 1.0}))


@pytest.mark.parametrize(
    ("data", "architecture", "cure"),
    [
        ({"kind": "toy2d"}, "dcgan", "choose the architecture mlp-2d"),
        ({"kind": "toy2d"}, "mlp", "choose the architecture mlp-2d"),
        (
            {"kind": "images"},
            "mlp-2d",
            "choose the architecture dcgan, resnet, residual, style",
        ),
    ],
)
def test_a_network_for_other_data_is_refused(data, architecture, cure):
    values = {"data": data, "algorithm": {"network": {"architecture": architecture}}}
    with pytest.raises(ConfigError, match=cure):
        RunConfig.parse(values)


@pytest.mark.parametrize(
    "config", [DCGAN, TOY_2D, DENSE, changed(TOY_2D, SHOWN_BATCH | AHEAD | {"pack": 8})]
)
def test_what_goes_together_is_not_refused(config):
    assert first_violation(config) is None

"""2-D data are toy2d, their network is mlp-2d; the plane is the drawing."""


def define(r):
    r.move("ganlib/presets/plane.py", "ganlib/presets/toy2d.py")
    r.word("presets.plane", "presets.toy2d", "*.py")
    py = ("ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py", "docs/*", "README.md")
    r.words({
        "PlaneData": "Toy2dData", "PlaneSource": "Toy2dSource", "PlaneBatches": "Toy2dBatches",
        "PlaneNetwork": "Mlp2dNetwork", "plane_pair": "mlp_2d_pair", "plane_config": "toy2d_config",
        "gan-plane": "gan-2d", "vae-plane": "vae-2d", "made-plane": "made-2d", "is_plane": "is_2d", "in_plane": "is_2d",
    }, *py, "*.js", "!tests/old/*")
    r.name_("PLANE", "TOY_2D", "ganlib/presets/*.py", "tests/ganlib/*.py", "benchmarks/*.py")
    r.regex(r'(network-kind"?\s*(?:==|!=|:)\s*)"plane"', r'\1"mlp-2d"', *py)
    r.regex(r'(kind"\]?\s*(?:==|!=|:)\s*|kind\s*(?:==|!=|:)\s*)"plane"', r'\1"toy2d"', *py)
    r.regex(r'(architecture"?\s*(?:==|!=|:)\s*)"plane"', r'\1"mlp-2d"', *py)
    r.regex(r'kind: Literal\["plane"\] = "plane"', 'kind: Literal["toy2d"] = "toy2d"', "ganlib/config/data.py")
    r.regex(r'architecture: Literal\["plane"\] = "plane"', 'architecture: Literal["mlp-2d"] = "mlp-2d"', "ganlib/config/network.py")
    r.regex(r'"plane" if data\.kind', '"mlp-2d" if data.kind', "ganlib/validation/gan.py")
    r.regex(r'^SMALL = \("plane"', 'SMALL = ("mlp-2d"', "ganlib/runs/manager.py")
    r.regex(r'\{"plane": Toy2dData', '{"toy2d": Toy2dData', "ganlib/settings.py", "tests/ganlib/test_settings.py")
    r.text("Unrolling D is for the plane network with adam", "Unrolling D is for the mlp-2d network with adam", "ganlib/*.py", "tests/*.py")
    r.texts({
        "choose the architecture plane": "choose the architecture mlp-2d",
        "The plane network": "The mlp-2d network",
        "the plane network": "the mlp-2d network",
    }, *py)
    # tests that name kinds
    t = "tests/"
    r.regex(r'"digits-data-kind": "plane"', '"digits-data-kind": "toy2d"', t + "dashboard/components/test_config_form.py")
    r.regex(r'-plane-(?=name|points)', '-toy2d-', t + "dashboard/components/*.py")
    r.regex(r'-plane-(?=width|depth|spectral_norm|pack|minibatch|latent_dim)', '-mlp-2d-', t + "dashboard/components/*.py")
    r.regex(r'"data\.plane\.points"', '"data.toy2d.points"', t + "ganlib/config/test_run.py")
    r.regex(r'\("spiral", "plane"\)', '("spiral", "mlp-2d")', t + "dashboard/components/test_config_form.py")
    r.regex(r'\(data == "plane"\) == \(network == "plane"\)', '(data == "toy2d") == (network == "mlp-2d")', t + "dashboard/components/test_config_form.py")
    r.regex(r'\["plane", "dcgan"\]', '["mlp-2d", "dcgan"]', t + "dashboard/test_overlay.py")
    r.regex(r'"kind": "plane" if architecture == "mlp-2d"', '"kind": "toy2d" if architecture == "mlp-2d"', t + "ganlib/test_settings.py")
    r.regex(r'^        "plane",$', '        "mlp-2d",', t + "ganlib/test_settings.py")
    r.regex(r'"plane": \(Mlp2dNetwork', '"mlp-2d": (Mlp2dNetwork', t + "ganlib/models/test_models.py")
    r.regex(r'\{"plane"\}', '{"toy2d"}', t + "ganlib/test_presets.py")
    r.regex(r'\{"plane", "images"\}', '{"toy2d", "images"}', t + "ganlib/test_presets.py")
    r.regex(r'^            "plane",$', '            "mlp-2d",', t + "ganlib/validation/test_gan.py")
    # fixtures that are looked up by a name
    r.regex(r'"plane": RunConfig\.parse\(TOY_2D\)', '"toy2d": RunConfig.parse(TOY_2D)', t + "ganlib/config/test_run.py")
    r.regex(r'"plane"(?=, "dcgan"|,? ?"vae-2d")', '"toy2d"', t + "ganlib/*.py")
    r.regex(r'face\("plane"\)', 'face("toy2d")', t + "ganlib/runs/test_stored.py")
    r.regex(r'^    "plane": changed\($', '    "toy2d": changed(', t + "ganlib/runs/test_crash.py")
    r.regex(r'name == "plane"', 'name == "toy2d"', t + "ganlib/test_trainer.py")
    r.regex(r'kind == "plane"', 'kind == "toy2d"', t + "ganlib/*.py")
    r.regex(r'request\.param == "plane"', 'request.param == "toy2d"', t + "*.py")
    r.regex(r'^    "plane": \(\{"architecture": "mlp-2d"\}', '    "toy2d": ({"architecture": "mlp-2d"}', t + "ganlib/export/test_onnx.py")
    r.regex(r'getfixturevalue\(f"\{request\.param\}_config"\)', 'getfixturevalue(f"{request.param}_config")', t + "*.py")
    r.regex(r"^\"\"\"Runs in the plane, where the whole game can be seen\.\"\"\"", '"""Runs on 2-D data, where the whole game can be seen."""', "ganlib/presets/toy2d.py")
    r.text("Points of a two-dimensional distribution: an endless stream with a known density.",
           "Points of a toy distribution in 2-D: an endless stream with a known density.", "ganlib/config/data.py")
    r.text("Two plain perceptrons for points in the plane.", "Two plain perceptrons (MLPs) for 2-D points.", "ganlib/config/network.py")
    r.text("Fresh points in the plane.", "Fresh 2-D points.", "ganlib/data/batches.py")
    r.text("Points of a distribution in the plane.", "Points of a 2-D distribution.", "ganlib/data/sources.py")
    r.text("Perceptrons: the pair for points in the plane, and the introductory TensorFlow pair.",
           "Perceptrons (MLPs): the pair for 2-D points, and the introductory TensorFlow pair.", "ganlib/models/mlp.py")

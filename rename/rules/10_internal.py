"""Names that stand in code alone: algorithms, config classes, models, latent, metrics."""


def define(r):
    # --- files and modules
    r.move("ganlib/refusals", "ganlib/validation")
    r.move("tests/ganlib/refusals", "tests/ganlib/validation")
    r.move("ganlib/data/drawn.py", "ganlib/data/shapes.py")
    r.move("tests/ganlib/data/test_drawn.py", "tests/ganlib/data/test_shapes.py")
    r.move("ganlib/algorithms/player.py", "ganlib/algorithms/module_optimizer.py")
    r.move("tests/ganlib/algorithms/test_player.py", "tests/ganlib/algorithms/test_module_optimizer.py")
    r.move("ganlib/algorithms/solo.py", "ganlib/algorithms/single_network.py")
    r.move("tests/ganlib/algorithms/test_solo.py", "tests/ganlib/algorithms/test_single_network.py")
    r.move("ganlib/models/ordered.py", "ganlib/models/autoregressive.py")
    r.move("tests/ganlib/models/test_ordered.py", "tests/ganlib/models/test_autoregressive.py")
    r.move("tests/ganlib/models/ordered.py", "tests/ganlib/models/autoregressive.py")
    r.move("ganlib/latent/ordered.py", "ganlib/latent/autoregressive.py")
    r.move("tests/ganlib/latent/test_ordered.py", "tests/ganlib/latent/test_autoregressive.py")
    r.move("ganlib/metrics/reals.py", "ganlib/metrics/reference_set.py")
    r.move("tests/ganlib/metrics/test_reals.py", "tests/ganlib/metrics/test_reference_set.py")
    r.move("ganlib/runs/keeper.py", "ganlib/runs/run_writer.py")
    r.move("ganlib/runs/shelf.py", "ganlib/runs/file_sync.py")
    r.move("tests/ganlib/runs/test_shelf.py", "tests/ganlib/runs/test_file_sync.py")
    r.move("ganlib/runs/about.py", "ganlib/runs/metadata.py")
    r.move("tests/ganlib/runs/test_about.py", "tests/ganlib/runs/test_metadata.py")
    r.move("ganlib/runs/figures.py", "ganlib/runs/measurements.py")
    r.move("tests/ganlib/runs/test_figures.py", "tests/ganlib/runs/test_measurements.py")
    r.move("dashboard/frames.py", "dashboard/wire.py")
    r.move("tests/dashboard/test_frames.py", "tests/dashboard/test_wire.py")
    r.move("dashboard/components/own_shelf.py", "dashboard/components/own_pictures.py")
    r.move("tests/dashboard/components/test_own_shelf.py", "tests/dashboard/components/test_own_pictures.py")
    r.words({
        "ganlib.refusals": "ganlib.validation",
        "refusals/": "validation/",
        "data.drawn": "data.shapes",
        "algorithms.player": "algorithms.module_optimizer",
        "algorithms.solo": "algorithms.single_network",
        "models.ordered": "models.autoregressive",
        "latent.ordered": "latent.autoregressive",
        "metrics.reals": "metrics.reference_set",
        "runs.keeper": "runs.run_writer",
        "runs.shelf": "runs.file_sync",
        "runs.about": "runs.metadata",
        "runs.figures": "runs.measurements",
        "dashboard.frames": "dashboard.wire",
        "components.own_shelf": "components.own_pictures",
    },
        "!tests/old/*",
    )
    r.regex(r'"refusals"', '"validation"', "pyproject.toml")
    r.word("course | frames | listing | overlay", "course | listing | overlay | wire", "pyproject.toml")
    r.word("charts, course, frames, gate, overlay and quality are free of Streamlit",
           "charts, course, gate, overlay, quality and wire are free of Streamlit", "pyproject.toml")
    r.regex(r"^from dashboard import (.*)\bframes\b", r"from dashboard import \1wire", "*.py")
    r.regex(r"^from dashboard.components import (.*)\bown_shelf\b",
            r"from dashboard.components import \1own_pictures", "*.py")
    r.names({"own_shelf": "own_pictures"}, "dashboard/*.py", "tests/dashboard/*.py")

    r.regex(r"(?<![.\w])frames\.(?=\w)", "wire.", "dashboard/components/live.py", "dashboard/routes/*.py", "tests/dashboard/test_wire.py")

    # --- optimisation
    r.words({
        "SoloOptimisation": "SingleNetworkOptimisation",
        "AnyShape": "NetworkConfig",
        "CrowdNetwork": "BatchAwareNetwork",
        "judged_together": "pack_size",
        "judges_alone": "is_per_sample",
        "couples_batch": "is_batch_dependent",
        "share_left": "lr_factor",
        "_set_step_sizes": "_set_learning_rates",
        "saved_portable": "saved_export_spec",
        "squared_slopes": "squared_gradient_norms",
        "SLOPE_PENALTIES": "GRADIENT_PENALTIES",
        "SlopePenalty": "GradientPenalty",
        "_off_unit_slope": "_off_unit_gradient_norm",
        "smaller_steps": "lower_learning_rates",
        "largest_singular_value": "spectral_norm_of",
        "open_reals": "open_reference_set",
        "_keeper": "_writer",
    },
        "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py", "docs/*", "README.md",
        "!ganlib/data/*",
    )
    r.codes({
        "Player": "ModuleOptimizer",
        "Stepping": "OptimizerConfig",
        "Solo": "SingleNetworkAlgorithm",
        "couplings": "batch_dependent_layers",
        "Portable": "ExportSpec",
        "Chain": "FastSequential",
        "Likely": "HasLikelihood",
        "Encoding": "HasEncoder",
        "Reals": "ReferenceSet",
        "Keeper": "RunWriter",
        "Shelf": "FileSync",
        "About": "RunMetadata",
        "_About": "_CheckpointMetadata",
        "Happened": "LogEntry",
        "Beginning": "StartPoint",
        "beginning": "start_point",
    },
        "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py", "docs/*", "README.md",
        "!ganlib/data/*",
    )
    r.code("Players", "StepTarget", "*.py", "docs/*", "README.md")
    r.names({"players": "targets", "player": "target"}, "ganlib/export/script.py")
    r.names({"players": "target"}, "ganlib/algorithms/*.py", "ganlib/controls.py", "ganlib/trainer.py",
            "tests/ganlib/algorithms/*.py", "tests/ganlib/test_trainer.py", "tests/ganlib/test_controls.py")
    r.name_("portable", "export_spec", "ganlib/*.py", "tests/*.py", "benchmarks/*.py")
    r.names({"words": "name", "given": "input", "output": "output"}, "ganlib/algorithms/base.py", of="ExportSpec*")
    r.regex(r"\bexport_spec\.words\b", "export_spec.name", "*.py")
    r.texts({
        "words: what it is called.": "name: what it is called.",
        "given: the name of what it is given, and so many random ones of it.":
            "input: its name, and what draws so many random ones.",
        "classes: that it can be asked for, by a second input; 0 where it draws as it likes.":
            "classes: of its second input, the condition; 0 where it has none.",
        "output: the name of what it gives.": "output: its name.",
        "So many random inputs, by their names, in order; the classes take turns.":
            "So many random inputs, by their names, in order; the classes take turns.",
    }, "ganlib/algorithms/base.py")
    r.names({"asked": "condition"}, "ganlib/algorithms/base.py", of="ExportSpec.inputs")

    # --- conditioning and the train step of a GAN
    r.regex(r"self\.conditioning\.judge\b", "self.conditioning.conditioned", "ganlib/algorithms/gan.py")
    r.names({"told": "D"}, "ganlib/algorithms/gan.py", of="Gan._judge")
    r.names({"told": "measured"}, "ganlib/algorithms/gan.py", of="Gan._convince")
    r.names({"said": "scores"}, "ganlib/algorithms/gan.py", of="Gan._scores")
    r.names({"of_d": "d_total", "of_g": "g_total"}, "ganlib/algorithms/gan.py", of="Gan._update_both")
    r.names({"of_d": "d_decay", "of_g": "g_decay"}, "ganlib/algorithms/gan.py", of="Gan._set_learning_rates")
    r.names({"of_d": "d_fill", "of_g": "g_fill"}, "ganlib/models/__init__.py")
    r.names(
        {
            "of_d": "d_terms", "of_g": "g_terms", "weigh": "weighted_terms", "Judge": "Discriminator",
            "_judge": "_d_objective", "_convince": "_g_objective", "_ahead": "_unrolled_d",
            "answers": "auxiliary_logits", "on_slopes": "needs_gradients", "_on_slopes": "_on_gradients",
        },
        "ganlib/algorithms/*.py", "ganlib/objectives/unrolled.py",
    )
    r.name_("judge", "conditioned", "ganlib/algorithms/conditioning.py")
    r.name_("_told", "_mutual_information", "ganlib/algorithms/conditioning.py")
    r.names({"ask": "g_inputs", "take": "next_real"}, "ganlib/algorithms/conditioning.py", "ganlib/algorithms/gan.py")
    r.regex(r"\.ask\(", ".g_inputs(", "tests/ganlib/algorithms/test_conditioning.py")
    r.regex(r"\.take\(", ".next_real(", "tests/ganlib/algorithms/test_conditioning.py")
    r.regex(r"\.judge\(", ".conditioned(", "tests/ganlib/algorithms/test_conditioning.py")
    r.regex(r"\.of_d\b", ".d_terms", "tests/*.py", "benchmarks/*.py")
    r.regex(r"\.of_g\b", ".g_terms", "tests/*.py", "benchmarks/*.py")
    r.regex(r"\.weigh\(", ".weighted_terms(", "tests/ganlib/algorithms/*.py", "benchmarks/*.py")
    r.regex(r'"weigh"', '"weighted_terms"', "tests/ganlib/algorithms/*.py")
    r.regex(r"\b_judge\b", "_d_objective", "tests/ganlib/algorithms/*.py")
    r.name_("answers", "auxiliary", "ganlib/objectives/information.py")
    r.text("answers: (N, K + C), of D's second head", "auxiliary: (N, K + C), of D's second head", "ganlib/objectives/information.py")
    r.text("seen: (N, ...) of pictures", "features: (N, ...) of pictures", "ganlib/latent/inversion.py")
    r.name_("answers", "outputs", "ganlib/models/conditional.py", "ganlib/models/dcgan.py")
    r.names({"told": "condition_dim", "shown": "class_maps"}, "ganlib/models/dcgan.py", of="dcgan_pair")
    r.names({"slope": "gradient", "slopes": "gradients"}, "ganlib/algorithms/*.py", "ganlib/objectives/unrolled.py")

    # --- autoregressive models
    r.words({
        "OrderedNetwork": "AutoregressiveNetwork",
        "OrderedModel": "AutoregressiveModel",
        "OrderedDecoder": "AutoregressiveDecoder",
        "build_ordered": "build_autoregressive",
    },
        "*.py", "docs/*",
    )
    r.name_("Ordered", "IsAutoregressive", "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py")
    r.regex(r'"Ordered",', '"IsAutoregressive",', "ganlib/__init__.py")
    r.regex(r"self\.told\b", "self.class_projection", "ganlib/models/*.py")
    r.name_("told", "class_bias", "ganlib/models/made.py")
    r.name_("told", "class_bias", "ganlib/models/pixelcnn.py", of="_Row.step")
    r.name_("told", "condition", "ganlib/models/pixelcnn.py")
    r.name_("heard", "class_bias", "ganlib/models/pixelcnn.py")
    r.regex(r"\.told\b", ".class_projection", "tests/ganlib/models/*.py")
    r.name_("told", "inputs", "ganlib/models/inside.py")

    # --- decoders
    r.regex(r"return told\(z, condition", "return network_inputs(z, condition", "ganlib/latent/decoder.py")
    r.regex(r"^def told\(", "def network_inputs(", "ganlib/latent/decoder.py")
    r.regex(r"\.judge\b", ".decode_with_logits", "ganlib/events.py", "ganlib/latent/*.py", "ganlib/runs/*.py",
            "dashboard/*.py", "tests/ganlib/latent/*.py", "tests/ganlib/runs/*.py", "tests/dashboard/*.py",
            "benchmarks/*.py", "tests/ganlib/algorithms/test_init.py", "tests/ganlib/test_plane.py")
    r.regex(r"\bdef judge\(\n?(?=\s*self,)", "def decode_with_logits(", "ganlib/events.py", "ganlib/latent/*.py",
            "ganlib/runs/*.py", "tests/*.py", "benchmarks/*.py")
    r.names({"told": "inputs", "_told": "_inputs", "is_told": "is_conditioned",
             "seen": "first_layer"},
            "ganlib/latent/decoder.py", of="GeneratorDecoder*")
    r.regex(r"\btold\(z, condition", "network_inputs(z, condition", "ganlib/latent/*.py")
    r.regex(r"to_samples, told$", "to_samples, network_inputs", "ganlib/latent/*.py")
    r.name_("asked", "rows", "ganlib/latent/decoder.py", of="network_inputs")
    r.name_("told", "conditions", "ganlib/latent/directions.py", "ganlib/latent/inversion.py")
    r.regex(r"\bself\._told\b", "self._condition", "ganlib/latent/inversion.py")
    r.name_("_told_of", "_best_so_far", "ganlib/latent/inversion.py")
    r.names({"seen": "features"}, "ganlib/latent/inversion.py", of="residual")
    r.names({"asked": "weights"}, "ganlib/latent/autoregressive.py", of="*.sight")
    r.names({"asked": "weights"}, "ganlib/latent/autoregressive.py", of="*.saliency")
    r.names({"asked": "inputs", "seen": "trace"}, "ganlib/latent/autoregressive.py", of="*")
    r.names({"slopes": "gradients"}, "ganlib/latent/autoregressive.py")
    r.text("logits are noted in `seen`", "logits are noted in `trace`", "ganlib/latent/autoregressive.py")
    r.code("Drawn", "SamplingTrace", "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py",
           "!ganlib/config/*", "!ganlib/cli/*", "!ganlib/presets/*", "!ganlib/pictures.py")
    r.regex(r"\.watch\(", ".sample_with_trace(", "ganlib/*.py", "dashboard/routes/inside.py", "tests/ganlib/latent/*.py",
            "tests/ganlib/export/*.py", "tests/ganlib/test_pictures.py", "benchmarks/*.py")
    r.regex(r"\bdef watch\(\n?(?=\s*self,\s*z)", "def sample_with_trace(", "ganlib/events.py", "ganlib/latent/*.py", "tests/*.py")
    r.regex(r"\.sight\(", ".saliency(", "ganlib/*.py", "dashboard/routes/inside.py", "tests/ganlib/*.py", "benchmarks/*.py")
    r.regex(r"\bdef sight\(\n?(?=\s*self,)", "def saliency(", "ganlib/events.py", "ganlib/latent/*.py", "tests/*.py")
    r.name_("bits", "entropy", "ganlib/events.py", "ganlib/latent/autoregressive.py")
    r.text("bits: (N, H, W) float32, how open each pixel was: its entropy.",
           "entropy: (N, H, W) float32, of each pixel given those before it, in bits.", "ganlib/events.py")
    r.regex(r"\b(trace|drawn|seen|watched|film|found)\.bits\b", r"\1.entropy", "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py")
    r.codes({
        "Drawing": "DecoderMean",
    }, "ganlib/models/*.py", "ganlib/latent/*.py", "tests/ganlib/models/*.py")
    r.regex(r"\.drawing\b", ".decoder_mean", "ganlib/models/vae.py", "ganlib/latent/*.py", "ganlib/algorithms/*.py",
            "tests/ganlib/models/*.py", "tests/ganlib/latent/*.py", "tests/ganlib/algorithms/*.py",
            "tests/ganlib/objectives/*.py", "benchmarks/likelihood.py")
    r.text("drawing: z -> the mean of p(x|z)", "decoder_mean: z -> the mean of p(x|z)", "ganlib/models/vae.py")

    # --- two meanings of "in turns"
    r.word("in_turns", "interleaved_by_class", "ganlib/data/*.py", "ganlib/runs/inside.py", "tests/ganlib/data/*.py",
           "tests/ganlib/runs/*.py", "tests/dashboard/*.py")
    r.word("in_turns", "round_robin_condition", "ganlib/*.py", "tests/*.py", "benchmarks/*.py")

    # --- shapes and pictures
    r.codes({
        "render": "render_shapes",
    }, "ganlib/data/shapes.py", "ganlib/data/__init__.py", "tests/ganlib/data/test_shapes.py",
            "tests/ganlib/metrics/*.py", "tests/ganlib/data/test_images.py", "benchmarks/goals.py")
    r.regex(r"^(from ganlib\.data import .*)\brender\b", r"\1render_shapes", "*.py")
    r.name_("drawing", "sparkline", "dashboard/course.py", "tests/dashboard/test_course.py")
    r.regex(r"course\.drawing\(", "course.sparkline(", "dashboard/*.py", "tests/*.py")
    r.names({"drawing": "render"}, "ganlib/__init__.py", "ganlib/cli/made.py", "ganlib/export/*.py", "ganlib/pictures.py",
            "benchmarks/*.py", "tests/ganlib/*.py")
    r.regex(r'^    "drawing",$', '    "render",', "ganlib/__init__.py")
    r.regex(r"^from ganlib import drawing, in_columns", "from ganlib import render, in_columns", "ganlib/export/script.py")
    r.regex(r"^    drawing\(samples, record", "    render(samples, record", "ganlib/export/script.py")
    r.text("see `drawing`", "see `render`", "ganlib/pictures.py")

    # --- reference set and features
    r.codes({
        "Viewer": "FeatureExtractor",
        "Seen": "ExtractedFeatures",
    }, "ganlib/metrics/*.py", "ganlib/runs/explored.py",
            "tests/ganlib/metrics/*.py", "tests/ganlib/runs/*.py", "benchmarks/inversion.py", "benchmarks/quality.py")
    r.regex(r"\bdef see\(", "def extract(", "ganlib/metrics/*.py", "tests/ganlib/metrics/*.py", "tests/ganlib/runs/*.py")
    r.regex(r"\.see\b", ".extract", "ganlib/metrics/*.py", "ganlib/runs/explored.py", "tests/ganlib/metrics/*.py",
            "tests/ganlib/runs/*.py", "benchmarks/*.py", "tests/ganlib/presets/*.py")
    r.name_("_see", "_extract", "ganlib/runs/explored.py")
    r.regex(r"\b(reals?|reference|self|set_|shapes|digits|some_reals|explored\.reals)\.look\(", r"\1.extract(", "ganlib/metrics/*.py",
            "tests/ganlib/metrics/*.py", "tests/ganlib/runs/*.py", "benchmarks/quality.py", "benchmarks/goals.py", "benchmarks/inversion.py")
    r.regex(r"\bdef look\(self, pictures", "def extract(self, pictures", "ganlib/metrics/reference_set.py")
    r.regex(r"\.seen\b", ".extracted", "ganlib/metrics/*.py", "ganlib/runs/explored.py", "tests/ganlib/metrics/*.py",
            "tests/ganlib/runs/test_explored.py", "tests/ganlib/runs/test_measurer.py", "benchmarks/quality.py", "benchmarks/goals.py")
    r.regex(r"^    seen: ExtractedFeatures", "    extracted: ExtractedFeatures", "ganlib/metrics/reference_set.py")
    r.name_("viewer", "extractor", "ganlib/metrics/*.py", "ganlib/runs/*.py", "tests/ganlib/metrics/*.py", "tests/ganlib/runs/*.py",
            "benchmarks/*.py", "dashboard/*.py", "tests/dashboard/*.py")
    r.text("viewer: what to look with, by default the classifier of the data set.",
           "extractor: of features, by default the classifier of the data set.", "ganlib/metrics/reference_set.py")
    r.name_("seen", "sample_set", "ganlib/metrics/copies.py")

    # --- command line and controls
    r.names({"asked": "args"}, "ganlib/cli/*.py")
    r.name_("said", "last_problem", "ganlib/cli/training.py", of="_wait_until_kept")
    r.name_("found", "report", "ganlib/cli/made.py")
    r.name_("said", "diagnosis", "ganlib/cli/made.py")
    r.name_("found", "candidates", "ganlib/cli/tell.py")
    r.name_("_asked", "_pending", "ganlib/controls.py")
    r.name_("said", "algorithm", "ganlib/config/run.py", of="RunConfig._take_a_gan")
    r.words({
        "asked_classes": "condition_labels",
        "first_refusal": "first_violation",
    }, "*.py", "docs/*")

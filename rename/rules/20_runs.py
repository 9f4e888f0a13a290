"""Metrics, checkpoints, stored runs, and the snapshot of the plane."""

GAN = ("ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py", "docs/*", "README.md")


def define(r):
    # --- metric values (a figure is a plot)
    r.move("ganlib/metrics/picture_moment.py", "ganlib/metrics/evidence.py")
    r.move("tests/ganlib/metrics/test_picture_moment.py", "tests/ganlib/metrics/test_evidence.py")
    r.words({
        "metrics.picture_moment": "metrics.evidence",
        "PictureMoment": "Evidence",
        "PictureFigures": "MetricReport",
        "likelihood_figures": "likelihood_metrics",
        "density_figure": "density_metric",
        "point_figures": "point_metrics",
        "add_figures": "add_measurement",
        "read_figures": "read_measurements",
        "measured_in": "measurement_of",
    }, *GAN)
    r.code("Figure", "Metric", "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py", "docs/*")
    r.code("Figures", "Metrics", "ganlib/metrics/*.py")
    r.codes({
        "PRICE": "NLL",
        "BITS": "BITS_PER_DIM",
    }, "*.py")
    r.names({"prices": "nll"}, "ganlib/metrics/likelihood.py")
    r.names({"asked": "held_out"}, "ganlib/metrics/likelihood.py")
    r.word("MOST_ASKED", "MOST_HELD_OUT", "*.py")
    # The game's numbers in the plane.
    r.name_("figures", "plane_metrics", "ganlib/metrics/toy.py", "ganlib/plane.py", "tests/ganlib/metrics/test_toy.py",
            "benchmarks/protocol.py", "tests/ganlib/test_plane.py")
    r.regex(r"^from ganlib\.metrics\.toy import figures$", "from ganlib.metrics.toy import plane_metrics", "*.py")
    r.regex(r'^    "figures",$', '    "plane_metrics",', "ganlib/metrics/__init__.py")
    r.regex(r"`ganlib\.metrics\.figures`", "`ganlib.metrics.plane_metrics`", "*.py")
    r.regex(r"\bfrom ganlib\.metrics import (.*)\bfigures\b", r"from ganlib.metrics import \1plane_metrics", "*.py")
    r.regex(r"\bgot = figures\(", "got = plane_metrics(", "tests/ganlib/metrics/test_diagnosis.py")
    r.regex(r'"ganlib\.plane\.figures"', '"ganlib.plane.plane_metrics"', "*.py")
    # Reports of pictures and points.
    r.regex(r"\.found\b", ".report", "ganlib/metrics/*.py", "ganlib/runs/*.py", "ganlib/cli/*.py", "tests/ganlib/metrics/*.py",
            "tests/ganlib/runs/*.py", "tests/ganlib/cli/*.py", "dashboard/quality.py", "dashboard/components/families.py", "dashboard/listing.py",
            "tests/dashboard/*.py", "benchmarks/*.py", "!tests/dashboard/test_listing.py", "!ganlib/metrics/toy.py")
    r.regex(r"^    found: MetricReport", "    report: MetricReport", "ganlib/events.py", "ganlib/metrics/evidence.py")
    r.text("found: the figures of the pictures.", "report: what was measured of the pictures.", "ganlib/metrics/evidence.py")
    r.text("found: what was measured of them.", "report: what was measured of them.", "ganlib/runs/diagnosed.py")
    r.name_("found", "report", "ganlib/metrics/evidence.py", "ganlib/metrics/picture_diagnosis.py", "ganlib/runs/diagnosed.py")
    r.name_("found", "report", "tests/ganlib/metrics/test_picture_diagnosis.py", of="moment")
    r.regex(r"\bfound=", "report=", "tests/ganlib/metrics/test_picture_diagnosis.py", "tests/ganlib/metrics/test_evidence.py", "tests/ganlib/metrics/test_cures.py",
            "tests/ganlib/metrics/conftest.py")
    r.names({"moment": "evidence", "figure": "metric", "slope": "gradient", "said": "verdict"}, "ganlib/metrics/picture_diagnosis.py")
    r.names({"figure": "metric", "figures": "metrics"}, "ganlib/metrics/evidence.py", of="Evidence*")
    r.regex(r"\bevidence\.figure\(", "evidence.metric(", "ganlib/metrics/*.py")
    r.regex(r"\bevidence\.figures\(", "evidence.metrics(", "ganlib/metrics/*.py")
    r.name_("_Said", "_Verdict", "ganlib/metrics/picture_diagnosis.py")
    r.name_("figures", "metrics", "ganlib/metrics/diagnosis.py", "ganlib/metrics/images.py", "ganlib/metrics/points.py", "ganlib/metrics/evidence.py")
    r.regex(r"^        figures: what `", "        metrics: what `", "ganlib/metrics/diagnosis.py")
    r.name_("found", "coverage", "ganlib/metrics/points.py")
    r.name_("found", "is_found", "ganlib/metrics/diagnosis.py")
    r.names({"figures": "metrics"}, "ganlib/events.py", of="MetricReport*")
    r.regex(r"\b(found|report|reports|answer|first|whole|points|pictures_of|result|shapes|told|one\.report|measured\.report|alike|given|newest|them|before|after|both|measure_points\([^()]*\))\.figures\b",
            r"\1.metrics", "ganlib/*.py", "dashboard/*.py", "tests/ganlib/*.py", "tests/dashboard/test_quality.py", "benchmarks/*.py")
    r.regex(r"\breplace\(found, figures=\(\*figures, \*found\.metrics\)\)", "replace(report, metrics=(*metrics, *report.metrics))", "ganlib/runs/measurer.py")
    r.names({"found": "report", "figures": "metrics"}, "ganlib/runs/measurer.py", of="measure_decoder")
    r.name_("found", "report", "ganlib/runs/measurer.py")
    r.name_("_figures", "_report", "ganlib/runs/measurer.py")
    r.names({"figures": "rows"}, "ganlib/cli/made.py", of="_evaluate_points")
    # Measurements of a run.
    r.regex(r"\bsnapshot\.figures\b", "snapshot.measurements", *GAN)
    r.regex(r"\blook\.now\.figures\b", "look.now.measurements", "dashboard/*.py")
    r.regex(r"\b(_kept|_rest|about|opened\.snapshot|record\.snapshot|look\(\)|kept|run\.snapshot|again|state)\.figures\b", r"\1.measurements", "ganlib/runs/*.py",
            "tests/*.py", "dashboard/*.py", "benchmarks/*.py")
    r.regex(r"^    figures: tuple\[Measured", "    measurements: tuple[Measured", "ganlib/runs/snapshot.py")
    r.text("figures: what was measured of the pictures, in order.", "measurements: what was measured of the pictures, in order.", "ganlib/runs/snapshot.py")
    r.regex(r"\bfigures=", "measurements=", "ganlib/runs/record.py", "ganlib/runs/origin.py", "ganlib/runs/stored.py")
    r.names({"figures": "measurements"}, "ganlib/runs/store.py", "ganlib/runs/stored.py")
    r.regex(r"^    figures: tuple\[Annotated", "    measurements: tuple[Annotated", "ganlib/runs/metadata.py")
    r.regex(r'"figures"\}\)', '"measurements"})', "ganlib/runs/metadata.py")
    r.regex(r'"figures": self\.figures\(run_id\)', '"measurements": self.measurements(run_id)', "ganlib/runs/store.py")
    r.regex(r'"figures": self\.measurements\(run_id\)', '"measurements": self.measurements(run_id)', "ganlib/runs/store.py")
    r.names({"figure": "metric"}, "ganlib/runs/record.py", "dashboard/quality.py", "dashboard/listing.py")

    # --- checkpoints
    r.words({
        "StateSaved": "CheckpointSaved",
        "StoredMoment": "StoredCheckpoint",
        "keep_moment": "keep_checkpoint",
        "moment_steps": "checkpoint_steps",
        "moment_scores": "checkpoint_scores",
        "_moment_shelf": "_checkpoint_sync",
        "_frame_shelf": "_frame_sync",
        "lost_moments": "lost_checkpoints",
        "moment_of": "checkpoint_of",
        "STATE_BYTES": "CHECKPOINT_BYTES",
        "MOST_STATES": "MOST_CHECKPOINTS",
        "_add_state": "_add_checkpoint",
        "_lacks_states": "_lacks_checkpoints",
        "saved_at": "checkpoint_at",
        "last_good": "last_good_checkpoint",
        "MOST_MOMENTS": "MOST_FRAMES",
    }, "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py")
    r.codes({
        "Moment": "Checkpoint",
    }, "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py")
    r.names({"moments": "checkpoints", "moment": "checkpoint"}, "ganlib/runs/run_writer.py", "ganlib/runs/checkpoint.py",
            "ganlib/runs/folder.py", "ganlib/runs/origin.py", "ganlib/runs/stored.py", "ganlib/runs/salvage.py", "ganlib/runs/left.py",
            "ganlib/runs/archive.py", "tests/ganlib/runs/test_folder.py", "tests/ganlib/runs/test_stored.py")
    r.regex(r"\.moment\(", ".checkpoint(", "tests/ganlib/*.py", "tests/dashboard/*.py", "benchmarks/*.py", "ganlib/*.py", "!ganlib/trainer.py", "!tests/ganlib/test_trainer.py")
    r.name_("_moments", "_frames", "ganlib/export/animation.py")
    r.regex(r"\bsnapshot\.states\b", "snapshot.checkpoints", *GAN)
    r.regex(r"(?<=\.)states\b", "checkpoints", "ganlib/runs/*.py", "dashboard/components/latent_time.py", "dashboard/components/fork.py",
            "dashboard/components/live.py", "dashboard/routes/*.py", "tests/ganlib/runs/*.py", "tests/ganlib/export/*.py", "tests/ganlib/cli/*.py",
            "tests/dashboard/*.py", "benchmarks/*.py", "tests/ganlib/*.py", "ganlib/cli/*.py", "!tests/ganlib/runs/test_manager.py",
            "!tests/dashboard/test_listing.py")
    r.names({"states": "checkpoints"}, "ganlib/runs/record.py", "ganlib/runs/snapshot.py", "ganlib/runs/origin.py", "ganlib/runs/stored.py",
            "dashboard/components/fork.py")
    r.regex(r"\bstates=", "checkpoints=", "tests/ganlib/runs/*.py", "tests/ganlib/export/*.py", "tests/dashboard/*.py", "tests/ganlib/*.py",
            "benchmarks/*.py", "!tests/ganlib/runs/test_manager.py", "!tests/dashboard/test_listing.py")
    r.regex(r"^        checkpoints = \(self\._folder\.checkpoint\(step, score\) for step, score in scores\.items\(\)\)\n        checkpoints = tuple\(replace\(one, run=self\.config\) for one in checkpoints\)",
            "        stored = (self._folder.checkpoint(step, score) for step, score in scores.items())\n        checkpoints = tuple(replace(one, run=self.config) for one in stored)", "ganlib/runs/stored.py")
    r.text("states: what is needed to go on from saved moments, in order.", "checkpoints: what is needed to go on, in order.", "ganlib/runs/snapshot.py")
    r.regex(r"^    def moment\(self, step", "    def keep(self, step", "ganlib/trainer.py")
    r.regex(r"\b(run|self)\.moment\(", r"\1.keep(", "ganlib/trainer.py")

    # --- metadata of a run, what writes it, and zips
    r.words({
        "write_about": "write_metadata",
        "read_about": "read_metadata",
        "told_by": "metadata_of",
        "_told_by_checkpoint": "_metadata_of_checkpoint",
        "what_is_left": "salvaged",
        "give_out": "export_zip",
        "take_in": "import_zip",
        "_take_in_missing": "_import_missing",
        "_is_told_beside": "_is_written_beside",
    }, "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py")
    r.codes({
        "Left": "Salvaged",
        "adopt": "import_folder",
    }, "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py")
    r.move("ganlib/runs/left.py", "ganlib/runs/salvage.py")
    r.word("runs.left", "runs.salvage", "*.py")
    r.names({"about": "metadata"}, "ganlib/runs/*.py", "tests/ganlib/runs/*.py")
    r.regex(r"\bstore\.about\(", "store.metadata(", "*.py")
    r.regex(r"\bopen_store\(\)\.about\(", "open_store().metadata(", "*.py")
    r.names({"moments": "checkpoints", "moment": "checkpoint"}, "ganlib/runs/salvage.py")
    r.names({"left": "salvage"}, "ganlib/runs/repair.py", of="_import_missing")
    r.names({"told": "value"}, "ganlib/runs/metadata.py")
    r.names({"told": "beside"}, "ganlib/runs/store.py")
    r.names({"told": "texts_"}, "ganlib/runs/checked.py")
    r.names({"texts_": "metadata"}, "ganlib/runs/checked.py")
    r.names({"told": "text"}, "ganlib/runs/database.py")
    r.names({"told": "values"}, "ganlib/runs/stored.py")
    r.names({"told": "outcome"}, "ganlib/runs/repair.py")
    r.names({"told": "columns"}, "ganlib/runs/run_writer.py", of="RunWriter*")
    r.names({"told": "numbers"}, "ganlib/runs/run_writer.py", of="_gist")
    r.names({"found": "rows"}, "ganlib/runs/store.py", "ganlib/runs/measurements.py")
    r.names({"found": "listed"}, "ganlib/runs/listed.py", of="_row_of")
    r.names({"found": "selected"}, "ganlib/runs/listed.py")
    r.names({"found": "row"}, "ganlib/runs/row.py")
    r.names({"found": "arrays"}, "ganlib/runs/archive.py", of="read_curves")
    r.names({"found": "opened"}, "ganlib/runs/manager.py", of="RunManager.get")
    r.names({"asked": "end"}, "ganlib/runs/manager.py", of="RunManager.resume")
    r.names({"found": "stored"}, "ganlib/runs/run_writer.py")
    r.names({"found": "imported"}, "ganlib/runs/repair.py", of="_filled")
    r.names({"found": "imported"}, "ganlib/runs/repair.py", of="_import_missing")
    r.names({"found": "rows_"}, "ganlib/runs/repair.py", of="_salvage")
    r.names({"rows_": "salvaged_rows"}, "ganlib/runs/repair.py", of="_salvage")
    r.names({"said": "diagnosis"}, "ganlib/runs/diagnosed.py")
    r.names({"found": "logs"}, "ganlib/runs/inside.py")
    r.names({"found": "source"}, "ganlib/runs/explored.py")
    r.names({"kept": "thinned_out"}, "ganlib/runs/record.py", of="thinned")
    r.names({"kept": "stored"}, "ganlib/runs/folder.py", of="RunFolder.keep_frame")
    r.names({"kept": "directions"}, "ganlib/runs/saved_directions.py")
    r.names({"kept": "own_set"}, "ganlib/presets/own.py", "ganlib/data/own.py", "ganlib/cli/kept.py")
    r.names({"kept": "on_disk"}, "ganlib/runs/file_sync.py")
    r.names({"kept": "states"}, "ganlib/algorithms/module_optimizer.py")
    r.names({"told": "metrics_"}, "ganlib/algorithms/single_network.py")
    r.names({"metrics_": "measured"}, "ganlib/algorithms/single_network.py")
    r.names({"found": "value"}, "ganlib/algorithms/base.py", of="counted")
    r.names({"told": "answer", "asked": "form_"}, "ganlib/data/decode.py", of="_Decoder.ask")
    r.names({"form_": "request"}, "ganlib/data/decode.py", of="_Decoder.ask")
    r.names({"asked": "request"}, "ganlib/data/decode.py")
    r.names({"told": "answer", "asked": "request"}, "ganlib/data/pixels.py")
    r.names({"found": "files"}, "ganlib/data/uploads.py")
    r.names({"found": "entry_"}, "ganlib/data/brought.py")
    r.names({"entry_": "file"}, "ganlib/data/brought.py")
    r.names({"asked": "batches", "told": "expected", "found": "outputs"}, "ganlib/export/onnx.py", of="largest_difference")
    r.names({"asked": "batches", "found": "outputs"}, "ganlib/export/onnx.py", of="_answers")
    r.names({"found": "outputs"}, "ganlib/export/onnx_answers.py")
    r.names({"found": "changes"}, "ganlib/export/script.py", of="_changes")
    r.names({"found": "alone"}, "ganlib/export/script.py", of="_alone")
    r.names({"found": "components"}, "ganlib/latent/directions.py", of="style_directions")
    r.names({"found": "log_p"}, "ganlib/latent/autoregressive.py", of="*.log_likelihood")
    r.names({"found": "bounds"}, "ganlib/latent/vae.py", of="*.log_likelihood")
    r.names({"found": "codes"}, "ganlib/latent/vae.py", of="*.encode")
    r.names({"found": "nearest"}, "ganlib/metrics/copies.py")
    r.names({"found": "distances"}, "ganlib/metrics/distances.py", "ganlib/metrics/neighbours.py")
    r.names({"asked": "queries"}, "ganlib/metrics/neighbours.py")
    r.names({"found": "values"}, "ganlib/metrics/parts.py", "ganlib/metrics/reference_set.py")
    r.text("found: see above.", "values: see above.", "ganlib/metrics/parts.py")
    r.names({"said": "base"}, "ganlib/objectives/readings.py")

    # --- frozen G and D for the 2-D view
    r.words({
        "PlaneGame": "PlaneSnapshot",
        "GamePublished": "PlanePublished",
        "publish_game": "publish_plane",
        "saved_game": "saved_plane",
        "BETWEEN_GAMES": "BETWEEN_PLANES",
        "game_due": "plane_due",
        "note_game": "note_plane",
        "_game_at": "_plane_at",
    }, "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py")
    r.regex(r"(?<![\w.])Game(?=[\],| :)\n])", "PlaneView", "ganlib/*.py", "dashboard/*.py", "tests/*.py")
    r.regex(r"\bclass PlaneView\(", "class PlaneView(", "ganlib/events.py")
    r.regex(r"^class Game\(Protocol\)", "class PlaneView(Protocol)", "ganlib/events.py")
    r.regex(r'^    "Game",', '    "PlaneView",', "ganlib/__init__.py")
    r.regex(r"^    Game,$", "    PlaneView,", "ganlib/*.py", "dashboard/*.py", "tests/*.py")
    r.regex(r"`Game\.", "`PlaneView.", "*.py")
    r.regex(r"\bimport (.*)\bGame\b", r"import \1PlaneView", "ganlib/*.py", "dashboard/*.py", "tests/ganlib/*.py", "tests/dashboard/*.py")
    r.names({"game": "plane"}, "ganlib/events.py", "ganlib/trainer.py", "ganlib/runs/stored.py", "ganlib/runs/snapshot.py", "ganlib/cli/made.py",
            "ganlib/runs/record.py")
    r.names({"_game": "_plane"}, "ganlib/trainer.py", "ganlib/runs/stored.py")
    r.regex(r'players\["game"\]', 'players["plane"]', "ganlib/runs/stored.py")
    r.names({"players": "networks"}, "ganlib/runs/stored.py")
    r.names({"_players": "_networks"}, "ganlib/runs/stored.py")
    r.regex(r"\bsnapshot\.game\b", "snapshot.plane", *GAN)
    r.regex(r"\b(published|event|opened|shown|newest|first|last|game|events\[-?\d+\]|_by_step\(events\)\[\d+\])\.game\b", r"\1.plane", "ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py")
    r.text("game: both players as they last were; in the plane only.", "plane: G and D as they last were; of 2-D data only.", "ganlib/runs/snapshot.py")
    r.regex(r"\bgame=(?=Game|Plane|None|published|game|Published)", "plane=", "tests/*.py", "ganlib/runs/*.py")
    r.regex(r"\bdef look\(self, layers", "def compute(self, layers", "ganlib/events.py", "ganlib/plane.py", "ganlib/runs/stored.py", "tests/*.py", "benchmarks/*.py")
    r.regex(r"\b(game|plane|opened\.snapshot\.plane\.plane|published|\w+\.plane|\w+\.game|_plane|saved_plane\([^()]*\)|PlaneSnapshot\([^()]*\))\.look\(", r"\1.compute(", "ganlib/*.py", "dashboard/*.py",
            "tests/*.py", "benchmarks/*.py")
    r.names({"_judge": "_logits", "_judge_places": "_logits_at", "said": "measured", "seen": "dims", "_slope": "_gradient_norm"}, "ganlib/plane.py")
    r.text("As `PlaneView.look`.", "As `PlaneView.compute`.", "ganlib/runs/stored.py")

    # --- spectral norms
    r.words({
        "g_sigma": "g_spectral_norm",
        "d_sigma": "d_spectral_norm",
    }, "*.py", "*.js", "*.md")
    r.regex(r'f"\{of\}_sigma"', 'f"{of}_spectral_norm"', "ganlib/algorithms/gan.py")

"""Verbs in the past tense that stood for values, prose about metrics, and names in JavaScript."""

ALL = ("ganlib/*", "dashboard/*", "tests/*", "benchmarks/*", "docs/*", "README.md")


def define(r):
    # --- metrics, in prose
    prose = ("ganlib/metrics/*.py", "ganlib/events.py", "ganlib/errors.py", "ganlib/data/images.py", "dashboard/quality.py",
             "dashboard/components/families.py", "dashboard/components/live.py", "dashboard/routes/quality.py", "tests/ganlib/metrics/*.py")
    for old, new in (("figures", "metrics"), ("figure", "metric"), ("Figures", "Metrics")):
        r.word(old, new, *prose)
    r.texts({
        "A figure is no longer a finite number": "A metric is no longer a finite number",
        "which have figures of their own": "which have metrics of their own",
        "are measured in other figures than pictures": "are measured by other metrics than pictures",
        "Inception figures need": "Inception metrics need",
        "so that figures of two moments compare": "so that metrics of two steps compare",
        "that are the newest once all is ready, and their figures.": "that are the newest once all is ready, and their metrics.",
        "tags, notes and figures are lost": "tags, notes and measurements are lost",
        "Waiting for the first figures": "Waiting for the first metrics",
        "the first figures take half a minute or more": "the first metrics take half a minute or more",
        "how much other fakes would change a figure": "how much other fakes would change a metric",
        "the same figures say less": "the same metrics say less",
        "the newest figures in a table": "the newest metrics in a table",
        "All figures in the same features": "All metrics in the same features",
        "Its sentence changes with every figure": "Its sentence changes with every metric",
        "The last figures stay, faded: they are no longer those of this moment.": "The last metrics stay, faded: they are no longer those of this step.",
        "The moment that there are figures of": "What there are metrics of",
        "and the figures of the fakes": "and the metrics of the fakes",
        "A figure with as many decimals": "A metric with as many decimals",
    }, *ALL)
    r.names({"figures": "metrics", "fetchFigures": "fetchMetrics", "#showFigures": "#showMetrics"}, "dashboard/browser/measures.js")
    r.regex(r"#showFigures\b", "#showMetrics", "dashboard/browser/measures.js")
    r.text("`show(figures)`; figures are the server's answer", "`show(metrics)`; metrics are the server's answer", "dashboard/browser/measure_parts.js")
    r.names({"figure": "number"}, "dashboard/browser/plane_scene.js", "dashboard/browser/plane_stages.js")
    r.regex(r'"figures": rows', '"metrics": rows', "ganlib/cli/made.py")
    r.regex(r'said\["figures"\]', 'said["metrics"]', "tests/ganlib/cli/*.py")
    r.names({"figures": "right"}, "dashboard/components/plane_view.py")
    r.text("What is known of a run on pictures at one moment: its newest steps, and its metrics.",
           "What is known of a run on pictures at one step: its newest losses, and its metrics.", "ganlib/metrics/evidence.py")

    # --- values that were called by a verb
    c = "dashboard/components/"
    r.names({"asked": "left", "seen": "right"}, c + "bring.py", of="show")
    r.names({"asked": "key"}, c + "bring.py")
    r.names({"kept": "own_set"}, c + "own_pictures.py", c + "config_form.py")
    r.names({"found": "directions"}, c + "explorer.py", of="_class*")
    r.names({"found": "directions"}, c + "explorer.py", of="_principal*")
    r.names({"said": "problem"}, c + "latent_samples.py")
    r.names({"said": "words"}, c + "latent_way.py")
    r.names({"told": "strokes_of_page"}, c + "plane_view.py")
    r.names({"asked": "question"}, c + "quiz.py")
    r.names({"told": "sentences"}, "dashboard/services.py", of="cautions")
    r.names({"told": "names"}, "dashboard/services.py", of="allowed")
    r.names({"found": "course", "kept": "thinned_steps"}, "dashboard/quality.py", of="_series")
    r.names({"kept": "steps_left"}, "dashboard/routes/compare.py")
    r.names({"told": "header"}, "dashboard/routes/compare.py", of="frames")
    r.names({"asked": "query"}, "dashboard/routes/compare.py")
    r.names({"found": "nearest"}, "dashboard/routes/latent.py", of="_nearest")
    r.names({"found": "body"}, "dashboard/routes/latent.py")
    r.names({"asked": "query", "found": "inversion"}, "dashboard/routes/finding.py")
    r.names({"told": "text"}, "dashboard/state.py", of="view")
    r.names({"told": "text"}, "dashboard/state.py", of="crossover")
    r.names({"told": "text"}, "dashboard/state.py", of="keep_view")
    r.names({"told": "value"}, "dashboard/state.py", of="keep_crossover")

    # --- JavaScript
    b = "dashboard/browser/"
    r.regex(r"compare/moments\b", "compare/frames", "dashboard/*", "tests/*", "benchmarks/*")
    r.names({"moment": "frameStep"}, b + "inside.js", b + "sidebyside.js")
    r.regex(r"#moment\b", "#key", b + "measures.js")
    r.names({"moment": "key"}, b + "measures.js", b + "share.js")
    r.names({"moments": "checkpoints"}, b + "timemachine.js")
    r.texts({
        "Waiting for the first moment of the game": "Waiting for the first step of the game",
        "Waiting for the first moment": "Waiting for the first frame",
        "A newer moment draws another picture": "A newer generator draws another picture",
        "they ask again when a newer moment was drawn": "they ask again when a newer frame was drawn",
        "Asks for what is inside of the newest moment": "Asks for what is inside of the newest generator",
        "One moment of the game as the browser reads it": "The plane at one step, as the browser reads it",
        "Show the moment at this place in the list": "Show the checkpoint at this place in the list",
        "The pictures of several runs at the same moment": "The pictures of several runs at the same step",
        "Show this moment as soon as its picture is there": "Show this frame as soon as its picture is there",
        "The newest moment that every run that goes on has come to": "The newest step that every run that goes on has come to",
        "Pictures of the vector at moments of one run": "Pictures of the vector at the checkpoints of one run",
        "its picture at the chosen moment": "its picture at the chosen checkpoint",
        "and its picture at a moment.": "and its picture at a step.",
        "tells neither a good run from a bad one nor an early moment from a late one": "tells neither a good run from a bad one nor an early step from a late one",
        "all that is said of it is of that moment": "all that is said of it is of that step",
    }, *ALL)
    r.regex(r"this\.told\b", "this.caption", b + "density.js")
    r.regex(r"this\.told\b", "this.verdict", b + "explorer.js")
    r.regex(r'class: "told"', 'class: "verdict"', b + "explorer.js")
    r.regex(r"^\.told \{", ".verdict {", b + "explorer.js")
    r.names({"told": "texts", "#asked": "#query"}, b + "explorer.js")
    r.regex(r"#asked\b", "#query", b + "explorer.js")
    r.names({"told": "notice"}, b + "figure.js")
    r.regex(r"this\.told\b", "this.status", b + "finder.js")
    r.regex(r'class: "told number"', 'class: "status number"', b + "finder.js")
    r.regex(r"^\.told \{", ".status {", b + "finder.js")
    r.regex(r"#asked\b", "#turn", b + "finder.js")
    r.regex(r'locator\("\.told"\)', 'locator(".status")', "tests/browser/dashboard/test_latent.py")
    r.names({"told": "text"}, b + "hud.js", b + "latent_pad.js")
    r.names({"told": "header"}, b + "latent.js", b + "sidebyside.js")
    r.regex(r"#told\b", "#headers", b + "sidebyside.js")
    r.regex(r"^  const told = Object\.entries\(steps\)", "  const texts = Object.entries(steps)", b + "latent_http.js")
    r.regex(r"new Set\(told\.map", "new Set(texts.map", b + "latent_http.js")
    r.regex(r"After step \$\{told\[0\]\[1\]\}", "After step ${texts[0][1]}", b + "latent_http.js")
    r.regex(r"\$\{told\.map\(\(\[what, step\]\)", "${texts.map(([what, step])", b + "latent_http.js")
    r.names({"told": "parts", "asked": "query"}, b + "latent_http.js")
    r.regex(r"#asked\b", "#pending", b + "latent_socket.js")
    r.names({"told": "sentence", "asked": "key"}, b + "latent_checks.js")
    r.regex(r"#asked\b", "#lastKey", b + "measures.js")
    r.names({"asked": "query"}, b + "mixing.js")
    r.names({"told": "output"}, b + "overlay_controls.js")
    r.names({"told": "run"}, b + "overlay_lines.js")
    r.regex(r"#asked\b", "#query", b + "plane.js")
    r.names({"told": "strokes"}, b + "plane.js")
    r.names({"told": "scale"}, b + "plane_snapshot.js")
    r.names({"told": "tables"}, b + "quality.js")
    r.names({"told": "way"}, b + "ways.js")
    r.regex(r"#game\b", "#snapshot", b + "plane.js")
    r.regex(r"#showGame\b", "#showSnapshot", b + "plane.js")
    r.names({"game": "snapshot"}, b + "plane.js", b + "plane_scene.js", b + "plane_timeline.js")

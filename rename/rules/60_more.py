"""Class-conditional presets, the route of D's logits, and what tests say by strings."""

ALL = ("ganlib/*", "dashboard/*", "tests/*", "benchmarks/*", "docs/*", "README.md")
PY = ("*.py",)


def define(r):
    # --- class-conditional pictures
    r.move("ganlib/presets/on_demand.py", "ganlib/presets/conditional.py")
    r.move("dashboard/previews/digits-asked.webp", "dashboard/previews/digits-conditional.webp")
    r.move("dashboard/previews/shapes-asked.webp", "dashboard/previews/shapes-conditional.webp")
    r.words({
        "presets.on_demand": "presets.conditional", "ON_DEMAND": "CONDITIONAL", "_SHAPES_ASKED": "_SHAPES",
        "digits-asked": "digits-conditional", "shapes-asked": "shapes-conditional",
    }, *ALL, "!tests/old/*", "!ganlib/config/aliases.py")
    r.texts({
        "Pictures on demand": "Class-conditional pictures",
        "Digits on demand": "Class-conditional digits (cGAN)",
        "Shapes on demand": "Class-conditional shapes (AC-GAN)",
        "Pictures of a kind that is asked for.": "Class-conditional pictures.",
        "Both players are told which digit is meant. Each column learns one digit, and on the Latent space page you ask for the one you want.":
            "G and D are both given the class label. Each column learns one digit, and on the Latent space page you choose the class.",
        "D is not told which digit is meant: it has to say so itself, of real and fake ones. G learns to be understood, and each column becomes one digit.":
            "D is not given the class label: it has to predict it, of real and fake digits. G learns to be recognised, and each column becomes one digit.",
        "then each column is one shape: ask for a circle, a square, a triangle or a cross.":
            "then each column is one shape: choose a circle, a square, a triangle or a cross as the class.",
        "D has to tell them apart, and learns how from real pictures alone.": "D has to predict the class, and learns how from real pictures alone.",
        "G gets one of ten codes that mean nothing, and D has to tell it.": "G gets one of ten codes that mean nothing, and D has to predict it.",
        "G gets one of six codes that mean nothing, and D has to tell it.": "G gets one of six codes that mean nothing, and D has to predict it.",
        "ask for a digit or a shape; see whether a D that must tell digits makes G draw them (AC-GAN)":
            "choose a digit or a shape as the class; see whether a D that must classify digits makes G draw them (AC-GAN)",
        "A discriminator that tells digits (AC-GAN)": "A discriminator that classifies digits (AC-GAN)",
        "a D that is told how far apart the samples of its batch lie": "a D that is given how far apart the samples of its batch lie",
    }, *ALL)
    r.regex(r'"order"', '"autoregressive"', "ganlib/config/family.py", "ganlib/config/autoregressive.py", "dashboard/components/inside.py",
            "tests/ganlib/config/test_autoregressive.py", "tests/ganlib/algorithms/test_init.py")

    # --- D's logits of samples
    r.regex(r"\bexplore, film, judge, mix\b", "discriminate, explore, film, mix", "dashboard/routes/__init__.py")
    r.regex(r"/judge\", judge,", '/discriminate", discriminate,', "dashboard/routes/__init__.py")
    r.names({"judge": "discriminate", "_judged": "_logits_of"}, "dashboard/routes/latent.py")
    r.regex(r'"judge"', '"discriminate"', "dashboard/browser/ways.js", "benchmarks/fuzz.py")
    r.names({"judged": "response"}, "dashboard/browser/ways.js")
    r.regex(r'setattr\(Painter, "judge"', 'setattr(Painter, "decode_with_logits"', "tests/dashboard/*.py")
    r.regex(r'(?<!Painter, )"judge"', '"discriminate"', "tests/dashboard/*.py")
    r.regex(r"\.judge\(", ".decode_with_logits(", "tests/ganlib/*.py", "tests/dashboard/*.py")
    r.regex(r"\bdef judge\(self", "def decode_with_logits(self", "tests/*.py")
    r.names({"is_judged": "has_discriminator", "said": "as_read"}, "dashboard/components/live.py")
    r.regex(r'"watch"\) and hasattr\(decoder, "sight"\)', '"sample_with_trace") and hasattr(decoder, "saliency")', "tests/ganlib/algorithms/test_init.py")
    r.regex(r"^(\s+)def (watch|sight)\(self", lambda m: f"{m[1]}def {'sample_with_trace' if m[2] == 'watch' else 'saliency'}(self", "tests/dashboard/*.py")
    r.regex(r"inside/sight\b", "inside/saliency", *ALL)
    r.words({"seen_through": "encode_held_out", "SOLO_FAMILIES": "SINGLE_NETWORK_FAMILIES", "SOLO": "SINGLE_NETWORK"}, *PY)
    r.texts({"As `Decoder.judge`": "As `Decoder.decode_with_logits`", "`refusals.py`": "`ganlib/validation`"}, *ALL)

    # --- modules that were called by a verb
    for old, new in (("ganlib/cli/kept.py", "ganlib/cli/manage.py"), ("ganlib/cli/made.py", "ganlib/cli/outputs.py"),
                     ("tests/ganlib/cli/test_kept.py", "tests/ganlib/cli/test_manage.py"), ("tests/ganlib/cli/test_made.py", "tests/ganlib/cli/test_outputs.py"),
                     ("ganlib/data/brought.py", "ganlib/data/upload_files.py"), ("tests/ganlib/data/test_brought.py", "tests/ganlib/data/test_upload_files.py")):
        r.move(old, new)
    r.names({"kept": "manage", "made": "outputs", "judging": "evaluating", "taking": "importing"}, "ganlib/cli/parser.py")
    r.words({"cli.kept": "cli.manage", "cli.made": "cli.outputs", "data.brought": "data.upload_files"}, *PY)
    r.regex(r"^from ganlib\.cli import (.*)\bmade\b", r"from ganlib.cli import \1outputs", *PY)
    r.regex(r"^from ganlib\.cli import (.*)\bkept\b", r"from ganlib.cli import \1manage", *PY)
    r.regex(r"^from ganlib\.data import (.*)\bbrought\b", r"from ganlib.data import \1upload_files", *PY)
    r.regex(r"(?<![.\w])brought\.(?=[A-Za-z_])", "upload_files.", "tests/ganlib/data/test_upload_files.py")
    r.regex(r"(?<![.\w])brought, \"", "upload_files, \"", "tests/ganlib/data/test_upload_files.py")
    r.names({"brought": "companions_"}, "ganlib/export/script.py")
    r.names({"companions_": "companion_values"}, "ganlib/export/script.py")

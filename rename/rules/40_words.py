"""What stands on pages, in help and in docstrings; the same sentences in tests and docs."""

ALL = ("ganlib/*", "dashboard/*", "tests/*", "benchmarks/*", "docs/*", "README.md")
CODE = ("ganlib/*.py", "dashboard/*.py", "tests/*.py", "benchmarks/*.py")


def define(r):
    # --- learning rates
    r.texts({
        "Step size of the generator.": "Learning rate of G.",
        "Step size of the discriminator.": "Learning rate of D.",
        "The rule that turns slopes into steps.": "The optimiser: the rule that turns gradients into steps.",
        "Adam's memory of the slope.": "Adam's beta1: the decay rate of its mean of the gradient.",
        "Adam's (and RMSProp's) memory of its size.": "Adam's beta2, RMSProp's alpha: the decay rate of its mean of the squared gradient.",
        "Adam without memory of the slope": "Adam with beta1 0",
        "How the step size falls to zero": "How the learning rate falls to zero",
        "How step sizes fall to zero": "How the learning rates fall to zero",
        "How step sizes fall while a run goes on; each player has a schedule of its own.": "Learning-rate schedules; each network has one of its own.",
        "Where D learns with larger steps than G, or goes on when G comes to rest, it is the better judge of where G is now.":
            "Where D has a larger learning rate than G, or goes on when G comes to rest, it tells better where G is now.",
        "for step sizes of one's own": "for a learning rate of each network's own",
        "The share of a step size that is left, in 0..1.": "The factor of the learning rate, in 0..1.",
        "Change the step size.": "Set the learning rate.",
        "lr: step size.": "lr: learning rate.",
        "Adam's step size and betas": "Adam's learning rate and betas",
        "step sizes": "learning rates",
        "Step sizes": "Learning rates",
        "step size": "learning rate",
        "Step size": "Learning rate",
    }, *ALL)
    r.names({"left": "factor", "grown": "grad_norm"}, "ganlib/algorithms/single_network.py")

    # --- gradients
    models = ("!ganlib/models/*", "!tests/ganlib/models/*", "!tests/old/*")
    r.texts({
        "which keep D's slope small": "which keep D's gradient small",
        "How hard the players are pushed, and how much their layers may stretch what passes through.":
            "Gradient norms of the networks, and spectral norms of their layers.",
        "Measure gradient norms and largest singular values every so many steps; 0: never.":
            "Measure gradient norms and spectral norms (largest singular values) every so many steps; 0: never.",
        "Gradient norms of the last update of each, penalties included; largest singular values.":
            "Gradient norms of the last update of each, penalties included; spectral norms.",
        "What holds D in bounds: penalties on its slope and its logits, and clipping of its weights.":
            "What holds D in bounds: gradient penalties, penalties on its logits, and weight clipping.",
        "Penalties on the slope are means": "Gradient penalties are means",
        "A penalty on the slope of D: the setting that weighs it, and what it is the mean of.":
            "A gradient penalty of D: the setting that weighs it, and what it is the mean of.",
        "The first two are least where D is flat, the others at slope 1.":
            "The first two are least where D is flat, the others at a gradient norm of 1.",
        "d_r1, d_r2, d_gp, d_dragan: of the slope, in updates that compute them.":
            "d_r1, d_r2, d_gp, d_dragan: gradient penalties, in updates that compute them.",
        "whether those on the slope are computed in this update": "whether gradient penalties are computed in this update",
        "draws the slope |∇l| to 1": "draws the gradient norm |∇l| to 1",
        "draws the slope |∇l| around reals to 1": "draws the gradient norm |∇l| around reals to 1",
        "penalty holds D's slope at one sample": "penalty holds D's gradient at one sample",
        "What is added to the loss of D, and how much each part weighs.": "Penalties in the loss of D, and their weights.",
        "Slopes from 0 to infinity as shares from 0 to 1; a slope of 1 is half way.":
            "Gradient norms from 0 to infinity as shares from 0 to 1; a norm of 1 is half way.",
        "how steep D is": "the gradient norm of D",
    }, *ALL)
    r.regex(r"(?<![\w-])slope of D(?!\w)", "gradient norm of D", "*.js", "tests/browser/*")
    r.word("slope", "gradient", *CODE, "*.js", *models)
    r.word("slopes", "gradients", *CODE, "*.js", *models)
    r.regex(r"(?<=_)slope(?=_)", "gradient", *CODE, *models)
    r.regex(r"(?<=_)slopes(?=_)", "gradients", *CODE, *models)
    r.regex(r"(?<=_)slope(?=\()", "gradient", *CODE, *models)
    r.regex(r"_slope\b", "_gradient", "tests/*.py", *models)
    r.names({"steepness": "sharesOfNorms"}, "dashboard/browser/plane_scene.js")
    r.texts({
        "In training it is that of the batch itself, and the slope flows through it.":
            "In training it is that of the batch itself, and the gradient flows through it.",
        "keeps its first and second slope finite": "keeps its first and second derivative finite",
        "one can take the slope of a logit with respect to them": "one can take the gradient of a logit with respect to them",
        "The slopes are Keras' default of that text.": "The slopes of LeakyReLU are Keras' default of that text.",
    }, "ganlib/models/*")
    r.texts({
        "How hard the network is pushed": "Gradient norm",
        "How hard the generator is pushed": "Gradient norm of G",
        "How hard the discriminator is pushed": "Gradient norm of D",
        "How hard each is pushed": "Gradient norms of G and D",
        "How much a layer of G stretches at most": "Spectral norm of G: the largest of its layers",
        "How much a layer of D stretches at most": "Spectral norm of D: the largest of its layers",
        "How much a layer stretches at most": "Spectral norms of G and D",
        "The bound and its two prices, the weight between them, how hard the networks are pushed.":
            "The ELBO, its two terms, and the gradient norm.",
        "The price of a sample, and how hard the network is pushed.": "Negative log-likelihood, bits per dimension and gradient norm.",
    }, *ALL)
    r.regex(r'"y_title": "largest singular value"', '"y_title": "largest singular value of a layer"', "dashboard/charts/game.py")
    r.regex(r'_of_both\("sigma"\)', '_of_both("spectral_norm")', "dashboard/charts/game.py")
    r.names({"_push_chart": "_gradient_norm_chart", "chain_charts": "autoregressive_charts", "_sigmas_chart": "_spectral_norms_chart",
             "_gradients_chart": "_gradient_norms_chart", "_bits_chart": "_bits_per_dim_chart",
             "price": "nll", "game_charts": "gan_charts"}, "dashboard/charts/*.py")
    r.names({"_price_chart": "_nll_chart", "price": "nll"}, "dashboard/quality.py")
    r.names({"_price_chart": "_elbo_terms_chart"}, "dashboard/charts/chances.py")
    r.names({"said": "reading_"}, "dashboard/charts/game.py")
    r.names({"reading_": "as_read"}, "dashboard/charts/game.py")
    r.names({"players": "networks"}, "dashboard/charts/game.py")
    r.text("The series of a metric that each player has.", "The series of a metric that each network has.", "dashboard/charts/game.py")

    # --- likelihoods
    r.texts({
        "Price of a sample, \\u2212log p(x)": "Negative log-likelihood, \\u2212log p(x)",
        "Price of one number of a sample": "Bits per dimension",
        "What a sample costs: z, and the rest once z is known": "Terms of the ELBO: reconstruction and KL divergence",
        "The price of a sample whose z is known": "Reconstruction term, \\u2212log p(x|z)",
        "Weight of the price of z": "Weight of the KL divergence",
        "The price of z": "KL divergence of q(z|x) to the prior",
        "The price of a number of a sample": "Bits per dimension",
        "Price of a picture, {": "Negative log-likelihood, {",
        "Price of a held-out sample, nats": "Negative log-likelihood of a held-out sample, nats",
        "The price of an unseen digit, in nats, is exact and falls as you watch.":
            "The negative log-likelihood of an unseen digit, in nats, is exact and falls as you watch.",
        "at a far lower price than MADE's": "at a far lower negative log-likelihood than MADE's",
        "recon: -log p(x|z), the price of telling x when z is known.": "recon: -log p(x|z), the reconstruction term.",
        "kl: KL(q(z|x) || p(z)), the price of telling z.": "kl: KL(q(z|x) || p(z)), the KL divergence to the prior.",
        "at what price.": "at what KL divergence.",
        "The numbers of z in the order of their price, the dearest first.": "The numbers of z in the order of their KL divergence, the largest first.",
        "Prices of the 500 held-out digits": "Negative log-likelihoods of the 500 held-out digits",
        "no time for the same price": "no time for the same likelihood",
        "and prices them (nats": "and measures their negative log-likelihood (nats",
        "A price is": "A negative log-likelihood is",
        "at any price in KL": "at any KL divergence",
    }, *ALL)
    r.words({
        "byPrice": "byKl",
        "--price": "--kl",
        "dearest": "largest",
    }, "dashboard/browser/encoder.js")
    r.regex(r'"id": "price"', '"id": "nll"', "dashboard/quality.py")
    r.regex(r'== \["price"\]', '== ["nll"]', "tests/dashboard/test_quality.py")
    r.regex(r'"id": "prices"', '"id": "elbo-terms"', "dashboard/charts/chances.py")
    r.regex(r'"prices"', '"elbo-terms"', "tests/dashboard/test_charts.py", "tests/dashboard/components/*.py")
    r.regex(r'"id": "bits"', '"id": "bits-per-dim"', "dashboard/charts/chances.py")
    r.regex(r'"bits"(?=[\],}])', '"bits-per-dim"', "tests/dashboard/test_charts.py")
    r.names({"price": "nll"}, "tests/ganlib/metrics/test_likelihood.py", "tests/ganlib/metrics/test_points.py", "tests/ganlib/cli/test_made.py",
            "benchmarks/goals.py", "benchmarks/likelihood.py")
    r.names({"_price": "_nll"}, "dashboard/components/families.py")
    r.names({"_figure": "_metric", "_found": "_newest_report", "found": "metric", "look": "view", "looks": "views", "Look": "View"}, "dashboard/components/families.py")
    r.name_("kept", "configs", "dashboard/components/families.py")

    # --- entropy and saliency of a model that draws pixel by pixel
    r.move("dashboard/browser/chain.js", "dashboard/browser/autoregressive.js")
    r.words({
        "ChainView": "AutoregressiveView",
    }, "*.js")
    r.regex(r"\bchain\.js\b", "autoregressive.js", *ALL)
    r.regex(r'"chain"', '"autoregressive"', "dashboard/browser/autoregressive.js", "dashboard/components/live.py")
    r.regex(r"^\.chain label", ".autoregressive label", "dashboard/browser/autoregressive.js")
    r.texts({
        "What sways one pixel": "Saliency: what one pixel depends on",
        "The pixels that sway the chosen one.": "Saliency: the pixels that the chosen one depends on.",
        "Show the chain; called": "Show it; called",
        "it sway what is expected of it noticeably; none of those after it can.": "it matter to what is expected of it; none of those after it can.",
        "How much each pixel sways what is thought of one of them: (H, W).": "Saliency: how much the prediction of one pixel depends on each: (H, W).",
        "How much each pixel of a picture (1, H, W, C) sways one of them: (H, W).": "Saliency: how much one pixel of a picture (1, H, W, C) depends on each: (H, W).",
        "How much each pixel of the picture in the body sways the one at `place`: (H, W).":
            "Saliency: how much the pixel at `place` depends on each of the picture in the body: (H, W).",
        "what was expected of each pixel (uint8 both), and how open it was (float32 bits).":
            "the mean of each pixel before it was drawn (uint8 both), and its entropy (float32 bits).",
        "Pictures that were drawn pixel by pixel, and what was thought of each pixel before.":
            "Pictures that were drawn pixel by pixel, and the distribution of each pixel before it was.",
        "Draw pictures, and tell what was thought of each pixel before.": "Draw pictures, with the mean and the entropy of each pixel before it was drawn.",
        "It is the size of the gradient of the likeliest value's logarithm of chance at `place`, with":
            "It is the norm of the gradient of the largest log probability at `place`, with",
    }, *ALL)
    r.regex(r"The next pixel is open by \$\{now\.toFixed\(2\)\} bits; those drawn so far were by ",
            "The next pixel has an entropy of ${now.toFixed(2)} bits; those drawn so far had ", "dashboard/browser/autoregressive.js")
    r.regex(r"is open by", "has an entropy of", "tests/browser/*")
    r.names({"bits": "entropy", "open": "total", "asked": "query", "told": "value"}, "dashboard/browser/autoregressive.js")
    r.names({"sight": "saliency"}, "dashboard/browser/autoregressive.js", "dashboard/routes/inside.py", "dashboard/routes/__init__.py")
    r.regex(r'get\("sight"\)', 'get("saliency")', "dashboard/browser/autoregressive.js")
    r.regex(r"`sight\?", "`saliency?", "dashboard/browser/autoregressive.js")
    r.regex(r'"sight"', '"saliency"', "dashboard/routes/inside.py", "tests/dashboard/routes/*.py", "tests/browser/*.py")
    r.regex(r"/sight\b", "/saliency", "dashboard/routes/__init__.py", "tests/dashboard/*.py", "tests/browser/*.py")
    r.name_("_sight", "_saliency", "dashboard/routes/inside.py")
    r.names({"told": "header", "kept": "samples_held_out", "found": "answer_"}, "dashboard/routes/inside.py")
    r.names({"samples_held_out": "reals"}, "dashboard/routes/inside.py")
    r.names({"answer_": "codes"}, "dashboard/routes/inside.py", of="encoded")
    r.names({"answer_": "codes"}, "dashboard/routes/inside.py", of="back")
    r.names({"answer_": "sizes"}, "dashboard/routes/inside.py", of="saliency")
    r.names({"answer_": "sizes"}, "dashboard/routes/inside.py", of="_saliency")
    r.names({"answer_": "trace"}, "dashboard/routes/inside.py", of="_drawn")
    r.regex(r"\btrace\.bits\b", "trace.entropy", "dashboard/routes/inside.py")

    r.regex(r"const \[query, seen\] =", "const [chosen, others] =", "dashboard/browser/autoregressive.js")
    r.regex(r"return \[\.\.\.query, 255\]", "return [...chosen, 255]", "dashboard/browser/autoregressive.js")
    r.regex(r"= seen\.map\(\(level\)", "= others.map((level)", "dashboard/browser/autoregressive.js")

    # --- groups of presets
    r.words({
        "SHELVES": "PRESET_GROUPS",
    }, "*.py", "docs/*")
    r.names({"shelf": "group", "shelves": "groups", "_shelf": "_group", "of_each_shelf": "of_each_group", "on_shelves": "in_groups"},
            "dashboard/components/gallery.py", "ganlib/presets/__init__.py", "tests/browser/person.py", "tests/dashboard/components/test_gallery.py",
            "tests/ganlib/test_presets.py", "benchmarks/*.py")
    r.names({"shelf": "sync"}, "tests/ganlib/runs/test_file_sync.py")
    r.regex(r"_stands_on_one_shelf_and_a_shelf_of_games_", "_stands_in_one_group_and_a_group_of_games_", "tests/ganlib/test_presets.py")
    r.regex(r"test_each_shelf_is", "test_each_group_is", "tests/dashboard/components/test_gallery.py")
    r.regex(r"test_an_empty_shelf_says_so", "test_no_pictures_says_so", "tests/dashboard/components/test_own_pictures.py")
    r.texts({
        "then the shelf *": "then the group *", "The shelf *": "The group *", "on shelves": "in groups", "on its shelf": "in its group",
        "The duel on a plane: the whole game of a GAN in two dimensions, live.": "The plane: the whole game of a GAN in two dimensions, live.",
        "The duel on a plane": "The game in two dimensions", "The duel itself": "The view of the plane itself",
    }, *ALL)
    for old, new in (("dashboard/components/duel.py", "dashboard/components/plane_view.py"),
                     ("tests/dashboard/components/test_duel.py", "tests/dashboard/components/test_plane_view.py"),
                     ("tests/browser/dashboard/test_duel.py", "tests/browser/dashboard/test_plane_view.py"),
                     ("benchmarks/duel.py", "benchmarks/plane_view.py")):
        r.move(old, new)
    r.regex(r"^from dashboard\.components import (.*)\bduel\b", r"from dashboard.components import \1plane_view", "*.py")
    r.names({"duel": "plane_view", "DUEL": "PLANE_VIEW"}, "dashboard/components/*.py", "tests/dashboard/*.py")
    r.regex(r"components\.duel\b", "components.plane_view", "*.py")
    r.regex(r"benchmarks[./]duel\b", lambda m: m.group().replace("duel", "plane_view"), *ALL)
    r.regex(r'"dragging", "duel"', '"dragging", "plane_view"', "tests/benchmarks/test_commands.py")

    # --- HTTP
    r.name_("Refusal", "HttpError", "dashboard/*", "tests/*")
    r.regex(r"^(\s+)Refusal(?=:)", r"\1HttpError", "dashboard/routes/*.py")
    r.regex(r"(?<=[{<|])Refusal(?=[}|>])", "HttpError", "dashboard/browser/*", "tests/node/*")
    r.regex(r"class HttpError\(Exception\):  # noqa: N818.*$", "class HttpError(Exception):", "dashboard/routes/asking.py")
    r.words({
        "asked_of": "latent_query_of",
    }, "dashboard/*.py", "tests/dashboard/*.py")
    r.codes({
        "Asked": "LatentQuery",
    }, "dashboard/*.py", "tests/dashboard/*.py")
    r.names({"asked": "query"}, "dashboard/routes/latent.py")
    r.names({"asked": "names"}, "dashboard/routes/plane.py", of="_layers")
    r.names({"told": "reading"}, "dashboard/routes/plane.py")
    r.names({"push": "mean_force"}, "dashboard/routes/plane.py")
    r.names({"push": "force"}, "ganlib/metrics/diagnosis.py")
    r.names({"asked": "key", "found": "known", "see": "make", "seen": "once_made", "kept": "made"}, "dashboard/routes/asking.py", of="once*")
    for old, new in (("latent_ask.js", "latent_http.js"), ("latent_asker.js", "latent_socket.js"), ("together.js", "polling.js"), ("strip.js", "verdict.js"),
                     ("plane_game.js", "plane_snapshot.js")):
        r.move(f"dashboard/browser/{old}", f"dashboard/browser/{new}")
        r.regex(rf"(?<![\w]){old.replace('.', chr(92) + '.')}", new, *ALL)
    r.move("tests/node/together.test.js", "tests/node/polling.test.js")
    r.names({"Strip": "Verdict", "STRIP_CSS": "VERDICT_CSS"}, "dashboard/browser/verdict.js", "dashboard/browser/measures.js", "dashboard/browser/quality.js")
    r.names({"askLatent": "fetchLatent"}, "*.js")
    r.names({"Asker": "LatentSocket", "asker": "socket_"}, "dashboard/browser/latent_socket.js", "dashboard/browser/explorer.js")
    r.names({"socket_": "latentSocket"}, "dashboard/browser/latent_socket.js", "dashboard/browser/explorer.js")
    r.names({"Asking": "Polling"}, "*.js")
    r.names({"readGame": "readSnapshot", "drawGame": "drawSnapshot", "describeGame": "describeSnapshot"}, "*.js")

    # --- classes that a generator is conditioned on
    r.regex(r'"Ask for"', '"Class"', "dashboard/*", "tests/*")
    r.texts({
        "The class asked for": "The class asked for",
        "How badly the class asked for is seen in fakes": "Cross-entropy of the class in fakes, for G",
        "How badly D tells the class of real samples": "Cross-entropy of the class of real samples, for D",
        "How badly D tells the class of fake samples": "Cross-entropy of the class of fake samples, for D",
        "How badly the class is told": "Cross-entropy of the class",
        "How much D tells of the codes": "Mutual information of the codes, for D",
        "How much of the codes is seen in fakes": "Mutual information of the codes, for G",
        "How much of the codes is told": "Mutual information of the codes",
        "How well D knows the real samples": "Overfitting of D: its mean sign at real samples",
        "How much of what D sees is changed": "Augmentation probability",
    }, *ALL)

    r.texts({
        "Draw the class that is asked for. D is told it (projection, concat: cGAN), has to tell it (auxiliary: AC-GAN), or has to tell a code without a meaning (codes: InfoGAN).":
            "Condition G on a class label. D is given it (projection, concat: cGAN), predicts it (auxiliary: AC-GAN), or predicts a code without a meaning (codes: InfoGAN).",
        "Draw the class that is asked for.": "Condition the model on a class label.",
        "Values of the code that G can be asked for (codes only).": "Values of the code that G is conditioned on (codes only).",
        "First numbers of z that D has to tell besides (codes only).": "First numbers of z that D predicts besides (codes only).",
        "Weight of the class or code that D has to tell (condition auxiliary or codes only).":
            "Weight of the class or code that D predicts (condition auxiliary or codes only).",
        "D learns to tell the class from fakes too": "D learns to predict the class from fakes too",
        "The game that is played.": "The adversarial loss.",
        "Samples that D judges together, all real or all fake (PacGAN).": "Samples that D classifies together, all real or all fake (PacGAN).",
        "Networks that know of classes: G is told which one to draw, D is told it or tells it.":
            "Class-conditional networks: G is given a class label, D is given it or predicts it.",
        "a D that judges four samples together": "a D that classifies four samples together",
        "D judges {pack} samples together": "D classifies {pack} samples together",
        "pack lets D judge several": "pack lets D classify several",
        "D is told or tells the class of one sample, and pack lets it judge several":
            "D is given or predicts the class of one sample, and pack lets it classify several",
        "D judges packs of": "D classifies packs of",
        "A D that judges packs": "A D that classifies packs",
        "With packed samples D judges packs": "With packed samples D classifies packs",
        "how many samples it judges together": "how many samples it classifies together",
        "None where D does not judge one by one": "None where D does not classify one by one",
        "of D where it judges one by one": "of D where it classifies one by one",
        "a discriminator that judges each sample by itself": "a discriminator that classifies each sample by itself",
        "whether it judges packs": "whether it classifies packs",
        "D judges the fakes. It gives": "D classifies the fakes. It gives",
    }, *ALL)
    r.regex(r'"8\. D judges"', '"8. D classifies"', "tests/browser/test_plane.py")

    # --- checkpoints and frames
    r.regex(r'"moment": partial\(fork\.choose', '"checkpoint": partial(fork.choose', "dashboard/components/*.py")
    r.regex(r'setTriggerValue\("moment"', 'setTriggerValue("checkpoint"', "*.js")
    r.regex(r'"plane", "moment"', '"plane", "checkpoint"', "tests/dashboard/*.py")
    r.regex(r'f"moment-\{', 'f"checkpoint-{', "dashboard/components/fork.py", "tests/dashboard/*.py")
    r.regex(r'"moment-', '"checkpoint-', "tests/dashboard/*.py", "tests/browser/*.py")
    r.regex(r"/compare/moments\b", "/compare/frames", "dashboard/*", "tests/*")
    r.regex(r"\bimport comparison, moments\b", "import comparison, frames", "dashboard/routes/__init__.py")
    r.regex(r'"/minimax/compare/frames", moments', '"/minimax/compare/frames", frames', "dashboard/routes/__init__.py")
    r.name_("moments", "frames", "dashboard/routes/compare.py")
    r.name_("moment", "step", "dashboard/routes/compare.py", of="_rows")
    r.texts({
        "Go on from a moment": "Go on from a checkpoint",
        "Going back to a saved moment of a run, and on from there as a new run.": "Going back to a checkpoint of a run, and on from there as a new run.",
        "The saved moments, the settings of one, and the button that goes on from it.": "The checkpoints, the settings of one, and the button that goes on from it.",
        "the place in the data are those of the moment": "the place in the data are those of the checkpoint",
        'with a "moment" (the step to go on from)': 'with a "checkpoint" (the step to go on from)',
        "Steps between two saved moments.": "Steps between two saved frames.",
        "of a saved moment [the newest]": "of a checkpoint [the newest]",
        "All networks of the newest saved moment": "All networks of the newest checkpoint",
        "Every saved moment, with its step; moves in slides and chats.": "Every saved frame, with its step; moves in slides and chats.",
        "every saved moment, with its step written below it": "every saved frame, with its step written below it",
        "Write the saved moments of a run": "Write the saved frames of a run",
        "The drawn moments, one at a time": "The frames, one at a time",
        "One moment over its step": "One frame over its step",
        "Moments in a moving picture": "Frames in a moving picture",
        "the picture of every saved moment": "the picture of every saved frame",
        "The samples that a saved moment of a run shows": "The samples that a saved frame of a run shows",
        "No moment was kept at step {step}: the run's frames": "No frame was kept at step {step}: the run's frames",
        "No moment was kept at step": "No checkpoint was kept at step",
        "The picture of one saved moment; it never changes.": "The picture of one saved frame; it never changes.",
        "A corner of one saved moment": "A corner of one saved frame",
        "pictures of saved moments": "pictures of saved frames",
        "and their saved moments.": "and their saved frames.",
        "Which saved moments of several runs there are": "Which saved frames of several runs there are",
        "asks the generator of a saved moment instead": "asks the generator of a checkpoint instead",
        "The generator of a saved moment, kept": "The generator of a checkpoint, kept",
        "The pictures of every saved moment with a scrubber": "The pictures of every saved frame with a scrubber",
        "The picture of a seed at every saved moment.": "The picture of a seed at every checkpoint.",
        "of one vector, in base64, at each saved moment.": "of one vector, in base64, at each checkpoint.",
        "One saved moment as it looked, in memory or on the disk.": "One saved frame, in memory or on the disk.",
        "A saved moment to go on from, in memory or on the disk.": "A checkpoint to go on from, in memory or on the disk.",
        "One saved moment: what the averaged generator makes": "One saved frame: what the averaged generator makes",
        "What the metrics of one moment say": "What the metrics of one step say",
        "What the figures of one moment say": "What the metrics of one step say",
        "What curves and figures of one moment say about the run": "What curves and metrics of one step say about the run",
        "Everything that is measured of one moment": "Everything that is measured of one step",
        "the lowest is not of the best moment": "the lowest is not of the best step",
        "or of another moment or run": "or of another step or run",
        "belongs to another moment, or to a run": "belongs to another step, or to a run",
        "of another moment, or of another run": "of another step, or of another run",
        "go on from another moment": "go on from another checkpoint",
        "Everything that is kept of one moment.": "What is kept of one step: a frame, and a checkpoint where it is due.",
        "a state is small enough to go back to any moment": "a state is small enough to go back to any step",
        "besides those at its saved moments": "besides those at its saved frames",
        "Whether this step is a saved moment:": "Whether this step is a saved frame:",
        "frames: the saved moments, in order; the first is step 0.": "frames: in order; the first is step 0.",
        "the newest moment that is on the disk": "the newest checkpoint that is on the disk",
        "No such moment was kept": "No such checkpoint was kept",
        "no such moment was kept": "no such checkpoint was kept",
        "saved: the moment.": "saved: the checkpoint.",
        "about newer moments that are damaged": "about newer checkpoints that are damaged",
        "frames/<step>.webp saved moments as they looked": "frames/<step>.webp frames",
        "Saved moments are the powers of two": "Saved frames are the powers of two",
        "Beside the saved moments, one a second": "Beside the saved frames, one a second",
        "Saved moments hold everything.": "Checkpoints hold everything.",
        "Any saved moment can be gone on from": "Any checkpoint can be gone on from",
        "with 500 saved moments": "with 500 saved frames",
        "frames and games come at the saved moments only": "frames and games come at the saved frames only",
        "Go back to an earlier moment": "Go back to an earlier checkpoint",
        "from the chosen moment, with other settings": "from the chosen checkpoint, with other settings",
        "The moments of a run that can be gone back to": "The checkpoints of a run that can be gone back to",
        "The run may have thinned its moments": "The run may have thinned its checkpoints",
        "The server has dropped that moment.": "The server has dropped that checkpoint.",
        "Show the last saved moment at or before": "Show the last saved frame at or before",
        "Frames or moments of a run": "Frames or checkpoints of a run",
        "Put a moment on the disk": "Put a checkpoint on the disk",
        "**Go on from a moment** runs on from any saved step": "**Go on from a checkpoint** runs on from any saved step",
        "The moment itself is there": "The checkpoint itself is there",
        "the moment, which may come from anywhere": "the checkpoint, which may come from anywhere",
    }, *ALL)
    r.regex(r"Saved moments", "Saved checkpoints", "dashboard/browser/plane_timeline.js", "tests/browser/dashboard/test_plane_view.py", "tests/browser/test_plane.py")
    r.regex(r"Saved moments", "Saved frames", "dashboard/browser/*", "tests/browser/*")
    r.regex(r"\bsaved moments", "saved frames", "dashboard/*", "ganlib/export/*", "ganlib/pictures.py")
    r.regex(r"([Aa])t a\s+saved\s+moment\b", r"\1t a checkpoint", "ganlib/*", "tests/*", "docs/*")
    r.text("saved moments", "checkpoints", *ALL)
    r.text("saved moment", "checkpoint", *ALL)
    r.regex(r"_saved_moment(?=s?[_(])", "_checkpoint", "tests/*.py")
    r.names({"moment": "checkpoint"}, "tests/ganlib/runs/*.py", "tests/ganlib/algorithms/test_init.py", "tests/ganlib/export/*.py")

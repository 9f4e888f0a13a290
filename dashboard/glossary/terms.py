"""What the terms of the game, of measures and of latent space mean."""

from dashboard.glossary.term import Term

_GOODFELLOW = "Goodfellow et al. 2014, arXiv 1406.2661"
_KARRAS_2019 = "Karras et al. 2019, arXiv 1812.04948"
_KARRAS_2020 = "Karras et al. 2020, arXiv 2006.06676"
_KINGMA = "Kingma & Welling 2014, arXiv 1312.6114"
_NAEEM = "Naeem et al. 2020, arXiv 2002.09797"
_KYNKAANNIEMI = "Kynkäänniemi et al. 2019, arXiv 1904.06991"
_SALIMANS = "Salimans et al. 2016, arXiv 1606.03498"
_GULRAJANI = "Gulrajani et al. 2017, arXiv 1704.00028"

GAME = (
    Term(
        "generator",
        "G: the network that turns random numbers z into a sample, and learns from D alone what "
        "real samples are like.",
        "x = G(z), z ~ N(0, I)",
        _GOODFELLOW,
    ),
    Term(
        "discriminator",
        "D: the network that is shown reals and fakes, and learns to tell them apart.",
        "logit = D(x)",
        _GOODFELLOW,
    ),
    Term(
        "logit",
        "The number that D gives a sample: above 0 it takes the sample for real. Where the loss is "
        "a logistic one, a sigmoid makes a probability of it.",
        "σ(l) = 1 / (1 + exp(−l))",
        _GOODFELLOW,
    ),
    Term(
        "best D",
        "The discriminator that no other beats while G stands still: it knows at each point how "
        "dense reals and fakes are.",
        "D*(x) = p_r(x) / (p_r(x) + p_g(x))",
        _GOODFELLOW,
    ),
    Term(
        "mode collapse",
        "G makes only some kinds of what the data hold, because each of them fools D.",
        "",
        "Metz et al. 2017, arXiv 1611.02163",
    ),
    Term(
        "gradient norm",
        "How long the gradient of a network's loss is, over all of its weights: how hard the "
        "network is pushed in this step.",
        "‖∂L/∂θ‖₂",
    ),
    Term(
        "spectral norm",
        "The largest factor by which a layer can stretch a vector: the largest singular value of "
        "its weight matrix.",
        "σ(W) = max ‖Wv‖ / ‖v‖",
        "Miyato et al. 2018, arXiv 1802.05957",
    ),
    Term(
        "gradient penalty",
        "An addition to D's loss for the length of D's gradient at its inputs, which keeps D "
        "smooth and G's lesson useful.",
        "γ · E f(‖∂D(x)/∂x‖)",
        _GULRAJANI,
    ),
    Term(
        "learning rate",
        "How large a step the optimiser takes for a gradient of a given size.",
        "θ ← θ − η · step",
        "Kingma & Ba 2015, arXiv 1412.6980",
    ),
    Term(
        "averaged weights",
        "EMA: a running mean of G's weights, whose samples are steadier than those of the newest.",
        "θ̄ ← β θ̄ + (1 − β) θ",
        _KARRAS_2020,
    ),
)

MEASURES = (
    Term("N", "How many fakes, or other samples, a value is measured with."),
    Term(
        "true sample",
        "What held-out reals get when they are measured like fakes: no generator can be expected "
        "to do better than this floor.",
    ),
    Term(
        "high quality",
        "Share of the fakes within three standard deviations of a mode of the data.",
        "",
        "Srivastava et al. 2017, arXiv 1705.07761",
    ),
    Term(
        "KL to uniform",
        "How unevenly the fakes spread over the modes, in nats; 0 is evenly. It is the KL "
        "divergence of their shares from equal ones.",
        "Σ qᵢ log(qᵢ · n)",
        "Lin et al. 2018, arXiv 1712.04086",
    ),
    Term(
        "sliced Wasserstein distance",
        "How far mass must be carried to make the fakes into the reals, along one line at a time, "
        "mean over 32 directions.",
        "E_v W₁(v·x_real, v·x_fake)",
        "Kolouri et al. 2019, arXiv 1902.00434",
    ),
    Term(
        "Jensen-Shannon divergence",
        "How easily reals and fakes are told apart by their densities, in nats: 0 where they are "
        "the same, log 2 = 0.693 where they never meet. It is estimated: fakes that are too narrow "
        "for their spots read up to 0.03 too low.",
        "½ KL(p_r ‖ m) + ½ KL(p_g ‖ m), m = (p_r + p_g)/2",
        _GOODFELLOW,
    ),
    Term(
        "push",
        "How hard G's loss moves a fake: the length of the loss's gradient there, with its sign "
        "turned.",
        "‖−∂L_G/∂x‖",
    ),
    Term(
        "value of the game",
        "What D makes as large as it can, and G as small as it can.",
        "V(D, G) = E log D(x) + E log(1 − D(G(z)))",
        _GOODFELLOW,
    ),
    Term(
        "Fréchet distance",
        "How far the fakes lie from real pictures, seen as two clouds of features; lower is "
        "better, and beside it stands what other real pictures get.",
        "‖μ − ν‖² + tr(S + T − 2 (S T)^½)",
        "Heusel et al. 2017, arXiv 1706.08500",
    ),
    Term(
        "kernel distance",
        "The same question without taking the clouds for round; 0 on average for pictures as the "
        "real ones, and then as often below 0 as above.",
        "MMD² with the kernel (x·y / d + 1)³",
        "Bińkowski et al. 2018, arXiv 1801.01401",
    ),
    Term(
        "precision",
        "Share of the fakes that look like some real picture: quality.",
        "fakes within the reach of a real's 5th neighbour",
        _KYNKAANNIEMI,
    ),
    Term(
        "recall",
        "Share of the real pictures that some fake looks like: variety.",
        "reals within the reach of a fake's 5th neighbour",
        _KYNKAANNIEMI,
    ),
    Term(
        "density",
        "How many real pictures a fake is close to, against what is usual; it may pass 1.",
        "",
        _NAEEM,
    ),
    Term(
        "coverage",
        "Share of the real pictures that have a fake close by: variety, and hard to fool.",
        "",
        _NAEEM,
    ),
    Term(
        "class KL",
        "How unevenly the classes are drawn, in nats; 0 is as in the data.",
        "KL(classes of fakes ‖ classes of the data)",
    ),
    Term(
        "classifier score",
        "How surely a classifier names each fake, and how many classes there are; from 1 to the "
        "number of classes. With the Inception network it is the inception score.",
        "exp E KL(p(y|x) ‖ p(y))",
        _SALIMANS,
    ),
    Term(
        "distance between fakes",
        "From a fake to the most similar other one, over what is usual between real pictures; far "
        "below the real pictures' own means repeated pictures.",
    ),
    Term(
        "saturation",
        "Share of the numbers in the pictures that are at an end of their range, 0 or 255; far "
        "more than in real pictures means that the generator is stuck there.",
    ),
    Term(
        "memorisation ratio",
        "Distance from a fake to the nearest training picture, over what is usual between those; "
        "far below 1 means copies.",
    ),
    Term(
        "negative log-likelihood",
        "How surprised the model is by a sample that it never saw, in nats: its own measure, which "
        "a GAN cannot give; lower is better.",
        "−log p(x)",
        _KINGMA,
    ),
    Term(
        "bits per dimension",
        "The negative log-likelihood for each number of a picture, in bits; black and white by "
        "mere chance cost 1.",
        "−log₂ p(x) / d",
    ),
    Term(
        "mass shared with the data",
        "How much of the data's mass the model's density covers: 1 for the same density, 0 for one "
        "that lies wholly elsewhere.",
        "E_data min(1, q(x) / p(x))",
    ),
    Term(
        "spots covered",
        "To how many modes of the data the model brings a fair part of its points: at least a "
        "tenth of an equal share.",
    ),
    Term(
        "standard error",
        "How much a value would change if other samples had been drawn.",
        "s / √N",
    ),
)

LATENT = (
    Term(
        "latent space",
        "All the vectors z that a generator can be given: near vectors become like samples.",
        "z ~ N(0, I)",
        _GOODFELLOW,
    ),
    Term(
        "truncation",
        "Vectors are pulled towards their mean: samples become more typical, and less varied. 1 "
        "changes nothing, 0 leaves the mean alone.",
        "w' = w̄ + ψ (w − w̄)",
        _KARRAS_2019,
    ),
    Term(
        "PC 1",
        "First principal component: the direction in which a generator's features vary most.",
        "",
        "Härkönen et al. 2020, arXiv 2004.02546",
    ),
    Term(
        "style",
        "w: what a mapping network makes of z, which then steers every layer of the generator.",
        "w = f(z)",
        _KARRAS_2019,
    ),
    Term(
        "saliency",
        "How much one number of the output depends on each pixel of the input: its gradient.",
        "|∂y/∂x|",
        "Simonyan et al. 2013, arXiv 1312.6034",
    ),
    Term(
        "entropy",
        "How undecided a pixel still is before it is drawn; 0 is certain.",
        "−Σ p log p",
    ),
    Term(
        "KL divergence",
        "What it costs to take one distribution for another; of a VAE, how far what the encoder "
        "says of a picture is from what every z is drawn from.",
        "KL(q ‖ p) = E_q log(q/p)",
        _KINGMA,
    ),
)

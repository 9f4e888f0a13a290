"""The families beside the GAN: no discriminator, one network that learns what is likely."""

from collections.abc import Mapping

from ganlib.config import (
    AutoregressiveConfig,
    ImageData,
    MadeNetwork,
    PixelCnnNetwork,
    RunConfig,
    SingleNetworkOptimisation,
    Toy2dData,
    VaeConfig,
    VaeConvolutional,
    VaeObjective,
    VaePerceptron,
)
from ganlib.presets.preset import Preset
from ganlib.settings import changed

_DIGITS = ImageData(levels=2)
_PIXELCNN = RunConfig(
    title="Digits, pixel by pixel (PixelCNN)",
    total_steps=2000,
    batch_size=16,
    frame_every=100,
    data=_DIGITS,
    algorithm=AutoregressiveConfig(
        network=PixelCnnNetwork(width=16, depth=4, reach=3),
        optimisation=SingleNetworkOptimisation(lr=3e-3, lr_decay="cosine", ema_half_life=5000),
    ),
)

FAMILIES: Mapping[str, Preset] = {
    "vae-digits": Preset(
        title="Digits squeezed through 16 numbers (VAE)",
        sees="An encoder squeezes each digit into 16 numbers, and a decoder draws it again from "
        "them. Soft clouds turn into digits; there is no discriminator, and what is uncertain "
        "stays grey.",
        takes="Digits after about 600 steps, 6 s; clearer until all 3,000, some 30 s.",
        measured="In 10 of 10 seeds an unseen digit cost 110 nats or less after 600 steps (median "
        "104); to guess each pixel by a coin costs 543.",
        config=RunConfig(
            title="Digits squeezed through 16 numbers (VAE)",
            total_steps=3000,
            frame_every=50,
            data=_DIGITS,
            algorithm=VaeConfig(
                network=VaeConvolutional(latent_dim=16, width=16),
                optimisation=SingleNetworkOptimisation(
                    lr=3e-3, lr_decay="cosine", ema_half_life=5000
                ),
            ),
        ),
    ),
    "vae-map": Preset(
        title="A map of all digits (VAE)",
        sees="Each digit gets two numbers only: a place on a map. On the Latent space page you "
        "walk over it, and digits that look alike lie side by side.",
        takes="The map has its regions after about 1,000 steps, 5 s; finer until all 6,000, some "
        "30 s.",
        measured="In 10 of 10 seeds an unseen digit cost 165 nats or less after 1,000 steps "
        "(median 158): two numbers say less than sixteen.",
        config=RunConfig(
            title="A map of all digits (VAE)",
            total_steps=6000,
            frame_every=100,
            data=_DIGITS,
            algorithm=VaeConfig(
                network=VaePerceptron(latent_dim=2, width=256),
                optimisation=SingleNetworkOptimisation(
                    lr=3e-3, lr_decay="cosine", ema_half_life=5000
                ),
            ),
        ),
    ),
    "vae-ring": Preset(
        title="The ring without an opponent (VAE)",
        sees="Points are squeezed into two numbers and drawn again, while these numbers are "
        "pressed into the shape of the noise. Eight spots appear, and bridges between them: a "
        "smooth decoder cannot jump.",
        takes="All eight spots after some 1,000 steps, 2 s; sharp after all 6,000, some 10 s.",
        measured="In 10 of 10 seeds all eight spots and 35 % of the points on one at the end "
        "(median 47 %).",
        config=RunConfig(
            title="The ring without an opponent (VAE)",
            total_steps=6000,
            batch_size=128,
            frame_every=500,
            data=Toy2dData(name="ring"),
            algorithm=VaeConfig(
                network=VaePerceptron(latent_dim=2, width=64, depth=3),
                objective=VaeObjective(likelihood="gaussian"),
                optimisation=SingleNetworkOptimisation(
                    lr=3e-3, lr_decay="cosine", ema_half_life=2000
                ),
            ),
        ),
    ),
    "vae-shapes": Preset(
        title="Coloured shapes, softly (VAE)",
        sees="Clouds shrink to soft blots of colour. A beta of 8 presses the codes of the shapes "
        "into the space of the noise; with 1, the samples stay clouds that in some runs fill the "
        "picture.",
        takes="Blots after about 800 steps, 12 s; all 2,000 take some 30 s.",
        measured="In 10 of 10 seeds at least 8 in 10 samples held a blot of the right size by then "
        "(median 93 in 100); with a beta of 1 in 2 of 3.",
        config=RunConfig(
            title="Coloured shapes, softly (VAE)",
            total_steps=2000,
            frame_every=50,
            data=ImageData(name="shapes", size=32),
            algorithm=VaeConfig(
                network=VaeConvolutional(latent_dim=32, width=16),
                objective=VaeObjective(likelihood="gaussian", beta=8),
                optimisation=SingleNetworkOptimisation(
                    lr=2e-3, lr_decay="cosine", ema_half_life=5000
                ),
            ),
        ),
    ),
    "made-ring": Preset(
        title="The ring in stripes (MADE)",
        sees="The plane is cut into 256 stripes each way. One number is drawn, then the other "
        "given the first: all eight spots within seconds, and the exact chance of every point.",
        takes="All eight spots after some 500 steps, 1 s; all 3,000 take some 8 s.",
        measured="In 10 of 10 seeds all eight spots, 95 % of the points on one and KL to uniform "
        "under 0.01 after 1,000 steps (medians: 97 %, 0.002).",
        config=RunConfig(
            title="The ring in stripes (MADE)",
            total_steps=3000,
            batch_size=128,
            frame_every=200,
            data=Toy2dData(name="ring"),
            algorithm=AutoregressiveConfig(
                network=MadeNetwork(width=128, depth=1, bins=256),
                optimisation=SingleNetworkOptimisation(
                    lr=3e-3, lr_decay="cosine", ema_half_life=2000
                ),
            ),
        ),
    ),
    "made-small": Preset(
        title="Tiny digits, number by number (MADE)",
        sees="Digits of 8 x 8 pixels in four greys, each pixel a chance that depends on those "
        "before it. The negative log-likelihood of an unseen digit, in nats, is exact and falls as "
        "you watch.",
        takes="Digits after about 600 steps, 1 s; all 3,000 take some 5 s.",
        measured="In 10 of 10 seeds an unseen digit cost 25 nats or less after 600 steps (median "
        "23.7); guessing costs 89. Of the 500 that are asked 28 are exactly like one learnt from.",
        config=RunConfig(
            title="Tiny digits, number by number (MADE)",
            total_steps=3000,
            frame_every=100,
            data=ImageData(size=8, levels=4),
            algorithm=AutoregressiveConfig(
                network=MadeNetwork(width=256, depth=1),
                optimisation=SingleNetworkOptimisation(
                    lr=3e-3, lr_decay="cosine", ema_half_life=5000
                ),
            ),
        ),
    ),
    "made-digits": Preset(
        title="Digits, number by number (MADE)",
        sees="Digits of black or white pixels, each pixel a chance that depends on all before it, "
        "row by row. Speckles join into strokes; a stroke that was begun badly cannot be taken "
        "back.",
        takes="Strokes after about 800 steps, 8 s; all 4,000 take some 40 s.",
        measured="In 10 of 10 seeds an unseen digit cost 130 nats or less after 800 steps "
        "(median 120); guessing costs 543.",
        config=RunConfig(
            title="Digits, number by number (MADE)",
            total_steps=4000,
            frame_every=100,
            data=_DIGITS,
            algorithm=AutoregressiveConfig(
                network=MadeNetwork(width=512, depth=1),
                optimisation=SingleNetworkOptimisation(
                    lr=1e-3, lr_decay="linear", ema_half_life=5000
                ),
            ),
        ),
    ),
    "pixelcnn-digits": Preset(
        title="Digits, pixel by pixel (PixelCNN)",
        sees="Each pixel is drawn with a chance that convolutions read from the pixels above and "
        "to the left. Strokes come within seconds, at a far lower negative log-likelihood than "
        "MADE's; that they join into a digit takes longer.",
        takes="Strokes after about 200 steps, 12 s; all 2,000 take some 2 min.",
        measured="In 10 of 10 seeds an unseen digit cost 85 nats or less after 200 steps "
        "(median 79); after all 2,000 it cost 68 (seed 0).",
        config=_PIXELCNN,
    ),
    "pixelcnn-shapes": Preset(
        title="Coloured shapes, pixel by pixel",
        sees="Shapes in eight colours, from the top downwards. Edges are sharp from the start, and "
        "the network learns where a shape must end that it began.",
        takes="Shapes after about 200 steps, 20 s; all 2,000 take some 3 min.",
        measured="In 10 of 10 seeds an unseen picture cost 65 nats or less after 200 steps "
        "(median 48); guessing costs 2,129.",
        config=changed(
            _PIXELCNN,
            {
                "title": "Coloured shapes, pixel by pixel",
                "name": "shapes",
                "size": 32,
            },
        ),
    ),
}

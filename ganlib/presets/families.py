"""The families beside the GAN: nobody judges, one network learns what is likely."""

from collections.abc import Mapping

from ganlib.config import (
    AutoregressiveConfig,
    ImageData,
    MadeNetwork,
    PixelCnnNetwork,
    PlaneData,
    RunConfig,
    SoloOptimisation,
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
    frame_every=200,
    data=_DIGITS,
    algorithm=AutoregressiveConfig(
        network=PixelCnnNetwork(width=16, depth=4),
        optimisation=SoloOptimisation(lr=3e-3, lr_decay="cosine", ema_half_life=2000),
    ),
)

FAMILIES: Mapping[str, Preset] = {
    "vae-digits": Preset(
        title="Digits squeezed through 16 numbers (VAE)",
        sees="TODO",
        takes="TODO",
        measured="TODO",
        config=RunConfig(
            title="Digits squeezed through 16 numbers (VAE)",
            total_steps=3000,
            frame_every=50,
            data=_DIGITS,
            algorithm=VaeConfig(
                network=VaeConvolutional(latent_dim=16, width=16),
                optimisation=SoloOptimisation(lr=3e-3, lr_decay="cosine", ema_half_life=5000),
            ),
        ),
    ),
    "vae-map": Preset(
        title="A map of all digits (VAE)",
        sees="TODO",
        takes="TODO",
        measured="TODO",
        config=RunConfig(
            title="A map of all digits (VAE)",
            total_steps=6000,
            frame_every=100,
            data=_DIGITS,
            algorithm=VaeConfig(
                network=VaePerceptron(latent_dim=2, width=256),
                optimisation=SoloOptimisation(lr=1e-3, lr_decay="cosine", ema_half_life=5000),
            ),
        ),
    ),
    "vae-ring": Preset(
        title="The ring without an opponent (VAE)",
        sees="TODO",
        takes="TODO",
        measured="TODO",
        config=RunConfig(
            title="The ring without an opponent (VAE)",
            total_steps=10_000,
            batch_size=128,
            frame_every=500,
            data=PlaneData(name="ring"),
            algorithm=VaeConfig(
                network=VaePerceptron(latent_dim=2, width=64, depth=3),
                objective=VaeObjective(likelihood="gaussian"),
                optimisation=SoloOptimisation(lr=3e-3, lr_decay="cosine", ema_half_life=2000),
            ),
        ),
    ),
    "vae-shapes": Preset(
        title="Coloured shapes, softly (VAE)",
        sees="TODO",
        takes="TODO",
        measured="TODO",
        config=RunConfig(
            title="Coloured shapes, softly (VAE)",
            total_steps=2000,
            frame_every=50,
            data=ImageData(name="shapes", size=32),
            algorithm=VaeConfig(
                network=VaeConvolutional(latent_dim=32, width=16),
                objective=VaeObjective(likelihood="gaussian"),
                optimisation=SoloOptimisation(lr=2e-3, lr_decay="cosine", ema_half_life=5000),
            ),
        ),
    ),
    "made-ring": Preset(
        title="The ring in stripes (MADE)",
        sees="TODO",
        takes="TODO",
        measured="TODO",
        config=RunConfig(
            title="The ring in stripes (MADE)",
            total_steps=3000,
            batch_size=128,
            frame_every=200,
            data=PlaneData(name="ring"),
            algorithm=AutoregressiveConfig(
                network=MadeNetwork(width=128, depth=1, bins=256),
                optimisation=SoloOptimisation(lr=3e-3, lr_decay="cosine", ema_half_life=2000),
            ),
        ),
    ),
    "made-small": Preset(
        title="Tiny digits, number by number (MADE)",
        sees="TODO",
        takes="TODO",
        measured="TODO",
        config=RunConfig(
            title="Tiny digits, number by number (MADE)",
            total_steps=3000,
            frame_every=100,
            data=ImageData(size=8, levels=2),
            algorithm=AutoregressiveConfig(
                network=MadeNetwork(width=256, depth=1),
                optimisation=SoloOptimisation(lr=3e-3, lr_decay="cosine", ema_half_life=5000),
            ),
        ),
    ),
    "made-digits": Preset(
        title="Digits, number by number (MADE)",
        sees="TODO",
        takes="TODO",
        measured="TODO",
        config=RunConfig(
            title="Digits, number by number (MADE)",
            total_steps=3000,
            frame_every=100,
            data=_DIGITS,
            algorithm=AutoregressiveConfig(
                network=MadeNetwork(width=512, depth=1),
                optimisation=SoloOptimisation(lr=3e-3, lr_decay="cosine", ema_half_life=5000),
            ),
        ),
    ),
    "pixelcnn-digits": Preset(
        title="Digits, pixel by pixel (PixelCNN)",
        sees="TODO",
        takes="TODO",
        measured="TODO",
        config=_PIXELCNN,
    ),
    "pixelcnn-asked": Preset(
        title="The digit you ask for, pixel by pixel",
        sees="TODO",
        takes="TODO",
        measured="TODO",
        config=changed(
            _PIXELCNN, {"title": "The digit you ask for, pixel by pixel", "conditional": True}
        ),
    ),
    "pixelcnn-shapes": Preset(
        title="Coloured shapes, pixel by pixel",
        sees="TODO",
        takes="TODO",
        measured="TODO",
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

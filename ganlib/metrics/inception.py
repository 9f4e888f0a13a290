"""The features of the literature, from a package that is not installed by default."""

from urllib.error import URLError

import torch
from torch import Tensor, nn

from ganlib.errors import MeasureError, reason
from ganlib.metrics.features import ExtractedFeatures
from ganlib.runtime import own_threads

_CHUNK = 32


class InceptionFeatures:
    """What the Inception network of 2015 makes of pictures, as torch-fidelity has it.

    Handed to `ReferenceSet`, it measures in 2,048 features of photographs, with the same rules: the
    Fréchet distance then needs 4,100 pictures and more, and minutes on a CPU.

    Raises:
        MeasureError: torch-fidelity is not installed, or the weights cannot be fetched.
    """

    name = "Inception features of torch-fidelity"
    class_names: tuple[str, ...] = ()

    def __init__(self) -> None:
        try:
            from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
        except ImportError:
            raise MeasureError(
                "Inception metrics need the package torch-fidelity: install it with "
                "'pip install torch-fidelity'. At its first use it downloads 91 MB of weights."
            ) from None
        try:
            network: nn.Module = FeatureExtractorInceptionV3(
                "inception-v3-compat", ["2048", "logits_unbiased"]
            )
        except (URLError, OSError) as error:
            raise MeasureError(
                f"The weights of the Inception network cannot be downloaded ({reason(error)}): "
                "connect to the network once, or measure in the features of the project's own "
                "classifiers."
            ) from error
        self._network = network.eval().requires_grad_(False)

    @torch.inference_mode()
    def extract(self, pictures: Tensor) -> ExtractedFeatures:
        """As `Features.extract`; grey pictures are looked at in three equal channels."""
        in_colour = pictures.expand(-1, 3, -1, -1)
        with own_threads(1):
            parts = [self._network(part) for part in in_colour.split(_CHUNK)]
        features, logits = (torch.cat(one).double() for one in zip(*parts, strict=True))
        return ExtractedFeatures(features, logits.softmax(1))

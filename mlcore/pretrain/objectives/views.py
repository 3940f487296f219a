"""Two views: a place with some tokens hidden, and with others, against other places."""

from torch import Tensor, nn

from mlcore.pretrain.contrast import info_nce
from mlcore.pretrain.objectives.passes import Passes
from mlcore.pretrain.objectives.shape import Shape, projector


class Views(nn.Module):
    """InfoNCE between two maskings of a tile (SimCLR's loss, arXiv 2002.05709, with masks instead of distortions)."""

    def __init__(self, shape: Shape) -> None:
        """Add a projector."""
        super().__init__()
        self.temperature = shape.temperature
        self.projector = projector(shape.vector)

    def forward(self, passes: Passes) -> Tensor:
        """Return the symmetric loss of the batch."""
        one, other = (self.projector(passes.vectors(~passes.drawn(purpose))) for purpose in (3, 4))
        return info_nce(one, other, temperature=self.temperature, near=passes.pairs.near)

"""The network of EfficientNet-lite0 up to its last stage; its parameters are named as in the published checkpoint."""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

EPSILON = 1e-3  # of the batch normalisation that it was trained with
STEM = 32


@dataclass(frozen=True)
class Stage:
    """Blocks of one width; the first of them may halve the raster."""

    repeats: int
    kernel: int
    stride: int
    expansion: int
    width: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
# The last stage of each raster that is coarser than the one before: px of the picture a cell -> index in STAGES.
SCALES = {4: 1, 8: 2, 16: 4, 32: 6}
WIDTHS = {stride: STAGES[index].width for stride, index in SCALES.items()}


class Same(nn.Conv2d):
    """A convolution without bias, padded as TensorFlow does, in which these weights were trained."""

    def __init__(self, channels: int, width: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(channels, width, kernel, stride, groups=groups, bias=False)

    def forward(self, raster: Tensor) -> Tensor:
        """Return [B, width, h / stride, w / stride], rounded up."""
        (kernel, _), (stride, _) = self.kernel_size, self.stride
        height, width = (max((-(-side // stride) - 1) * stride + kernel - side, 0) for side in raster.shape[2:])
        padding = (width // 2, width - width // 2, height // 2, height - height // 2)
        return super().forward(functional.pad(raster, padding))


class InvertedResidual(nn.Module):
    """Expand, filter each channel by itself, project (Sandler et al. 2018, arXiv 1801.04381)."""

    def __init__(self, width: int, stage: Stage, stride: int) -> None:
        super().__init__()
        inner = width * stage.expansion
        if stage.expansion > 1:
            self._expand_conv = Same(width, inner, 1)
            self._bn0 = nn.BatchNorm2d(inner, EPSILON)
        self._depthwise_conv = Same(inner, inner, stage.kernel, stride, inner)
        self._bn1 = nn.BatchNorm2d(inner, EPSILON)
        self._project_conv = Same(inner, stage.width, 1)
        self._bn2 = nn.BatchNorm2d(stage.width, EPSILON)
        self.is_residual = stride == 1 and width == stage.width

    def forward(self, raster: Tensor) -> Tensor:
        """Return [B, stage's width, h, w]."""
        mixed = raster
        if hasattr(self, "_expand_conv"):
            mixed = functional.relu6(self._bn0(self._expand_conv(mixed)))
        mixed = functional.relu6(self._bn1(self._depthwise_conv(mixed)))
        mixed = self._bn2(self._project_conv(mixed))
        projected: Tensor = raster + mixed if self.is_residual else mixed
        return projected


class Network(nn.Module):
    """The encoder without its classifier."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = Same(3, STEM, 3, 2)
        self._bn0 = nn.BatchNorm2d(STEM, EPSILON)
        self._blocks = nn.ModuleList()
        width, self.ends = STEM, list[int]()
        for stage in STAGES:
            for repeat in range(stage.repeats):
                self._blocks.append(InvertedResidual(width, stage, stage.stride if repeat == 0 else 1))
                width = stage.width
            self.ends.append(len(self._blocks) - 1)

    def forward(self, picture: Tensor) -> dict[int, Tensor]:
        """Return rasters of features [B, width, h, w] by their strides, of pictures [B, 3, H, W]."""
        raster = functional.relu6(self._bn0(self._conv_stem(picture)))
        scales, wanted = dict[int, Tensor](), {self.ends[index]: stride for stride, index in SCALES.items()}
        for index, block in enumerate(self._blocks):
            raster = block(raster)
            if index in wanted:
                scales[wanted[index]] = raster
        return scales

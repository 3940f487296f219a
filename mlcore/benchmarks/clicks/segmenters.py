"""What is compared: the labelling page's own code, run by Node, and a random walker on the bands."""

import base64
import json
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.segmentation import random_walker

from mlcore.benchmarks.clicks.clicker import Click, Mask
from mlcore.benchmarks.clicks.targets import Target
from mlcore.likeness import likeness_of
from mlcore.model import load_encoder, slots
from mlcore.samples import Sample

_PROGRAM = Path(__file__).with_name("segmenter.js")


class Ours:
    """The segmenter of the labelling page."""

    def __init__(self, *, learned: bool = True, remembers: bool = True) -> None:
        """Start Node.

        Args:
            learned: whether the encoder's feature map is there, as after the first vectors.
            remembers: whether it is told how large earlier shapes were.
        """
        self._remembers = remembers
        self._chosen: dict[str, float] = {}
        self._encoder = load_encoder("nano") if learned else None
        self._folder = tempfile.TemporaryDirectory()
        self._node = subprocess.Popen(["node", str(_PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._files: dict[str, Path] = {}
        self._side = (0, 0)
        self.loading_ms: list[float] = []
        self.click_ms: list[float] = []

    def close(self) -> None:
        """Stop Node."""
        self._node.communicate()
        self._folder.cleanup()

    def expect(self, area: float) -> None:
        """Tell it how large shapes of the class usually are, px; 0 where nobody knows."""
        self._chosen = {"expected": area} if self._remembers else {}

    def load(self, target: Target) -> None:
        """Prepare the tile of a target."""
        self._side = target.shape.shape[0], target.shape.shape[1]
        if target.name not in self._files:
            features = self._encoder.embed_map(Sample(target.chips)) if self._encoder else None
            path = Path(self._folder.name) / f"{len(self._files)}.bin"
            path.write_bytes(likeness_of(target.chips, self._side[0], features).to_bytes())
            self._files[target.name] = path
        told = self._ask({"path": str(self._files[target.name]), "chosen": self._chosen})
        self.loading_ms.append(told["ms"])

    def segment(self, clicks: list[Click]) -> Mask:
        """Return the shape that clicks mean."""
        told = self._ask({"clicks": clicks})
        self.click_ms.append(told["ms"])
        return np.frombuffer(base64.b64decode(told["mask"]), np.uint8).reshape(self._side) > 0

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        to, back = self._node.stdin, self._node.stdout
        if to is None or back is None:
            raise RuntimeError("Node was started without pipes.")
        to.write(json.dumps(request) + "\n")
        to.flush()
        answer: dict[str, Any] = json.loads(back.readline())
        return answer


class Walker:
    """A random walker on the bands (Grady 2006), as scikit-image has it; all is inside until something is outside."""

    def __init__(self, *, beta: float = 130) -> None:
        """Take the weight of differences."""
        self.beta = beta
        self._data: NDArray[np.float64] = np.zeros((1, 1, 1))

    def load(self, target: Target) -> None:
        """Prepare the bands of the tile: each of unit range."""
        bands = np.concatenate([slots.scaled(chip.pixels, chip.sensor.quantity) for chip in target.chips])
        low, high = (np.percentile(bands, q, (1, 2), keepdims=True) for q in (2, 98))
        self._data = np.moveaxis(np.clip((bands - low) / np.maximum(high - low, 1e-6), 0, 1), 0, -1).astype(np.float64)

    def segment(self, clicks: list[Click]) -> Mask:
        """Return what is likelier reached from the clicks inside."""
        seeds = np.zeros(self._data.shape[:2], np.int64)
        for x, y, inside in clicks:
            seeds[y, x] = 1 if inside else 2
        if not (seeds == 2).any():
            return np.ones(seeds.shape, bool)
        if not (seeds == 1).any():
            return np.zeros(seeds.shape, bool)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            walked = random_walker(self._data, seeds, beta=self.beta, mode="cg_j", tol=1e-3, channel_axis=-1)
        return np.asarray(walked == 1)

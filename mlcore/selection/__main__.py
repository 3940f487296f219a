"""Compare encoders and heads on a scene of your own: `python -m mlcore.selection --scene A.tif --labels L.tif`."""

import argparse
import json
import sys
from pathlib import Path

import torch

from mlcore.encoders import ENCODERS, AnyEncoder, Cached, get_encoder
from mlcore.errors import MLCoreError
from mlcore.selection import LEARNERS, compare
from mlcore.selection.scenes import labelled_samples

_DEFAULT = ("image-statistics", "statistics", "random-convolutions", "nano")


def main(arguments: list[str] | None = None) -> int:
    """Print the comparison; return 2 when it can't be made."""
    options = _options(arguments)
    torch.set_num_threads(options.threads)
    try:
        samples, codes = labelled_samples(
            options.scene, options.labels, per_class=options.per_class, patch_px=options.patch, seed=options.seed
        )
        print(f"{len(samples)} patches of {len(set(codes.tolist()))} classes", flush=True)
        comparison = compare(
            samples,
            codes,
            encoders=[_encoder(spec, options.cache) for spec in options.encoder or _DEFAULT],
            heads=options.head or ["linear"],
            seed=options.seed,
            progress=lambda share, what: print(f"{100 * share:3.0f} %  {what}", flush=True),
        )
    except MLCoreError as error:
        print(error, file=sys.stderr)
        return 2
    print(comparison.table())
    print(comparison.reason)
    if options.json:
        options.json.write_text(json.dumps(comparison.to_dict(), indent=1))
    return 0


def _encoder(spec: str, cache: Path | None) -> AnyEncoder:
    encoder = get_encoder(spec)
    return Cached(encoder, cache) if cache else encoder


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mlcore.selection", description=__doc__)
    parser.add_argument("--scene", action="append", required=True, help="FILE or FILE=SENSOR; several of one ground")
    parser.add_argument("--labels", type=Path, required=True, help="one band of class codes; 0 is not labelled")
    known = ", ".join(ENCODERS)
    parser.add_argument("--encoder", action="append", help=f"from the simplest on; {known}, or a .safetensors file")
    parser.add_argument("--head", action="append", choices=list(LEARNERS["classes"]))
    parser.add_argument("--per-class", type=int, default=20, help="labels of a class to use")
    parser.add_argument("--patch", type=int, default=9, help="side of a patch in the labels' pixels, odd")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--cache", type=Path, help="keep vectors in this folder, for the next time")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

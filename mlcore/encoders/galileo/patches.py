"""Patch kernels of one size made into another."""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional


def resized(kernel: Tensor, patch: int) -> Tensor:
    """Return a kernel [out, in, p, p] for patches of another side: [out, in, patch, patch].

    The new kernel answers to a resized patch as the old one did to the patch (FlexiViT, Beyer et al. 2023, arXiv
    2212.08013, equation 4): it is multiplied by the pseudo-inverse of the bicubic resizing.
    """
    side = kernel.shape[-1]
    if patch == side:
        return kernel
    return (kernel.flatten(2) @ _inverse(side, patch).T).view(*kernel.shape[:2], patch, patch)


@lru_cache(maxsize=16)
def _inverse(side: int, patch: int) -> Tensor:
    """Return [patch^2, side^2], the pseudo-inverse of resizing side x side pixels to patch x patch."""
    pixels = torch.eye(side * side).view(-1, 1, side, side)
    smaller = functional.interpolate(pixels, (patch, patch), mode="bicubic", antialias=True)
    inverse: Tensor = torch.linalg.pinv(smaller.flatten(1))
    return inverse

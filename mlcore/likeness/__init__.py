"""Likeness: what each pixel of a tile looks like, in few small numbers, for tools that answer in the browser."""

from mlcore.likeness.channels import Likeness, likeness_of

__all__ = ["Likeness", "likeness_of"]

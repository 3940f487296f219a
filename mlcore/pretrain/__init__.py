"""Self-supervised pretraining of the foundation model on imagery without labels."""

from mlcore.pretrain.training import Recipe, Step, pretrain

__all__ = ["Recipe", "Step", "pretrain"]

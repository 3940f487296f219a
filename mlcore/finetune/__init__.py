"""Fine-tuning: an encoder learns from labels, and stays an ordinary encoder."""

from mlcore.finetune.recipe import FinetuneRecipe, Step
from mlcore.finetune.tuning import finetune

__all__ = ["FinetuneRecipe", "Step", "finetune"]

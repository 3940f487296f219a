"""Self-supervised pretraining of the foundation model on imagery without labels."""

from mlcore.pretrain.recipe import Machine, Recipe, Step, get_recipe
from mlcore.pretrain.training import pretrain

__all__ = ["Machine", "Recipe", "Step", "get_recipe", "pretrain"]

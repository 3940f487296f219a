"""How to fine-tune, and what is told of it while it runs."""

from dataclasses import dataclass

from mlcore.errors import UnknownName

RATES = {"lora": 2e-3, "full": 5e-4}  # method -> learning rate


@dataclass(frozen=True)
class FinetuneRecipe:
    """How to fine-tune; the defaults take about a minute on one core for 200 tiles of 64 px with nano."""

    method: str = "lora"  # or "full": every weight moves
    epochs: int = 20
    batch: int = 32
    rate: float | None = None  # None: what suits the method
    rank: int = 8  # of LoRA's matrices
    patience: int = 6  # epochs without a better validation loss
    validation: float = 0.2  # share of the labels that says when to stop
    seed: int = 0
    seconds: float | None = None  # stop earlier than `epochs`
    task: str | None = None  # None: told from the labels (classes, masks, tags, amount)

    def __post_init__(self) -> None:
        """Refuse a method that doesn't exist.

        Raises:
            UnknownName: neither lora nor full.
        """
        if self.method not in RATES:
            raise UnknownName("fine-tuning method", self.method, RATES)

    @property
    def learning_rate(self) -> float:
        """Return the peak learning rate of the encoder's weights."""
        return RATES[self.method] if self.rate is None else self.rate


@dataclass(frozen=True)
class Step:
    """What one epoch did; number 0 is the encoder as it was, with a head on its frozen features."""

    number: int
    of: int
    loss: float  # mean over the epoch; of number 0 on the training labels
    validation: float | None  # loss on the labels kept back; None where labels are too few for that
    seconds: float  # since the start

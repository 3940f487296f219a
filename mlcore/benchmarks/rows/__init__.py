"""The rows of the table: a new one is one file and one entry here."""

from mlcore.benchmarks.datasets import Task, data_root, samples_root
from mlcore.benchmarks.rows.beside import BesideRow
from mlcore.benchmarks.rows.encoders import EncoderRow
from mlcore.benchmarks.rows.handmade import PCAStatistics, RawBands
from mlcore.benchmarks.rows.row import FrozenRow, Kind, Row, TrainedRow
from mlcore.benchmarks.rows.scratch import FROM_SCRATCH, ScratchRow, convolutions, transformer
from mlcore.benchmarks.rows.tuned import TUNED, FinetunedRow, OnSceneRow
from mlcore.encoders.family import LITE0_FILE
from mlcore.errors import look_up

SHIPPED = "ours"
OURS = f"{SHIPPED}+spectra"  # what bars are judged by: it may look at the unlabelled pool as its peers do
ENCODER = "encoder:"
BESIDE = "/"
KNOWLEDGE = "+place+season+weather"
_GALILEO = f"galileo:{data_root() / 'weights/galileo_nano'}"
_PRESTO = f"presto:{data_root() / 'weights/presto/default_model.pt'}"
_LITE = f"lite0:{samples_root() / LITE0_FILE}"
_AMOUNT = (Task.AMOUNT,)
ROWS: dict[str, Row] = {
    row.name: row
    for row in (
        RawBands(),
        PCAStatistics(),
        EncoderRow("image-statistics", "image statistics", Kind.HANDMADE, "image-statistics"),
        EncoderRow(
            "random-convolutions",
            "random convolutions",
            Kind.HANDMADE,
            "random-convolutions",
            learns_from_pool=True,
        ),
        EncoderRow("presto", "Presto", Kind.FOREIGN, _PRESTO),
        EncoderRow("galileo", "Galileo-nano", Kind.FOREIGN, _GALILEO),
        EncoderRow("lite0", "EfficientNet-lite0 (ImageNet), true colour", Kind.FOREIGN, _LITE),
        EncoderRow("statistics", "ours without weights", Kind.OURS, "statistics"),
        EncoderRow("random", "ours with random weights", Kind.OURS, "random", switched_on=True),
        EncoderRow(
            "statistics+spectra",
            "ours without weights, fitted to the pool's spectra",
            Kind.OURS,
            "statistics",
            spectra=True,
        ),
        EncoderRow(SHIPPED, "ours, shipped nano", Kind.OURS, "nano"),
        EncoderRow(OURS, "ours, shipped nano, fitted to the pool's spectra", Kind.OURS, "nano", spectra=True),
        EncoderRow(f"{SHIPPED}+knowledge", "ours with place, season, weather", Kind.OURS, f"nano{KNOWLEDGE}", _AMOUNT),
        EncoderRow(
            "presto+knowledge", "Presto with place, season, weather", Kind.FOREIGN, _PRESTO + KNOWLEDGE, _AMOUNT
        ),
        EncoderRow(
            "galileo+knowledge", "Galileo with place, season, weather", Kind.FOREIGN, _GALILEO + KNOWLEDGE, _AMOUNT
        ),
        OnSceneRow(f"{SHIPPED}-on-scene", "ours, pretrained further on the scene, fitted to its spectra", TUNED),
        FinetunedRow(f"{SHIPPED}-finetuned", "ours, fine-tuned (LoRA), fitted to the pool's spectra", TUNED),
        ScratchRow("cnn-3d", "3-D CNN from scratch", convolutions, FROM_SCRATCH),
        ScratchRow("spectral-transformer", "SpectralFormer-style, from scratch", transformer, FROM_SCRATCH, steps=300),
    )
}

__all__ = [
    "ENCODER",
    "OURS",
    "ROWS",
    "SHIPPED",
    "BesideRow",
    "EncoderRow",
    "FrozenRow",
    "Kind",
    "Row",
    "TrainedRow",
    "get_row",
]


def get_row(name: str) -> Row:
    """Return the row called `name`, the one of any encoder, `encoder:SPEC`, or of rows side by side: `ONE/OTHER`.

    Raises:
        UnknownName: no such row; the message lists those there are.
    """
    if name.startswith(ENCODER):
        spec = name.removeprefix(ENCODER)
        return EncoderRow(name, spec, Kind.FOREIGN, spec)
    if BESIDE in name:
        parts = [look_up(ROWS, part, "row") for part in name.split(BESIDE)]
        title = " beside ".join(part.title for part in parts)
        return BesideRow(name, title, tuple(part for part in parts if isinstance(part, FrozenRow)))
    return look_up(ROWS, name, "row")

"""A regression model as arrays and notes, and back."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from mlcore.errors import BadCheckpoint
from mlcore.heads.files import Arrays, expect, named
from mlcore.heads.regression.gaussian import GaussianProcess, Kernel
from mlcore.heads.regression.intervals import Scores
from mlcore.heads.regression.model import Model
from mlcore.heads.regression.scale import Scale
from mlcore.heads.regression.space import Space
from mlcore.heads.trees import Forest, check_forest


def model_arrays(model: Model) -> tuple[Arrays, dict[str, Any]]:
    """Return a model's arrays and JSON-ready notes."""
    process = model.process
    arrays: Arrays = {
        "centre": process.space.centre,
        "axes": process.space.axes,
        "anchors": process.anchors,
        "weights": process.weights,
        "precision": process.precision,
        "score_sizes": model.scores.sizes,
        "score_folds": model.scores.folds,
    }
    if model.view is not None:
        arrays |= {"view_centre": model.view.centre, "view_axes": model.view.axes}
    for fold, forest in enumerate(model.forests):
        arrays |= {f"forest{fold}.{name}": array for name, array in vars(forest).items()}
    notes = {
        "scale": asdict(model.scale),
        "kernel": asdict(process.kernel),
        "sizes": list(process.space.sizes),
        "view_sizes": None if model.view is None else list(model.view.sizes),
        "forests": len(model.forests),
        "share": model.share,
        "error": model.error,
    }
    return arrays, notes


def model_from(arrays: Arrays, notes: dict[str, Any], path: Path) -> Model:
    """Rebuild a model.

    Raises:
        BadCheckpoint: something is missing or doesn't fit.
    """
    try:
        space = Space(arrays["centre"], arrays["axes"], tuple(notes["sizes"]))
        process = GaussianProcess(
            space, Kernel(**notes["kernel"]), arrays["anchors"], arrays["weights"], arrays["precision"]
        )
        forests = tuple(Forest(**named(arrays, f"forest{fold}.")) for fold in range(notes["forests"]))
        scores = Scores(arrays["score_sizes"], arrays["score_folds"])
        sizes = notes["view_sizes"]
        view = None if sizes is None else Space(arrays["view_centre"], arrays["view_axes"], tuple(sizes))
        model = Model(Scale(**notes["scale"]), process, forests, notes["share"], notes["error"], scores, view)
    except (KeyError, TypeError) as error:
        raise BadCheckpoint(f"{path} doesn't hold a whole head: {error}.") from error
    columns, folds = model.columns, len(forests)
    expect(space.axes.shape == (columns, sum(space.sizes)) and process.anchors.shape[1] == sum(space.sizes), path)
    expect(process.weights.shape == (len(process.anchors), 1 + folds), path)
    expect(scores.sizes.shape == scores.folds.shape and int(scores.folds.max(initial=0)) < folds, path)
    if view is not None:
        expect(view.axes.shape == (columns, sum(view.sizes)) and len(view.centre) == columns, path)
    for forest in forests:
        check_forest(forest, columns if view is None else sum(view.sizes), path)
    return model

"""Without: a project's vectors once more for each modality or sensor that is left out, and what that changes."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation import storage
from annotation.arrays.vectors import Vectors, folder_of
from annotation.models import Project

_MARK = "~"
_DIGITS = 40  # of the encoder's digest: what is left of 64 letters names what is left out
_FILE = "apart.npz"


@dataclass(frozen=True)
class Apart:
    """How far the answers are from those without what changes them most, row = sample."""

    levels: NDArray[np.floating]  # [N] Jensen-Shannon divergence, 0 to 1; NaN where nothing was left out
    blamed: NDArray[np.integer]  # [N] which of `names`
    codes: NDArray[np.integer]  # [N] of the class that it would be without
    names: NDArray[np.str_]  # modalities, or sensors

    def among(self, least: float) -> NDArray[np.int64]:
        """Return the rows that are at least so far apart, furthest first."""
        rows = np.flatnonzero(self.levels >= least)  # NaN never is
        ordered: NDArray[np.int64] = rows[np.argsort(-self.levels[rows], kind="stable")]
        return ordered

    def told(self, row: int) -> dict[str, Any] | None:
        """Return what people are told of a sample; None where nothing was compared."""
        if row >= len(self.levels) or np.isnan(self.levels[row]):
            return None
        level = round(float(self.levels[row]), 3)
        return {"level": level, "without": str(self.names[self.blamed[row]]), "label": int(self.codes[row])}


def digest_without(digest: str, name: str) -> str:
    """Return under which digest the vectors are kept that an encoder makes without a modality or sensor."""
    short = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{digest[:_DIGITS]}{_MARK}{short}"


def rests_on(folder: str, digests: Iterable[str]) -> bool:
    """Return whether a folder of vectors is one of these encoders', or of one of them without something."""
    wanted = set(digests)
    begin, mark, _ = folder.partition(_MARK)
    return folder in wanted or (bool(mark) and begin in {digest[:_DIGITS] for digest in wanted})


def vectors_without(project: Project, digest: str) -> dict[str, Vectors]:
    """Return what is embedded without each modality or sensor, by its name; nothing unless the project wants it."""
    if not project.compare_modalities:
        return {}
    kept = {name: Vectors(project, digest_without(digest, name)) for name in project.scenes.omittable()}
    return {name: vectors for name, vectors in kept.items() if vectors.is_begun and vectors.present.any()}


def store_apart(project: Project, number: int, apart: Apart) -> None:
    """Store it beside the fit of round `number`, with which it goes."""
    np.savez(buffer := io.BytesIO(), **asdict(apart))
    storage.write(folder_of(project) / "fits" / str(number) / _FILE, buffer.getvalue())


def newest_apart(project: Project) -> Apart | None:
    """Return what the newest fit that compared them said, or None. A caller that shows it hides waiting audits."""
    if not project.compare_modalities:
        return None
    home = folder_of(project) / "fits"
    for number in sorted((int(name) for name in storage.folders(home) if name.isdecimal()), reverse=True):
        try:
            with np.load(io.BytesIO(storage.read(home / str(number) / _FILE)), allow_pickle=False) as held:
                return Apart(**held)
        except FileNotFoundError:  # it compared nothing, or was dropped in this moment
            continue
    return None

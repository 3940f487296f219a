"""Project: what a program sees of a labelling campaign, and what it does there."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webapp.client.errors import Refused

if TYPE_CHECKING:
    import geopandas
    import numpy as np
    from numpy.typing import NDArray

    from webapp.client.calls import Calls
    from webapp.client.dataset import Chips

MOST_AT_ONCE = 1000  # answers in one request
_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Answer:
    """What somebody says of a sample: a class by its code, or a value as the project's kind of label has it."""

    sample: int
    label: int | None = None
    value: dict[str, Any] | None = None
    verdict: str = "label"  # or skip, unsure, retract
    reason: str = ""
    seconds: float = 0.0
    base: int | None = None  # the newest annotation that was seen: somebody's since then is a conflict
    force: bool = False
    provenance: str = "human"


@dataclass(frozen=True)
class Result:
    """What became of an answer."""

    status: int  # 201: kept
    annotation: int | None  # its number; of a conflict, that of theirs
    code: str = ""
    message: str = ""

    @property
    def kept(self) -> bool:
        """Return whether it is stored."""
        return self.status == 201


class Project:
    """A project, by what the server says of it."""

    def __init__(self, client: "Calls", facts: dict[str, Any]) -> None:
        self.client, self.facts = client, facts
        self.id, self.name = int(facts["id"]), str(facts["name"])

    def __repr__(self) -> str:
        """Return its number and name."""
        return f"Project({self.id}, {self.name!r})"

    def classes(self) -> list[dict[str, Any]]:
        """Return the classes, in the order of their codes."""
        return sorted(self._rows("classes/"), key=lambda row: row["code"])

    def scenes(self) -> Iterator[dict[str, Any]]:
        """Yield the scenes."""
        return self._rows("scenes/")

    def maps(self) -> list[dict[str, Any]]:
        """Return the scenes that lie somewhere, each in each of its views, with the address of its map tiles."""
        return list(self.client.get(self._path("maps/")))

    def vector_tiles(self, collection: str = "labels") -> dict[str, Any]:
        """Return the TileJSON of labels, suggestions or samples."""
        return dict(self.client.get(self._path(f"vector/{collection}.json")))

    def tiles(self, **wanted: Any) -> Iterator[dict[str, Any]]:
        """Yield the tiles as GeoJSON features, with state, label and suggestion; `bbox`, `state`, `label` narrow."""
        page, more = 1, True
        while more:
            told = self.client.get(self._path("tiles/"), **wanted, page=page)
            yield from told["features"]
            page, more = page + 1, bool(told["more"])

    def sample(self, sample: int) -> dict[str, Any]:
        """Return what is known of one sample."""
        return dict(self.client.get(self._path(f"samples/{sample}/")))

    def annotations(self, **wanted: Any) -> Iterator[dict[str, Any]]:
        """Yield what people said, every version; `counts=True` leaves what each sample's label is made of."""
        return self._rows("annotations/", **wanted)

    def suggestions(self, **wanted: Any) -> Iterator[dict[str, Any]]:
        """Yield what models said, for reviewers; `state="open"` leaves those to decide on."""
        return self._rows("suggestions/", **wanted)

    def claim(self, count: int = 5, *, showing: int | None = None, holding: Sequence[int] = ()) -> list[dict[str, Any]]:
        """Return the samples that this person is to label next, held for some minutes."""
        asked = {"count": count, "showing": showing, "holding": list(holding)}
        return list(self.client.post(self._path("claim/"), **asked)["queue"])

    def release(self) -> None:
        """Give back what this person holds."""
        self.client.post(self._path("leases/release/"))

    def submit(self, answers: Iterable[Answer]) -> list[Result]:
        """Send answers by the thousand and return what became of each, in their order."""
        rows, results = [asdict(answer) for answer in answers], list[Result]()
        for start in range(0, len(rows), MOST_AT_ONCE):
            told = self.client.post(self._path("annotations/bulk/"), answers=rows[start : start + MOST_AT_ONCE])
            results += [Result(**result) for result in told["results"]]
        return results

    def export(self, form: str, path: str | Path, *, patience: float = 3600.0, **options: Any) -> Path:
        """Ask for an export, wait for it, and store its file.

        Raises:
            Refused: it fails, or takes longer than that.
        """
        made = self.client.post(self._path("exports/"), format=form, **options)
        until = time.monotonic() + patience
        while not made["download_url"]:
            if made["state"] in ("failed", "cancelled") or time.monotonic() > until:
                raise Refused(f"The export {form} is {made['state']}: {made.get('error') or made.get('message') or ''}")
            self.client.sleep(_POLL_SECONDS)
            made = self.client.get(self._path(f"exports/{made['id']}/"))
        target = Path(path)
        target.write_bytes(self.client.read(made["download_url"]))
        return target

    def frame(self, **wanted: Any) -> "geopandas.GeoDataFrame":
        """Return the tiles as a GeoDataFrame in WGS 84, with the names of their classes."""
        from webapp.client.frames import frame_of

        return frame_of(self.tiles(**wanted), self.classes())

    def chip(self, sample: int, scene: int | None = None) -> "NDArray[np.generic]":
        """Return a sample's pixels [bands, rows, columns] of a scene, the newest by default, in its own numbers."""
        from webapp.client.rasters import pixels_of

        return pixels_of(self.client.read(f"projects/{self.id}/samples/{sample}/chip.tif", scene=scene))

    def mask(self, annotation: dict[str, Any]) -> "NDArray[np.uint8]":
        """Return the class codes [rows, columns] that an annotation or suggestion paints, 0 where it says nothing."""
        from webapp.client.rasters import mask_of

        return mask_of(self.client.read(annotation["mask_url"]))

    def dataset(self, **options: Any) -> "Chips":
        """Return a torch Dataset of the labelled samples, which streams chips and labels."""
        from webapp.client.dataset import Chips

        return Chips(self, **options)

    def _rows(self, path: str, **wanted: Any) -> Iterator[dict[str, Any]]:
        return self.client.rows(self._path(path), **wanted)

    def _path(self, path: str) -> str:
        return f"projects/{self.id}/{path}"

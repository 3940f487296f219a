"""Class folders: a picture of each tile in a folder of its class, as ImageFolder reads them."""

from collections import Counter
from pathlib import Path

from annotation.exports.cells import is_path
from annotation.exports.format import Format, Group
from annotation.exports.images import draw
from annotation.exports.snapshot import Snapshot

ABOUT = (
    "classes/<class>/<stem>.png, or <split>/<class>/<stem>.png with splits: each labelled tile in its own pixels, in "
    "the first composite of the newest scene, ready-made chips of 8 bits in their own colours. A slash in a stem "
    "is '__'."
)


def write(snapshot: Snapshot, folder: Path) -> str:
    """Write one picture a label."""
    names = _folders(snapshot)
    for record in snapshot:
        scene = snapshot.newest_scene(record)
        if scene is None:
            continue
        place = folder / record.get("split", "classes") / names[record["code"]]
        place.mkdir(parents=True, exist_ok=True)
        name = record["stem"].replace("/", "__")
        (place / f"{name}.png").write_bytes(draw(scene, snapshot.cell(record)))
    return ABOUT


def _folders(snapshot: Snapshot) -> dict[int, str]:
    """Return the folder of each class: its name, unless no folder can be called so, or another one is."""
    plain = {item["code"]: item["name"].replace("/", "-") for item in snapshot.used_classes}
    taken = Counter(name.casefold() for name in plain.values())
    alone = {code for code, name in plain.items() if is_path(name) and taken[name.casefold()] == 1}
    return {code: name if code in alone else f"class-{code}" for code, name in plain.items()}


FORMAT = Format(
    group=Group.TRAINING,
    title="Class folders",
    text="A picture of each tile in a folder of its class: for ImageFolder and the like.",
    lacks=("place", "bands beyond a composite", "who said what, when and how surely", "samples without a label"),
    write=write,
)

"""A list of real data: what is taken in as what, and why the rest is not (`python -m tests.listing FOLDER`)."""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mlcore.containers import Bundle, container_of, get_container, grouped
from mlcore.errors import MLCoreError
from mlcore.readers import reader_of

DATA = Path(os.environ.get("TERRASCRIBE_TEST_DATA", "../shared/data"))
# What is no imagery, cloud, series or posts by its name alone: labels, lists, weights, words.
OTHER = {
    ".txt": "words", ".md": "words", ".gpkg": "labels or outlines: another page brings labels in",
    ".shp": "outlines", ".shx": "outlines", ".dbf": "outlines", ".sbn": "outlines", ".sbx": "outlines",
    ".cpg": "outlines", ".rds": "an R object", ".rda": "an R object", ".pt": "a pickle, which could run code",
    ".xml": "labels or words", ".prj": "outlines", ".safetensors": "weights", "": "words",
    ".npz": "an archive: the arrays in it that are pictures are taken",
    ".tar": "an archive; pack its chips as zip", ".bmp": "a bitmap of labels; save it as PNG",
}  # fmt: skip


def rows(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, 'taken' or 'refused', and as what or why, of every file; groups come as one."""
    for folder in sorted({path.parent for path in root.rglob("*") if path.is_file()}):
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
        groups = grouped(names)
        used = {name for group in groups for name in (*group.members, *group.left_out)}
        inside = folder.relative_to(root)
        for group in groups:
            bundle = Bundle(group.name, {name: folder / name for name in group.members})
            shown = ", ".join(group.members) if len(group.members) <= 3 else f"{group.members[0]} and others"
            yield str(inside / shown), *_tried(partial(get_container(group.container).peek, bundle))
        for name in names:
            if name not in used:
                yield str(inside / name), *_told(folder / name)


def _told(path: Path) -> tuple[str, str]:
    code = container_of(path, path.name) if path.stat().st_size else None
    if code:
        return _tried(lambda: get_container(code).peek(Bundle(path.name, {path.name: path})))
    if path.suffix.lower() == ".zip":
        return "taken", "an archive, each file in it as what it is"
    if path.suffix.lower() in OTHER and path.suffix.lower() not in (".tif", ".png"):
        return "refused", OTHER[path.suffix.lower()]
    return _tried(lambda: reader_of(path).inspect(path).summary)


def _tried(look: Callable[[], str]) -> tuple[str, str]:
    try:
        return "taken", look()
    except MLCoreError as error:
        return "refused", str(error)


def folded(listed: list[tuple[str, str, str]]) -> Iterator[str]:
    """Yield lines of a table; many files of one folder, ending and fate are one line."""
    many: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for name, fate, why in listed:
        path = Path(name)
        many.setdefault((str(path.parent), path.suffix, fate), []).append((path.name, why))
    for (folder, suffix, fate), members in many.items():
        reasons = list(dict.fromkeys(why for _, why in members))
        if len(members) > 8 and len(reasons) < len(members) / 3:
            yield f"| `{folder}/*{suffix}` ({len(members)}) | {fate} | {'; '.join(reasons[:3])} |"
        else:
            yield from (f"| `{folder}/{name}` | {fate} | {why} |" for name, why in members)


if __name__ == "__main__":
    print("\n".join(folded(list(rows(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)))))

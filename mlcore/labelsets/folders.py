"""Class folders: a folder a class with the images of it, as many data sets of scenes come."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from mlcore.labelsets.items import Book, Item, Wishes
from mlcore.labelsets.package import Package

TITLE = "folders of images by class"
_IMAGES = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".jp2")
_SPLITS = {"train", "training", "val", "valid", "validation", "test", "testing"}


def suits(package: Package) -> bool:
    """Return whether images lie in two folders or more."""
    folders = {_class(name) for name in package.ending(*_IMAGES)}
    return len(folders - {""}) >= 2


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item an image."""
    for name in package.ending(*_IMAGES):
        if folder := _class(name):
            split = next((part for part in PurePosixPath(name).parts if part.lower() in _SPLITS), "")
            yield {
                "at": name,
                "file": name,
                "whole": [book.key(folder)],
                "source": {"split": split} if split else {},
            }
        else:
            yield {"at": name, "fault": "It lies in no folder of a class."}
    others = Counter(PurePosixPath(name).suffix for name in package.names if not name.lower().endswith(_IMAGES))
    for ending, count in others.most_common(5):
        book.note(f"{count} files that are no images ({ending or 'without an ending'}) are left out.")


def _class(name: str) -> str:
    """Return the innermost folder that is no split."""
    folders = [part for part in PurePosixPath(name).parts[:-1] if part.lower() not in _SPLITS | {"images"}]
    return folders[-1] if folders else ""

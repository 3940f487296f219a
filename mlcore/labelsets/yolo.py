"""YOLO: a text file an image with a line a box, polygon or oriented box, in shares of the image's sides."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath

from mlcore.labelsets.coco import box_ring
from mlcore.labelsets.items import Book, Item, Wishes
from mlcore.labelsets.package import Package

TITLE = "YOLO"
_NOT_LABELS = {"classes.txt", "obj.names", "train.txt", "val.txt", "test.txt", "requirements.txt"}
_LOOKED_AT = 1000  # files, for some that say anything
_LINE = re.compile(r"^\d+( +-?[\d.eE+-]+){4,}$")
_QUOTED = re.compile(r"^(['\"])(.*)\1(\s+#.*)?$")
_NAME = re.compile(r"^\s*(?:(\d+)\s*:|-)\s*(.+?)\s*$")


def suits(package: Package) -> bool:
    """Return whether text files lie in it whose first lines are numbers."""
    names = _label_files(package)
    firsts = filter(None, (_first(package, name) for name in names[:_LOOKED_AT]))  # pictures without a thing come empty
    return any(_LINE.match(first) for first in islice(firsts, 20))


def _label_files(package: Package) -> list[str]:
    return [name for name in package.ending(".txt") if not _is_other(PurePosixPath(name.lower()).name)]


def _is_other(name: str) -> bool:
    return name in _NOT_LABELS or name.startswith("readme")


def _first(package: Package, name: str) -> str:
    return package.start(name, 512).decode("utf-8", errors="replace").lstrip("\ufeff").partition("\n")[0].strip()


def read(package: Package, wishes: Wishes, book: Book) -> Iterator[Item]:
    """Yield an item a line."""
    names = _class_names(package)
    if not names:
        book.note("There is no data.yaml and no classes.txt, so that classes are called by their numbers.")
    keys: dict[int, str] = {}
    for name in _label_files(package):
        says = False
        for number, line in enumerate(package.lines(name), 1):
            if line.strip():
                says = True
                yield _item(f"{name}:{number}", name, line.split(), (names, keys, book))
        if not says:  # by which it is said that nothing is there
            yield {"at": name, "file": _image(name), "none": True}


def _item(at: str, name: str, words: list[str], known: tuple[list[str], dict[int, str], Book]) -> Item:
    names, keys, book = known
    try:
        code, numbers = int(words[0]), [float(word) for word in words[1:]]
    except ValueError:
        return {"at": at, "fault": "The line is no class number with coordinates."}
    confidence = numbers.pop() if len(numbers) % 2 else None
    if len(numbers) == 4:
        x, y, width, height = numbers
        ring = box_ring(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    elif len(numbers) >= 6:
        ring = numbers
    else:
        return {"at": at, "fault": f"The line has {len(numbers)} coordinates; a box has 4, an outline 6 or more."}
    if not all(-0.01 <= number <= 1.01 for number in numbers):
        return {"at": at, "fault": "Its coordinates are no shares of the image, from 0 to 1."}
    if code not in keys:
        keys[code] = book.key(names[code] if 0 <= code < len(names) else str(code), code=code)
    source = {} if confidence is None else {"confidence": confidence}
    area = {"key": keys[code], "rings": [ring]}
    return {"at": at, "file": _image(name), "size": [1, 1], "areas": [area], "part": True, "source": source}


def _image(name: str) -> str:
    """Return the path of the image that a text file speaks of, without ending."""
    path = PurePosixPath(name)
    parts = [part for part in path.with_suffix("").parts if part.lower() not in ("labels", "obj_train_data")]
    return "/".join(parts)


def _class_names(package: Package) -> list[str]:
    for name in package.names:
        if PurePosixPath(name.lower()).name in ("classes.txt", "obj.names"):
            return [line.strip() for line in package.text(name).splitlines() if line.strip()]
    for name in package.ending(".yaml", ".yml"):
        if names := _names_in_yaml(package.text(name)):
            return names
    return []


def _names_in_yaml(text: str) -> list[str]:
    """Return the list `names` of a data.yaml: in brackets, by dashes or by numbers; nothing else of YAML is read."""
    head = re.search(r"^names[ \t]*:[ \t]*(.*)$", text, re.MULTILINE)
    if head is None:
        return []
    if head[1].lstrip().startswith("["):
        inside = text[head.start(1) :].partition("[")[2].partition("]")[0]
        return [_bare(each) for each in inside.split(",") if each.strip()]
    names: dict[int, str] = {}
    for line in text[head.end() :].splitlines():
        told = _NAME.match(line)
        if line.strip() and told is None:
            break
        if told:
            names[int(told[1]) if told[1] else len(names)] = _bare(told[2])
    return [names.get(code, str(code)) for code in range(max(names, default=-1) + 1)]


def _bare(text: str) -> str:
    """Return a scalar of YAML without its quotes, or without a remark behind it."""
    text = text.strip()
    quoted = _QUOTED.match(text)
    return quoted[2] if quoted else re.split(r"\s+#", text)[0]

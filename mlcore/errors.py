"""The errors of mlcore: one base, one-sentence subclasses. Messages say what, where and what to do."""

from collections.abc import Mapping
from typing import TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class MLCoreError(Exception):
    """Anything that mlcore refuses to do."""


class UnknownName(MLCoreError):
    """A registry was asked for a name that it does not hold."""

    def __init__(self, kind: str, name: str, known: object) -> None:
        """Say which `kind` of thing is unknown and list the `known` names."""
        names = ", ".join(sorted(str(key) for key in known))  # type: ignore[attr-defined]
        super().__init__(f"Unknown {kind} {name!r}; choose one of: {names}.")


def look_up(known: Mapping[_Key, _Value], name: _Key, kind: str) -> _Value:
    """Return what a registry holds under a name.

    Raises:
        UnknownName: it holds no such name; the message says the `kind` of thing and lists those there are.
    """
    try:
        return known[name]
    except KeyError:
        raise UnknownName(kind, str(name), known) from None


class UnreadableFile(MLCoreError):
    """The file is of no kind that is read, empty, damaged or truncated."""


class NotAnswering(MLCoreError):
    """A file does not come, or is not looked at, now; it may be in a minute."""


class Busy(NotAnswering):
    """This machine does not get to a file now, which says nothing of the file."""


class RemoteAway(NotAnswering):
    """The host of a remote file does not answer now, or not as it should."""


class RemoteGone(MLCoreError):
    """A host has no such file, or not for us."""


class RemoteChanged(MLCoreError):
    """A remote file is not the one that was added."""


class NotReachable(MLCoreError):
    """The address is not one that is read from here."""


class UnsafeFile(MLCoreError):
    """The file could reach other files or hosts, or uses a driver that is not allowed."""


class FileTooLarge(MLCoreError):
    """The file holds more than is read."""


class BadGeoreference(MLCoreError):
    """A file's transform or coordinate system is missing or impossible."""


class NotOffered(MLCoreError):
    """This kind of file is read, but not in the way that was asked for."""


class EmptyRaster(MLCoreError):
    """The raster has no valid pixel."""


class OutsideRaster(MLCoreError):
    """The window asked for does not touch the raster."""


class BadSensor(MLCoreError):
    """The sensor's description does not fit the file or is incomplete."""


class BadRecipe(MLCoreError):
    """A way to look at imagery cannot be read, or does not fit the sensor."""


class BadCheckpoint(MLCoreError):
    """The checkpoint is damaged, of another format, or fails its self-test."""


class NotEnoughLabels(MLCoreError):
    """There are too few labels, or too few classes, to fit a head."""


class NotTunable(MLCoreError):
    """The encoder has no weights that could learn."""


class BadFeatures(MLCoreError):
    """Features have a wrong shape or hold NaN or infinity."""


class BadSample(MLCoreError):
    """A sample contradicts what it declares about itself."""


class BadScale(BadSample):
    """A sample's numbers don't look like the quantity that it declares."""

    def __init__(self, message: str, better: str) -> None:
        """Remember the quantity that they look like; counts where none does."""
        super().__init__(message)
        self.better = better


class BadMask(MLCoreError):
    """A class mask has the wrong format, size or type."""


class BadShard(MLCoreError):
    """A shard of samples is missing, damaged or of another format."""


class BadScene(MLCoreError):
    """The name of a scene to pretrain on can't be understood."""


class NotInstalled(MLCoreError):
    """An optional package is needed that isn't installed; the message says which."""

"""Options: how a file of labels is read and its areas become labels, as its sender says."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from annotation.errors import BadSettings
from annotation.tasks.told import Cover
from mlcore.errors import look_up
from mlcore.labelsets import FORMATS

PARSED_BY = ("format", "column", "crs", "swapped")  # a change of these reads the file again


@dataclass(frozen=True)
class Options:
    """What whoever imports decides."""

    format: str = ""  # recognised when empty
    column: str = ""  # with the class; the likeliest when empty
    crs: str = ""  # of coordinates, where the file does not say
    swapped: bool = False  # latitude comes first
    cover: str = Cover.MAJORITY
    replace: bool = False  # labels that are there give way
    epoch: str = ""  # name, of what the labels speak of, where the file does not say
    later_epoch: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return them for a JSON column."""
        return asdict(self)


def read_options(told: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Options:
    """Return options, checked; what is not told stays as it was.

    Raises:
        BadSettings: one is unknown or makes no sense.
        UnknownName: there is no such format.
    """
    kinds = {each.name: type(each.default) for each in fields(Options)}
    for name, value in told.items():
        if name not in kinds:
            raise BadSettings(f"There is no option {name!r}; there are: {', '.join(kinds)}.")
        if not isinstance(value, bool if kinds[name] is bool else str):
            raise BadSettings(f"The option {name} is {'true or false' if kinds[name] is bool else 'text'}.")
    options = Options(**{**(before or {}), **told})
    if options.format:
        look_up(FORMATS, options.format, "label format")
    if options.cover not in set(Cover):
        raise BadSettings(f"cover is one of: {', '.join(Cover)}.")
    if options.crs:
        _check_crs(options.crs)
    return options


def _check_crs(crs: str) -> None:
    try:
        known = CRS.from_user_input(crs)
    except CRSError:
        known = None
    if known is None or not (known.is_geographic or known.is_projected):
        raise BadSettings(f"{crs[:80]!r} is no coordinate system; write it as EPSG:32632.")

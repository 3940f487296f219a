"""Controls: what a labelling configuration of Label Studio lets people say of which image."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as xml

from annotation.errors import BadSettings

_LONGEST = 200_000  # characters
_OPTIONS = {"Choices": "Choice", "Taxonomy": "Choice", "BrushLabels": "Label", "Number": ""}  # by control: its entries


@dataclass(frozen=True)
class Control:
    """One control, by which people say something of an image."""

    kind: str  # as the configuration calls it
    name: str
    to_name: str  # of the image
    field: str  # of a task's data, where the image is
    options: Mapping[str, str]  # names of classes in small letters -> as results call them

    @property
    def is_open(self) -> bool:
        """Return whether it takes any name: its options come from elsewhere."""
        return not self.options

    def called(self, name: str) -> str | None:
        """Return how results call a class; None where the control has no such option."""
        return name if self.is_open else self.options.get(name.casefold())


def read_controls(config: str) -> list[Control]:
    """Return the controls of a labelling configuration that an answer of ours can go into.

    Raises:
        BadSettings: it is no configuration.
    """
    if len(config) > _LONGEST or "<!DOCTYPE" in config or "<!ENTITY" in config:
        raise BadSettings("A labelling configuration is XML of at most 200,000 characters, without a document type.")
    try:
        root = xml.fromstring(config)  # noqa: S314  # without a document type it has no entities
    except (xml.ParseError, ValueError) as error:
        raise BadSettings(f"The labelling configuration is no XML ({error}).") from error
    fields = {row.get("name", ""): (row.get("value") or "").lstrip("$") for row in root.iter("Image")}
    return [_control(row, fields) for row in root.iter() if row.tag in _OPTIONS and row.get("name")]


def _control(row: xml.Element, fields: Mapping[str, str]) -> Control:
    to_name = row.get("toName", "").split(",")[0]
    entry = _OPTIONS[row.tag]
    options = {
        value.casefold(): each.get("alias", value)
        for each in (row.iter(entry) if entry else ())
        if (value := each.get("value", ""))
    }
    return Control(row.tag, row.get("name", ""), to_name, fields.get(to_name, ""), options)


def best_of(controls: Iterable[Control], kinds: Sequence[str], names: Sequence[str]) -> Control | None:
    """Return the control of one of these kinds that knows most of these classes; None where there is none."""
    fitting = [each for each in controls if each.kind in kinds]
    return max(
        fitting,
        key=lambda each: (sum(each.called(name) is not None for name in names), -kinds.index(each.kind)),
        default=None,
    )

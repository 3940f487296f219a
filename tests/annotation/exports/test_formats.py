"""The registry of formats: pages, documents and kinds of labels speak of the same ones."""

from pathlib import Path

from annotation.exports import FORMATS
from annotation.tasks import TASKS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "exports.md"


def table() -> str:
    """Return the table of the document, as the registry has it."""
    lines = ["| format | good for | what its own files cannot carry |", "|---|---|---|"]
    for name, each in FORMATS.items():
        lines.append(f"| `{name}`: {each.title} | {each.text} | {'; '.join(each.lacks)} |")
    return "\n".join(lines)


def test_it_works() -> None:
    offered = set().union(*(task.formats for task in TASKS.values()))
    assert offered == set(FORMATS)


def test_the_document_says_what_the_registry_says() -> None:
    assert table() in DOCUMENT.read_text(), f"write this table into docs/exports.md:\n{table()}"


def test_every_format_says_what_it_cannot_carry() -> None:
    assert all(each.lacks and each.text.endswith(".") for each in FORMATS.values())

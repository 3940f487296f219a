"""What a label says is told by its kind's module alone: nothing else asks which kind a project is."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from annotation.tasks import TASKS

ROOT = Path(__file__).resolve().parents[1]
KINDS = "|".join(TASKS)
APART = "|".join(name for name in TASKS if name != "points")  # which is a modality, too
CLASSES = "|".join(type(task).__name__ for task in TASKS.values())
OF_THEIR_OWN = [
    ROOT / "annotation" / "tasks",
    ROOT / "annotation" / "migrations",
    ROOT / "webapp" / "static" / "webapp" / "js" / "tasks",
    ROOT / "webapp" / "templates" / "webapp" / "tasks",
]
ASKS = {
    "compares the kind": rf"\b(task|kind)(\.?_?name|\.value)?\s*(==|!=|===|!==)\s*[\"']?({APART})\b"
    rf"|\btask(\.?_?name|\.value)?\s*(==|!=|===|!==)\s*[\"']?({KINDS})\b",
    "compares a kind by a literal": rf"[\"'](classification|segmentation|{APART})[\"']\s*[=!]==?"
    rf"|[=!]==?\s*[\"'](classification|segmentation|{APART})[\"']",
    "compares any project's": r"\.task\s*[=!]==?",
    "compares it with something": r"\b(project|row|self|data)\.task(\.name)?\s*(==|!=|===|!==|\bin\b|\bnot in\b)",
    "chooses by the kind": r"\b(match|switch|case)\b[^\n]*\btask(\.name)?\b[^\n]*[:{]\s*$",
    "imports one kind": rf"annotation\.tasks\.({KINDS})\b|js/tasks/({KINDS})\b|\./tasks/({KINDS})\b",
    "has one kind's template": rf"webapp/tasks/({KINDS})\b",
    "asks for the class of a kind": rf"isinstance\([^)]*\b({CLASSES})\b",
    "keeps what there was before": r"\bTaskKind\b|\bCLASSIFICATION\b|\bSEGMENTATION\b",
}


def _paths() -> Iterator[Path]:
    for room in ("annotation", "webapp"):
        for ending in ("py", "js", "html"):
            for path in sorted((ROOT / room).rglob(f"*.{ending}")):
                if not any(path.is_relative_to(own) for own in OF_THEIR_OWN):
                    yield path


@cache
def _sources() -> dict[Path, str]:
    return {path.relative_to(ROOT): path.read_text() for path in _paths()}


@pytest.mark.parametrize("pattern", ASKS.values(), ids=ASKS)
def test_nothing_else_asks_which_kind_a_project_is(pattern: str) -> None:
    asking = re.compile(pattern, re.MULTILINE)
    places = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0].strip()}"
        for path, text in _sources().items()
        for match in asking.finditer(text)
    ]
    assert places == []


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ('if project.task == "masks":', True),
        ("if (data.task.name === 'tags') paint();", True),
        ("if (name === 'tags' && sample.task !== this) paint();", True),
        ('{% if project.task == "amount" %}', True),
        ('{% if task.name == "points" %}', True),
        ('if scene.asset.kind == "points":', False),
        ("from annotation.tasks.masks import painted_mask", True),
        ("task = task_of(project)", False),
        ("title = titles[task.name]", False),
    ],
)
def test_the_search_finds_what_it_is_for(line: str, asks: bool) -> None:
    assert any(re.search(pattern, line, re.MULTILINE) for pattern in ASKS.values()) is asks


@pytest.mark.parametrize("name", TASKS)
def test_a_kind_has_its_module_its_script_and_its_template(name: str) -> None:
    task = TASKS[name]
    assert (ROOT / "webapp" / "static" / task.script).is_file()
    assert (ROOT / "webapp" / "templates" / task.template).is_file()
    assert task.title
    assert task.about.endswith(".")

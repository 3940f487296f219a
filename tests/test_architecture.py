"""The layout is held against the code: imports, the README's tree and settings, what a web process loads."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
JS = ROOT / "webapp" / "static" / "webapp" / "js"
MAY_IMPORT = {  # shared folder of ours -> folders that it may import from, besides itself
    "tasks": {"map", "ui", "state", "lib"},
    "inspector": {"panes", "map", "ui", "state", "lib", "uplot"},
    "panes": {"map", "ui", "state", "lib", "leaflet"},
    "map": {"state", "lib", "leaflet"},
    "ui": {"state", "lib"},
    "state": {"lib"},
    "lib": set(),
}
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""")


def _modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


PAGES = sorted(path.name for path in JS.iterdir() if path.is_dir() and path.name not in MAY_IMPORT)


def _room(path: Path) -> str:
    """Return the folder of js/ in which a module lies."""
    return path.relative_to(JS).parts[0]


def _imports(folder: str) -> list[tuple[str, str]]:
    """List which module of a folder imports from which folder."""
    return [
        (path.name, target if target in ("leaflet", "uplot") else _room((path.parent / target).resolve()))
        for path in sorted((JS / folder).rglob("*.js"))
        for target in IMPORT.findall(path.read_text())
    ]


@pytest.mark.parametrize("folder", [*MAY_IMPORT, *PAGES])
def test_javascript_imports_point_down(folder: str) -> None:
    allowed = MAY_IMPORT.get(folder, {*MAY_IMPORT}) | {folder}
    assert [(name, there) for name, there in _imports(folder) if there not in allowed] == []


@pytest.mark.parametrize("folder", ["ui"])
def test_what_one_page_alone_uses_lives_with_that_page(folder: str) -> None:
    users: dict[str, set[str]] = {path.name: set() for path in (JS / folder).glob("*.js")}
    for path in JS.rglob("*.js"):
        for target in IMPORT.findall(path.read_text()):
            there = (path.parent / target).resolve()
            if there.parent.name == folder:
                users[there.name].add(_room(path))
    assert [name for name, rooms in users.items() if len(rooms) < 2 and folder not in rooms] == []


def test_pages_know_kinds_of_labels_by_their_registry_alone() -> None:
    for path in JS.rglob("*.js"):
        if _room(path) == "tasks" or path.parent == JS:
            continue
        targets = [target for target in IMPORT.findall(path.read_text()) if "/tasks/" in target]
        assert set(targets) <= {"../tasks/index.js"}, path.name


def test_state_knows_neither_document_nor_map() -> None:
    for path in (JS / "state").glob("*.js"):
        code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text(), flags=re.S)
        assert not re.search(r"\b(document|window)\.", code), path.name


def test_every_module_says_what_it_is() -> None:
    silent = []
    for path in _modules("mlcore", "annotation", "webapp"):
        text = "" if "migrations" in path.parts else path.read_text()
        if text.strip() and not ast.get_docstring(ast.parse(text)):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "common", "helpers", "core", "misc"}
    assert not [path for path in _modules("mlcore", "annotation", "webapp") if path.stem in drawers]


def test_web_and_queue_start_without_torch() -> None:
    script = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'webapp.settings'\n"
        "import django; django.setup()\n"
        "import webapp.urls, webapp.tasks\n"
        "sys.exit('torch' in sys.modules or 'sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or "torch or sklearn was loaded"


def _tree() -> list[Path]:
    block = README.split("## The tree")[1].split("```")[1]
    paths, parent = [], Path()
    for line in block.strip().splitlines():
        name = line.split()[0].rstrip("/")
        if not line.startswith(" "):
            parent = Path(name)
            paths.append(parent)
        else:
            paths.append(parent / name)
    return paths


def _folders() -> set[Path]:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [Path(line) for line in tracked.splitlines()]
    tops = {Path(path.parts[0]) for path in paths if len(path.parts) > 1 and not path.parts[0].startswith(".")}
    inner = {Path(*path.parts[:2]) for path in paths if len(path.parts) > 2}
    return tops | {folder for folder in inner if folder.parts[0] in {"mlcore", "annotation", "webapp"}}


def test_the_tree_in_the_readme_is_the_real_one() -> None:
    assert set(_tree()) == _folders()


def test_every_setting_is_in_the_readme() -> None:
    table = README.split("## Settings")[1].split("## The tree")[0]
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", table))
    source = "".join(path.read_text() for path in (ROOT / "webapp" / "settings").glob("*.py"))
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))
    assert read <= named, f"not in the README: {read - named}"


def test_documents_name_the_tables_that_there_are() -> None:
    from annotation import models

    page = (ROOT / "docs" / "data-model.md").read_text()
    drawn = set(re.findall(r"^\s+(\w+) [|}][|o]--", page, re.M)) | set(re.findall(r"[|o][|{] (\w+) :", page))
    assert drawn == set(models.__all__)


def test_containers_run_what_exists() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert {"db", "redis", "migrate", "web", "proxy", "interactive", "batch", "training", "beat", "gpu-worker"} == set(
        services
    )
    assert services["gpu-worker"]["profiles"] == ["gpu"]
    queues = {
        command[command.index("-Q") + 1]
        for name, service in services.items()
        if "-Q" in (command := service.get("command", []))
    }
    assert queues == {"interactive", "batch", "gpu", "gpu,batch"}
    assert {name for name, service in services.items() if "ports" in service} == {"proxy"}
    lasting = {name: service for name, service in services.items() if name != "migrate"}
    assert {service["restart"] for service in lasting.values()} == {"unless-stopped"}
    assert [name for name, service in lasting.items() if "healthcheck" not in service] == []
    for name in ("web", "interactive", "batch", "training", "beat", "migrate"):
        environment = services[name]["environment"]
        assert environment["DEBUG"] == "false"
        assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")


def test_nothing_third_party_or_machine_bound_is_committed() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    constraints = (ROOT / "constraints.txt").read_text()
    assert "://" not in constraints
    assert "torch==2.13.0" in constraints

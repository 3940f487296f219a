"""Exports beside Label Studio in one run: JSON and COCO of the same labels, there and here, in labels a second.

`pip install label-studio` in an environment of its own, then
`python -m tests.benchmarks.exports_beside_label_studio PATH/TO/bin/label-studio [--labels N]`; ours are made by
`test_export.py` with as many tiles. Label Studio exports rectangles, for its COCO knows nothing else of an image.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import APIResponse, sync_playwright

from tests.benchmarks.beside_label_studio import BASE, EMAIL, PASSWORD, PORT, logged_in, wait_for_server

AT_ONCE = 1000  # tasks of an upload
CONFIG = """
<View><Image name="image" value="$image"/><RectangleLabels name="class" toName="image">
<Label value="Open water"/><Label value="Forest"/><Label value="Bare rock"/></RectangleLabels></View>
"""
NAMES = ("Open water", "Forest", "Bare rock")


def main() -> None:
    """Print how many labels a second both export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--labels", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COLLECT_ANALYTICS": "false"}
        command = ["start", "--username", EMAIL, "--password", PASSWORD, "--port", str(PORT), "--no-browser"]
        with (Path(folder) / "log").open("w") as log:
            server = subprocess.Popen(
                [options.program, *command, "--data-dir", folder], env=environment, stdout=log, stderr=log
            )
            try:
                wait_for_server()
                print("Label Studio: labels a second", exported_there(options.labels), flush=True)
            finally:
                server.terminate()
                server.wait(30)
        ours = Path(folder) / "ours.json"
        tests = ["-m", "pytest", "-q", "tests/benchmarks/test_export.py", "-k", "few_labels", "--benchmark-enable"]
        chosen = {**os.environ, "EXPORTED_LABELS": str(options.labels)}
        subprocess.run([sys.executable, *tests, f"--benchmark-json={ours}"], check=True, env=chosen)
        print("Terrascribe: labels a second", json.loads(ours.read_text())["benchmarks"][0]["extra_info"])


def exported_there(count: int) -> dict[str, int]:
    """Return how many labels a second each format of Label Studio gives, the better of two times."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context(base_url=BASE)
        page = logged_in(context)
        token = next(each["value"] for each in context.cookies() if each["name"] == "csrftoken")
        headers = {"X-CSRFToken": token, "Referer": BASE}
        made = page.request.post(
            "/api/projects/", data={"title": "Tiles", "label_config": CONFIG}, headers=headers, timeout=0
        )
        project: int = made.json()["id"]
        for start in range(0, count, AT_ONCE):
            tasks = [task(number) for number in range(start, min(start + AT_ONCE, count))]
            checked(page.request.post(f"/api/projects/{project}/import", data=tasks, headers=headers, timeout=0))
        rates = {}
        for name in ("JSON", "COCO"):
            seconds = []
            for _ in range(2):
                began = time.perf_counter()
                asked = f"/api/projects/{project}/export?exportType={name}&download_all_tasks=true"
                content = checked(page.request.get(asked, timeout=0)).body()
                seconds.append(time.perf_counter() - began)
            assert len(content) > count * 10, f"{name} of Label Studio is empty"
            rates[name] = round(count / min(seconds))
        chromium.close()
    return rates


def task(number: int) -> dict[str, Any]:
    """Return a picture with one rectangle of somebody's."""
    value = {"x": 10, "y": 10, "width": 50, "height": 50, "rotation": 0, "rectanglelabels": [NAMES[number % 3]]}
    sides = {"original_width": 32, "original_height": 32}
    said = {"from_name": "class", "to_name": "image", "type": "rectanglelabels", "value": value, **sides}
    image = f"https://example.org/{number}.png"
    return {"data": {"image": image}, "annotations": [{"result": [said]}]}


def checked(answer: APIResponse) -> APIResponse:
    """Return an answer that is no refusal."""
    if not answer.ok:
        raise SystemExit(f"Label Studio answers {answer.status} at {answer.url}: {answer.text()[-300:]}")
    return answer


if __name__ == "__main__":
    main()

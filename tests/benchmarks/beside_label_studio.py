"""One key a label beside Label Studio: from the key to the frame in which the next picture is there, in Chromium.

`pip install label-studio` in an environment of its own, then
`python -m tests.benchmarks.beside_label_studio PATH/TO/bin/label-studio [--labels N]`; ours is measured by
`test_desk.py` in the same run. Label Studio gets its pictures inside the tasks, so that none has to be fetched.
"""

import argparse
import base64
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import BrowserContext, Page, sync_playwright

PORT = 8197
BASE = f"http://localhost:{PORT}"
EMAIL, PASSWORD = "owner@example.org", "nine-secret-words"
CONFIG = """
<View><Image name="image" value="$image"/><Choices name="class" toName="image">
<Choice value="Open water" hotkey="1"/><Choice value="Forest" hotkey="2"/><Choice value="Bare rock" hotkey="3"/>
</Choices></View>
"""
RECORDER = """() => {
  window.labelTimes = [];
  const picture = () => document.querySelector('img[alt="image"]');
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "1") return;
    const began = performance.now(), before = picture()?.src;
    const look = () => {
      const now = picture();
      if (now && now.src !== before && now.complete && now.naturalWidth) labelTimes.push(performance.now() - began);
      else if (performance.now() - began < 20000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
}"""


def main() -> None:
    """Print how long a label takes in both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--labels", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours = Path(folder) / "desk.json"
        command = ["-m", "pytest", "-q", "tests/browser/test_desk.py", "-k", "one_key", "--benchmark-enable"]
        subprocess.run([sys.executable, *command, f"--benchmark-json={ours}"], check=True)
        print("Terrascribe:", json.loads(ours.read_text())["benchmarks"][0]["extra_info"])
        command = ["start", "--username", EMAIL, "--password", PASSWORD, "--port", str(PORT), "--no-browser"]
        environment = {**os.environ, "COLLECT_ANALYTICS": "false"}
        with (Path(folder) / "log").open("w") as log:
            server = subprocess.Popen(
                [options.program, *command, "--data-dir", folder], env=environment, stdout=log, stderr=log
            )
            try:
                wait_for_server()
                times = label_there(options.labels)
            finally:
                server.terminate()
                server.wait(30)
    told = {f"p{share}": round(float(np.percentile(times, share)), 1) for share in (50, 95, 100)}
    print("Label Studio: two keys, ms to the next picture", told)


def wait_for_server() -> None:
    """Wait until Label Studio answers."""
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{BASE}/user/login/")
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(1)
    raise SystemExit("Label Studio did not start.")


def label_there(count: int) -> list[float]:
    """Return the milliseconds that each of so many labels took."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context(base_url=BASE, viewport={"width": 1366, "height": 768})
        page = logged_in(context)
        page.goto(f"/projects/{furnish(page, count + 1)}/data?labeling=1")
        page.locator('img[alt="image"]').wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(RECORDER)
        for number in range(count):
            page.keyboard.press("1")
            page.keyboard.press("Control+Enter")
            while page.evaluate("() => window.labelTimes.length") <= number:
                page.wait_for_timeout(20)
            page.wait_for_timeout(400)
        times: list[float] = page.evaluate("() => window.labelTimes")
        chromium.close()
    return times


def logged_in(context: BrowserContext) -> Page:
    """Return a page of the owner."""
    page = context.new_page()
    page.goto("/user/login/")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    return page


def furnish(page: Page, count: int) -> int:
    """Make a project of so many pictures, and return its number."""
    token = next(each["value"] for each in page.context.cookies() if each["name"] == "csrftoken")
    headers = {"X-CSRFToken": token, "Referer": BASE}
    made = page.request.post("/api/projects/", data={"title": "Tiles", "label_config": CONFIG}, headers=headers)
    number: int = made.json()["id"]
    tasks = [{"image": picture(seed)} for seed in range(count)]
    page.request.post(f"/api/projects/{number}/import", data=tasks, headers=headers)
    return number


def picture(seed: int) -> str:
    """Return a picture of its own as a data address."""
    numbers = np.random.default_rng(seed).integers(0, 255, (32, 32, 3), dtype=np.uint8)
    kept = io.BytesIO()
    Image.fromarray(numbers.repeat(10, 0).repeat(10, 1)).save(kept, "PNG")
    return "data:image/png;base64," + base64.b64encode(kept.getvalue()).decode()


if __name__ == "__main__":
    main()

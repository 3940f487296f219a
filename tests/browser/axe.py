"""Axe: what the checker of accessibility finds on a page as it stands."""

from pathlib import Path

from playwright.sync_api import Page

CHECKER = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ html }) => html.slice(0, 160)).join("; ")}`)"""


def violations(page: Page) -> list[str]:
    """Return the rules that a page breaks, each with what breaks it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(CHECKER.read_text())
    broken: list[str] = page.evaluate(RUN)
    return broken

"""Covering: which controls of the label page lie under something else."""

from playwright.sync_api import Page


def covered(page: Page) -> list[str]:
    """Return the buttons and fields beside the panel that the pointer cannot reach."""
    under: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main button, main input")].filter((each) => {
             const box = each.getBoundingClientRect();
             const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
             if (!box.width || y > innerHeight || y < 0) return false;
             const top = document.elementFromPoint(x, y);
             return top && top !== each && !each.contains(top) && !top.closest("fieldset[disabled]")
               && !each.closest(".inspector, .panel");
           }).map((each) => each.textContent)"""
    )
    return under

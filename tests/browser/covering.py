"""Covering: which controls of the label page lie under something else, and how much of a chart its lines cover."""

from playwright.sync_api import Locator, Page


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


def drawn_share(chart: Locator) -> float:
    """Return the share of a chart's width in which a line or a point is drawn."""
    share: float = chart.locator("canvas").first.evaluate(
        """(canvas) => {
             const [left, top, right, below] = [60, 8, 16, 34].map((px) => px * devicePixelRatio);
             const [width, height] = [canvas.width - left - right, canvas.height - top - below];
             const { data } = canvas.getContext("2d").getImageData(left, top, width, height);
             const inked = (x, y) => data[4 * (y * width + x) + 3] > 200 && data[4 * (y * width + x)] < 100;
             const [columns, rows] = [width, height].map((size) => [...Array(size).keys()]);
             return columns.filter((x) => rows.some((y) => inked(x, y))).length / width;
           }"""
    )
    return share

"""axe-core over what a browser shows: no fault may be found."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = (Path(__file__).resolve().parents[2] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  const where = (node) => `${node.target.flat().join(' ')}: ${node.failureSummary}`;
  return found.violations.map((one) => ({ rule: one.id, help: one.help, where: one.nodes.map(where) }));
}"""


def faults(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong with the page as it stands now, open shadow roots included."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN, TAGS)
    return found


def sideways(page: Page) -> float:
    """By how many pixels the page is wider than the window."""
    wider: float = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def spilled(page: Page) -> list[str]:
    """Elements that reach out of the window sideways, also in open shadow roots."""
    script = """() => {
      const out = [];
      const walk = (root) => {
        for (const node of root.querySelectorAll('*')) {
          if (node.shadowRoot) walk(node.shadowRoot);
          if (!node.checkVisibility()) continue;
          const box = node.getBoundingClientRect();
          if (box.width < 2 || box.height < 2 || getComputedStyle(node).clipPath !== 'none') continue;
          if (box.right > innerWidth + 1 || box.left < -1) out.push(node.tagName + '.' + node.className);
        }
      };
      walk(document);
      return out;
    }"""
    found: list[str] = page.evaluate(script)
    return found

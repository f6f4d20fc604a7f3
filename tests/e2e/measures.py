"""What every screen is measured by: that no text is cut off, that a finger hits what it means, and that a screen reader finds nothing serious to complain of."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STREAMLIT = {"aria-allowed-attr", "scrollable-region-focusable", "nested-interactive", "aria-required-children"}
"""Findings inside Streamlit's own widgets (its grid and its segmented control), which no setting of ours reaches."""
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(0, 0, 0)"}
"""What everything stands on with more contrast."""
PALE = """(inside) => [...document.querySelectorAll(`${inside} :is(p, li, h1, h2, h3, label, small, td, th)`)].filter((e) => e.textContent.trim() && e.checkVisibility()
  && !e.closest('button, [disabled], [data-testid=stAlertContainer], .stMarkdownBadge')).filter((e) => { let seen = 1; for (let at = e; at; at = at.parentElement) seen *= getComputedStyle(at).opacity;
  return 0 < seen && seen < 1; }).map((e) => e.textContent.slice(0, 60))"""
"""The texts within that are paler than they could be."""
_TOLD = {"exclude": [[".scatterlayer .points"]]}
"""Not the dots of a figure: thousands, without a word or a name among them."""
_CUT = """(inside) => {
  const found = [], said = (e) => e.textContent.trim().slice(0, 60);
  const look = (root) => { for (const e of root.querySelectorAll('*')) {
    if (e.shadowRoot) look(e.shadowRoot);
    if (!e.textContent.trim() || e.closest('[data-testid=stDataFrame], [data-testid=stTopNavLink], .sr, svg, .js-plotly-plot')) continue;
    const s = getComputedStyle(e), r = e.getBoundingClientRect();
    if (s.visibility === 'hidden' || r.width < 5 || r.height < 5) continue;
    const hides = (way) => ['hidden', 'clip'].includes(way);
    if ((hides(s.overflowX) || e.tagName === 'BUTTON') && e.scrollWidth > e.clientWidth + 2) found.push(['wider than its place', said(e)]);
    if (hides(s.overflowY) && e.scrollHeight > e.clientHeight + 4 && !e.matches('[data-testid=stMain], [data-testid=stApp], [data-testid=stApp] *:has([data-testid=stMain])'))
      found.push(['higher than its place', said(e)]);
  } };
  document.querySelectorAll(inside).forEach(look);
  for (const e of document.querySelectorAll('.js-plotly-plot svg.main-svg text')) {
    const r = e.getBoundingClientRect(), figure = e.closest('.js-plotly-plot').getBoundingClientRect();
    if (r.width > 2 && (r.left < figure.left - 2 || r.right > figure.right + 2)) found.push(['leaves its figure', said(e)]);
  }
  const main = document.querySelector('[data-testid=stMain]');
  if (main.scrollWidth > main.clientWidth + 1) found.push(['the page scrolls sideways', `${main.scrollWidth} > ${main.clientWidth}`]);
  return found;
}"""
_SMALL = """(inside) => {
  const found = [];
  const look = (root) => { for (const e of root.querySelectorAll('*')) {
    if (e.shadowRoot) look(e.shadowRoot);
    if (!e.matches('button, [role=button], [role=tab], a[href]') || e.closest('[data-testid=stDataFrame], [data-testid=stTooltipIcon], [data-testid=stSelectbox], [data-testid=stMultiSelect], p, li')) continue;
    const r = e.getBoundingClientRect(), s = getComputedStyle(e);
    if (s.visibility === 'hidden' || r.width < 1 || r.height < 1 || s.opacity === '0') continue;
    if (Math.min(r.height, r.width) < 43.5) found.push([e.tagName, e.textContent.trim().slice(0, 40) || e.getAttribute('aria-label'), Math.round(r.width), Math.round(r.height)]);
  } };
  document.querySelectorAll(inside).forEach(look);
  return found;
}"""


def cut_off(page: Page, inside: str = "[data-testid=stApp]") -> list[list[str]]:
    """Each text that does not fit its place, and how; nothing when all can be read."""
    return page.evaluate(_CUT, inside)


def serious(page: Page, *only: str) -> list[tuple[str, list]]:
    """What axe finds to be serious or critical by all of its rules, or by ``only`` those, with the first places and why."""
    rules = {"runOnly": list(only)} if only else {}
    found = Axe().run(page, context=_TOLD, options=rules | {"resultTypes": ["violations"]}).response["violations"]
    return [
        (one["id"], [(node["target"], [why["message"] for why in node["any"]]) for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical") and one["id"] not in STREAMLIT
    ]


def ground(page: Page, of: str) -> str:
    """The colour of what something stands on."""
    return page.locator(of).first.evaluate("(node) => getComputedStyle(node).backgroundColor")


def too_small(page: Page, inside: str = "[data-testid=stMain]") -> list[list]:
    """Each button, tab or link of its own that a finger misses: less than 44 px high or wide."""
    return page.evaluate(_SMALL, inside)


def ratio(one: str, other: str) -> float:
    """The ratio of two colours' luminance (WCAG 2.2), which is all that an eye without colour sees."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)

"""Walking a screen by the Tab key: what could be used, what got the focus, and whether that was seen."""

from playwright.sync_api import Page

_BEGIN = """() => {
  const roots = [], walk = (root) => { roots.push(root); root.querySelectorAll('*').forEach((e) => e.shadowRoot && walk(e.shadowRoot)); };
  walk(document);
  const look = (e) => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor, s.color, s.textDecorationLine].join('|'); };
  const near = (e) => { const found = []; for (let at = e; at && found.length < 4; at = at.parentElement) found.push(at); return found; };
  const walked = window.walked = { look, near, wanted: [], rest: new Map(), got: new Set() };
  const usable = 'a[href], button, input, select, textarea, summary, [role=button], [role=tab], [role=radio], [role=slider], [role=combobox], [role=switch], [role=checkbox], [tabindex="0"]';
  for (const root of roots) for (const e of root.querySelectorAll(usable)) {
    const box = e.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || e.disabled || e.getAttribute('aria-disabled') === 'true' || e.closest('[inert]') || !e.checkVisibility({ visibilityProperty: true })) continue;
    walked.wanted.push(e);
    near(e).forEach((at) => walked.rest.set(at, look(at)));
  }
  return walked.wanted.length;
}"""
_STEP = """() => {
  let e = document.activeElement;
  while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
  if (!e || e === document.body) return null;
  walked.got.add(e);
  const seen = !walked.rest.has(e) || walked.near(e).some((at) => walked.rest.has(at) && walked.rest.get(at) !== walked.look(at));
  return [(e.getAttribute('aria-label') || e.textContent || e.tagName).trim().slice(0, 60), seen || e.tagName === 'CANVAS'];
}"""
_MISSED = """() => walked.wanted.filter((e) => e.isConnected && !walked.got.has(e))
  .filter((e) => !(e.role === 'radio' && [...e.closest('[role=radiogroup], [data-testid=stButtonGroup]').querySelectorAll('[role=radio]')].some((one) => walked.got.has(one))))
  .filter((e) => !(e.tabIndex === -1 && [...(e.closest('[data-testid=stSelectbox], [data-testid=stMultiSelect]')?.querySelectorAll('input') ?? [])].some((one) => walked.got.has(one))))
  .map((e) => `${e.tagName} ${e.role ?? ''} ${(e.getAttribute('aria-label') || e.textContent).trim().slice(0, 60)}`)"""


def begin(page: Page) -> None:
    """Put the focus before everything on the page, as after it was loaded."""
    page.evaluate("document.activeElement.blur()")
    page.get_by_test_id("stApp").evaluate("(node) => { node.tabIndex = -1; node.focus(); node.removeAttribute('tabindex'); }")


def walk(page: Page) -> tuple[int, list[str], list[str], bool]:
    """Press Tab from the top until the focus leaves the page.

    Of a group of radios one is reached by Tab and the others by arrows, of a select the field and not its arrow: so do browsers. Streamlit's grid is
    one stop a cell, draws its own focus on its canvas, and lets go after the last cell (Escape leaves a cell's editor).

    Returns:
        How many controls can be used; those that the focus never reached; those on which it was not seen; and whether it left.
    """
    count, unseen, left = page.evaluate(_BEGIN), [], False
    for _ in range(3 * count + 150):
        page.keyboard.press("Tab")
        at = page.evaluate(_STEP)
        if at is None:
            left = True
            break
        if not at[1]:
            page.wait_for_timeout(300)  # a border that changes slowly
            at = page.evaluate(_STEP) or at
        if not at[1]:
            unseen.append(at[0])
    return count, page.evaluate(_MISSED), unseen, left


def focused(page: Page) -> str:
    """The name of what has the focus."""
    return page.evaluate(
        """() => { let e = document.activeElement; while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
             return (e?.getAttribute('aria-label') || e?.textContent || '').trim(); }"""
    )


def tab_to(page: Page, begins: str, most: int = 120) -> None:
    """Press Tab until the focus is on what is called so.

    Raises:
        AssertionError: when it never is.
    """
    for _ in range(most):
        if focused(page).startswith(begins):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{begins} is not reached by Tab")

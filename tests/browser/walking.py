"""What a story of the pages needs: counted clicks, a mark that only a new document wipes away, and how much the layout moved."""

from playwright.sync_api import Locator, Page

SHIFTS = """
(() => {
  // Cumulative Layout Shift as the web vitals define it: the worst window of at most 5 s without a pause of 1 s.
  let sum = 0, first = -9999, last = -9999;
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, startTime, value, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      if (startTime - last > 1000 || startTime - first > 5000) { sum = 0; first = startTime; }
      last = startTime;
      sum += value;
      window.shifted = Math.max(window.shifted, sum);
      (window.movers ??= []).push(`${value.toFixed(3)} ${sources.map(({ node }) => node?.id || node?.className || node?.nodeName).join(" ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
  window.addEventListener("peerlearn:connection", (event) => { window.socketIs = event.detail.state; }, true);
  window.addEventListener("peerlearn:sound", () => { window.sounds = (window.sounds ?? 0) + 1; }, true);
  window.toasted = [];
  const isShown = (node) => node.classList?.contains("toast") && node.checkVisibility();
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (isShown(node)) window.toasted.push(node.textContent);
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener("securitypolicyviolation", (event) => { (window.violations ??= []).push(event.violatedDirective); });
})();
"""


class Clicks:
    """Clicks, counted the way the plan counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, target: Locator) -> None:
        """One click."""
        self.count += 1
        target.click()


def watched(page: Page) -> Page:
    """The page, with its layout shifts and policy violations noted from the start."""
    page.add_init_script(SHIFTS)
    return page


def mark(page: Page) -> None:
    """From here on it must stay the same document."""
    page.evaluate("() => { window.__mark = 'here'; }")


def is_same_document(page: Page) -> bool:
    """Whether the mark is still there."""
    return bool(page.evaluate("() => window.__mark === 'here'"))


def shift(page: Page) -> float:
    """The cumulative layout shift so far, without what the person did."""
    return float(page.evaluate("() => window.shifted"))


def movers(page: Page) -> list[str]:
    """What moved, for whoever has to mend it."""
    return page.evaluate("() => window.movers ?? []")


def violations(page: Page) -> list[str]:
    """What the content security policy had to stop."""
    return page.evaluate("() => window.violations ?? []")


def card(page: Page, title: str) -> Locator:
    """The card of a session, by its name."""
    return page.get_by_role("article", name=title, exact=True)


def button(place: Page | Locator, name: str) -> Locator:
    """A button or a link that looks like one, by its whole name."""
    return place.get_by_role("button", name=name, exact=True).or_(place.get_by_role("link", name=name, exact=True))


def toast(page: Page, text: str) -> Locator:
    """A pop-up that says this."""
    return page.locator(".toast", has_text=text)


def was_told(page: Page, text: str) -> None:
    """Wait until a pop-up that says this has been seen, though it may have gone again: it stays for some seconds only."""
    page.wait_for_function("text => window.toasted.some((words) => words.includes(text))", arg=text)


def choose_moment(page: Page, wall_clock: str) -> None:
    """Fill in Date and time."""
    page.get_by_label("Date and time", exact=True).fill(wall_clock)


def until_live(page: Page) -> Page:
    """The page, once it hears of what changes."""
    page.wait_for_function("() => window.socketIs === 'up'")
    return page


def heard(page: Page) -> None:
    """A notice has asked to be heard, exactly once so far."""
    page.wait_for_function("() => window.sounds >= 1")
    assert page.evaluate("() => window.sounds") == 1

"""What a story of the pages needs: counted clicks, a mark that only a new document wipes away, and how much the layout moved."""

from playwright.sync_api import Locator, Page

SHIFTS = """
(() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  window.addEventListener("peerlearn:connection", (event) => { window.socketIs = event.detail.state; }, true);
  window.addEventListener("peerlearn:sound", () => { window.sounds = (window.sounds ?? 0) + 1; }, true);
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
    """The layout shift so far, without what the person did."""
    return float(page.evaluate("() => window.shifted"))


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


def choose_moment(page: Page, wall_clock: str) -> None:
    """Fill in Date and time."""
    page.get_by_label("Date and time", exact=True).fill(wall_clock)


def until_live(page: Page) -> Page:
    """The page, once it hears of what changes."""
    page.wait_for_function("() => window.socketIs === 'up'")
    return page


def sounds(page: Page) -> int:
    """How often a notice wanted to be heard."""
    return page.evaluate("() => window.sounds ?? 0")

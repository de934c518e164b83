"""Reading pages the way a person does: by names and words, not by markup."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"svg", "script", "style", "template"}


@dataclass
class Node:
    """An element, read."""

    tag: str
    attributes: dict[str, str]
    parent: "Node | None"
    children: "list[Node | str]"

    def all(self) -> "list[Node]":
        """Every element beneath, in order."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                found += [child, *child.all()]
        return found

    @property
    def text(self) -> str:
        """What it says, without drawings."""
        return " ".join(_words(self).split())

    @property
    def name(self) -> str:
        """Its accessible name, as far as these pages need it."""
        if self.attributes.get("aria-label"):
            return self.attributes["aria-label"]
        by = self.attributes.get("aria-labelledby")
        named = next((node for node in _root(self).all() if node.attributes.get("id") == by), None) if by else self
        return named.text if named else ""

    @property
    def buttons(self) -> list[str]:
        """The names of its buttons."""
        return [node.name for node in self.all() if node.tag == "button"]

    @property
    def links(self) -> list[str]:
        """The names of its links."""
        return [node.name for node in self.all() if node.tag == "a" and "href" in node.attributes]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Node("", {}, None, [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here, [])
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Node(tag, {name: value or "" for name, value in attrs}, self.here, []))

    def handle_endtag(self, tag: str) -> None:
        place: Node | None = self.here
        while place is not None and place.tag != tag:
            place = place.parent
        if place is not None and place.parent is not None:
            self.here = place.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(answer: TestResponse | str) -> Node:
    """A page or fragment as a tree."""
    reader = _Reader()
    reader.feed(answer if isinstance(answer, str) else answer.get_data(as_text=True))
    return reader.root


def text_of(answer: TestResponse | str) -> str:
    """Everything it says."""
    return read(answer).text


def articles(answer: TestResponse | str) -> list[Node]:
    """Its cards."""
    return [node for node in read(answer).all() if node.tag == "article"]


def by_id(answer: TestResponse | str, element_id: str) -> Node | None:
    """One element by its id."""
    return next((node for node in read(answer).all() if node.attributes.get("id") == element_id), None)


def control(answer: TestResponse | str, label: str) -> Node:
    """The control with this label (or legend, or aria-label)."""
    root = read(answer)
    for node in root.all():
        if node.tag == "label" and node.text == label:
            wanted = node.attributes.get("for")
            if wanted:
                return next(one for one in root.all() if one.attributes.get("id") == wanted)
            return next(one for one in node.all() if one.tag in ("input", "select", "textarea"))
    return next(node for node in root.all() if node.attributes.get("aria-label") == label)


def fault_of(answer: TestResponse | str, label: str) -> str:
    """The sentence beside a control that needs mending; empty when there is none."""
    node = control(answer, label)
    spot = by_id(answer, f"{node.attributes.get('id')}-error")
    return spot.text if spot else ""


def popup_of(answer: TestResponse | str) -> str:
    """The pop-up a form comes back with."""
    summary = next((node for node in read(answer).all() if node.tag == "form-errors"), None)
    return summary.attributes.get("data-popup", "") if summary else ""


def fragment_of(answer: TestResponse | str, element_id: str) -> str:
    """One element, normalised, so that a page's part and a fragment can be compared; the seconds of a token are left out."""
    node = by_id(answer, element_id)
    assert node is not None, f"no #{element_id}"
    return re.sub(r'csrf_token=\S+', "", _plain(node))


def _plain(node: "Node | str") -> str:
    if isinstance(node, str):
        return " ".join(node.split())
    kept = {name: value for name, value in node.attributes.items() if name != "value" or node.attributes.get("name") != "csrf_token"}
    inside = "".join(_plain(child) for child in node.children)
    return f"<{node.tag} {' '.join(f'{name}={value}' for name, value in sorted(kept.items()))}>{inside}"


def _words(node: Node) -> str:
    if node.tag in SILENT:
        return ""
    return "".join(child if isinstance(child, str) else f" {_words(child)} " for child in node.children)


def _root(node: Node) -> Node:
    while node.parent is not None:
        node = node.parent
    return node

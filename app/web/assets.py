"""Built files by their hashed names: asset(), icon() and the import map for plugins' scripts."""

import json
import logging
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app
from markupsafe import Markup, escape

log = logging.getLogger(__name__)

PUBLIC_MODULES = ("socket", "nudges", "toast", "element")
"""What plugins' scripts may import as `peerlearn/<name>`: the front-end twin of app.plugin_api."""

LOOK_EVERY = 0.5
"""Seconds between two looks at the manifest's age; a page asks for forty names."""


@dataclass
class Manifest:
    """The names bin/build gave, read again when it has built anew."""

    path: Path
    names: dict[str, str] = field(default_factory=dict)
    needed: dict[str, list[str]] = field(default_factory=dict)
    """By file: the scripts it imports before it runs."""
    read_at: float = -1.0
    look_again_at: float = 0.0

    def name_of(self, name: str) -> str:
        """The hashed name; the plain one (and a line in the log) when nothing has been built."""
        self._read_if_newer()
        return self.names.get(name, name)

    def files_of(self, name: str) -> list[str]:
        """A script and all it imports before it runs, by hashed names."""
        file = self.name_of(name)
        return [file, *self.needed.get(file, ())]

    def _read_if_newer(self) -> None:
        if time.monotonic() < self.look_again_at:
            return
        self.look_again_at = time.monotonic() + LOOK_EVERY
        try:
            changed_at = self.path.stat().st_mtime
        except FileNotFoundError:
            if self.read_at != 0.0:
                log.warning("the front end is not built yet: run bin/build")
            self.names, self.needed, self.read_at = {}, {}, 0.0
            return
        if changed_at != self.read_at:
            self.names, self.read_at = json.loads(self.path.read_text()), changed_at
            self.needed = json.loads(self.path.with_name("needed.json").read_text())


def init_app(app: Flask) -> None:
    """Give templates asset(), icon() and import_map()."""
    app.extensions["manifest"] = Manifest(Path(str(app.static_folder)) / "dist" / "manifest.json")
    app.add_template_global(asset, "asset")
    app.add_template_global(script_files, "script_files")
    app.add_template_global(icon, "icon")
    app.add_template_global(import_map, "import_map")


def asset(name: str) -> str:
    """The address of a built file: asset("main.js") -> /static/dist/main-4F2A….js"""
    # Not url_for: a page asks forty times, and building an address by its rule took a tenth of the mentor's home.
    return f"{current_app.static_url_path}/dist/{current_app.extensions['manifest'].name_of(name)}"


def script_files(name: str) -> list[str]:
    """The addresses of a script and of all it imports before it runs: what may be fetched side by side instead of in turn."""
    return [f"{current_app.static_url_path}/dist/{file}" for file in current_app.extensions["manifest"].files_of(name)]


def icon(name: str, classes: str = "") -> Markup:
    """An icon of the sprite, hidden from screen readers: its button or text has the name."""
    return _drawn(f"{asset('icons.svg')}#{name}", f"icon {classes}".strip())


@lru_cache(maxsize=512)
def _drawn(sprite_address: str, classes: str) -> Markup:
    css, address = escape(classes), escape(sprite_address)
    return Markup(f'<svg class="{css}" aria-hidden="true"><use href="{address}"></use></svg>')  # noqa: S704 (both parts are escaped)


def import_map() -> Markup:
    """The four public modules as JSON for <script type="importmap">; safe inside a script element."""
    imports = {f"peerlearn/{name}": asset(f"{name}.js") for name in PUBLIC_MODULES}
    return Markup(json.dumps({"imports": imports}).replace("<", "\\u003c"))  # noqa: S704 (no < is left in it)

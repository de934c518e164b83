"""The walls of the house: which way the doors open."""

import pytest

from tests.house.house import as_module, imports, modules

DOMAINS = {
    "kernel": 0,
    "audit": 1,
    "accounts": 2,
    "lessons": 3,
    "payments": 4,
    "bookings": 5,
    "gifts": 6,
    "live": 7,
    "chat": 8,
    "community": 8,
    "notifications": 8,
    "recommendations": 9,
    "analytics": 9,
    "proof": 9,
}
"""Lowest first; a domain imports only lower ones."""

FOREIGN = {
    "eventlet": ("wsgi", "app.process.serving", "app.kernel.offload"),
    "stripe": tuple(f"app.payments.providers.{name}" for name in ("stripe", "stripe_accounts", "stripe_payouts")),
    "sklearn": ("app.recommendations.training",),
    "numpy": ("app.recommendations.training",),
    "spellchecker": ("app.lessons.spelling",),
    "flask_admin": ("blueprints.admin", "app.plugin_api.admin"),
    "flask_socketio": ("app.extensions", "app.realtime"),
    "socketio": ("app.extensions", "app.realtime"),
    "rq": ("app.kernel.jobs", "app.kernel.queues", "app.process", "worker"),
    "redis": ("app.kernel.jobs", "app.kernel.queues", "app.realtime", "app.process", "worker"),
    "av": ("app.live.media",),
    "aioice": ("app.live.turn_trial",),
    "boto3": ("app.kernel.storage",),
    "botocore": ("app.kernel.storage",),
    "argon2": ("app.accounts.passwords",),
    "PIL": ("app.web.uploads", "app.live.media"),
    "icalendar": ("app.bookings.ics",),
    "fpdf": ("app.payments.receipt_pdf", "app.live.board_pdf"),
    "segno": ("app.payments.manual.instructions",),
    "fontTools": ("app.payments.receipt_pdf",),
}
"""One door per foreign library."""

WEB_WORDS = ("flask.request", "flask.session", "flask.render_template", "flask_login", "app.web", "app.realtime", "flask_wtf")
"""What domain code must not see. (Mail renders its letters: the one template a domain knows.)"""


def test_the_core_knows_neither_blueprints_nor_plugins() -> None:
    wrong = [str(i) for i in imports("app") if i.imported.split(".")[0] in ("blueprints", "plugins")]
    assert not wrong, wrong


def test_blueprints_do_not_know_each_other_nor_plugins() -> None:
    wrong = []
    for i in imports("blueprints"):
        own = ".".join(i.module.split(".")[:2])
        if i.imported.startswith("plugins") or (i.imported.startswith("blueprints.") and not i.imported.startswith(own + ".")):
            wrong.append(str(i))
    assert not wrong, wrong


def test_plugins_know_only_the_plugin_api_and_their_own_folder() -> None:
    wrong = []
    for i in imports("plugins"):
        own = ".".join(i.module.split(".")[:2])
        if i.imported.split(".")[0] in ("app", "blueprints", "plugins") and not i.imported.startswith(("app.plugin_api", own)):
            wrong.append(str(i))
    assert not wrong, wrong


def test_domains_import_only_lower_domains() -> None:
    wrong = []
    for i in imports("app"):
        here, there = _domain(i.module), _domain(i.imported)
        if here is not None and there is not None and here != there and DOMAINS[there] >= DOMAINS[here]:
            wrong.append(str(i))
    assert not wrong, wrong


def test_the_kernel_knows_nothing_of_peerlearn() -> None:
    allowed = ("app.kernel", "app.extensions")
    wrong = [
        str(i)
        for i in imports("app")
        if i.module.startswith("app.kernel") and i.imported.startswith("app.") and not i.imported.startswith(allowed)
    ]
    assert not wrong, wrong


def test_domain_code_sees_no_request_no_template_no_socket() -> None:
    wrong = [
        str(i)
        for i in imports("app")
        if _domain(i.module) not in (None, "kernel")
        and i.imported.startswith(WEB_WORDS)
        and i.module != "app.notifications.channels.mail"
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("library", FOREIGN)
def test_a_foreign_library_has_one_door(library: str) -> None:
    doors = FOREIGN[library]
    wrong = [
        str(i)
        for i in imports("app", "blueprints", "plugins")
        if i.imported.split(".")[0] == library and not any(i.module == door or i.module.startswith(door + ".") for door in doors)
    ]
    assert not wrong, wrong


def test_nothing_of_ours_is_imported_inside_a_function() -> None:
    wrong = [
        str(i)
        for i in imports("app", "blueprints", "plugins")
        if i.is_deferred
        and i.imported.split(".")[0] in ("app", "blueprints", "plugins")
        and i.module not in ("app.factory", "app.plugin_host")
    ]
    assert not wrong, wrong


def test_there_are_no_import_cycles() -> None:
    graph: dict[str, set[str]] = {module: set() for module in modules()}
    for i in imports("app", "blueprints", "plugins"):
        target = as_module(i.imported)
        if target and target != i.module and not i.is_typing_only and not i.is_deferred:
            graph[i.module].add(target)
    cycle = _cycle_in(graph)
    assert not cycle, " → ".join(cycle)


def _domain(dotted: str) -> str | None:
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "app" and parts[1] in DOMAINS else None


def _cycle_in(graph: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for target in sorted(graph[node]):
            found = visit(target, [*path, node])
            if found:
                return found
        done.add(node)
        return []

    for start in sorted(graph):
        found = visit(start, [])
        if found:
            return found
    return []

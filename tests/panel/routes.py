"""Every route of the panel as data, so that tests can walk all of them."""

from fastapi.routing import APIRoute

from panel.app import ROUTERS

OPEN_TO_ALL = frozenset({"/login", "/login/{token}", "/goodbye", "/healthz"})
"""What answers without a session."""


def paths_with(method: str) -> list[str]:
    """Return the path patterns that take a method, sorted."""
    routes = [route for noun in ROUTERS for route in noun.router.routes if isinstance(route, APIRoute)]
    return sorted(route.path for route in routes if method in (route.methods or ()))


def filled(path: str, number: int = 1) -> str:
    """Return a path with its parameters filled in."""
    for name in (
        *("report_id", "entry_id", "member_id", "evidence_id", "unit_id", "stand_in_id"),
        *("order_id", "product_id", "window_id", "announcement_id", "message_id", "token"),
    ):
        path = path.replace(f"{{{name}}}", str(number))
    return path.replace("{code}", "ceshi")

"""The points shop in the panel: the counter, products with their stock, windows, and the sheets."""

from fastapi import APIRouter

from panel.routes.shop import counter, products, sheets, windows

router = APIRouter()
for part in (counter, products, windows, sheets):
    for route in part.router.routes:
        router.routes.append(route)

__all__ = ["router"]

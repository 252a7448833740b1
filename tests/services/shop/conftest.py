"""A branch with an open shop for every test."""

import pytest

from services.deps import Deps
from tests.shops import ShopBranch, a_shop


@pytest.fixture
def shop(deps: Deps) -> ShopBranch:
    """Return a branch with two members and a shop that opened today."""
    return a_shop(deps)

"""A branch for every test of a use case."""

import pytest

from services.deps import Deps
from tests.builders import Branch, a_branch


@pytest.fixture
def branch(deps: Deps) -> Branch:
    """Return a branch with a secretary, two recorders and two members."""
    return a_branch(deps)


@pytest.fixture
def other_branch(deps: Deps) -> Branch:
    """Return another branch, whose people must learn nothing of the first."""
    return a_branch(deps, code="haizi")

"""`jifen demo`: hands over to the sandbox, the one room above this one."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def open_demo(*, port: int, data: Path, is_headless: bool, is_empty: bool, has_no_limits: bool) -> None:
    """Show the product with pretend phones; found by name, because arrows point down only."""
    demo: Callable[..., Any] = import_module("sandbox.demo").demo
    demo(port=port, data=data, headless=is_headless, empty=is_empty, no_limits=has_no_limits)

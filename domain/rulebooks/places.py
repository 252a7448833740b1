"""Finds the file and line of a path through a tree."""

from collections.abc import Iterable

from domain.rulebooks.tree import Key, Listing, Node, Scalar, Table


def place_of_value(root: Table, path: Iterable[object]) -> Key:
    """Return where the value at the path stands; steps that the tree lacks are passed over."""
    node, key = _walk(root, path)
    return Key(node.file, node.line) if isinstance(node, Scalar) else key


def place_of_key(root: Table, path: Iterable[object]) -> Key:
    """Return where the key at the path stands; steps that the tree lacks are passed over."""
    return _walk(root, path)[1]


def text_at(root: Table, path: Iterable[object]) -> str:
    """Return what is written at the path, nothing where the tree has no text there."""
    node: Node = root
    for step in path:
        if not isinstance(node, Table) or str(step) not in node.entries:
            return ""
        node = node.entries[str(step)]
    return node.text or "" if isinstance(node, Scalar) else ""


def codes_in(root: Table, name: str) -> list[str]:
    """Return the codes of one of the file's tables, whether their entries are sound or not."""
    table = root.entries.get(name)
    return list(table.entries) if isinstance(table, Table) else []


def _walk(root: Table, path: Iterable[object]) -> tuple[Node, Key]:
    node: Node = root
    key = Key(root.file, root.line)
    for step in path:
        match node:
            case Table() if str(step) in node.entries:
                key = node.keys[str(step)]
                node = node.entries[str(step)]
            case Listing() if isinstance(step, int) and step < len(node.entries):
                node = node.entries[step]
                key = Key(node.file, node.line)
            case _:
                continue
    return node, key

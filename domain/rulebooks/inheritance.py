"""Lays a branch's rulebook over its parent's, entry by entry, keeping the file and line of everything."""

from domain.rulebooks.problems import Problem, ProblemCode, RulebookInvalid
from domain.rulebooks.reading import Parents
from domain.rulebooks.tree import Key, Node, Scalar, Table, read_tree
from domain.rulebooks.wording import problem

_OWN = frozenset({"id", "name", "version", "extends"})
BY_CODE = (
    "categories",
    "components",
    "items",
    "groups",
    "best",
    "debits",
    "leaders",
    "instruments",
    "requirements",
    "consequences",
    "workflow",
)
"""The tables whose entries a branch's book changes one by one."""


def read_family(text: str, *, file: str, parents: Parents) -> tuple[Table, tuple[Problem, ...]]:
    """Return the file's tree laid over those that it extends, and the problems met on the way.

    Raises: RulebookInvalid when a file of the family cannot be read at all.
    """
    return _read(text, file=file, parents=parents, below=())


def _read(
    text: str, *, file: str, parents: Parents, below: tuple[str, ...]
) -> tuple[Table, tuple[Problem, ...]]:
    tree, repeated = read_tree(text, file=file)
    extends = tree.entries.get("extends")
    if extends is None:
        return tree, repeated
    if not isinstance(extends, Scalar) or extends.text is None:
        empty = problem(ProblemCode.EMPTY, file=file, line=tree.keys["extends"].line, key="extends")
        raise RulebookInvalid((*repeated, empty))
    own_id = tree.entries.get("id")
    chain = (*below, own_id.text or "" if isinstance(own_id, Scalar) else "")
    if extends.text in chain:
        names = " → ".join((*chain, extends.text))
        circle = problem(ProblemCode.PARENT_CIRCLE, file=file, line=extends.line, chain=names)
        raise RulebookInvalid((*repeated, circle))
    parent_text = parents(extends.text)
    if parent_text is None:
        unknown = problem(ProblemCode.UNKNOWN_PARENT, file=file, line=extends.line, value=extends.text)
        raise RulebookInvalid((*repeated, unknown))
    parent, found = _read(parent_text, file=f"{extends.text}.yaml", parents=parents, below=chain)
    found += repeated
    merged, unmatched = _lay_over(parent, tree)
    return merged, found + unmatched


def _lay_over(parent: Table, child: Table) -> tuple[Table, tuple[Problem, ...]]:
    """Return the whole book: what the child says, and the parent's where it is silent."""
    merged = Table({}, {}, child.file, child.line)
    problems: list[Problem] = []
    for name in (*parent.entries, *(key for key in child.entries if key not in parent.entries)):
        above, own = parent.entries.get(name), child.entries.get(name)
        if name == "extends" or (own is None and name in _OWN):
            continue
        if own is None:
            _put(merged, name, above, parent.keys[name])
        elif name in BY_CODE and isinstance(above, Table) and isinstance(own, Table):
            _put(merged, name, _lay_entries(above, own, problems), child.keys[name])
        elif not _is_nothing(own):
            _put(merged, name, own, child.keys[name])
        elif above is None:
            problems.append(_nothing_to_remove(name, child.keys[name]))
    return merged, tuple(problems)


def _lay_entries(parent: Table, child: Table, problems: list[Problem]) -> Table:
    merged = Table(dict(parent.entries), dict(parent.keys), child.file, child.line)
    for code, own in child.entries.items():
        above = parent.entries.get(code)
        if _is_nothing(own):
            if above is None:
                problems.append(_nothing_to_remove(code, child.keys[code]))
            merged.entries.pop(code, None)
            merged.keys.pop(code, None)
        elif isinstance(own, Table) and above is not None:
            _put(merged, code, _lay_keys(_as_table(above), own), child.keys[code])
        else:
            _put(merged, code, own, child.keys[code])
    return merged


def _lay_keys(parent: Table, child: Table) -> Table:
    merged = Table(dict(parent.entries), dict(parent.keys), child.file, child.line)
    for name, own in child.entries.items():
        if _is_nothing(own):
            merged.entries.pop(name, None)
            merged.keys.pop(name, None)
        else:
            _put(merged, name, own, child.keys[name])
    return merged


def _as_table(node: Node) -> Table:
    """Return an entry in its long form: a category may be written as nothing but its name."""
    if isinstance(node, Table):
        return node
    return Table({"name": node}, {"name": Key(node.file, node.line)}, node.file, node.line)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text is None


def _nothing_to_remove(name: str, key: Key) -> Problem:
    return problem(ProblemCode.NOTHING_TO_REMOVE, file=key.file, line=key.line, key=name)


def _put(table: Table, name: str, node: Node | None, key: Key) -> None:
    if node is not None:
        table.entries[name] = node
        table.keys[name] = key

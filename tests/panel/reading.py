"""Reads pages as a person does: headings, alerts, buttons, fields."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "img", "input", "br", "hr"})


@dataclass
class Element:
    """One element with its attributes and what stands in it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything a person reads in it, with single spaces."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(parts).split())

    def find(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Return the elements within that have the tag and the attributes (`class_` names one class)."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                if child.fits(tag, attributes):
                    found.append(child)
                found += child.find(tag, **attributes)
        return found

    def fits(self, tag: str, attributes: dict[str, str]) -> bool:
        """Tell whether the element has the tag and the attributes."""
        wanted = dict(attributes)
        class_name = wanted.pop("class_", None)
        return (
            tag in {"", self.tag}
            and all(self.attributes.get(name) == value for name, value in wanted.items())
            and (class_name is None or class_name in self.attributes.get("class", "").split())
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("page", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        closed = self._open.pop()
        assert closed.tag == tag, f"</{tag}> closes <{closed.tag}>"

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read(html: str) -> Element:
    """Return a page as a tree; every element must be closed in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader._open) == 1, "something is left open"
    return reader.root

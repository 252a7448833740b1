"""A browser window for tests: it keeps cookies, reads pages, and sends forms as a page would."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI

from services.deps import Deps
from services.sessions import new_login_link
from tests.builders import Person
from tests.panel.reading import Element, read

HOST = "http://panel.test"


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: status, headers, address and content."""

    response: httpx.Response

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def address(self) -> str:
        """Where the window is now, without the host."""
        return self.response.url.raw_path.decode()

    @property
    def root(self) -> Element:
        """The page as a tree."""
        return read(self.response.text)

    @property
    def heading(self) -> str:
        """The page's first heading."""
        return self.root.find("h1")[0].text

    @property
    def alert(self) -> str:
        """What the page warns of; empty when it does not."""
        return " ".join(element.text for element in self.root.find(role="alert"))

    @property
    def told(self) -> str:
        """The sentence about what was just done; empty when there is none."""
        return " ".join(span.text for flash in self.root.find(role="status") for span in flash.find("span"))

    def texts(self, tag: str = "", **attributes: str) -> list[str]:
        """Return the texts of all elements of a kind."""
        return [element.text for element in self.root.find(tag, **attributes)]

    def facts(self) -> dict[str, str]:
        """Return what the page says of its thing, by label."""
        return {
            row.find("dt")[0].text: row.find("dd")[0].text
            for listed in self.root.find("dl")
            for row in listed.find("div")
        }

    def rows(self) -> list[list[str]]:
        """Return the cells of the page's table."""
        return [
            [cell.text for cell in row.find("td")]
            for body in self.root.find("tbody")
            for row in body.find("tr")
        ]


class Window:
    """One browser."""

    def __init__(self, app: FastAPI) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=HOST)
        self.csrf = ""

    async def close(self) -> None:
        """Close the window."""
        await self.client.aclose()

    async def sign_in(self, deps: Deps, person: Person) -> Page:
        """Open a login link as this person and land on the first page."""
        link = new_login_link(deps, actor=person.actor)
        page = await self.get(urlsplit(link).path)
        token = page.root.find("input", name="csrf")
        self.csrf = token[0].attributes["value"] if token else ""
        return page

    async def get(self, path: str, **headers: str) -> Page:
        """Open a page, following where it leads."""
        return Page(await self.client.get(path, headers=headers, follow_redirects=True))

    async def post(self, path: str, **fields: str) -> Page:
        """Send a form with this session's token, following where it leads."""
        data = {"csrf": self.csrf} | fields
        return Page(await self.client.post(path, data=data, follow_redirects=True))

    async def decide(self, report_id: int, action: str, *, revision: int = 1, **fields: str) -> Page:
        """Press a button of a report's page."""
        return await self.post(
            f"/reports/{report_id}/decide", action=action, revision=str(revision), **fields
        )

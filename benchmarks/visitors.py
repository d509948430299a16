"""The requests of many different visitors, as prepared bytes."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import count, cycle
from urllib.parse import urlencode

from benchmarks.client import Connection, request
from benchmarks.stage import HOST


class Visitors:
    """Makes requests from an IP address each, so that none meets a rate limit."""

    def __init__(self, port: int) -> None:
        self.numbers = count(1)
        self.connection = Connection(port)
        self.forms = cycle([self._form() for _ in range(16)])

    def headers(self, **cookies: str) -> dict[str, str]:
        """The headers of a browser's request."""
        number = next(self.numbers)
        headers = {
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Accept": "text/html,application/xhtml+xml",
            "Accept-Language": "fr,en;q=0.5",
            "Accept-Encoding": "gzip, deflate, br",
        }
        if cookies:
            headers["Cookie"] = "; ".join(f"__Host-{name}={value}" for name, value in cookies.items())
        return headers

    def pages(self) -> Iterator[bytes]:
        """First visits to the sign-in page."""
        while True:
            yield request("GET", "/fr/auth", host=HOST, headers=self.headers())

    def send(self, address: str) -> bytes:
        """A request for a link to `address`."""
        return self._post("/fr/auth", {"email": address, "next": ""})

    def sends(self) -> Iterator[bytes]:
        """Requests for links; every second address has an account."""
        for number in count():
            yield self.send(f"{'known' if number % 2 else 'unknown'}{number}@example.com")

    def verifies(self, links: list[tuple[str, str]]) -> Iterator[bytes]:
        """Redeem each link in the browser that asked for it."""
        for secret, browser in links:
            yield self._post("/fr/verify-magic-link", {"token": secret}, browser=browser)

    def _form(self) -> tuple[str, str]:
        """A browser's CSRF cookie and the token of its form."""
        plain = self.headers() | {"Accept-Encoding": "identity"}
        page = self.connection.ask(request("GET", "/fr/auth", host=HOST, headers=plain))
        cookie = re.search(rb"__Host-csrftoken=(\w+)", page.head)
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        if page.status != 200 or not cookie or not token:
            raise RuntimeError(f"The sign-in page answered {page.status}, without a form to fill in.")
        return cookie[1].decode(), unescape(token[1].decode())

    def _post(self, path: str, data: dict[str, str], **cookies: str) -> bytes:
        cookie, token = next(self.forms)
        return request(
            "POST", path, host=HOST,
            headers=self.headers(csrftoken=cookie, **cookies),
            body=urlencode(data | {"csrfmiddlewaretoken": token}).encode(),
        )  # fmt: skip

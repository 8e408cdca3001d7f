"""Asking a service over HTTP: only where the operator allows it, to a checked address, within limits, no redirects."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from minga.tools.base import ToolError
from minga.tools.intake.addresses import Resolver, resolve
from minga.tools.intake.errors import IntakeError
from minga.tools.intake.web import checked_addresses
from minga.tools.providers.wire import parse

KIBIBYTE = 1024
LONGEST_PAUSE = 30.0


class NoAnswer(ToolError):
    """The service gave no usable answer to one request; the message is one plain sentence for the cases' failure."""


class _Again(NoAnswer):
    """As above, and worth another try: the request was not worked on."""

    def __init__(self, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Door:
    """How one service is asked. ``seconds`` bounds a whole request; ``most`` is the largest answer in bytes."""

    base: str
    allow_hosts: Collection[str] = ()
    key_env: str = ""
    seconds: float = 60.0
    retries: int = 3
    backoff: float = 0.5
    most: int = 1024 * KIBIBYTE
    resolver: Resolver = resolve
    pause: Callable[[float], None] = time.sleep
    client: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, follow_redirects=False))

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], allow_hosts: Collection[str]) -> Door:
        """Raises ToolError where the address is no web address, or not encrypted and not one the operator named."""
        base = settings["url"].rstrip("/")
        try:
            url = httpx.URL(base)
        except httpx.InvalidURL as error:
            raise ToolError(f"{base!r} is not a valid address ({error}). Correct the url of the provider.") from None
        named = {name.rstrip(".").lower() for name in allow_hosts}
        own = url.host in named or f"{url.host}:{url.port}" in named
        if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
            raise ToolError(f"{base} is not the plain address of a service. Write https://host/path, no more.")
        if url.scheme == "http" and not own:
            raise ToolError(
                f"{base} is not encrypted: cases would be readable on the way. Use https, or, for a machine of your "
                "own, name its host in the setting that lists allowed hosts."
            )
        return cls(
            base, tuple(allow_hosts), settings.get("key_env", ""), float(settings.get("seconds", 60.0)),
            settings.get("retries", 3), float(settings.get("backoff_seconds", 0.5)),
            settings.get("answer_kib", 1024) * KIBIBYTE,
        )  # fmt: skip

    def get(self, path: str) -> Any:
        """The parsed JSON at ``path``; raises NoAnswer, or Unreadable where it is not JSON."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The parsed JSON that answers ``body``; raises NoAnswer, or Unreadable where it is not JSON."""
        return self._ask("POST", path, orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS, default=str))

    def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        """Tries again where the service says it is busy (429, 5xx) or cannot be reached, with growing pauses."""
        deadline = time.monotonic() + self.seconds * (self.retries + 1)
        for attempt in range(self.retries + 1):
            try:
                return parse(self._once(method, path, body))
            except _Again as error:
                pause = min(error.pause or self.backoff * 2**attempt, LONGEST_PAUSE)
                if attempt == self.retries or time.monotonic() + pause > deadline:
                    raise NoAnswer(f"{error} It was asked {attempt + 1} times.") from None
                self.pause(pause)
        raise AssertionError("the loop returns or raises")

    def close(self) -> None:
        self.client.close()

    def _once(self, method: str, path: str, body: bytes | None) -> bytes:
        url = httpx.URL(self.base + path)
        try:
            request = self._request(method, url, checked_addresses(url, self.allow_hosts, self.resolver)[0], body)
            return self._sent(request, url)
        except httpx.ConnectError as error:
            raise _Again(f"{url.host} cannot be reached ({error or type(error).__name__}).") from None
        except httpx.TimeoutException:
            raise NoAnswer(f"{url.host} did not answer within {self.seconds:g} seconds.") from None
        except httpx.HTTPError as error:
            raise NoAnswer(f"{url.host} broke off the connection ({type(error).__name__}).") from None
        except IntakeError as error:
            raise NoAnswer(str(error)) from None

    def _request(self, method: str, url: httpx.URL, address: str, body: bytes | None) -> httpx.Request:
        """To the checked address itself, under the service's own Host and TLS name."""
        headers = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity", **self._key()}
        if body is not None:
            headers["Content-Type"] = "application/json"
        timeout = httpx.Timeout(self.seconds, connect=min(10.0, self.seconds))
        return self.client.build_request(
            method, url.copy_with(host=address.partition("%")[0]), headers=headers, content=body, timeout=timeout,
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )  # fmt: skip

    def _sent(self, request: httpx.Request, url: httpx.URL) -> bytes:
        until = time.monotonic() + self.seconds
        response = self.client.send(request, stream=True)
        try:
            self._judge(response, url)
            return self._body(response, url, until)
        finally:
            response.close()

    def _judge(self, response: httpx.Response, url: httpx.URL) -> None:
        status = response.status_code
        if 300 <= status < 400:
            raise NoAnswer(
                f"{url.host} redirects to another address. Cases are sent only where the operator said; give the "
                "final address."
            )
        if status == 429 or status >= 500:
            raise _Again(f"{url.host} answered {status}: it is busy or broken.", _retry_after(response))
        if status in (401, 403):
            raise NoAnswer(f"{url.host} answered {status}: it wants another key. Set {self.key_env or 'key_env'}.")
        if status != 200:
            raise NoAnswer(f"{url.host} answered {status} to {url.path}. Check the url and the settings.")

    def _body(self, response: httpx.Response, url: httpx.URL, until: float) -> bytes:
        parts, taken = [], 0
        for chunk in response.iter_raw():
            taken += len(chunk)
            if taken > self.most:
                raise NoAnswer(f"{url.host} sent more than {self.most // KIBIBYTE} KiB; the rest was not read.")
            if time.monotonic() > until:
                raise NoAnswer(f"{url.host} did not finish its answer within {self.seconds:g} seconds.")
            parts.append(chunk)
        return b"".join(parts)

    def _key(self) -> dict[str, str]:
        if not self.key_env:
            return {}
        key = os.environ.get(self.key_env, "")
        if not key or not key.isascii() or not key.isprintable():
            raise NoAnswer(f"The environment has no usable {self.key_env}, which holds the service's key. Set it.")
        return {"Authorization": f"Bearer {key}"}


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() and len(text) < 6 else None

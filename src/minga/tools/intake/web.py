"""Fetching a URL without being led to an address that is not public."""

from __future__ import annotations

import io
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager

import httpx

from minga.tools.intake.addresses import Resolver, is_public, resolve
from minga.tools.intake.deadline import transport
from minga.tools.intake.errors import IntakeError, Limits, size

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def checked_addresses(url: httpx.URL, allow_hosts: Collection[str], resolver: Resolver) -> list[str]:
    """The addresses of a URL's host, resolved once; refused if one is not public and the host not allowed."""
    if url.scheme not in ("http", "https") or not url.host:
        raise IntakeError(f"{url} is not a web address. Give one that begins with https:// or http://.")
    host = url.raw_host.decode("ascii").rstrip(".").lower()
    port = url.port or (443 if url.scheme == "https" else 80)
    addresses = resolver(host, port)
    allowed = {name.rstrip(".").lower() for name in allow_hosts}
    if host not in allowed and f"{host}:{port}" not in allowed:
        closed = [address for address in addresses if not is_public(address)]
        if closed or not addresses:
            raise IntakeError(
                f"{host} is refused: it leads to {', '.join(closed) or 'no address'}, which is not a public "
                "address. "
                "An address like that can reach machines that were never meant to be read from outside. "
                "If the host is yours, name it in the setting that lists allowed hosts."
            )
    return addresses


class _Body(io.RawIOBase):
    """The raw body of a response, within a size and a deadline."""

    def __init__(self, response: httpx.Response, name: str, limits: Limits, deadline: float) -> None:
        self._chunks = response.iter_raw(128 * 1024)
        self._left = b""
        self._name, self._limits, self._deadline = name, limits, deadline
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            self._left = self._next_chunk()
        part, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def _next_chunk(self) -> bytes:
        try:
            chunk = next(self._chunks, b"")
        except httpx.HTTPError as error:
            self._in_time()
            raise IntakeError(
                f"{self._name} broke off after {self.taken:,} bytes ({error or type(error).__name__}). Try again."
            ) from None
        self.taken += len(chunk)
        if self.taken > self._limits.compressed_bytes:
            raise IntakeError(
                f"{self._name} is larger than {size(self._limits.compressed_bytes)}, the most that is "
                "fetched. "
                "Fetch it yourself and split it, or raise the limit."
            )
        self._in_time()
        return chunk

    def _in_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise _late(self._name, self._limits, self.taken)


def _late(name: str, limits: Limits, taken: int) -> IntakeError:
    return IntakeError(
        f"{name} took longer than {limits.seconds:.0f} seconds; {taken:,} bytes had come. "
        "The server is slow or the file large. Try again later, or raise the time limit."
    )


@contextmanager
def open_url(
    address: str, *, limits: Limits, allow_hosts: Collection[str] = (), resolver: Resolver = resolve
) -> Iterator[io.RawIOBase]:
    """The undecoded body of a URL as a raw stream.

    Each host, that of every redirect too, is resolved once; all its addresses must be public (or the host, as
    "name" or "name:port", be in ``allow_hosts``) and the connection goes to a checked address, so a name that
    answers differently a second time gains nothing. Proxies from the environment are not used.
    """
    deadline = time.monotonic() + limits.seconds
    timeout = httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds)
    with ExitStack() as stack:
        client = stack.enter_context(
            httpx.Client(timeout=timeout, trust_env=False, follow_redirects=False, transport=transport(deadline))
        )
        url = _parse(address)
        for _ in range(limits.redirects + 1):
            addresses = checked_addresses(url, allow_hosts, resolver)
            try:
                response = _send(client, url, addresses)
            except IntakeError:
                if time.monotonic() > deadline:
                    raise _late(address, limits, 0) from None
                raise
            stack.callback(response.close)
            if response.status_code not in _REDIRECTS:
                break
            url = _redirected(url, response)
        else:
            raise IntakeError(f"{address} redirects more than {limits.redirects} times. Give the final address.")
        if response.status_code != 200:
            raise IntakeError(
                f"{url} answered {response.status_code} {response.reason_phrase}. "
                "Check the address in a browser; it may need a sign-in or have moved."
            )
        yield _Body(response, str(url), limits, deadline)


def _parse(address: str) -> httpx.URL:
    try:
        return httpx.URL(address)
    except httpx.InvalidURL as error:
        raise IntakeError(
            f"{address!r} is not a valid address ({error}). Check it for blanks and typing errors."
        ) from None


def _redirected(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    target = url.join(_parse(response.headers.get("location", "")))
    if url.scheme == "https" and target.scheme != "https":
        raise IntakeError(
            f"{url} redirects to {target}, which is not encrypted. Give that address itself if you trust it."
        )
    return target


def _send(client: httpx.Client, url: httpx.URL, addresses: list[str]) -> httpx.Response:
    """GET from the first checked address that accepts a connection, under the URL's own Host and TLS name."""
    headers = {"Host": url.netloc.decode("ascii").rpartition("@")[2], "Accept-Encoding": "identity"}
    trouble: httpx.HTTPError | None = None
    for address in addresses:
        request = client.build_request(
            "GET",
            url.copy_with(host=address.partition("%")[0]),
            headers=headers,
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )
        try:
            return client.send(request, stream=True)
        except httpx.ConnectError as error:
            trouble = error
        except httpx.HTTPError as error:
            trouble = error
            break
    raise IntakeError(
        f"{url} cannot be reached ({trouble or type(trouble).__name__}). "
        "The server may be down, or this machine has no way out. Try again, or fetch the file yourself."
    )

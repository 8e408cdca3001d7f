"""Fetches a published file from the web for ``minga instruments add``: https only, with a limit in size and time."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import httpx

from minga.instruments.checks import DefinitionError
from minga.instruments.files import LARGEST, SetFile

SECONDS, MOST_REDIRECTS = 30.0, 5


def get(place: str, transport: httpx.BaseTransport | None = None) -> SetFile:
    """The file at a path or address; DefinitionError says what kept it from coming and what to do."""
    return fetch(place, transport) if "://" in place else _local(Path(place))


def fetch(url: str, transport: httpx.BaseTransport | None = None) -> SetFile:
    """The file at ``url``. Redirects are followed as far as they stay on https."""
    with httpx.Client(timeout=SECONDS, transport=transport, follow_redirects=False) as client:
        address = httpx.URL(url)
        for _ in range(MOST_REDIRECTS + 1):
            if address.scheme != "https" or not address.host:
                raise DefinitionError(url, [f"{address} is no https address. Give one that starts with https://."])
            try:
                with client.stream("GET", address) as answer:
                    if answer.has_redirect_location:
                        address = address.join(answer.headers["Location"])
                        continue
                    return SetFile(PurePosixPath(address.path).name or address.host, _body(url, answer), str(url))
            except httpx.TimeoutException as error:
                problem = f"{address.host} did not answer within {SECONDS:g} seconds. Try again later."
                raise DefinitionError(url, [problem]) from error
            except httpx.HTTPError as error:
                raise DefinitionError(url, [_unreachable(address, error)]) from error
    raise DefinitionError(url, [f"it leads on more than {MOST_REDIRECTS} times. Give the address of the file itself."])


def _body(url: str, answer: httpx.Response) -> bytes:
    if not answer.is_success:
        hint = {404: "The file may have moved: look it up at its publisher.",
                403: "The publisher does not let programs in: download it in a browser and give the path."}  # fmt: skip
        problem = f"{answer.url.host} answered {answer.status_code}. {hint.get(answer.status_code, 'Try again later.')}"
        raise DefinitionError(url, [problem])
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > LARGEST:
            problem = f"it is larger than {LARGEST:,} bytes, so it was not read on. Check the address."
            raise DefinitionError(url, [problem])
    return bytes(content)


def _unreachable(address: httpx.URL, error: httpx.HTTPError) -> str:
    told = str(error) or type(error).__name__
    if "CERTIFICATE" in told.upper():
        return f"{address.host} has a certificate that cannot be trusted ({told}). Download the file in a browser."
    return (
        f"{address.host} could not be reached ({told}). Check the address and whether this machine may reach the web, "
        "or download the file in a browser and give its path."
    )


def _local(path: Path) -> SetFile:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            problem = f"it has {size:,} bytes; at most {LARGEST:,} are read. Check the file."
            raise DefinitionError(path.name, [problem])
        return SetFile(path.name, path.read_bytes())
    except OSError as error:
        raise DefinitionError(path.name, [f"it cannot be opened ({error.strerror}). Check the path."]) from error

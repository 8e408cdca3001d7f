"""What comes in from outside: files, gzip, zip, URLs and CSV cells."""

import gzip
import io
import socket
import ssl
import stat
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from minga.tools.intake import (
    IntakeError,
    Limits,
    csv_safe,
    is_public,
    open_source,
    open_zip,
    wrap_stream,
)

# Sources


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def read(source: str | Path, **options: object) -> bytes:
    with open_source(source, **options) as stream:  # type: ignore[arg-type]
        return stream.read()


def test_plain_and_gzip_files_are_read(tmp_path: Path) -> None:
    data = b'{"ocid": "a"}\n' * 1000
    assert read(write(tmp_path / "a.jsonl", data)) == data
    assert read(write(tmp_path / "no-suffix", gzip.compress(data))) == data
    assert read(write(tmp_path / "two.gz", gzip.compress(data) + gzip.compress(data) + b"\0" * 512)) == data * 2


def test_missing_and_empty_files(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="cannot be opened"):
        read(tmp_path / "absent")
    with pytest.raises(IntakeError, match="is empty"):
        read(write(tmp_path / "empty", b""))
    with pytest.raises(IntakeError, match="cannot be opened"):
        read(tmp_path)


def test_truncated_gzip_says_how_far_it_got(tmp_path: Path) -> None:
    data = bytes(range(256)) * 4000
    whole = gzip.compress(data)
    path = write(tmp_path / "cut.gz", whole[: len(whole) // 2])
    with pytest.raises(IntakeError, match=f"after {len(whole) // 2:,} compressed bytes") as caught:
        read(path)
    assert caught.value.offset == len(whole) // 2


def test_damaged_gzip_and_garbage_after_it(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(b"some text " * 500))
    whole[len(whole) // 2] ^= 0xFF
    with pytest.raises(IntakeError, match="damaged"):
        read(write(tmp_path / "damaged.gz", bytes(whole)))
    with pytest.raises(IntakeError, match="not gzip"):
        read(write(tmp_path / "more.gz", gzip.compress(b"text") + b"garbage"))


def test_a_gzip_bomb_is_stopped_by_ratio_and_by_size(tmp_path: Path) -> None:
    bomb = write(tmp_path / "bomb.gz", gzip.compress(b"\0" * 60_000_000))
    with pytest.raises(IntakeError, match="gzip bomb"):
        read(bomb)
    with pytest.raises(IntakeError, match="1 MiB when decompressed"):
        read(bomb, limits=Limits(bytes=1024 * 1024))
    with pytest.raises(IntakeError, match="compressed, the most"):
        read(bomb, limits=Limits(compressed_bytes=10_000))


def test_a_file_over_the_limit_and_a_zip(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="at most 10 bytes"):
        read(write(tmp_path / "large", b"x" * 11), limits=Limits(bytes=10))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.json", "{}")
    with pytest.raises(IntakeError, match="zip archive"):
        read(tmp_path / "a.zip")


def test_an_upload_is_wrapped_in_the_same_limits() -> None:
    assert wrap_stream(io.BytesIO(gzip.compress(b"{}")), "upload").read() == b"{}"
    with pytest.raises(IntakeError, match="larger than 10 bytes"):
        wrap_stream(io.BytesIO(b"x" * 11), "upload", limits=Limits(bytes=10)).read()


# Zip


def zipped(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def test_a_zip_is_listed_read_and_extracted(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("data/a.json", b"{}"), ("b.txt", b"b"))
    with open_zip(path) as archive:
        assert archive.names == ("data/a.json", "b.txt")
        assert archive.read("data/a.json") == b"{}"
        assert [p.read_bytes() for p in archive.extract_all(tmp_path / "out")] == [b"{}", b"b"]
        with pytest.raises(IntakeError, match="has no file"):
            archive.read("c")
        with pytest.raises(IntakeError, match="is there already"):
            archive.extract_all(tmp_path / "out")


@pytest.mark.parametrize("name", ["../a", "x/../../a", "/etc/a", "C:/a", "a\\..\\b"])
def test_zip_slip_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", ("good", b""), (name, b"bad"))
    with pytest.raises(IntakeError, match="zip slip"), open_zip(path) as archive:
        archive.extract_all(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_links_repeats_and_bombs_in_a_zip(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(IntakeError, match="is a link"), open_zip(zipped(tmp_path / "a.zip", (link, b"/etc"))):
        pass
    with (
        pytest.raises(IntakeError, match="twice"),
        open_zip(zipped(tmp_path / "b.zip", ("a", b""), ("A", b""))),
    ):
        pass
    bomb = zipped(tmp_path / "c.zip", ("a", b"\0" * 30_000_000))
    with pytest.raises(IntakeError, match="zip bomb"), open_zip(bomb):
        pass
    with (
        pytest.raises(IntakeError, match="not a readable zip"),
        open_zip(write(tmp_path / "d.zip", b"PK\3\4x")),
    ):
        pass
    many = zipped(tmp_path / "e.zip", ("a", b""), ("b", b""))
    with pytest.raises(IntakeError, match="at most 1 are"), open_zip(many, limits=Limits(members=1)):
        pass


def test_a_zip_with_any_byte_damaged_reads_right_or_is_refused(tmp_path: Path) -> None:
    data = b"".join(f"{number} some text\n".encode() for number in range(40))
    whole = zipped(tmp_path / "a.zip", ("a.txt", data)).read_bytes()
    refusals = []
    for at in range(len(whole)):
        for flip in (0x01, 0xFF):
            damaged = io.BytesIO(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
            try:
                with open_zip(damaged, name="the upload") as archive:
                    assert [archive.read(name) for name in archive.names] in ([data], [])
            except IntakeError as error:
                refusals.append(str(error))
    assert len(refusals) > len(whole)
    assert all("the upload" in refusal for refusal in refusals)


# URLs

DRIPS = 100


class Server(BaseHTTPRequestHandler):
    hosts: list[str] = []

    def do_GET(self) -> None:
        self.hosts.append(self.headers["Host"])
        body = b'{"ocid": "a"}\n'
        if self.path.startswith(("/to/", "/loop")):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        self.send_response(404 if self.path == "/absent" else 200)
        body = gzip.compress(body) if self.path == "/a.gz" else body * 1000 if self.path == "/large" else body
        length = len(body) + (100 if self.path == "/cut" else 0)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep the test output quiet."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_allowed_host_is_fetched_plain_and_gzipped(port: int) -> None:
    allowed = {"allow_hosts": ["127.0.0.1"]}
    assert read(f"http://127.0.0.1:{port}/a", **allowed) == b'{"ocid": "a"}\n'
    assert read(f"http://127.0.0.1:{port}/a.gz", allow_hosts=[f"127.0.0.1:{port}"]) == b'{"ocid": "a"}\n'


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
    ],
)
def test_private_addresses_are_refused(port: int, host: str) -> None:
    with pytest.raises(IntakeError, match=r"is refused|cannot be found"):
        read(f"http://{host}:{port}/a")


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "127.9.9.9",
        "169.254.1.1",
        "0.0.0.0",
        "224.0.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "::7f00:1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff0e::1",
        "2001:db8::1",
        "::ffff:10.0.0.1",
        "::ffff:0:7f00:1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_a_redirect_to_a_private_address_is_refused(port: int) -> None:
    with pytest.raises(IntakeError, match="localhost is refused"):
        read(f"http://127.0.0.1:{port}/to/http://localhost:{port}/a", allow_hosts=["127.0.0.1"])
    with pytest.raises(IntakeError, match="not a web address"):
        read(f"http://127.0.0.1:{port}/to/file:///etc/passwd", allow_hosts=["127.0.0.1"])
    with pytest.raises(IntakeError, match="redirects more than 2"):
        read(f"http://127.0.0.1:{port}/loop", allow_hosts=["127.0.0.1"], limits=Limits(redirects=2))
    assert read(f"http://127.0.0.1:{port}/to//a", allow_hosts=["127.0.0.1"]) == b'{"ocid": "a"}\n'


def test_a_name_is_resolved_once_and_the_checked_address_is_used_with_the_name_kept(port: int) -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    Server.hosts.clear()
    url = f"http://data.example.org:{port}/a"
    assert read(url, resolver=rebinding, allow_hosts=["data.example.org"]) == b'{"ocid": "a"}\n'
    assert asked == ["data.example.org"]
    assert Server.hosts == [f"data.example.org:{port}"]


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now, now + timedelta(days=1))
    signed = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False).sign(key, SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return write(folder / "server.pem", signed.public_bytes(Encoding.PEM) + private)


def test_tls_is_spoken_under_the_name_and_an_unknown_certificate_refused(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "data.example.org"))
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            plain, _ = listener.accept()
            with plain, suppress(OSError):
                context.wrap_socket(plain, server_side=True)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"https://data.example.org:{listener.getsockname()[1]}/a"
        with pytest.raises(IntakeError, match="certificate verify failed"):
            read(url, resolver=lambda *_: ["127.0.0.1"], allow_hosts=["data.example.org"])
        thread.join()
    assert asked == ["data.example.org"]


def test_a_name_with_one_private_address_among_public_ones_is_refused(port: int) -> None:
    with pytest.raises(IntakeError, match=r"leads to 10\.0\.0\.1"):
        read(f"http://data.example.org:{port}/a", resolver=lambda *_: ["93.184.216.34", "10.0.0.1"])


@pytest.mark.parametrize("said", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["headers", "body"])
def test_a_server_that_drips_is_left_at_the_time_limit(said: bytes) -> None:
    """Each byte comes in time; a limit on each read alone would wait for all of them."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sent: list[bytes] = []
        thread = threading.Thread(target=_drip, args=(listening, said, sent), daemon=True)
        thread.start()
        with pytest.raises(IntakeError, match="took longer"):
            read(f"http://127.0.0.1:{listening.getsockname()[1]}/", allow_hosts=["127.0.0.1"], limits=Limits(seconds=1))
        thread.join()
    assert len(sent) < DRIPS


def _drip(listening: socket.socket, said: bytes, sent: list[bytes]) -> None:
    """Byte by byte, ten a second, until the other side leaves."""
    with listening.accept()[0] as connection:
        connection.sendall(said)
        with suppress(OSError):
            for _ in range(DRIPS):
                connection.sendall(b"x")
                sent.append(b"x")
                time.sleep(0.1)


def test_trouble_with_a_url_is_explained(port: int) -> None:
    base, allowed = f"http://127.0.0.1:{port}", ["127.0.0.1"]
    with pytest.raises(IntakeError, match="answered 404"):
        read(f"{base}/absent", allow_hosts=allowed)
    with pytest.raises(IntakeError, match=r"larger than 1000 bytes"):
        read(f"{base}/large", allow_hosts=allowed, limits=Limits(compressed_bytes=1000))
    with pytest.raises(IntakeError, match="took longer"):
        read(f"{base}/a", allow_hosts=allowed, limits=Limits(seconds=0))
    with pytest.raises(IntakeError, match="broke off after"):
        read(f"{base}/cut", allow_hosts=allowed)
    with pytest.raises(IntakeError, match="cannot be reached"):
        read("http://127.0.0.1:1/a", allow_hosts=allowed)
    with pytest.raises(IntakeError, match="not a web address"):
        read("ftp://example.org/a")


# CSV


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_formulas_are_defused(text: str) -> None:
    assert csv_safe(text) == "'" + text


@pytest.mark.parametrize("value", ["a=b", "-5", "+3,2", "1.5e-3", "", 5, -5, 1.5, True])
def test_other_cells_stay(value: object) -> None:
    assert csv_safe(value) == value


def test_nothing_is_an_empty_cell() -> None:
    assert csv_safe(None) == ""


@given(st.text())
def test_no_cell_begins_as_a_formula(text: str) -> None:
    safe = str(csv_safe(text))
    assert not safe.startswith(("=", "@", "\t", "\r"))
    assert safe.removeprefix("'") == text.removeprefix("'") or safe == "'" + text

"""The event's own authority: what it signs, who believes it, what strange servers are called."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from facilitator.domain.errors import Trouble
from facilitator.store.hub_certificates import (
    NoAnswer,
    NoTls,
    NotPostgres,
    Refuses,
    fetch_chain,
    fingerprint,
    issue_server,
    make_ca,
)
from facilitator.store.hub_server import HubServer
from facilitator.store.whole import write_private
from tests.sharing.ports import quiet_port


@contextmanager
def _answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that answers one client as told; gives its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve() -> None:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with closing(client):
                client.settimeout(5)
                try:
                    answer(client)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)
        assert not thread.is_alive()


def _handshake(chain: str, key: str, trusted: str, name: str, folder: Path) -> None:
    """A whole TLS handshake, in memory: the client trusts one authority and asks for a name."""
    (folder / "chain.pem").write_text(chain)
    (folder / "key.pem").write_text(key)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_side.load_verify_locations(cadata=trusted)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.version() in {"TLSv1.2", "TLSv1.3"}
    assert client.getpeercert()


@pytest.mark.parametrize("name", ["192.168.7.4", "fd00::7", "hub.local", "127.0.0.1", "localhost"])
def test_a_client_with_the_authority_believes_the_hub_at_each_of_its_addresses(
    name: str, tmp_path: Path
) -> None:
    ca, ca_key = make_ca("South London Day", "one")
    chain, key = issue_server(ca, ca_key, ["192.168.7.4", "fd00::7", "fe80::1%eth0", "hub.local"])
    _handshake(chain, key, ca, name, tmp_path)


def test_another_events_authority_or_another_address_is_not_believed(tmp_path: Path) -> None:
    ca, ca_key = make_ca("South London Day", "one")
    other, _ = make_ca("South London Day", "one")
    chain, key = issue_server(ca, ca_key, ["192.168.7.4"])
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(chain, key, other, "192.168.7.4", tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(chain, key, ca, "192.168.7.5", tmp_path)


def test_the_hubs_certificate_signs_no_other(tmp_path: Path) -> None:
    ca, ca_key = make_ca("Day", "one")
    chain, key = issue_server(ca, ca_key, [])
    below, below_key = issue_server(chain, key, ["10.0.0.9"])
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(below + ca, below_key, ca, "10.0.0.9", tmp_path)


def test_a_wrong_clock_locks_nobody_out() -> None:
    ca, ca_key = make_ca("Day", "one")
    chain, _ = issue_server(ca, ca_key, [])
    now = datetime.now(UTC)
    for certificate in x509.load_pem_x509_certificates(chain.encode()):
        # a laptop with an empty clock battery, and a rehearsal of next year's day
        assert certificate.not_valid_before_utc <= datetime(2000, 1, 1, tzinfo=UTC)
        assert certificate.not_valid_after_utc >= now + timedelta(days=399)
        assert certificate.not_valid_after_utc <= now + timedelta(days=401)


@pytest.mark.parametrize(
    "name",
    ["", "  ", "x" * 300, "Tag der Ärzte und Apotheken – 東京 " * 4, "<b>a</b>\n\x00,CN=evil"],
)
def test_any_events_name_makes_an_authority(name: str, tmp_path: Path) -> None:
    ca, ca_key = make_ca(name, "0b7e2f6c-3a61-7d1e-9a53-0d6f0a6f7f11")
    chain, key = issue_server(ca, ca_key, ["10.1.2.3", "ä.example", "x" * 300, ""])
    _handshake(chain, key, ca, "10.1.2.3", tmp_path)


def test_the_fingerprint_is_of_the_certificate_and_not_of_its_text() -> None:
    ca, _ = make_ca("Day", "one")
    der = x509.load_pem_x509_certificate(ca.encode()).public_bytes(serialization.Encoding.DER)
    again = ssl.DER_cert_to_PEM_cert(der)
    assert len(fingerprint(ca)) == 32
    assert fingerprint(ca) == fingerprint(again) == fingerprint("spoken before\n" + ca)
    assert fingerprint(ca) != fingerprint(make_ca("Day", "one")[0])


def test_a_private_file_is_its_owners_alone_even_where_it_was_not(tmp_path: Path) -> None:
    path = tmp_path / "ca.key"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_two_may_write_a_private_file_at_one_moment(tmp_path: Path) -> None:
    path = tmp_path / "deputy.json"
    left = tmp_path / ".deputy.json.12345678.part"
    left.write_text("of a program that was killed")
    os.utime(left, (1, 1))
    contents = [letter * 20_000 for letter in "abcdefgh"]
    with ThreadPoolExecutor(len(contents)) as pool:
        for _ in range(20):
            list(pool.map(lambda content: write_private(path, content), contents))
            assert path.read_text() in contents
    assert list(tmp_path.iterdir()) == [path]


def test_what_the_hub_shows_ends_with_the_authority(hub_server: HubServer) -> None:
    assert hub_server.running_port is not None
    chain = fetch_chain("127.0.0.1", hub_server.running_port, 5)
    assert len(chain) == 2
    assert fingerprint(chain[-1]) == fingerprint(hub_server.ca_cert)
    leaf = x509.load_pem_x509_certificate(chain[0].encode())
    leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(chain[1].encode()))


def test_where_nothing_listens_it_is_said() -> None:
    port = quiet_port()
    with pytest.raises(Refuses, match=f"refuses the connection at port {port}"):
        fetch_chain("127.0.0.1", port, 5)


def _slow(client: socket.socket) -> None:
    """Lets one letter of a TLS answer through at a time, for ever."""
    client.recv(8)
    client.sendall(b"S")
    record = b"\x16\x03\x03\x40\x00" + bytes(4000)
    for place in range(len(record)):
        client.sendall(record[place : place + 1])
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            lambda client: client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            NotPostgres,
            "Another",
        ),
        (lambda client: client.recv(8), NotPostgres, "Another program"),
        (lambda client: client.sendall(b"S" + b"SSH-2.0-OpenSSH\r\n"), NotPostgres, "Another"),
        (lambda client: client.sendall(b"N"), NoTls, "does not encrypt"),
        (lambda client: client.sendall(b"E" + b"sorry"), NoAnswer, "no room"),
        (lambda client: client.recv(8) and client.recv(8), NoAnswer, "Nothing answers"),
        (_slow, NoAnswer, "Nothing answers"),
    ],
    ids=["web", "hangs-up", "not-tls", "no-tls", "full", "silent", "slow"],
)
def test_a_strange_server_is_called_what_it_is(
    answer: Callable[[socket.socket], None], kind: type[Trouble], words: str
) -> None:
    with _answering(answer) as port:
        began = time.monotonic()
        with pytest.raises(kind, match=words):
            fetch_chain("127.0.0.1", port, 0.4)
        assert time.monotonic() - began < 2

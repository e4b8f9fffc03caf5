"""The certificates of a shared event: its authority, the hub's own, and what a server shows.

Nobody vouches for a laptop in a venue, so every event is its own certificate authority. A join code
carries the SHA-256 of the authority's certificate, and a desk trusts that one and no other
(`sslmode=verify-ca`). The server sends the authority's certificate along, so that a desk which
knows nothing but the fingerprint can fetch it and compare.
"""

from __future__ import annotations

import hashlib
import ipaddress
import socket
import ssl
import struct
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from facilitator.domain.errors import Gone, WorldTrouble

#: From when on every certificate counts. A laptop with an empty clock battery wakes years ago, and
#: must be able to come in, so that its clock can be seen to be wrong.
_VALID_FROM = datetime(2000, 1, 1, tzinfo=UTC)

#: The hub's own clock may be years behind as well: a certificate never ends before this plus its
#: days, whatever that clock says.
_NO_EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS = timedelta(days=400)

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)


class NoAnswer(Gone):
    """Nothing came back from the address in time, or there is no way to it."""


class Refuses(Gone):
    """The laptop is there, and nothing listens at the port."""


class NotPostgres(WorldTrouble):
    """Something else than PostgreSQL listens there."""


class NoTls(WorldTrouble):
    """A PostgreSQL that does not encrypt, which is no hub of ours."""


def _ends() -> datetime:
    return max(datetime.now(UTC), _NO_EARLIER).replace(microsecond=0) + _DAYS


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates,
        crl_sign=signs_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def make_ca(event_name: str, event_id: UUID | str) -> tuple[str, str]:
    """A new authority for one event: its certificate and its private key, both PEM.

    EC P-256, for 400 days. The event's name is only in it for people who look at it.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    # 1 to 64: X.509 means characters, the library counts bytes
    shown = " ".join(event_name.split()).encode()[:64].decode("utf-8", "ignore").strip() or "Event"
    name = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, shown),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Facilitator"),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, str(event_id)[:64]),
    ])  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_ends())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pem(certificate), _key_pem(key)


def issue_server(ca_cert: str, ca_key: str, addresses: Iterable[str]) -> tuple[str, str]:
    """A certificate for a hub at `addresses` (IP or names), signed by the event's authority.

    Returns (the server's certificate and the authority's, in this order; the private key), PEM.
    """
    authority = x509.load_pem_x509_certificate(ca_cert.encode("ascii"))
    signing = serialization.load_pem_private_key(ca_key.encode("ascii"), password=None)
    if not isinstance(signing, ec.EllipticCurvePrivateKey):
        raise TypeError("the key of an event's authority is an EC key")
    key = ec.generate_private_key(ec.SECP256R1())
    names = [_general_name(text) for text in dict.fromkeys(["localhost", "127.0.0.1", *addresses])]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Facilitator hub")]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_VALID_FROM)
        .not_valid_after(min(_ends(), authority.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([name for name in names if name is not None]),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()),
            critical=False,
        )
        .sign(signing, hashes.SHA256())
    )
    return _pem(certificate) + _pem(authority), _key_pem(key)


def _general_name(text: str) -> x509.GeneralName | None:
    """An address as a certificate names it; None where it cannot (a name that is not ASCII)."""
    try:
        return x509.IPAddress(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return x509.DNSName(text) if text.isascii() and text else None


def fingerprint(cert_pem: str) -> bytes:
    """The SHA-256 of a certificate's DER, 32 bytes: what a join code carries of the authority."""
    certificate = x509.load_pem_x509_certificate(cert_pem.encode("ascii"))
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).digest()


def fetch_chain(address: str, port: int, timeout: float) -> Sequence[str]:
    """The certificates that a PostgreSQL at `address` shows, PEM, its own first, none verified.

    Takes at most `timeout` seconds. Raises NoAnswer, Refuses, NotPostgres or NoTls.
    """
    deadline = time.monotonic() + timeout
    place = f"{address}, port {port}"
    silent = NoAnswer(
        f"Nothing answers at {place}.", "",
        "Check that both laptops are in the same network; a firewall, or a guest Wi-Fi that keeps "
        "laptops apart, does this too.",
    )  # fmt: skip
    stranger = NotPostgres(
        f"Another program answers at {place}.", "", "Ask for a new join code at the hub."
    )
    raw: socket.socket | None = None
    try:
        raw = socket.create_connection((address, port), timeout)
        raw.settimeout(_left(deadline))
        raw.sendall(_SSL_REQUEST)
        raw.settimeout(_left(deadline))
        answer = raw.recv(1)
        if answer == b"N":
            raise NoTls(
                f"The server at {place} does not encrypt.", "Nothing was sent to it.",
                "Share the event from Facilitator; it always encrypts.",
            )  # fmt: skip
        if answer == b"E":
            raise NoAnswer(f"The server at {place} has no room just now.", "", "Try again.")
        if answer != b"S":
            raise stranger
        return _chain(raw, deadline)
    except TimeoutError as problem:
        raise silent from problem
    except ConnectionRefusedError as problem:
        raise Refuses(
            f"The laptop at {address} refuses the connection at port {port}: nothing is shared "
            "there.", "", "Start sharing at the hub, or ask for a new join code.",
        ) from problem  # fmt: skip
    except (ssl.SSLError, ConnectionError) as problem:
        raise stranger from problem
    except OSError as problem:
        raise silent from problem
    finally:
        if raw is not None:
            raw.close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _chain(raw: socket.socket, deadline: float) -> list[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # to see is not to trust: the caller compares fingerprints
    with context.wrap_socket(raw, do_handshake_on_connect=False) as wrapped:
        wrapped.settimeout(_left(deadline))
        wrapped.do_handshake()
        # public from Python 3.13 on; before that it is there on the inner object
        shower = wrapped if hasattr(wrapped, "get_unverified_chain") else wrapped._sslobj  # type: ignore[attr-defined]
        chain = shower.get_unverified_chain() or []  # type: ignore[union-attr]
    return [ssl.DER_cert_to_PEM_cert(_der(entry)) for entry in chain]


def _der(entry: object) -> bytes:
    if isinstance(entry, bytes):
        return entry
    import _ssl

    return entry.public_bytes(_ssl.ENCODING_DER)  # type: ignore[attr-defined,no-any-return]

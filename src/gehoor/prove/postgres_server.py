"""A PostgreSQL of our own, in a folder of its own, for tests and measurements: to start, stop, kill and start again.

It is a real server with real fsyncs, and as inconvenient as a real installation may be: names sort in Dutch (ICU), a
password is asked, and each connection is TCP. Usable without pytest::

    with PostgresServer() as server:
        url = server.database()       # an empty database
        server.kill()                 # as a power cut for the processes; what was committed stays
        server.start()
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

OLDEST: Final = 15
USER: Final = "gehoor"
PASSWORD: Final = "a password/with: odd @characters"  # noqa: S105  of a server that nobody else reaches
MISSING: Final = "PostgreSQL 15 or newer is needed and was not found: run make system."
_PATIENCE_S: Final = 60.0
_SETTINGS: Final = ("max_connections=200", "logging_collector=off", "log_min_messages=warning")


class PostgresServer:
    """The server. It runs as another account when root starts it, because PostgreSQL refuses root.

    Args:
        fsync: whether what is committed is on the disk; off only where nothing is measured or killed.
        settings: more ``name=value`` for postgres.

    Raises:
        FileNotFoundError: PostgreSQL is not installed; says what to do.
    """

    def __init__(self, fsync: bool = True, settings: Sequence[str] = ()) -> None:
        self.programs = find_programs()
        self.port = _free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="gehoor-postgres-"))
        self.log = self.folder / "log"
        self._data = self.folder / "data"
        self._settings = (*_SETTINGS, f"fsync={'on' if fsync else 'off'}", *settings)
        self._become: tuple[str, ...] = ()
        account: pwd.struct_passwd | None = None
        if os.geteuid() == 0:
            self._become, account = _another_account()
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._databases = 0
        password = self.folder / "password"
        password.write_text(f"{PASSWORD}\n")
        if account is not None:
            for path in (self.folder, password):
                os.chown(path, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", str(self._data), "-U", USER, "-A", "scram-sha-256", f"--pwfile={password}", *_DUTCH)

    # -- the process -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts it on its folder, and returns when it takes connections. After ``kill`` it first recovers."""
        patience = time.monotonic() + _PATIENCE_S
        while not self._started():
            # The processes of the one that was killed may hold its memory for a moment longer.
            if time.monotonic() > patience:
                raise TimeoutError(f"PostgreSQL did not start. Its log:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stops it in good order. SIGINT: clients are cut off; SIGTERM: waits for them; SIGQUIT: without tidying up."""
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)
                self._process.wait()
            self._ended()

    def kill(self) -> None:
        """kill -9 of the server and of all its processes at once."""
        if self._process is not None:
            self._signal(signal.SIGSTOP)  # so that none of them sees another one die
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._ended()

    def pause(self) -> None:
        """Stops every process of it where it stands: nothing is refused, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets them go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Ends it at once, for nobody needs its folder any more, and removes that."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def processes(self) -> list[int]:
        """The ids of the server and of all its processes."""
        if self._process is None:
            return []
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [parent, *map(int, children)]

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- its databases -----------------------------------------------------------------------------------------------

    def database(self, template: str = "template0") -> str:
        """The URL of a new database: an empty one, or a copy of another one that nobody uses now."""
        self._databases += 1
        name = f"gehoor_{self._databases}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Removes a database, whoever uses it."""
        self.sql(f"DROP DATABASE IF EXISTS {name_of(url)} WITH (FORCE)")

    def clear(self, url: str) -> None:
        """Cuts off whoever uses a database, and takes everything away."""
        self.sql(f"{_ALONE} DROP SCHEMA public CASCADE; CREATE SCHEMA public", url)

    def empty(self, url: str) -> None:
        """Cuts off whoever uses a database, and takes every row away, also from tables that forbid it."""
        self.sql(_ALONE + _EMPTY, url)

    def url(self, database: str = "postgres") -> str:
        """Where a database is found."""
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Carries out SQL in a database (its name or its URL) as psql does, and returns the rows as lines, their values
        separated by ``|``."""
        environment = {**os.environ, "PGPASSWORD": PASSWORD}
        connect = ("-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", name_of(database))
        flags = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1")
        done = subprocess.run(  # noqa: S603  PostgreSQL's own programs, here and below
            (self.programs / "psql", *flags, *connect),
            input=statement,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.rstrip("\n")

    # -- inside ------------------------------------------------------------------------------------------------------

    def _started(self) -> bool:
        options = [part for one in self._settings for part in ("-c", one)]
        places = ("-D", self._data, "-p", str(self.port), "-k", self.folder)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                (*self._become, self.programs / "postgres", *places, *options),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                start_new_session=True,
            )
        guard = self._guard = _guard(self._process.pid)
        while self._process.poll() is None:
            ready = (self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port))
            if subprocess.run(ready, check=False).returncode == 0:  # noqa: S603
                return True
            time.sleep(0.02)
        self._process = None
        _dismiss(guard)
        return False

    def _ended(self) -> None:
        self._process = None
        if self._guard is not None:
            _dismiss(self._guard)

    def _signal(self, number: signal.Signals) -> None:
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)

    def _run(self, program: str, *arguments: str) -> None:
        command = (*self._become, str(self.programs / program), *arguments)
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise RuntimeError(f"{program} failed: {done.stderr}")


def name_of(url: str) -> str:
    """The name of the database in a URL; a name is its own."""
    return url.rpartition("/")[2]


_ALONE: Final = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
"""
_EMPTY: Final = """
    SET session_replication_role = replica;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
            AND tablename NOT IN ('alembic_version', 'oldest_code') LOOP
            EXECUTE format('DELETE FROM %I', name);
        END LOOP;
    END $$
"""

_DUTCH: Final = ("-E", "UTF8", "--no-locale", "--locale-provider=icu", "--icu-locale=nl", "--no-instructions")


def find_programs() -> Path:
    """The folder with the newest PostgreSQL's programs.

    Raises:
        FileNotFoundError: there is none of 15 or newer.
    """
    for folder in _folders():
        if (folder / "postgres").exists() and (folder / "initdb").exists() and _version(folder) >= OLDEST:
            return folder
    raise FileNotFoundError(MISSING)


def _folders() -> Iterator[Path]:
    installed = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    yield from sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which("postgres")
    if found is not None:
        yield Path(found).resolve().parent


def _version(folder: Path) -> int:
    asked = (folder / "postgres", "--version")
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int(told.split()[2].partition(".")[0])


def _another_account() -> tuple[tuple[str, ...], pwd.struct_passwd]:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            become = ("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups")
            return become, account
    raise FileNotFoundError("PostgreSQL does not run as root, and there is no account postgres or nobody to run it.")


def _guard(process: int) -> subprocess.Popen[bytes]:
    """Ends the server when this process ends, however it ends: then the line that it waits for never comes."""
    watch = 'read -r _ || kill -INT "$1"'
    return subprocess.Popen(  # noqa: S603
        ("/bin/sh", "-c", watch, "sh", str(process)), stdin=subprocess.PIPE, start_new_session=True
    )


def _dismiss(guard: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):
        guard.communicate(b"\n")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port

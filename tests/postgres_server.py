"""A PostgreSQL of our own for tests: the one that measurements use too."""

from gehoor.prove.postgres_server import MISSING, OLDEST, PASSWORD, USER, PostgresServer, find_programs

__all__ = ["MISSING", "OLDEST", "PASSWORD", "USER", "PostgresServer", "find_programs"]

"""The program's own PostgreSQL and Valkey, for everyone who has set no address of a server.

Each service is watched over by a keeper process (`keeper.py`). Every process that needs the service
holds a shared file lock; the keeper waits for the exclusive one, which it gets the moment the last
user is gone, however that user ended. So nothing is counted, and nothing can be counted wrongly.
"""

import os
from dataclasses import dataclass
from urllib.parse import quote

from core.embedded import lease, services
from core.embedded.places import EmbeddedError, Places, var_dir
from core.embedded.secrets import secret_key

__all__ = [
    "Addresses",
    "EmbeddedError",
    "acquire",
    "addresses",
    "database_identity",
    "release",
    "secret_key",
    "status",
    "var_dir",
]

ADDRESS_VARIABLES = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}


@dataclass(frozen=True)
class Addresses:
    """Where the embedded services will listen, whether they run or not."""

    database: dict[str, object]
    redis_url: str


def addresses() -> Addresses:
    """Name the sockets; starts nothing."""
    sockets = Places.of(var_dir()).sockets
    return Addresses(
        database={
            "ENGINE": "django.db.backends.postgresql",
            "NAME": services.DATABASE,
            "USER": services.DATABASE,
            "HOST": str(sockets),
            "PORT": str(services.POSTGRES_PORT),
        },
        redis_url=f"redis+socket://{quote(str(sockets / services.VALKEY_SOCKET))}",
    )


def acquire(*, durable: bool = True) -> None:
    """Start what has no address set and is not running; keep it for the life of this process.

    `durable=False` trades safety at a power cut for speed: for tests only.
    """
    wanted = [name for name in ADDRESS_VARIABLES if _is_embedded(name)]
    lease.acquire(wanted, Places.of(var_dir()), durable=durable)


def release() -> None:
    """Give the services back, and wait for them to stop when nobody else uses them."""
    lease.release()


def status() -> dict[str, dict[str, object]]:
    """Tell for each service whether it is ours, whether it runs, and where."""
    report: dict[str, dict[str, object]] = {}
    for name in ADDRESS_VARIABLES:
        if not _is_embedded(name):
            report[name] = {"embedded": False}
            continue
        places = Places.of(var_dir())
        report[name] = {
            "embedded": True,
            "running": lease.is_running(name, places),
            "sockets": str(places.sockets),
            "data": str(places.data(name)),
            "log": str(places.log(name)),
        }
    return report


def database_identity() -> str:
    """Tell one embedded cluster from another that later takes its place."""
    version = (Places.of(var_dir()).data("postgres") / "PG_VERSION").stat()
    return f"{version.st_ino} {version.st_mtime_ns}"


def _is_embedded(name: str) -> bool:
    return not os.environ.get(ADDRESS_VARIABLES[name])

"""Start web, worker and clock in the foreground, with everything they need.

    .venv/bin/python tools/serve.py [--demo]

Imports no Django: this process only watches, and a later start should wait for nobody's import but the web's.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core import embedded  # noqa: E402 -- found through the line above
from tools.supervisor import Program, StartFailedError, Supervisor  # noqa: E402

HOST = "127.0.0.1"
EMBEDDED = not os.environ.get("DATABASE_URL")
VAR = embedded.var_dir()
ACCOUNTS = VAR / "demo-accounts.json"
LOGS = VAR / "log"


class Refused(Exception):
    """The start is not possible; the text is German and tells what to do."""


def main(arguments: list[str]) -> int:
    demo = "--demo" in arguments and EMBEDDED
    os.chdir(ROOT)
    try:
        port = _free_port()
        embedded.acquire()
        _prepare(demo=demo)
        _run(port, demo=demo)
    except (Refused, embedded.EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        embedded.release()
    return 0


def _free_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refused(f"PORT={text} ist keine Portnummer. Ein Beispiel: PORT=8123 make demo")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except PermissionError as error:
            raise Refused(f"Den Port {text} darf nur root öffnen. Ein Beispiel: PORT=8123 make demo") from error
        except OSError as error:
            raise Refused(f"Der Port {text} ist belegt. Wählen Sie einen anderen: PORT=8123 make demo") from error
    return int(text)


# --- Before the first start, and after a change ------------------------------------------------


def _prepare(*, demo: bool) -> None:
    (VAR / "static").mkdir(parents=True, exist_ok=True)
    stamp, state = VAR / "migrated", _schema_state()
    if not EMBEDDED or not stamp.exists() or stamp.read_text() != state:
        _say("Die Datenbank wird eingerichtet …")
        _manage("migrate", "--verbosity=0")
        stamp.write_text(state)
    if demo and not ACCOUNTS.exists():
        _say("Die Demo-Kommunen werden angelegt …")
        _manage("load_demo")


def _schema_state() -> str:
    """Tell which database this is and which migrations it should have had."""
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    if EMBEDDED:
        digest.update(embedded.database_identity().encode())
    return digest.hexdigest()


def _manage(*arguments: str) -> None:
    result = subprocess.run([sys.executable, "manage.py", *arguments], check=False)
    if result.returncode:
        raise Refused(f"Der Befehl „manage.py {arguments[0]}“ ist gescheitert; die Meldung steht darüber.")


# --- Running ----------------------------------------------------------------------------------


def _run(port: int, *, demo: bool) -> None:
    web, worker, clock = _programs(port)
    # on_tick: a keeper that was killed is replaced, so the servers come back.
    with Supervisor([web, worker], on_tick=embedded.acquire) as supervisor:
        supervisor.start()
        try:
            if supervisor.wait_until(lambda: _answers(port)):
                supervisor.add(clock)
                _announce(port, demo=demo)
        except StartFailedError as error:
            raise Refused(f"Ein Teil des Programms startet nicht. {error}") from error
        supervisor.watch()
        _say("Offenlage wird beendet …")


def _programs(port: int) -> list[Program]:
    python = [sys.executable, "-m"]
    web = ["granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--no-ws", "--http", "1"]
    web += ["--workers", os.environ.get("WEB_WORKERS", "1"), "--blocking-threads", "4", "--respawn-failed-workers"]
    web += ["--workers-kill-timeout", "5", "--log-level", "warning", "config.wsgi:application"]
    worker = ["celery", "--quiet", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    clock = ["celery", "--quiet", "-A", "config", "beat", "--loglevel", "WARNING", "--pidfile="]
    commands = {"web": web, "worker": worker, "beat": clock}
    return [Program(name, python + command, LOGS / f"{name}.log") for name, command in commands.items()]


def _answers(port: int) -> bool:
    # Never through a proxy of the environment: this is our own process.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        raise StartFailedError(f"Die Seite /healthz antwortet mit {error.code}; siehe {LOGS / 'web.log'}") from error
    except OSError:
        return False


def _announce(port: int, *, demo: bool) -> None:
    lines = [
        "",
        f"Offenlage läuft:  http://{HOST}:{port}/",
        f"Arbeitsbereich:   http://{HOST}:{port}/verwaltung/",
    ]
    if demo and ACCOUNTS.exists():
        lines += ["", *_account_lines(json.loads(ACCOUNTS.read_text(encoding="utf-8")))]
    lines += ["", f"Protokolle: {_short(LOGS)}   Beenden: Strg+C"]
    _say("\n".join(lines))
    if missing := _pdf_trouble():
        _say(f"Hinweis: {missing} Alles andere läuft.")


def _account_lines(accounts: list[dict[str, str]]) -> list[str]:
    width = max(len(account["username"]) for account in accounts)
    passwords = {account["password"] for account in accounts}
    shared = passwords.pop() if len(passwords) == 1 else None
    lines = [f"Demo-Zugänge (Kennwort für alle: {shared})" if shared else "Demo-Zugänge"]
    for account in accounts:
        place = account["municipality"] or "ganze Instanz"
        line = f"  {account['username']:<{width}}  {account['role']}, {place}"
        lines.append(line if shared else f"{line}  {account['password']}")
    return lines


def _pdf_trouble() -> str | None:
    from tools.bootstrap import lacks_pdf_libraries, pdf_advice

    return pdf_advice() if lacks_pdf_libraries() else None


def _short(path: Path) -> str:
    """Name a path below the project by its tail."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

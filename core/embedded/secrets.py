"""The secret that an installation without a server makes for itself."""

import os
import secrets

from core.embedded.places import var_dir


def secret_key() -> str:
    """Return the key kept under `var/`, making it at the first call."""
    path = var_dir() / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        # link() never replaces: of two processes that start together, one key wins for both.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()

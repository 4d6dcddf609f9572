"""Compile requirements/*.in to pinned files with hashes. Arguments are passed on, for example --upgrade."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
OLDEST_PYTHON = "3.11"


def main(arguments: list[str]) -> int:
    for name in ("install", "node", "base", "dev"):
        command = [str(UV), "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-emit-index-url"]
        command += ["--python-version", OLDEST_PYTHON, "--custom-compile-command", "make requirements"]
        # The development set must agree with what runs in production.
        command += ["--constraint", "requirements/base.txt"] if name == "dev" else []
        command += [f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt", *arguments]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

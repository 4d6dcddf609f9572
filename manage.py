#!/usr/bin/env python
"""Django's commands. The embedded database and broker start with the first command that needs them."""

import os
import sys
import warnings

# These answer without a database; everything else gets one.
WITHOUT_SERVICES = {
    "check",
    "classify",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "makemigrations",
    "spectacular",
    "startapp",
    "version",
}


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from core import embedded

    # makemigrations compares files with models; that it finds no database is no news here.
    warnings.filterwarnings("ignore", "Got an error checking a consistent migration history")
    command = arguments[1] if len(arguments) > 1 else "help"
    asks_for_help = not {"-h", "--help", "--version"}.isdisjoint(arguments)
    try:
        if command not in WITHOUT_SERVICES and not asks_for_help:
            embedded.acquire()
        execute_from_command_line(arguments)
    except embedded.EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))

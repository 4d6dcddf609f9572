"""Whether this machine can make PDFs, asked without loading WeasyPrint."""

from ctypes.util import find_library

from django.utils.translation import gettext as _

_LIBRARIES = ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig")
_COMMAND = "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_found = False


def available() -> str | None:
    """None if PDFs can be made, else one German sentence that names the command to run."""
    global _found
    # Only the good answer is kept: who installs the libraries need not restart the program.
    _found = _found or all(find_library(name) for name in _LIBRARIES)
    if _found:
        return None
    return _("Für PDF-Dokumente fehlen Systembibliotheken. Bitte führen Sie als root aus: %(command)s") % {
        "command": _COMMAND
    }

"""A rule set that follows the one in force: what a change of law would bring."""

from __future__ import annotations

from accounts import services as accounts
from accounts.models import User
from accounts.rules import roles
from compliance import services, tasks  # noqa: F401 - registers the jobs
from compliance.models import LoadedRuleset
from compliance.rules.law.rulesets import FOLDER
from compliance.services.rulesets import trial_job
from core import jobs
from tests.world import make_person

NAME = "classification.v3.yaml"
LATER = [
    ('start: "2027-12-02"', 'start: "2028-12-02"'),
    ("Anhang III gelten ab dem 02.12.2027, bei", "Anhang III gelten ab dem 02.12.2028, bei"),
]
_HEAD = [('version: "2"', 'version: "3"'), ('valid_from: "2026-07-27"', 'valid_from: "2026-11-01"')]
_NEW_DUTY = """
  - id: O-91
    when: {conclusion: in_scope}
    text: Jedes Jahr über den Einsatz berichten
    article: Art. 4
    timing: jährlich
"""


def next_version(*changes: tuple[str, str], duty: bool = True) -> bytes:
    """Version 3: the high-risk dates a year later, one duty more, and `changes`."""
    text = (FOLDER / "ai-act" / "classification.v2.yaml").read_text(encoding="utf-8")
    for old, new in (*_HEAD, *LATER, *changes):
        assert old in text, old
        text = text.replace(old, new, 1)
    return (text.rstrip() + (_NEW_DUTY if duty else "\n")).encode()


def operator(name: str = "plattform") -> User:
    person = make_person(name)
    accounts.give_role(person, by=None, municipality=None, role=roles.PLATTFORM)
    return person


def in_use(by: User, content: bytes | None = None) -> LoadedRuleset:
    """Loaded, tried out and taken into use."""
    row = services.load_ruleset(content or next_version(), by=by, filename=NAME)
    jobs.run(trial_job(row).pk)
    services.take_into_use(row, by=by)
    return row

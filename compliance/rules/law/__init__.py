"""The law engine: facts and a day in, class, reasons, duties and dates out. Plain Python, no database."""

from compliance.rules.law.facts import BadFacts
from compliance.rules.law.program import Program
from compliance.rules.law.result import Result
from compliance.rules.law.shelf import UnknownRuleset, program_for
from compliance.rules.law.source import BadSource

__all__ = ["BadFacts", "BadSource", "Program", "Result", "UnknownRuleset", "program_for"]

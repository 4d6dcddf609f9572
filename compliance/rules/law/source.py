"""Read YAML and JSON strictly: `no` is a word, a date is text, and no key may stand twice."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml


class BadSource(ValueError):
    """The text is no YAML or JSON that can be used; the message says where."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2 as far as it matters here; anchors are refused, so that a small file stays small."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise BadSource(f"Zeile {self.peek_event().start_mark.line + 1}: Verweise (*) sind nicht erlaubt.")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            place = f"Zeile {key_node.start_mark.line + 1}"
            if not isinstance(key, str):
                raise BadSource(f"{place}: Der Schlüssel {key!r} ist kein Text.")
            if key in seen:
                raise BadSource(f"{place}: „{key}“ steht zweimal da.")
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":bool", ":timestamp"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read(text: str, *, name: str) -> Any:
    """JSON where the name ends so, YAML otherwise."""
    try:
        if name.endswith(".json"):
            return json.loads(text, object_pairs_hook=_no_key_twice)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader
    except json.JSONDecodeError as error:
        raise BadSource(f"{name}: Zeile {error.lineno}: kein gültiges JSON.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadSource(f"{name}: Zeile {line}: kein gültiges YAML.") from error
    except yaml.YAMLError as error:
        raise BadSource(f"{name}: kein gültiges YAML.") from error
    except RecursionError as error:
        raise BadSource(f"{name}: zu tief verschachtelt.") from error
    except BadSource as error:
        raise BadSource(f"{name}: {error}") from error
    except ValueError as error:
        raise BadSource(f"{name}: ein Wert lässt sich nicht lesen.") from error


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BadSource(f"„{twice}“ steht zweimal da.")
    return seen

"""Joins our ES modules into the one script that pages load.

A browser would ask for them one by one, each import a round trip after the last. A joined module is a function that
runs once, when it is first imported, and returns its exports; the sources run in a browser as they are.
"""

import re
from pathlib import Path
from posixpath import dirname, normpath

ENTRY = "js/app.js"
BUNDLE = "js/bundles/app.js"

_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)
_SIDE_EFFECT = re.compile(r'^import "(?P<path>[^"]+)";$', re.MULTILINE)
_NAMED = re.compile(r'^import (?P<names>\{[^}]+\}) from "(?P<path>[^"]+)";$', re.MULTILINE)
_DYNAMIC = re.compile(r'\bimport\("(?P<path>[^"]+)"\)')
_DEFAULT = re.compile(r"^export default (?P<start>(?:async )?function (?P<name>\w+))", re.MULTILINE)
_FUNCTION = re.compile(r"^export (?P<start>(?:async )?function (?P<name>\w+))", re.MULTILINE)
_CONSTANT = re.compile(r"^export const (?P<name>\w+) = ", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)

_LOADER = """\
const loaded = {};
const load = (path) => (loaded[path] ??= modules[path]({}));
load("%s");
"""


def joined_scripts(static: Path) -> str:
    """The entry module under `static` and all that it imports. Raises ValueError for a form that is not handled."""
    modules: dict[str, str] = {}
    _add(static, ENTRY, modules)
    entries = "".join(
        f'"{path}": (exports) => {{\n{body}return exports;\n}},\n' for path, body in modules.items()
    )
    return f"const modules = {{\n{entries}}};\n{_LOADER % ENTRY}"


def _add(static: Path, path: str, modules: dict[str, str]) -> None:
    """Add the module at `path` and those that it imports."""
    imported: list[str] = []

    def load(match: re.Match[str]) -> str:
        imported.append(normpath(f"{dirname(path)}/{match['path']}"))
        return f'load("{imported[-1]}")'

    body = _COMMENT.sub("", (static / path).read_text())
    body = _SIDE_EFFECT.sub(lambda match: f"{load(match)};", body)
    body = _NAMED.sub(lambda match: f"const {match['names']} = {load(match)};", body)
    body = _DYNAMIC.sub(lambda match: f"Promise.resolve({load(match)})", body)
    body = _DEFAULT.sub(r"exports.default = \g<name>;\n\g<start>", body)
    body = _FUNCTION.sub(r"exports.\g<name> = \g<name>;\n\g<start>", body)
    body = _CONSTANT.sub(r"const \g<name> = exports.\g<name> = ", body)
    if left := _LEFT_OVER.search(body):
        raise ValueError(f"{path} cannot be joined: {left.group()}")
    modules[path] = body
    for other in imported:
        if other not in modules:
            _add(static, other, modules)

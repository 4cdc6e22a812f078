"""The layers: router → service → repository → models, and nothing imports upwards."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
LAYERS = {"models": 0, "schemas": 0, "repository": 1, "service": 2, "router": 3}
PACKAGES = sorted(path.parent.name for path in APP.glob("*/router.py"))


def imported(path: Path) -> Iterator[str]:
    """The full names of what a module imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layers(path: Path) -> Iterator[tuple[str, str]]:
    """The packages with layers that a module imports from, each with the layer."""
    for name in imported(path):
        top, _, rest = name.partition(".")
        package, _, rest = rest.partition(".")
        if top == "app" and package in PACKAGES:
            yield package, rest.split(".")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_imports_upwards(package: str) -> None:
    for layer, height in LAYERS.items():
        path = APP / package / f"{layer}.py"
        if path.exists():
            for other, found in layers(path):
                assert LAYERS.get(found, 0) <= height, f"{path}: {other}.{found}"


def test_models_know_no_json() -> None:
    for path in APP.glob("*/models.py"):
        assert [found for _, found in layers(path) if found != "models"] == [], path


def test_the_core_knows_no_resource() -> None:
    for path in (APP / "core").glob("*.py"):
        found = [package for package, _ in layers(path) if package not in ("auth", "users")]
        assert found == [], path

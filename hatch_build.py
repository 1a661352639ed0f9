"""Builds the interface before it is packed, and for an editable install too."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class InterfaceBuild(BuildHookInterface):  # type: ignore[type-arg] # over any configuration
    """See tools/build_web.py."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from a package, where the machine has none that will do."""
        steps = self._steps()
        sources = Path(self.root, "web", "package.json").exists()
        return [steps["WHEEL"]] if sources and steps["find_node"]() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatch's
        """Build before files are collected."""
        self._steps()["build"](Path(self.root))

    def _steps(self) -> dict[str, Any]:
        return runpy.run_path(str(Path(self.root, "tools", "build_web.py")))

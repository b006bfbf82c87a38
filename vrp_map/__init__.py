"""The shared map of a Violence Reduction Partnership.

import vrp_map as vm
ws = vm.open_workspace("data/store")
ws.counts(ws.select("robbery", areas="Coventry"), by="ward").frame
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vrp_map.config import Settings, load_settings
    from vrp_map.disclosure.protect import Protected, protect
    from vrp_map.errors import MethodRefused, NotAllowed, UserError, VrpError
    from vrp_map.selection import Selection
    from vrp_map.workspace import Workspace, open_workspace

__version__ = "0.1.0"

__all__ = [
    "MethodRefused",
    "NotAllowed",
    "Protected",
    "Selection",
    "Settings",
    "UserError",
    "VrpError",
    "Workspace",
    "load_settings",
    "open_workspace",
    "protect",
]

# Loaded when asked for: the command line starts in a fraction of the time that pandas takes.
_HOMES = {
    "config": ("Settings", "load_settings"),
    "disclosure.protect": ("Protected", "protect"),
    "errors": ("MethodRefused", "NotAllowed", "UserError", "VrpError"),
    "selection": ("Selection",),
    "workspace": ("Workspace", "open_workspace"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

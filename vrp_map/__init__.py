"""The shared map of a Violence Reduction Partnership.

import vrp_map as vm
ws = vm.open_workspace("data/store")
ws.counts(ws.select("robbery", areas="Coventry"), by="ward").frame
"""

__version__ = "0.1.0"

from vrp_map.config import Settings, load_settings
from vrp_map.disclosure.protect import Protected, protect
from vrp_map.errors import MethodRefused, NotAllowed, UserError, VrpError
from vrp_map.selection import Selection
from vrp_map.workspace import Workspace, open_workspace

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

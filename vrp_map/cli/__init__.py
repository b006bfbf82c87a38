"""`vrp-map`: the command line."""

from vrp_map.cli.commands import app, main

__all__ = ["app", "main"]

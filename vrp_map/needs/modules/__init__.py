"""The thirteen modules, each made and refreshed on its own."""

"""The shared map of a Violence Reduction Partnership."""

__version__ = "0.1.0"

"""Allocations that were saved, to compare them and to sign one off."""

"""Responses from a sheet, and back into one."""

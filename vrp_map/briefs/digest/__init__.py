"""The Monday digest: what is new, late or missing in an area, for one role, on one page."""

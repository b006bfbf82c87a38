"""Needs assessment of the Serious Violence Duty: modules, their trace, and people's own words."""

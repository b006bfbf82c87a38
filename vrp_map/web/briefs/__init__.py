"""Briefs by address."""

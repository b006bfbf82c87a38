"""Responses: what the partnership did after each incident of violence."""

"""What people enter while the application runs: events and pins.

One process owns the file; one thread writes it.
"""

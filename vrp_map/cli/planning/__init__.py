"""Commands for who plans: money, and pages to take into the room."""

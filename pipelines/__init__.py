"""What to run: build, fetch, boundaries, demo. One job a file."""

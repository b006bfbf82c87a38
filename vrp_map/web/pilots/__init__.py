"""What the public reads of pilots."""

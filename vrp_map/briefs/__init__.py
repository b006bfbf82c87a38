"""Pages that people take into the room: made from what their audience may see, and of one file."""

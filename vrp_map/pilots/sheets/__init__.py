"""Files that pilots and their visits come in, and go out as."""

"""Who lives where: tables that people load, and who lives in the places picked."""

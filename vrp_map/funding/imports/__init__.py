"""What a sheet does to the grants that are kept."""

"""Everything the map shows as layers for another GIS, with method and protection in the file."""

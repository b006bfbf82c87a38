"""The streets under the hexagons: one file of tiles made of what an operator downloaded once."""

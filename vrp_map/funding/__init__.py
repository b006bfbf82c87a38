"""Money: grants with their sums checked, and formulas that share a sum out."""

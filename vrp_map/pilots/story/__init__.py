"""The story of a pilot: what anybody may read of it once a lead has signed it."""

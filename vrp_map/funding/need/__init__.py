"""Money beside need: what each area and place gets, has had done, and needs."""

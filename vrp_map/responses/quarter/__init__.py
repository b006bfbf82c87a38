"""The account of one quarter."""

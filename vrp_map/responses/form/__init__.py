"""The form of a response: its fields as they are sent and filled in, and which of them changed."""

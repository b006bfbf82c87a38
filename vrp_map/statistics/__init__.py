"""The statistics: pure functions on arrays, one method a file.

Nothing here reads, writes or asks the time.
"""

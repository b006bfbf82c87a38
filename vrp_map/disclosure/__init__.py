"""The whole privacy rule, and nothing else. Pure: no files, no clock, no database.

Of incidents, analysts see every number. Anyone else counts from a sample (`sampling`): one incident
in k, drawn once with the store's secret, each standing for k; the public's among the partners'. So
every number is a multiple of k, and overlapping questions tell nothing new. A number with no
incident drawn is hidden, and none and few look alike (`protect`, `words`). What is worked out from
counts is in coarse steps (`bands`).

Of young people, a number is of distinct contributors, comes out in batches of at least 2k people,
and shows only where those who said a thing and those who did not are both none or at least k, and
have both changed by at least k (`next_count`, `releases`, `released`).

`thresholds` alone chooses a k: nobody else reads a threshold setting or compares with a k. What may
be shown is a sealed table, which only these rules can make (`sealed`). The architecture test holds
both. Why, and what it costs: docs/decisions/0002 and 0012.
"""

"""The words of a pin: what a young person may choose, and how the choices compare with
StreetSafe's.

Every code is stored as it stands here and never changes its meaning; the words people read may be
improved.
"""

from __future__ import annotations

PIN_RESOLUTION = 10

FEELINGS = {"unsafe": "I feel unsafe here", "safe": "I feel safe here"}

SETTINGS = {
    "neighbourhood": "Where I live or hang out",
    "school-journey": "On the way to or from school or college",
    "work-journey": "On the way to or from work",
    "public-realm": "In a town or city centre, a park or a shop",
    "public-transport": "On a bus, tram or train, or waiting for one",
}

# Code -> what people read. Both feelings have reasons of their own.
REASONS_UNSAFE = {
    "no-cctv": "No cameras",
    "lighting": "Dark or badly lit",
    "isolated": "Empty, nobody around",
    "hidden": "Corners where someone could hide",
    "blocked-view": "I cannot see ahead",
    "run-down": "Run-down or vandalised",
    "drink-drugs": "Drinking or drugs",
    "harassed-by-one": "Shouted at or bothered by someone",
    "harassed-by-group": "Shouted at or bothered by a group",
    "followed": "Followed",
    "weapons": "People with knives or weapons",
    "fights": "Fights or threats",
    "other": "Something else",
}
REASONS_SAFE = {
    "people-around": "People around",
    "good-lighting": "Well lit",
    "staff": "Staff, youth workers or police near",
    "friends": "My friends are here",
    "cared-for": "Looked after",
    "other-safe": "Something else",
}
REASONS = {"unsafe": REASONS_UNSAFE, "safe": REASONS_SAFE}
MOST_REASONS = 3

# Ours -> the reason of the national StreetSafe reports that means the same; None = StreetSafe has
# none.
STREETSAFE = {
    "no-cctv": "no CCTV",
    "lighting": "poor or no lighting",
    "isolated": "empty or isolated",
    "hidden": "blind spots or hidden areas",
    "blocked-view": "blocked sight lines",
    "run-down": "run-down",
    "drink-drugs": "signs of drink or drugs",
    "harassed-by-one": "verbal harassment by one stranger",
    "harassed-by-group": "verbal harassment by a group",
    "followed": "being or having been followed",
    "weapons": None,
    "fights": None,
    "other": "other",
}

WEEKDAYS = {"weekday": "Monday to Friday", "weekend": "Saturday or Sunday", "any": "Any day"}
HOUR_BANDS = {
    "morning": "Morning, 6 to 12",
    "afternoon": "Afternoon, 12 to 5",
    "evening": "Evening, 5 to 10",
    "night": "Night, 10 to 6",
    "any": "Any time",
}

ROLES = {"young-person": "A young person", "officer": "A police officer", "adult": "Another adult"}
AGE_BANDS = {
    "under-11": "Under 11",
    "11-13": "11 to 13",
    "14-16": "14 to 16",
    "17-19": "17 to 19",
    "20-24": "20 to 24",
}

HELPS = {
    "lighting": "Better lighting",
    "cameras": "Cameras",
    "people": "More people around",
    "youth-workers": "Youth workers",
    "police": "Police",
    "transport": "Better buses, trams or trains",
    "repair": "Mend or clean it",
    "place-to-go": "Somewhere to go",
}
MOST_HELPS = 3

THINGS = {
    "light": "A street light",
    "shelter": "A bus or tram shelter",
    "underpass": "An underpass or bridge",
    "camera": "A camera",
    "fence": "A fence, gate or wall",
    "path": "A path or pavement",
}

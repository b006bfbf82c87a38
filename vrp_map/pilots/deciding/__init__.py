"""Keep, change, stop, or cannot know: what a decision about a pilot rests on."""

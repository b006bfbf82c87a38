"""Plans for a pilot or a hotspot by OSARA: objective, scanning, analysis, response, assessment."""

"""Taking over visits that ODK Collect or KoboToolbox recorded."""

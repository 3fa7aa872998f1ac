"""Lessons taken along: kept on a phone for where there is no network, as a file, on paper."""

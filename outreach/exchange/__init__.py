"""Giving to other systems: tables, and data sets of DHIS2."""

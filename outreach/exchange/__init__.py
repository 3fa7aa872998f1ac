"""Giving to and taking from other systems: tables, DHIS2, ODK and Kobo."""

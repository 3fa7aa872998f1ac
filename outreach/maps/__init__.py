"""Diagrams of the land without a map server: the country by province, a province by commune, as cells or as squares."""

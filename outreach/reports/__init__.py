"""Reports of a month: for a commune, a province, and a comparison of places that says how sure it is."""

"""Country, province, commune, village: where everything stands."""

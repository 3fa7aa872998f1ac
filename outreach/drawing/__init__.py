"""Pictures told in lines and drawn as SVG, for lessons, rehearsals and paper: plain Python, one look."""

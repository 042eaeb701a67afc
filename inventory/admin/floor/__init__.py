"""The warehouse floor: pages for one hand and a scanner."""

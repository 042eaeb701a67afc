"""How words become what the index holds, and how a search is understood."""

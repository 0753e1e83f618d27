"""Two expressions decided: exactly, by values with error bounds, or by computer algebra; `scalar` is the way in."""

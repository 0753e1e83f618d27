"""Sets of real numbers: intervals, unions and inequalities as step functions on the line; `realsets` is the way in."""

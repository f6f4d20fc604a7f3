"""An explanation as it is read: the top reason, the list, a whole record."""

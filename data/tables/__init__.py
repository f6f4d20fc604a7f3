"""Tables that people bring: files of every kind into columns, dates and numbers read once for a whole column."""

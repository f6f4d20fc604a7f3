"""Words, numbers, times, signs and colours in a reader's language."""

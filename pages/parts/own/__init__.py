"""One's own shift: my flags, handover, remarks. Imports documents, shell, words."""

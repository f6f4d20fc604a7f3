"""One's own shift: my flags, handover, remarks."""

"""What people corrected and what a sensor says against it: found, weighed, contradicted, mended."""

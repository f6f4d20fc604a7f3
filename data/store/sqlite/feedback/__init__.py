"""What people say: flags, cases, verdicts, threads, inspections, and what became of them."""

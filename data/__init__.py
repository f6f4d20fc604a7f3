"""Floor 1: what is recorded. Use cases, sources, checks, features, records, the store. Knows nothing of the floors above.

Its rooms, the lowest first; behind the arrow, the rooms that one may import (an entry, ``__main__``, may import all):

clock        What time it is, and whether it may be trusted: the one place that reads the computer's clock ←
records      What people and jobs leave behind: frozen records, times in UTC, enums stored as their strings ← clock
readings     Readings in columns: batches, features, windows, expressions, times ← records
usecase      A use case: signals, target, costs, and the rules they keep ← readings
checks       Which delivered readings may be predicted, and what is wrong with the others ← readings, usecase
store        The record of everything: readings with their predictions, flags, cases, releases, jobs, people, the audit trail ← clock, records, readings, usecase
tables       Tables that people bring: files of every kind into columns, dates and numbers read once for a whole column ← usecase
backup       Backups: one archive of everything in a home, made while it runs, and put back whole or not at all ← clock, usecase, store
onboarding   From anybody's table to a ``usecase.yaml``: what each column is, what is predicted, what gives it away, what depends on what ← clock, usecase, checks, tables
sources      Where readings come from: a live line, a file that is replayed ← clock, records, readings, usecase, store, tables
usecases     The built-in use cases, a folder each ← clock, readings, usecase, checks, store, sources
"""

import data.commands  # noqa: F401 - so that Ctrl-C is told from the first moment on

"""Floor 3: how a model is trained, judged, released and watched. A release carries its model and its explainers.

Its rooms, the lowest first; behind the arrow, the rooms that one may import (an entry, ``__main__``, may import all):

dataset      Rows to learn from and to judge on: history, replayed predictions, how they are split, what a training may choose ←
kinds        Kinds of model that a release may hold beside our own boosted trees: scikit-learn through skops, anything that was exported to ONNX ←
numbers      Numbers as people read them: decimals, bands ←
state        What a machine's state is, what is told of it and who attends to it ←
corrections  What people corrected and what a sensor says against it: found, weighed, contradicted, mended ← dataset
review       Flags and cases: how urgent they are, what a verdict does ← corrections
training     A model is made: its training set, the gold set, the search, the calibration ← dataset, kinds, corrections
release      A release as it predicts and explains: its parts, what it tells, answers to questions ← dataset, kinds, numbers, corrections, training
judging      How good a release is: figures with intervals, on held-out groups and the newest stretch, against rules and the champion; the gate ← dataset, kinds, corrections, training, release
watching     Whether plant, model or a signal has changed ← dataset, corrections, release
documents    What is printed or read at length: cards, reports, handovers, in words ← dataset, numbers, state, judging
lifecycle    Releases come and go: written, registered, promoted, rolled back ← corrections, training, release, judging, documents
exchange     What goes out of Pullcord and comes back in open formats: cases and training sets as tables, Label Studio tasks, releases as plain folders ← kinds, training, release, judging, lifecycle
jobs         Long work beside the live loop: trainings, retrainings, when they are due ← dataset, training, lifecycle
demo         The three-minute story and its stage ← release, lifecycle, jobs
live         The live loop: readings in, predictions, reasons and advice out ← review, release, lifecycle, jobs
"""

import data  # noqa: F401 - so that Ctrl-C is told from the first moment on

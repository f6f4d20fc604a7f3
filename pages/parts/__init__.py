"""What the screens share, by screen and by what all of them need.

Its rooms, the lowest first; behind the arrow, the rooms that one may import (an entry, ``__main__``, may import all):

remembered   What is remembered, for one browser session and for all of them ←
words        Words, numbers, times, signs and colours in a reader's language ← remembered
documents    A document as a page or a file: cards, handovers, reports ← words
shell        What every screen stands in: who looks, what the session keeps, the frame, the connection, an address ← remembered, words
new_line     A new line from a table, step by step ← remembered, words, shell
overview     What it was worth over a period: figures, trust, report ← remembered, words, documents, shell
own          One's own shift: my flags, handover, remarks ← remembered, words, documents, shell
reasons      An explanation as it is read: the top reason, the list, a whole record ← remembered, words, shell
serving      What the server does before and around the screens: the opening page, memory, hosts, mishaps ← words, shell
board        What stands on the board and the wall: tiles, the lane of advice, seen and shelved, notices ← remembered, words, shell, reasons
model        A model from every side: importance, response, structure ← remembered, words, shell, reasons
machine      One machine: its headline, its trend, what has changed since all was fine ← remembered, words, shell, reasons, board
review       Flagged cases: the queue, the case, its thread, the verdict, inspections ← remembered, words, shell, reasons, machine
releases     Releases: gate, card, shadow, training, history in doubt, roll back ← remembered, words, documents, shell, reasons, review
prediction   One prediction: flag, what would change it, what if, the expert's drawer ← remembered, words, shell, reasons, releases
tour         The demo's guided tour: a slim bar on every page that tells the story, plays it, and lets anybody do a step by hand ← remembered, words, shell, overview, reasons, board, machine, review, prediction
"""

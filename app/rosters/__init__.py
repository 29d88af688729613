"""Rosters that communities keep in spreadsheets, taken in as residents and households.

kept       the uploaded file as it is kept: rows of text, identity numbers masked for good
columns    which row is the head of the list, and what each column holds
cells      what a cell says: names, phones, dates of birth, identity numbers, membership
homes      what an address says: estate, building, room
entries    what each row says of one person
roster     a file with its columns as recognised or chosen
plan       what would happen to each row, given who is there already
queries    who is there already; the imports in reach
services   upload, correct how it is read, take over
"""

"""`make docs`: references made from the code, so that they cannot say something else, and a watch on every link.

Plain Python. `settings_table.py` writes the table of settings, `links.py` finds links that lead nowhere.
"""

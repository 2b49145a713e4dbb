"""`manage.py doctor`: whether everything is there that a portal needs, and what to do where it is not (RUN-3).

`finding.py` is what a check says, `examine.py` runs all of them, each within a time limit; the other files are the
checks, by what they look at. A check changes nothing, and shows no secret.
"""

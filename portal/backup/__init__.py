"""Back-ups of a portal, and the way back (RUN-3): `manage.py back_up FOLDER`, `manage.py restore FOLDER`.

A back-up is a folder: the database as its own tools write it, pictures and clips, added networks, and `about.json` that
says of which version it is. The database comes first, so every picture that it names was there when it was copied; what
came later is too much, not too little. Keys are not in it unless asked for: with them it opens the cameras' passwords.
"""

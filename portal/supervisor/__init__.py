"""The supervisor: starts, watches, restarts and stops the processes of one embedded portal (RUN-1; DESIGN 1).

Plain Python, Linux, one thread. `plan.py` says what runs, `child.py` holds one process, `keyvalue.py` the private
key-value server, `screen.py` what the terminal shows, `supervisor.py` the loop. `manage.py up` is its door.
"""

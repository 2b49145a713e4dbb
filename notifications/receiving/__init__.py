"""What cameras tell by themselves comes in here: the process of `manage.py alarm_listener` (OUT-10; DESIGN 7).

bytes ─▶ codec ─▶ Heard ─▶ desk: which camera? ─▶ alarm_receive ─▶ the same list as every alarm
 tcp.py, http.py   heard.py    desk.py, book.py
"""

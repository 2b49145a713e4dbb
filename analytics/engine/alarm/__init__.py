"""The alarm timer of an area (SPEC section 4): values in, values out.

How the section is read here, in one picture. The count of an area is a step function of time: a frame sets it, it holds
until the next frame, but for at most `G` (rule 9); from then on it is unknown. Everything follows from that function:

- *reached* (count >= N): the run grows. *held* (L <= count < N) and *unknown*: a pause, one clock for both, that begins
  with the first instant which is not reached and ends an alarm at exactly its start + R. *low* (count < L): reset.
- A frame may still come at the very instant up to which time was credited. So `tick(t)` and the credit at the start of
  `frame(t)` decide what lies **before** t; what lies **at** t is decided by the frame, in SPEC's order: pause limit,
  classify, end, start, notify. That is why a tick can never change an event, only make it known earlier.
- Instants that follow from a setting (when unknown, when the pause ends) are fixed by the frame that saw the setting:
  "new values count from the next frame" (rule 11).

`timer.py` decides when an alarm is on (rules 1-5, 9-11), `pacing.py` when it is told (rules 6-8), `area.py` joins them.
Instants are whole milliseconds of the monotonic capture clock. `changelog.py` and `minutes.py` keep the counts in
milliseconds UTC, `replay.py` runs the same timer over such a log.
"""

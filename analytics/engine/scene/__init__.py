"""What stands in the way of a camera's sight, told from its own pictures (CAM-8). Plain Python.

    frame ─▶ SceneWatch, once a second ─┬─ light.py    too dark, washed out
                                        ├─ focus.py    out of focus
                                        ├─ view.py     moved, shaking
                                        └─ people.py   too small, too many, too close, lying across
                    verdicts ─▶ Steady (holds for a while before it turns) ─▶ Change(advice, began or ended)

What a picture can tell, and what it cannot:

- Light is judged by what arrives in the picture. A lux figure cannot be: exposure and gain are the camera's secret.
- Blur is judged where the picture has texture; a plain wall is never out of focus.
- *Moved* compares the edges of the last half minute with those that the camera showed when it was last put right. A
  shift is measured; a view that has nothing in common with the old one is told as such, whatever the cause.
- *Shaking* is seen between pictures a second apart, from 1 % of the width on; finer trembling is not.
- People are measured as far as the network finds them. Whoever is too small, or lies across the picture, is often not
  found at all: no advice is no proof. A roll of the camera shows in the people alone, never in a picture of a wall.
"""

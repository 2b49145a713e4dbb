"""SPEC section 4 once more, as naively as possible: time goes on in small equal steps and every step is looked at.

Written apart from the engine, to be compared with it. All numbers given must be multiples of the step.
"""

from dataclasses import dataclass, field

from analytics.engine.alarm.rule import AlarmRule

Fact = tuple[object, ...]


@dataclass
class Walk:
    """One walk over time. Facts are (kind, at_ms, count, reason or number)."""

    rule: AlarmRule
    step: int
    facts: list[Fact] = field(default_factory=list)
    run: int = 0
    pause_from: int | None = None
    alarm_from: int | None = None
    told: int = 0
    last: int | None = None
    owed: bool = False
    known: int | None = None

    def walk(self, frames: dict[int, int | None], until: int) -> list[Fact]:
        lost_after = max(2000, 3 * self.rule.frame_interval_ms)
        seen, value, before = 0, None, "?"
        for now in range(0, until, self.step):
            if before == "+":
                self.run += self.step
            if now in frames:
                seen, value = now, frames[now]
                self.known = self.known if value is None else value
            if now - seen >= lost_after:
                value = None
            sign = self.sign(value)
            self.look(now, sign, before, value, fresh=now in frames)
            before = sign
        return self.facts

    def sign(self, value: int | None) -> str:
        n, p = self.rule.threshold, self.rule.reset_percentage
        if value is None:
            return "?"
        if value >= n:
            return "+"
        return "-" if value < n * p // 100 else "="

    def look(self, now: int, sign: str, before: str, value: int | None, *, fresh: bool) -> None:
        if sign == "-":
            self.stop(now, value, "count")
        if sign == "+":
            self.pause_from = None
            if fresh and self.alarm_from is None and self.run >= self.rule.time_ms:
                self.alarm_from, self.told, self.owed = now, 0, False
                self.facts.append(("alarm_started", now, value, None))
        if sign in "=?" and (self.run or self.alarm_from is not None):
            began = self.pause_from is None
            self.pause_from = now if began else self.pause_from
            if now - self.pause_from >= self.rule.pause_reset_ms:
                held = (sign if began else before) == "="
                self.stop(now, self.known if held else None, "pause" if held else "camera lost")
        if self.alarm_from is not None and self.rule.notification:
            self.notify(now, sign, value)

    def stop(self, now: int, value: int | None, reason: str) -> None:
        if self.alarm_from is not None:
            if self.told == 0 and self.rule.notification:
                self.facts.append(("withheld", now, value, None))
            self.facts.append(("alarm_ended", now, value, reason))
        self.run, self.pause_from, self.alarm_from = 0, None, None

    def notify(self, now: int, sign: str, value: int | None) -> None:
        self.owed = self.owed or self.falls_due(now)
        if not self.owed or not self.may_tell(sign, value):
            return
        self.facts.append(("notified", now, value, self.told))
        jitter = range(now, now - self.rule.frame_interval_ms - 1, -self.step)
        self.last = next((at for at in jitter if self.falls_due(at)), now)
        self.told, self.owed = self.told + 1, False

    def may_tell(self, sign: str, value: int | None) -> bool:
        return bool(value) and (sign == "+" or (sign == "=" and self.rule.notify_below))

    def falls_due(self, at: int) -> bool:
        inside = self.last is not None and at - self.last < self.rule.deactivation_ms
        if self.told == 0 and (at == self.alarm_from or at - (self.last or 0) == self.rule.deactivation_ms):
            return not inside
        if inside or self.rule.operation == "one_time":
            return False
        every = self.rule.time_ms if self.rule.operation == "periodic" else self.rule.deactivation_ms
        return at > self.alarm_from and (at - self.alarm_from) % every == 0


class MinimumWalk(Walk):
    """The end of SPEC 4: runs below M, pauses from M to M + (M - M × P // 100), resets above; 0 is worth telling."""

    def sign(self, value: int | None) -> str:
        m, p = self.rule.threshold, self.rule.reset_percentage
        if value is None:
            return "?"
        if value < m:
            return "+"
        return "=" if value <= m + (m - m * p // 100) else "-"

    def may_tell(self, sign: str, value: int | None) -> bool:
        return value is not None and (sign == "+" or (sign == "=" and self.rule.notify_below))

"""The formats of WIRE.md, one file each: records in, bytes out, and back. Plain Python, knows no socket and no clock.

Every module that tells of alarms has `carries(record)`: whether its receivers have a form for this notification. What a
protocol does not carry is not queued; `encode` refuses it with NotCarriedError.
"""

"""ONVIF, as far as onboarding needs it: who is there, what is it called, which streams has it (CAM-3). Plain Python."""

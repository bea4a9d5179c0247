"""Stepping through: experiments as text, run on the engine, read back as frames and arithmetic."""

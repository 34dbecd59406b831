"""EasyBraille: photographs of Braille pages become text."""

from .privacy import disable_telemetry

__version__ = "0.1.0"

# Here, since every entry imports this package before it imports an engine.
disable_telemetry()

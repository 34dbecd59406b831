"""EasyBraille: photographs of Braille pages become text."""

__version__ = "0.1.0"

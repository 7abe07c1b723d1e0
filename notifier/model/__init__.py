"""The nouns: frozen dataclasses and enums, in the words of ``docs/glossary.md``.

Times are aware UTC instants named ``*_at``; calendar dates are named ``*_date`` or ``date``.
"""

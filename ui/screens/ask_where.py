"""Asking a person where a document is to go; a test answers in their place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget

#: asks where to save: parent, title, suggested name, kinds of file; "" where it was given up
AskFile = Callable[[QWidget, str, str, str], str]


def ask_file(parent: QWidget, title: str, name: str, kinds: str) -> str:
    """Where to save a file."""
    return QFileDialog.getSaveFileName(parent, title, name, kinds)[0]

"""Rasa without TensorFlow and without its libraries' deprecation chatter: `prepare()` before the first import of rasa.

Rasa imports TensorFlow for its neural components wherever any component is imported. This model has none of them, and the real import
costs 3 s and 300 MB at every start. The stand-in can be named and subclassed, which is all that importing does; using it raises.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import logging
import os
import sys
from types import ModuleType
from typing import Any, Optional, Sequence

# One thread for linear algebra: on matrices this small, more only fight for the cores. LOG_LEVEL also hides Rasa's progress bars.
ENVIRONMENT = {"RASA_TELEMETRY_ENABLED": "false", "OMP_NUM_THREADS": "1", "LOG_LEVEL": "WARNING"}
ABSENT = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "jax"})


class TensorFlowAbsent(RuntimeError):
    """Something tried to use TensorFlow in a process that was started without it."""


class _Name(type):
    """A class whose attributes are more such classes, so that `tf.keras.Model` can be subclassed and `tf.Tensor` annotated."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _name(f"{cls.__name__}.{name}")

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        if len(arguments) == 1 and not options and callable(arguments[0]):
            return arguments[0]  # a decorator, such as @tf.function
        raise TensorFlowAbsent(cls.__name__)


def _name(path: str) -> _Name:
    return _Name(path, (), {})


class _Absent(ModuleType):
    __path__ = ()
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _name(f"{self.__name__}.{name}")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None) -> Optional[importlib.machinery.ModuleSpec]:
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in ABSENT else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        return None


def prepare() -> None:
    """From now on, imports of TensorFlow and its companions in this process give the stand-in, and Python warnings are not shown."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)

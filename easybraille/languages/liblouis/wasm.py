"""The bundled liblouis: a WebAssembly module, the same on every system and isolated from the process that runs it.

An invalid memory access or an endless loop in the module ends in a trap, which only costs the request its answer.
"""

from __future__ import annotations

import atexit
import struct
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .engine import LouisError, Translation

if TYPE_CHECKING:
    import wasmtime

_Result = TypeVar("_Result")

RUNTIME = Path(__file__).with_name("runtime")
_SECONDS = 10.0
# Bytes of the module's memory: the tables take some 16 MB together, and a leak ends in a fresh instance.
_MOST_MEMORY, _RENEWED_FROM = 256 << 20, 128 << 20
# liblouis.h: characters without Braille, or dots without a character, produce no output.
_NO_UNDEFINED = 128
# Output characters per input character, and in addition: more than any table produces.
_GROWTH, _SLACK = 12, 256
_WIDE, _INT, _TYPEFORM = 4, 4, 2


class BundledLouis:
    """liblouis in WebAssembly, one call at a time.

    Args:
        seconds: longest time of one request.
    """

    def __init__(self, seconds: float = _SECONDS) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._instance: _Instance | None = None
        # wasmtime frees its objects with functions that are gone late in the interpreter's shutdown.
        atexit.register(self.close)

    def close(self) -> None:
        """Free the instance; the next call makes a new one."""
        with self._lock:
            self._instance = None

    def version(self) -> tuple[int, ...]:
        """See Engine."""
        return self._limited(lambda instance: instance.version())

    def check(self, tables: str) -> bool:
        """See Engine."""
        return self._limited(lambda instance: instance.check(tables))

    def translate(
        self, tables: str, lines: Sequence[str], back: bool, drop_undefined: bool = False
    ) -> list[Translation]:
        """See Engine."""
        mode = _NO_UNDEFINED if drop_undefined else 0
        return self._limited(lambda instance: [instance.translate(tables, line, back, mode) for line in lines])

    def _limited(self, call: Callable[[_Instance], _Result]) -> _Result:
        """The result of a call on the instance, which is discarded if it traps or has grown too large."""
        try:
            import wasmtime
        except ImportError as error:
            raise LouisError(f"liblouis needs the package wasmtime: {error}") from error
        engine, module = _module()
        with self._lock:
            timer = threading.Timer(self.seconds, engine.increment_epoch)
            timer.daemon = True
            try:
                if self._instance is None or self._instance.memory_size > _RENEWED_FROM:
                    self._instance = _Instance(engine, module)
                self._instance.limit_time()
                timer.start()
                return call(self._instance)
            except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
                self._instance = None
                raise LouisError(f"liblouis crashed or took too long: {str(error).splitlines()[0]}") from error
            finally:
                timer.cancel()


@cache
def _module() -> tuple[wasmtime.Engine, wasmtime.Module]:
    """The engine and the compiled module; compiling takes some 0.2 s, once per process."""
    import wasmtime

    config = wasmtime.Config()
    config.epoch_interruption = True
    engine = wasmtime.Engine(config)
    atexit.register(_module.cache_clear)
    return engine, wasmtime.Module.from_file(engine, str(RUNTIME / "liblouis.wasm"))


class _Instance:
    """One instance of the module with its memory and its compiled tables."""

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module) -> None:
        import wasmtime

        self._store = wasmtime.Store(engine)
        self._store.set_limits(memory_size=_MOST_MEMORY)
        wasi = wasmtime.WasiConfig()
        wasi.preopen_dir(str(RUNTIME / "tables"), "/tables", fs_mutable=False)
        self._store.set_wasi(wasi)
        linker = wasmtime.Linker(engine)
        linker.define_wasi()
        self.limit_time()
        exports = linker.instantiate(self._store, module).exports(self._store)
        self._functions = {name: item for name, item in exports.items() if isinstance(item, wasmtime.Func)}
        memory = exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        self._memory = memory
        self._call("_initialize")

    @property
    def memory_size(self) -> int:
        """Bytes of the module's memory."""
        return int(self._memory.data_len(self._store))

    def limit_time(self) -> None:
        """Let the next increment of the engine's epoch interrupt the module."""
        self._store.set_epoch_deadline(1)

    def version(self) -> tuple[int, ...]:
        """See Engine."""
        start = self._call("lou_version")
        text = bytes(self._memory.read(self._store, start, start + 16)).partition(b"\0")[0].decode()
        return tuple(int(part) for part in text.split("."))

    def check(self, tables: str) -> bool:
        """See Engine."""
        with _Buffers(self) as buffers:
            return bool(self._call("lou_checkTable", buffers.string(tables)))

    def translate(self, tables: str, text: str, back: bool, mode: int) -> Translation:
        """Translate one line."""
        room = len(text) * _GROWTH + _SLACK
        function = "lou_backTranslate" if back else "lou_translate"
        with _Buffers(self) as buffers:
            source = buffers.filled(text.encode("utf-32-le", "surrogatepass") + bytes(_WIDE))
            target, length = buffers.empty(room * _WIDE), buffers.filled(struct.pack("<i", room))
            # liblouis reads the typeforms of a text that it translates forward: none.
            typeforms = buffers.empty(room * _TYPEFORM) if back else 0
            outputs, inputs = buffers.empty(room * _INT), buffers.empty(room * _INT)
            source_length = buffers.filled(struct.pack("<i", len(text)))
            done = self._call(
                function,
                buffers.string(tables),
                source,
                source_length,
                target,
                length,
                typeforms,
                0,
                outputs,
                inputs,
                0,
                mode,
            )
            if not done:
                raise LouisError(f"liblouis cannot translate with {tables}")
            (count,) = struct.unpack("<i", self._read(length, _INT))
            return Translation(
                self._read(target, count * _WIDE).decode("utf-32-le", "replace"),
                list(struct.unpack(f"<{count}i", self._read(inputs, count * _INT))),
                list(struct.unpack(f"<{count}H", self._read(typeforms, count * _TYPEFORM))) if back else [],
            )

    def write(self, data: bytes, start: int) -> None:
        """Copy data into the module's memory."""
        self._memory.write(self._store, data, start)

    def allocate(self, size: int) -> int:
        """Allocate memory in the module; the address."""
        return int(self._call("malloc", size))

    def free(self, start: int) -> None:
        """Free memory in the module."""
        self._call("free", start)

    def _read(self, start: int, size: int) -> bytes:
        return bytes(self._memory.read(self._store, start, start + size))

    def _call(self, name: str, *arguments: int) -> Any:
        return self._functions[name](self._store, *arguments)


class _Buffers:
    """Buffers in the module's memory, freed together."""

    def __init__(self, instance: _Instance) -> None:
        self._instance = instance
        self._starts: list[int] = []

    def __enter__(self) -> _Buffers:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        # After a trap the instance is discarded with its memory.
        if kind is None or kind is LouisError:
            for start in self._starts:
                self._instance.free(start)

    def empty(self, size: int) -> int:
        """The address of a new buffer."""
        start = self._instance.allocate(size)
        if start == 0:
            raise LouisError("liblouis is out of memory")
        self._starts.append(start)
        return start

    def filled(self, data: bytes) -> int:
        """The address of a new buffer that holds the data."""
        start = self.empty(len(data))
        self._instance.write(data, start)
        return start

    def string(self, text: str) -> int:
        """The address of a zero-terminated string."""
        return self.filled(text.encode() + b"\0")

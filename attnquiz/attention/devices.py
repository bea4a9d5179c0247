"""Where the arithmetic can run: the processor, and any CUDA or Apple graphics device."""

from dataclasses import dataclass

import torch

EVERY = (torch.float32, torch.float64, torch.bfloat16, torch.float16)


@dataclass(frozen=True, slots=True)
class Device:
    """A place to compute. `about` says in a sentence what it is, or why it is not there."""

    name: str
    present: bool
    about: str
    dtypes: tuple[torch.dtype, ...] = EVERY


def devices() -> tuple[Device, ...]:
    """The processor first, then what could be there. Names are torch's: cpu, cuda, cuda:1 ..., mps."""
    return (Device("cpu", True, "The processor of this computer."), *_cuda(), _mps())


def _cuda() -> tuple[Device, ...]:
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if count == 0:
        reason = (
            "This PyTorch was built without CUDA, so it cannot use an NVIDIA card."
            if torch.version.cuda is None
            else "PyTorch finds no NVIDIA card with a working driver on this computer."
        )
        return (Device("cuda", False, reason, dtypes=()),)
    names = ["cuda", *(f"cuda:{number}" for number in range(1, count))]
    return tuple(
        Device(name, True, f"{torch.cuda.get_device_name(number)} in this computer.")
        for number, name in enumerate(names)
    )


def _mps() -> Device:
    if torch.backends.mps.is_available():
        known = [torch.float32, torch.float16]
        if torch.backends.mps.is_macos_or_newer(14, 0):
            known = [*known, torch.bfloat16]
        return Device("mps", True, "The graphics part of this Mac; it knows no float64.", dtypes=tuple(known))
    return Device("mps", False, "There is no Apple graphics device on this computer.", dtypes=())

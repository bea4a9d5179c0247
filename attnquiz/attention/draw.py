"""Numbers drawn from a seed, for whatever an experiment does not give. NumPy only.

The generator is NumPy's RandomState: its stream is the one NumPy has promised never to change, so an address
opens the same numbers years from now. Numbers are rounded to two decimals: what is on the screen is then what is
multiplied.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray


def drawn(name: str, rows: int, columns: int, seed: int, spread: float = 1.0) -> NDArray[np.float64]:
    """(rows, columns) normal numbers of standard deviation `spread`; the same for the same name, seed and width."""
    digest = hashlib.blake2b(f"{seed} {columns} {name}".encode(), digest_size=4).digest()
    generator = np.random.RandomState(int.from_bytes(digest, "big"))
    return np.round(generator.standard_normal((rows, columns)) * spread, 2)


def embedded(tokens: tuple[str, ...], width: int, seed: int) -> NDArray[np.float64]:
    """(n, width): a vector for each token, the same wherever the same word stands."""
    return np.concatenate([drawn(f"token {token}", 1, width, seed) for token in tokens])


def sinusoidal(n: int, width: int) -> NDArray[np.float64]:
    """(n, width): sin and cos of position / 10000^(2i / width) by turns (Vaswani et al. 2017, sec. 3.5)."""
    angles = np.arange(n)[:, None] / 10000 ** ((np.arange(width) // 2 * 2) / width)
    return np.where(np.arange(width) % 2 == 0, np.sin(angles), np.cos(angles))


def uniform(name: str, rows: int, columns: int, seed: int) -> NDArray[np.float64]:
    """(rows, columns) numbers from 0 to 1, all alike likely; the same for the same name, seed and width."""
    digest = hashlib.blake2b(f"{seed} {columns} {name}".encode(), digest_size=4).digest()
    return np.random.RandomState(int.from_bytes(digest, "big")).random_sample((rows, columns))

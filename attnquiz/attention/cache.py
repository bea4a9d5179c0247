"""What keys and values cost in memory while a text is written one token at a time."""


def cache_bytes(n_k: int, kv_heads: int, d_k: int, d_v: int, element_size: int, layers: int = 1, batch: int = 1) -> int:
    """Bytes of a KV cache: every layer keeps one key and one value for each token and each head of keys and values.

    Shazeer 2019, sec. 3, and Ainslie et al. 2023, sec. 2.2: fewer such heads, shared among the queries, make it
    smaller by that factor. `element_size` is in bytes (float32: 4).
    """
    return batch * layers * kv_heads * n_k * (d_k + d_v) * element_size

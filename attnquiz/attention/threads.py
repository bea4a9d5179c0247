"""What torch should be told about processors. Torch-free, because the first half must be said before torch is imported.

This room reads no environment. `ui` and `__main__` do, once, before anything imports torch:

    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)

and then, with torch imported, `torch.set_num_threads(threads_for(tokens))`.
"""

ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",  # idle threads sleep; spinning ones made a step 4 to 14 times slower on two cores
    "THP_MEM_ALLOC_ENABLE": "1",  # Linux: huge pages, so that keeping every stage of a long text costs few page faults
}


def threads_for(tokens: int) -> int:
    """One thread for small maths (0.1 ms at 8 tokens; two take 0.6 ms, erratically), two above 64 tokens."""
    return 1 if tokens <= 64 else 2

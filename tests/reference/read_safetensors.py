"""Opens a safetensors file with the reference implementation and prints, one line each, its metadata, then
every tensor's name, type, shape and sum.

Needs the packages safetensors and numpy:  python3 tests/reference/read_safetensors.py FILE
"""

import sys

from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    for key, value in sorted((file.metadata() or {}).items()):
        print(f"metadata {key} = {value!r}")
    for name in sorted(file.keys()):
        tensor = file.get_tensor(name)
        print(f"tensor {name} {tensor.dtype} {tensor.shape} sum {tensor.sum()!r}")

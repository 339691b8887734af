# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# Of ./run, which sources it: faults injected into the program.

run_torture() {
  need "$program_needs" "$test_needs" "$torture_needs"
  build "$preset" everything "the program and what makes its allocations fail" gradus-cli fail-allocation
  exec python3 "$root/tests/torture/torture.py" "$root/build/$preset/gradus" \
    "$root/build/$preset/tests/libfail-allocation.so" "$@"
}

# shellcheck shell=bash disable=SC2034,SC2154,SC2164
run_bench() {
  local other driver=("$root/bench/bench.py" --build "$root/build/bench")
  if [[ ${1:-} == sweep ]]; then
    shift
    python_with peers torch numpy || fail "pip could not install PyTorch: its reason is above"
    exec "$root/build/peers/bin/python" "$root/bench/sweep.py" "$@"
  fi
  if [[ ${1:-} == tables ]]; then
    need "$python_needs"
    exec python3 -B "$root/bench/bench.py" "$@"
  fi
  need "$program_needs" "$bench_needs" "$python_needs"
  for other in transforms compile; do
    [[ ${1:-} == "$other" ]] || continue
    shift
    build bench everything "the benchmarks" "bench-$other"
    exec "$root/build/bench/bench/bench-$other" "$@"
  done
  if [[ " $* " == *" --peers "* ]]; then
    python_with peers torch numpy jax || fail "pip could not install PyTorch and JAX: its reason is above"
    driver+=(--peers-python "$root/build/peers/bin/python")
  fi
  build bench everything "the benchmarks" gradus-bench bench-compile gradus-cli
  exec python3 -B "${driver[@]}" "$@"
}

run_accuracy() {
  need "$program_needs" "$python_needs"
  build "$preset" program "the program" gradus-cli
  cd "$root"
  exec python3 bench/accuracy.py "$root/build/$preset/gradus" "$@"
}

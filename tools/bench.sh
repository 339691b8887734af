# shellcheck shell=bash disable=SC2034,SC2154,SC2164
run_bench() {
  need "$program_needs" "$bench_needs"
  if [[ ${1:-} == peers ]]; then
    shift
    python_with peers torch numpy || fail "pip could not install PyTorch: its reason is above"
    build bench everything "the benchmarks" gradus-bench
    exec "$root/build/peers/bin/python" "$root/bench/peers.py" "$root/build/bench/bench/gradus-bench"
  fi
  if [[ ${1:-} == sweep ]]; then
    shift
    python_with peers torch numpy || fail "pip could not install PyTorch: its reason is above"
    exec "$root/build/peers/bin/python" "$root/bench/sweep.py" "$@"
  fi
  local other
  for other in transforms compile; do
    [[ ${1:-} == "$other" ]] || continue
    shift
    build bench everything "the benchmarks" "bench-$other"
    exec "$root/build/bench/bench/bench-$other" "$@"
  done
  build bench everything "the benchmarks" gradus-bench
  exec "$root/build/bench/bench/gradus-bench" "$@"
}

run_accuracy() {
  need "$program_needs" "$python_needs"
  build "$preset" program "the program" gradus-cli
  cd "$root"
  exec python3 bench/accuracy.py "$root/build/$preset/gradus" "$@"
}

# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# Random graphs, judged by PyTorch (tests/oracle).
run_oracle() {
  need "$program_needs" "$test_needs"
  python_with peers torch numpy || fail "pip could not install PyTorch: its reason is above"
  build "$preset" everything "the random graphs" oracle-graphs
  local python=$root/build/peers/bin/python graphs=$root/build/$preset/tests/oracle-graphs folder=$root/tests/oracle
  if [[ ${1:-} == --reference ]]; then
    exec "$python" -B "$folder/reference.py" "$graphs" "$folder/reference.json"
  fi
  "$python" -B "$folder/test_comparison.py" --quiet
  exec "$python" -B "$folder/oracle.py" "$graphs" "$@"
}

# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# The tests under Clang's sanitizers, whose options stand in CMakePresets.json.

run_sanitize() {
  need_for_tests
  need "$clang_needs" "$clang_runtime_needs"
  build sanitize everything "the tests with sanitizers" all
  run_ctest sanitize "$@"
}

run_threads() {
  need "$program_needs" "$test_needs" "$clang_needs" "$clang_runtime_needs"
  build threads everything "the tests with the thread sanitizer" test-graph test-data
  run_ctest threads "$@"
}

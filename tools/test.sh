# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# Commands that test. Under CI everything a test may need is installed, and a test that lacks something fails; for
# others tests that need a browser, LaTeX or Python's packages are left out where those are missing.

# A Python for the tests that ask other programs: $GRADUS_PYTHON where given, else one of our own.
test_python() {  # PACKAGE…
  [[ -z ${GRADUS_PYTHON:-} ]] || return 0
  python_with python "$@" || return 1
  export GRADUS_PYTHON=$root/build/python/bin/python
}

test_packages=(safetensors numpy tensorboard)
browser_packages=(selenium axe-core-python)

# What all tests need, as far as it is wanted here.
need_for_tests() {
  need "$program_needs" "$test_needs"
  if [[ -n ${CI:-} ]]; then
    need "$browser_needs" "$latex_needs" "$torture_needs"
    test_python "${test_packages[@]}" "${browser_packages[@]}" || fail "tests lack Python's packages: the reason is above"
  else
    test_python "${test_packages[@]}" || say "They are not to be had: tests that need them are left out"
    say "Tests that need a browser or LaTeX are left out where those are missing: CI=1 ./run test installs them"
  fi
}

run_ctest() {  # PRESET [FLAGS…]
  cd "$root"
  exec ctest --preset "$1" --no-tests=error --parallel "$(nproc)" "${@:2}"
}

run_tests() {
  need_for_tests
  build "$preset" everything "the tests" all
  run_ctest "$preset" "$@"
}

# What glibc leaves out of account, for a level below the processor's own.
levels=("v4 " "v3 -AVX512F" "v1 -AVX512F,-AVX2")

run_levels() {
  local each level without taken
  need "$program_needs" "$test_needs"
  build levels everything "the tests for other machines" gradus-cli test-graph test-ops test-models
  for each in "${levels[@]}"; do
    read -r level without <<<"$each"
    export GLIBC_TUNABLES=glibc.cpu.hwcaps=$without
    taken=$(ldd "$root/build/levels/gradus" | grep -o '/[^ ]*libgradus\.so[^ ]*')
    if [[ $level != v1 && $taken != */glibc-hwcaps/x86-64-$level/* ]]; then
      say "This processor is not of level $level"
      continue
    fi
    say "Level $level: $("$root/build/levels/gradus" --version | grep SIMD)"
    for room in graph ops models; do "$root/build/levels/tests/test-$room"; done
  done
}

run_page_test() {
  need "$program_needs" "$test_needs" "$browser_needs"
  test_python "${test_packages[@]}" "${browser_packages[@]}" || fail "pip could not install them: its reason is above"
  build "$preset" everything "the page's test" gradus-cli page-fixtures
  run_ctest "$preset" --verbose -R '^page-browser$'
}

# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# Of ./run, which sources it: which lines and branches the tests run.

# Every process of the tests, the program's among them, writes what it counted when it ends.
run_coverage() {
  local flag files=() html=''
  for flag in "$@"; do
    case $flag in
      --files) files=(--files) ;;
      --html) html=1 ;;
      *) fail "coverage knows --files and --html, not $flag" ;;
    esac
  done
  need_for_tests
  need "$clang_needs" "$clang_runtime_needs" "$python_needs"
  local folder=$root/build/coverage counts=$root/build/coverage/counts program binaries=()
  build coverage everything "the tests, with counters" all
  rm -rf "$counts" "$folder/html"
  (cd "$folder" && LLVM_PROFILE_FILE=$counts/%4m.profraw ctest --no-tests=error --output-on-failure \
    --parallel "$(nproc)" >&2) ||
    fail "a test does not pass: see above"
  llvm-profdata merge -sparse "$counts"/*.profraw -o "$folder/counts.profdata"
  for program in "$folder"/{gradus,tests/test-*,tests/page-fixtures,examples/[0-9]*}; do
    [[ ! -f $program || ! -x $program ]] || binaries+=(-object "$program")
  done
  binaries=("${binaries[@]:1}")
  llvm-cov export -instr-profile "$folder/counts.profdata" "${binaries[@]}" >"$folder/export.json"
  python3 "$root/tools/coverage.py" "$folder/export.json" "$root" "${files[@]}"
  [[ $html ]] || return 0
  llvm-cov show -format=html -show-branches=count -output-dir "$folder/html" -instr-profile "$folder/counts.profdata" \
    "${binaries[@]}"
  say "Wrote build/coverage/html/index.html"
}

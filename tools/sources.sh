# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# The project's own files, each ended by a zero byte.
sources() {  # PATTERN…
  local file
  for file in "$@"; do
    find . \( -path './.*' -o -path ./build -o -path ./runs \) -prune -o -name "$file" -type f -print0
  done
}

run_format() {
  local action=(-i)
  case ${1:-} in
    '') ;;
    --check) action=(--dry-run -Werror) ;;
    *) fail "format knows --check only, not $1" ;;
  esac
  need "$format_needs"
  cd "$root"
  sources '*.hpp' '*.cpp' | xargs -0 -r clang-format "${action[@]}" ||
    fail "not formatted, see above; ./run format does it"
}

# Nothing is built, so what CMake writes must be made current here.
configure_clang() {
  lock
  configure clang everything
  ninja -C "$root/build/clang" build.ninja >"$root/build/clang/configure.log" 2>&1 ||
    { cat "$root/build/clang/configure.log" >&2; fail "CMake could not configure build/clang: its reason is above"; }
  unlock
}

run_tidy() {
  need "$program_needs" "$test_needs" "$clang_needs" "$tidy_needs"
  configure_clang
  (($#)) && exec clang-tidy -p "$root/build/clang" --quiet "$@"
  cd "$root"
  sources '*.cpp' | grep -zv '^./bench/' | xargs -0 -r -n 1 -P "$(nproc)" clang-tidy -p build/clang --quiet
}

# A source that leans on what others of its unit include would break whoever builds without units.
run_alone() {
  need "$program_needs" "$test_needs" "$clang_needs" "$python_needs"
  configure_clang
  python3 "$root/tools/compile_alone.py" "$root/build/clang/compile_commands.json"
}

# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# The fuzzers of fuzz/, with libFuzzer. What they find and learn is kept in build/fuzz/TARGET.

fuzz_targets() { (cd "$root/fuzz" && printf '%s\n' *.cpp | sed 's/\.cpp$//'); }

# One line of what a run came to, from its log.
fuzz_summary() {  # TARGET LOG
  awk -v target="$1" '
    $2 == "DONE" { for (i = 3; i < NF; ++i) { if ($i == "cov:") edges = $(i + 1); if ($i == "ft:") features = $(i + 1)
                                              if ($i == "corp:") split($(i + 1), corpus, "/") } }
    $1 == "Done" { runs = $2; seconds = $5 }
    END { printf "%-14s %10d executions in %6d s, %5d inputs kept, %5d edges, %6d features\n",
          target, runs, seconds, corpus[1], edges, features }' "$2"
}

fuzz_one() {  # TARGET LIBFUZZER-FLAGS…
  local target=$1 folder=$root/build/fuzz/$1 seeds=()
  shift
  # CI tries the same inputs each time: a change is judged by what it does, not by luck.
  [[ -z ${CI:-} ]] || set -- -seed=1 "$@"
  # The fuzzer of checkpoints writes its first input itself.
  [[ ! -d $root/fuzz/seeds/$target ]] || seeds=("$root/fuzz/seeds/$target")
  mkdir -p "$folder/corpus" "$folder/findings"
  if ! ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 \
    "$root/build/sanitize/fuzz/fuzz-$target" "$folder/corpus" "${seeds[@]}" \
    -artifact_prefix="$folder/findings/" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=512 \
    -print_final_stats=1 "$@" >"$folder/log" 2>&1 </dev/null; then
    grep -vE '^(#|INFO:|NEW_FUNC|MS: )' "$folder/log" | head -n 60 >&2
    fail "the fuzzer $target found something: see above, the input it names, and build/fuzz/$target/log"
  fi
  fuzz_summary "$target" "$folder/log"
}

run_fuzz() {
  local targets seconds=60 limit
  mapfile -t targets < <(fuzz_targets)
  if [[ ${1:-all} != all && ${1:-} != --runs && ! ${1:-} =~ ^[0-9]+$ ]]; then
    printf '%s\n' "${targets[@]}" | grep -Fqx -- "$1" || fail "there is no fuzzer '$1', but: ${targets[*]}"
    targets=("$1")
    shift
  elif [[ ${1:-} == all ]]; then
    shift
  fi
  if [[ ${1:-} == --runs ]]; then
    [[ ${2:-} =~ ^[0-9]+$ ]] || fail "fuzz --runs takes a number of executions, not '${2:-}'"
    limit=-runs=$2
  else
    [[ ${1:-60} =~ ^[0-9]+$ ]] || fail "fuzz takes seconds, not '$1'"
    limit=-max_total_time=${1:-$seconds}
  fi
  need "$program_needs" "$clang_needs" "$clang_runtime_needs" "$test_needs"
  build sanitize everything "the fuzzers" fuzzers
  local target
  for target in "${targets[@]}"; do fuzz_one "$target" "$limit"; done
}

# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# --- Building ---

# One ./run at a time in a build folder: two ninjas would write the same files.
lock() {
  mkdir -p "$root/build"
  command -v flock >/dev/null || return 0
  exec 9>"$root/build/.lock"
  flock -n 9 && return 0
  say "Waiting for another ./run to finish building"
  flock 9
}

unlock() { exec 9>&-; }

# The mark says from which folder and what for, and is made last: what was interrupted, moved or changed is
# configured anew. The program alone does not ask for the libraries of the tests.
configure() {  # PRESET program|everything
  local folder=$root/build/$1 options=() marked=''
  local mark=$folder/.configured
  if [[ -f $mark && -f $folder/build.ninja && ! $root/CMakePresets.json -nt $mark ]]; then marked=$(<"$mark"); fi
  [[ $marked != "everything $root" && $marked != "$2 $root" ]] || return 0
  [[ $2 == everything ]] || options=(-DGRADUS_TESTS=OFF -DGRADUS_EXAMPLES=OFF)
  mkdir -p "$folder"
  # Not cmake --fresh: that would remove the objects too.
  rm -rf "$mark" "$folder/CMakeCache.txt" "$folder"/CMakeFiles/[0-9]*
  if ! (cd "$root" && cmake --preset "$1" "${options[@]}") >"$folder/configure.log" 2>&1; then
    cat "$folder/configure.log" >&2
    fail "CMake could not configure build/$1: its reason is above. Libraries it may miss, as Debian names them:" \
      "$(awk '$2 == "header" {printf "%s ", $1}' <<<"$program_needs$test_needs")"
  fi
  printf '%s' "$2 $root" >"$mark"
}

# Ninja's progress becomes one line that overwrites itself on a terminal, and one line elsewhere.
show_progress() {  # WHAT
  local line shown='' terminal=''
  [[ ! -t 2 ]] || terminal=1
  while IFS= read -r line; do
    printf '%s\n' "$line"
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (Building|Linking) ]] || continue
    if [[ $terminal ]]; then
      printf '\r\033[KBuilding %s: %s of %s' "$1" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" >&2
    elif [[ ! $shown ]]; then
      say "Building $1 (${BASH_REMATCH[2]} steps)"
    fi
    shown=1
  done
  [[ ! $shown || ! $terminal ]] || printf '\r\033[K' >&2
}

build() {  # PRESET program|everything WHAT [TARGET…]
  local folder=$root/build/$1 what=$3
  lock
  configure "$1" "$2"
  if ! ninja -C "$folder" "${@:4}" 2>&1 </dev/null | show_progress "$what" >"$folder/build.log"; then
    grep -vE '^(\[[0-9]+/[0-9]+\] |ninja: Entering)' "$folder/build.log" >&2 || true
    ! grep -qE '^(CMake Error|ninja: error)' "$folder/build.log" || rm -f "$folder/.configured"
    fail "could not build $what: the compiler's reason is above, and all of it in build/$1/build.log"
  fi
  unlock
}

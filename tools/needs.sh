# shellcheck shell=bash disable=SC2034,SC2154,SC2164
# --- What a command needs: one line each, package and how to see that it is there ---
# (oneDNN's own CMake file asks for OpenCL. Without gnuplot runs are kept without plots, so it stops nothing.)

program_needs='
  g++                   program c++
  cmake                 program cmake
  ninja-build           program ninja
  libeigen3-dev         header eigen3/Eigen/Core
  libfmt-dev            header fmt/format.h
  libcli11-dev          header CLI/CLI.hpp
  nlohmann-json3-dev    header nlohmann/json.hpp
  zlib1g-dev            header zlib.h
  libcurl4-openssl-dev  header curl/curl.h
  libpng-dev            header png.h
  libssl-dev            header openssl/evp.h
  libyaml-cpp-dev       header yaml-cpp/yaml.h
  libxbyak-dev          header xbyak/xbyak.h
  libdnnl-dev           header dnnl.h
  ocl-icd-opencl-dev    header CL/cl.h
  librandom123-dev      header Random123/philox.h
  libkainjow-mustache-dev header kainjow/mustache.hpp
  libboost-dev          header boost/crc.hpp
  libprotozero-dev      header protozero/pbf_writer.hpp
  graphviz              program dot
  gnuplot-nox           file   /usr/bin/gnuplot
  ca-certificates       file   /etc/ssl/certs/ca-certificates.crt'
test_needs='
  libboost-test-dev     library libboost_unit_test_framework.so
  librapidcheck-dev     header rapidcheck.h'
torture_needs='
  python3               program python3
  strace                program strace'
browser_needs='
  chromium              program chromium
  chromium-driver       program chromedriver'
picture_needs='
  chromium              program chromium'
python_needs='
  python3               program python3
  python3-venv          module ensurepip'
bench_needs='
  libbenchmark-dev      header benchmark/benchmark.h'
format_needs='
  clang-format          program clang-format'
tidy_needs='
  clang-tidy            program clang-tidy'
clang_needs='
  clang                 program clang++'
clang_runtime_needs='
  libclang-rt-dev       runtime libclang_rt.fuzzer-x86_64.a
  llvm                  program llvm-symbolizer'
latex_needs='
  texlive-latex-base    program pdflatex'

present() {  # KIND NAME
  case $1 in
    program) command -v "$2" >/dev/null ;;
    header) compgen -G "/usr/include/$2" >/dev/null || compgen -G "/usr/include/*/$2" >/dev/null ||
      compgen -G "/usr/local/include/$2" >/dev/null ;;
    library) compgen -G "/usr/lib/*/$2" >/dev/null || compgen -G "/usr/lib*/$2" >/dev/null ||
      compgen -G "/usr/local/lib*/$2" >/dev/null ;;
    file) [[ -e $2 ]] ;;
    runtime) [[ -e $(clang++ -print-file-name="$2" 2>/dev/null) ]] ;;
    module) python3 -c "import $2" 2>/dev/null ;;
  esac
}

# Installs what is missing of the groups given. Where there is no apt only missing programs stop the script:
# headers may be anywhere, and CMake says which library it does not find.
need() {
  local missing=() package kind name
  while read -r package kind name; do
    [[ -n $package ]] || continue
    [[ $kind == program ]] || command -v apt-get >/dev/null || continue
    present "$kind" "$name" || missing+=("$package")
  done <<<"$(printf '%s\n' "$@")"
  ((${#missing[@]})) || return 0

  command -v apt-get >/dev/null ||
    fail "please install these first (their names on Debian; others name them alike): ${missing[*]}"
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "these packages are missing; as root, please: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    fail "could not install ${missing[*]}: apt's last words are above"
  fi
  rm -f "$log"
  rm -f "$root"/build/*/.configured
}

# A Python of our own in build/FOLDER that has these packages of PyPI. Returns 1 when they are not to be had.
python_with() {  # FOLDER PACKAGE…
  local folder=$root/build/$1 package missing=()
  for package in "${@:2}"; do
    grep -Fqsx -- "$package" "$folder/.has" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  need "$python_needs"
  say "Installing Python's ${missing[*]} into build/$1"
  if [[ ! -f $folder/.has ]]; then
    python3 -m venv --clear "$folder" || return 1
    touch "$folder/.has"
  fi
  "$folder/bin/pip" install -q "${missing[@]}" || return 1
  printf '%s\n' "${missing[@]}" >>"$folder/.has"
}

# shellcheck shell=bash disable=SC2034,SC2154,SC2164
run_pictures() {
  need "$program_needs" "$picture_needs"
  build "$preset" program "the program" gradus-cli
  local gradus=$root/build/$preset/gradus pictures=$root/docs/pictures folder sandbox=() width=1280 height=850
  folder=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder of now: the variable is gone at the end
  trap "rm -rf '$folder'" EXIT
  mkdir -p "$pictures"
  "$gradus" dump mlp --hidden 3 --activation tanh --stage differentiated --format dot | dot -Tsvg >"$folder/graph.svg"
  "$gradus" explain neuron -o "$folder/page.html" 2>"$folder/explain.log" || { cat "$folder/explain.log" >&2; exit 1; }
  # In a frame: Chromium gives a page without a window its whole height only when it has been drawn.
  printf '<style>body { margin: 0 } iframe { border: 0; width: %dpx; height: %dpx }</style><iframe src="%s"></iframe>' \
    "$width" "$height" 'page.html#step=17' >"$folder/frame.html"
  # Chromium's sandbox does not start for root.
  ((EUID != 0)) || sandbox=(--no-sandbox)
  chromium --headless "${sandbox[@]}" --user-data-dir="$folder/chromium" --hide-scrollbars --disable-lcd-text \
    --window-size="$width,$height" --screenshot="$folder/page.webp" "file://$folder/frame.html" \
    >"$folder/chromium.log" 2>&1 || true
  if [[ ! -s $folder/page.webp ]]; then
    tail -n 20 "$folder/chromium.log" >&2
    fail "chromium made no picture: its last words are above"
  fi
  mv "$folder/graph.svg" "$folder/page.webp" "$pictures"
  say "Wrote docs/pictures/graph.svg and docs/pictures/page.webp"
}

# shellcheck shell=bash disable=SC2034,SC2154,SC2164
run_pictures() {
  need "$program_needs" "$test_needs" "$picture_needs"
  build "$preset" everything "the program and a test" gradus-cli test-sweep
  local gradus=$root/build/$preset/gradus pictures=$root/docs/pictures folder sandbox=() width=1280 height=850
  folder=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder of now: the variable is gone at the end
  trap "rm -rf '$folder'" EXIT
  mkdir -p "$pictures"
  "$gradus" dump mlp --hidden 3 --activation tanh --stage differentiated --format dot | dot -Tsvg >"$folder/graph.svg"
  "$gradus" explain 2-3-2 -o "$folder/page.html" 2>"$folder/explain.log" || { cat "$folder/explain.log" >&2; exit 1; }
  # In a frame: Chromium gives a page without a window its whole height only when it has been drawn.
  printf '<style>body { margin: 0 } iframe { border: 0; width: %dpx; height: %dpx }</style><iframe src="%s"></iframe>' \
    "$width" "$height" 'page.html#line=8' >"$folder/frame.html"
  # Chromium's sandbox does not start for root.
  ((EUID != 0)) || sandbox=(--no-sandbox)
  chromium --headless "${sandbox[@]}" --user-data-dir="$folder/chromium" --hide-scrollbars --disable-lcd-text \
    --window-size="$width,$height" --screenshot="$folder/page.webp" "file://$folder/frame.html" \
    >"$folder/chromium.log" 2>&1 || true
  if [[ ! -s $folder/page.webp ]]; then
    tail -n 20 "$folder/chromium.log" >&2
    fail "chromium made no picture: its last words are above"
  fi
  # How good the best trial is after so many, by three methods on recorded trials: medians over seeds, and quartiles.
  GRADUS_METHODS_CSV=$folder/methods.csv "$root/build/$preset/tests/test-sweep" \
    --run_test=methods/bayes_finds_more_than_random_and_than_tpe >"$folder/methods.log" 2>&1 ||
    { cat "$folder/methods.log" >&2; exit 1; }
  gnuplot <<PLOT
set terminal svg size 720,420 font "sans-serif,13" background rgb "white"
set output "$folder/methods.svg"
set datafile separator ","
set xlabel "trials"
set ylabel "best accuracy on validation so far (%)"
set key bottom right
set grid linecolor rgb "#dddddd"
set xrange [1:100]
set yrange [81.5:84.5]
set style fill transparent solid 0.15 noborder
plot for [m=0:2] "$folder/methods.csv" using 1:(column(2+3*m)):(column(4+3*m)) with filledcurves \
  linecolor rgb word("#555555 #d55e00 #0072b2", m+1) notitle, \
  for [m=0:2] "$folder/methods.csv" using 1:(column(3+3*m)) with lines linewidth 2 \
  linecolor rgb word("#555555 #d55e00 #0072b2", m+1) title word("random TPE bayes", m+1)
PLOT
  mv "$folder/graph.svg" "$folder/page.webp" "$folder/methods.svg" "$pictures"
  say "Wrote docs/pictures/graph.svg, page.webp and methods.svg"
}

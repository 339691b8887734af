#include <gradus/base/process.hpp>
#include <gradus/base/text_stream.hpp>
#include <gradus/dump/page/layout.hpp>

#include <fmt/format.h>

#include <map>
#include <set>

namespace gradus::page {
namespace {

constexpr double pixels_an_inch = 72;

using Members = std::map<std::pair<std::size_t, Section>, std::vector<std::size_t>>;

/// A graph of numbered boxes: names never get to Graphviz.
void describe(std::string& dot, const std::vector<Box>& nodes, const std::vector<std::size_t>& members,
              Section section) {
  dot += fmt::format(
      "digraph {{ rankdir={}; nodesep=0.25; ranksep=0.34; node [shape=box, fixedsize=true, label=\"\"];\n",
      section == Section::backward ? "BT" : "TB");
  const std::set<std::size_t> location(members.begin(), members.end());
  std::set<std::pair<std::size_t, std::size_t>> drawn_already;
  for (const std::size_t id : members)
    dot += fmt::format("{} [width={:.3f}, height={:.3f}];\n", id, nodes[id].width / pixels_an_inch,
                       nodes[id].height / pixels_an_inch);
  for (const std::size_t id : members)
    for (const std::size_t input : nodes[id].inputs)
      if (location.contains(input) && drawn_already.emplace(input, id).second)
        dot += fmt::format("{} -> {};\n", input, id);
  dot += "}\n";
}

/// Reads one graph of `dot -Tplain`, which gives inches with y upwards.
void read_plain(std::istream& plain, Cell& cell) {
  std::string word;
  double height = 0;
  const auto point = [&] {
    Point2 p;
    plain >> p.x >> p.y;
    return Point2{p.x * pixels_an_inch, (height - p.y) * pixels_an_inch};
  };
  while (plain >> word && word != "stop") {
    if (word == "graph") {
      double scale = 0;
      plain >> scale >> cell.width >> height;
      cell.width *= pixels_an_inch;
      cell.height = height * pixels_an_inch;
    } else if (word == "node") {
      Cell::PlacedBox box;
      plain >> box.node;
      box.centre = point();
      cell.boxes.push_back(box);
    } else if (word == "edge") {
      Cell::Line line;
      std::size_t points = 0;
      plain >> line.from >> line.to >> points;
      for (std::size_t i = 0; i < points; ++i) line.spline.push_back(point());
      cell.lines.push_back(std::move(line));
    }
    std::getline(plain, word);
  }
}

}  // namespace

std::vector<Cell> lay_out(const std::vector<Box>& nodes, const Bands& bands) {
  Members members;
  for (std::size_t id = 0; id < nodes.size(); ++id) members[{bands.of[id], nodes[id].section}].push_back(id);
  std::string dot;
  for (const auto& [key, ids] : members) describe(dot, nodes, ids, key.second);
  std::istringstream plain = stream_of(run_process("dot", {"-Tplain"}, dot, "graphviz"));
  std::vector<Cell> cells;
  for (const auto& [key, ids] : members) {
    Cell cell;
    cell.band = key.first;
    cell.section = key.second;
    read_plain(plain, cell);
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace gradus::page

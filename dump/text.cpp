#include <gradus/dump/escape.hpp>
#include <gradus/dump/table.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/graph/memory.hpp>
#include <gradus/graph/rewrite.hpp>
#include <gradus/graph/schedule.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace gradus {
namespace {

std::string attributes_of(const Node& node) {
  std::string text;
  for (const Attribute& attribute : node.op().attributes()) {
    // What the shape column says already, and what is off, need not be said.
    if (attribute.name == "shape" || attribute.name == "index" || attribute.value == Attribute::Value(false))
      continue;
    const bool on = attribute.value == Attribute::Value(true);
    text += fmt::format("{}{}", text.empty() ? "" : ", ", attribute.name);
    if (!on) text += "=" + to_string(attribute.value);
  }
  return text;
}

std::string call(const Node& node) {
  std::string text;
  for (const Node* input : node.inputs())
    text += fmt::format("{}{}", text.empty() ? "" : ", ", printable(input->name()));
  const std::string attributes = attributes_of(node);
  if (!attributes.empty()) text += fmt::format("{}{}", text.empty() ? "" : "; ", attributes);
  return fmt::format("{}({})", node.op().name(), text);
}

std::string origin(const Node& node) {
  if (!node.derivation()) return "";
  return fmt::format("vjp of {} for input {}", printable(node.derivation().of), node.derivation().input);
}

std::string heading(std::string_view title, const TextOptions& options) {
  return options.colour ? fmt::format("\x1b[1;36m{}\x1b[0m", title) : std::string(title);
}

std::string lifetime(const MemoryPlan& memory, const Node& node) {
  const Place place = memory.places[node.id()];
  switch (place.in) {
    case Place::In::nowhere:
      return "tile";
    case Place::In::arena:
      return fmt::format("@{}", place.index * static_cast<Index>(alignment));
    case Place::In::state:
      return "state";
    case Place::In::constants:
      return "constant";
    case Place::In::step:
      return "step";
  }
  return "";
}

}  // namespace

void write_text(std::ostream& out, const Graph& graph, const TextOptions& options) {
  constexpr std::array sections{Section::forward, Section::backward, Section::update};
  for (const Section section : sections) {
    std::vector<Row> rows;
    for (std::size_t id = 0; id < graph.size(); ++id) {
      const Node& node = graph.node(id);
      if (node.section() != section) continue;
      rows.push_back({fmt::format("{:>4}", id), printable(node.name()), to_string(node.shape()), call(node),
                      origin(node)});
    }
    if (rows.empty()) continue;
    out << heading(to_string(section), options) << '\n';
    write_table(out, rows);
  }
}

template <class Scalar>
void write_text(std::ostream& out, const Program<Scalar>& program, const TextOptions& options) {
  const ExecutionOrder& order = program.schedule();
  const MemoryPlan& memory = program.memory();
  out << heading("stages", options) << '\n';
  std::vector<Row> rows;
  for (std::size_t s = 0; s < order.stages.size(); ++s) {
    const Stage& stage = order.stages[s];
    for (std::size_t i = 0; i < stage.nodes.size(); ++i) {
      const Node& node = *stage.nodes[i];
      const bool fused_window = node.op().kind() == Kind::window && stage.nodes.size() > 1;
      const bool assign = node.op().kind() == Kind::effect;
      const bool in_place = memory.assigned_in_place[node.id()] != 0;
      rows.push_back(
          {i == 0 ? fmt::format("{:>4}{}", s, stage.tiled ? " tiles" : "") : "", printable(node.name()),
           to_string(node.shape()),
           assign ? (in_place ? "in place" : "state") : (fused_window ? "tile" : lifetime(memory, node)),
           call(node)});
    }
  }
  write_table(out, rows);

  out << '\n' << heading("buffers", options) << '\n';
  rows.assign(1, {"offset", "bytes", "stages", "first holds"});
  std::vector<BufferRecord> buffers = memory.buffers;
  std::ranges::sort(buffers, {}, [](const BufferRecord& b) { return std::pair(b.first, b.line); });
  for (const BufferRecord& buffer : buffers)
    rows.push_back({fmt::format("{}", buffer.line * static_cast<Index>(alignment)),
                    fmt::format("{}", buffer.lines * static_cast<Index>(alignment)),
                    fmt::format("{}-{}", buffer.first, std::min(buffer.last, order.stages.size())),
                    printable(buffer.node->name())});
  write_table(out, rows);
  out << fmt::format("\n{} bytes planned for a batch of up to {}, {} with memory for every node\n",
                     program.planned_bytes(), program.capacity(), program.unplanned_bytes());
}

template void write_text(std::ostream&, const Program<float>&, const TextOptions&);
template void write_text(std::ostream&, const Program<double>&, const TextOptions&);

}  // namespace gradus

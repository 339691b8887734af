#include <gradus/base/printable.hpp>
#include <gradus/base/table.hpp>
#include <gradus/dump/brief.hpp>
#include <gradus/dump/check_words.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/graph/compile/memory.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/compile/schedule.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace gradus {
namespace {

std::string origin(const Node& node) {
  const Origin& from = node.origin();
  if (!from.vjp_input) return "";
  return fmt::format("vjp of {} for input {}", printable(from.of), *from.vjp_input);
}

std::string heading(std::string_view title, const TextOptions& options) {
  return options.colour ? fmt::format("\x1b[1;36m{}\x1b[0m", title) : std::string(title);
}

std::string value_of(const Node& node, const Recording& values) {
  if (as<Step>(node.op()) != nullptr) return "";
  return brief(values.find(node));
}

/// One line a gradient: the element that differs most from its difference.
void write_checks(std::ostream& out, const std::vector<NumericCheck>& checks, const TextOptions& options) {
  out << heading("gradients and central differences", options) << '\n';
  std::vector<Row> rows{{"derivative of", "by", "looked at", "error", "largest at", "derived", "numeric"}};
  for (const NumericCheck& check : checks) {
    const CheckedElement& worst = worst_element(check);
    rows.push_back({printable(check.adjoint->loss->name()), printable(check.adjoint->of->name()),
                    fmt::format("{} of {}", check.elements.size(), check.size), error_in_words(worst),
                    fmt::format("[{}]", worst.position), derived_in_words(worst),
                    difference_in_words(worst)});
  }
  out << fitted_table_text(rows, options.width);
}

std::string lifetime(const MemoryPlan& memory, const Node& node) {
  const Place place = memory.places[node.id()];
  switch (place.in) {
    case Place::In::nowhere:
      return "tile";
    case Place::In::arena:
      return fmt::format("@{}", place.index * static_cast<Index>(alignment));
    case Place::In::block:
      return fmt::format("block@{}", place.index * static_cast<Index>(alignment));
    case Place::In::fed:
      return "fed";
    case Place::In::state:
      return "state";
    case Place::In::constants:
      return "constant";
    case Place::In::step:
      return "step";
    case Place::In::random_key:
    case Place::In::batch_size:
      return "run";
  }
  return "";
}

}  // namespace

std::string computation(const Node& node) {
  std::string text;
  for (const Node* input : node.inputs())
    text += fmt::format("{}{}", text.empty() ? "" : ", ", printable(input->name()));
  const std::string attributes = printable(to_string(node.op().attributes()));
  if (!attributes.empty()) text += fmt::format("{}{}", text.empty() ? "" : "; ", attributes);
  return fmt::format("{}({})", printable(node.op().name()), text);
}

void write_text(std::ostream& out, const Graph& graph, const TextOptions& options) {
  constexpr std::array sections{Section::forward, Section::backward, Section::update};
  for (const Section section : sections) {
    if (section < options.from) continue;
    std::vector<Row> rows;
    for (std::size_t id = 0; id < graph.size(); ++id) {
      const Node& node = graph.node(id);
      if (node.section() != section) continue;
      rows.push_back({fmt::format("{:>4}", id), printable(node.name()), to_string(node.shape())});
      if (options.numbers.values != nullptr) rows.back().push_back(value_of(node, *options.numbers.values));
      rows.back().insert(rows.back().end(), {computation(node), origin(node)});
    }
    if (rows.empty()) continue;
    out << heading(to_string(section), options) << '\n';
    out << fitted_table_text(rows, options.width, rows.front().size() - 1);
  }
  if (options.numbers.checks != nullptr) write_checks(out, *options.numbers.checks, options);
}

template <class Scalar>
void write_text(std::ostream& out, const Program<Scalar>& program, const TextOptions& options) {
  const ExecutionSchedule& order = program.schedule();
  const MemoryPlan& memory = program.memory();
  out << heading("stages", options) << '\n';
  std::vector<Row> rows;
  for (std::size_t s = 0; s < order.stages.size(); ++s) {
    const Stage& stage = order.stages[s];
    for (std::size_t i = 0; i < stage.nodes.size(); ++i) {
      const Node& node = *stage.nodes[i];
      const bool assign = node.op().kind() == Kind::effect;
      const bool in_place = memory.assigned_in_place[node.id()] != 0;
      rows.push_back({i == 0 ? fmt::format("{:>4}{}", s, stage.tiled ? " tiles" : "") : "",
                      printable(node.name()), to_string(node.shape()),
                      assign ? (in_place ? "in place" : "state")
                             : (stage.inlines(node) ? "tile" : lifetime(memory, node)),
                      computation(node)});
    }
  }
  out << fitted_table_text(rows, options.width);

  if (order.regions.size() < order.stages.size()) {
    out << '\n' << heading("regions", options) << '\n';
    rows.clear();
    for (std::size_t r = 0; r < order.regions.size(); ++r) {
      const Region& region = order.regions[r];
      rows.push_back({fmt::format("{:>4}", r),
                      region.end == region.first + 1
                          ? fmt::format("stage {}", region.first)
                          : fmt::format("stages {} to {}", region.first, region.end - 1),
                      region.alone ? "one thread" : "each thread its rows"});
    }
    out << fitted_table_text(rows, options.width);
  }

  out << '\n' << heading("buffers", options) << '\n';
  rows.assign(1, {"offset", "bytes", "stages", "first holds"});
  std::vector<BufferRecord> buffers = memory.buffers;
  std::ranges::sort(buffers, {}, [](const BufferRecord& b) { return std::pair(b.first, b.line); });
  for (const BufferRecord& buffer : buffers)
    rows.push_back({fmt::format("{}", buffer.line * static_cast<Index>(alignment)),
                    fmt::format("{}", buffer.lines * static_cast<Index>(alignment)),
                    fmt::format("{}-{}", buffer.first, std::min(buffer.last, order.stages.size())),
                    printable(buffer.node->name())});
  out << fitted_table_text(rows, options.width);
  out << fmt::format("\n{} bytes planned for a batch of up to {}, {} with memory for every node\n",
                     program.planned_bytes(), program.capacity(), program.unplanned_bytes());
}

template void write_text(std::ostream&, const Program<float>&, const TextOptions&);
template void write_text(std::ostream&, const Program<double>&, const TextOptions&);

}  // namespace gradus

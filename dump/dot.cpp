#include <gradus/base/escape.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/dump/brief.hpp>
#include <gradus/dump/dot.hpp>
#include <gradus/dump/folded_updates.hpp>
#include <gradus/dump/notation.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <tuple>
#include <vector>

namespace gradus {
namespace {

std::string html(std::string_view name) { return html_escaped(printable(name)); }

struct Colours {
  const char* line;
  const char* fill;
  const char* text;
};

/// Blue, vermilion and bluish green of Okabe and Ito; the fills are tints of them, the text shades.
Colours colours_of(Section section) {
  switch (section) {
    case Section::forward:
      return {"#0072b2", "#e3f1fa", "#00507d"};
    case Section::backward:
      return {"#d55e00", "#fdeade", "#8a3d00"};
    case Section::update:
      return {"#009e73", "#def4ec", "#00624a"};
  }
  return {"black", "white", "black"};
}

/// A box of the picture: the nodes and boxes of one scope.
struct Scope {
  std::string label;
  std::vector<const Node*> nodes;
  std::vector<std::unique_ptr<Scope>> inner;
  std::map<std::string, Scope*> by_name;

  Scope& within(const std::string& name) {
    Scope*& found = by_name[name];
    if (found == nullptr) {
      inner.push_back(std::make_unique<Scope>());
      found = inner.back().get();
      found->label = name;
    }
    return *found;
  }
};

/// The boxes a node is drawn in, from the outermost on: its scopes; of a derivative those of the node it was
/// made for, as "backward/hidden1", which can stand beside "hidden1"; of an update also the variable itself,
/// unless it is folded.
std::vector<std::string> boxes_of(const Node& node, bool folded) {
  const std::string& of = node.origin().of;
  std::string_view path = node.scope();
  if (!of.empty()) path = node.section() == Section::backward || folded ? scope_of(of) : of;
  std::vector<std::string> boxes;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    boxes.emplace_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
  }
  if (!of.empty() && !boxes.empty()) boxes[0] = fmt::format("{}/{}", to_string(node.section()), boxes[0]);
  return boxes;
}

constexpr std::string_view line_break = "<br/>";

std::string small_line(const std::string& text) {
  return fmt::format("{}<font point-size=\"8\">{}</font>", line_break, text);
}

bool is_sum(const Node& node) { return as<Accumulate>(node.op()) != nullptr; }

class Writer {
 public:
  Writer(std::ostream& out, const Graph& graph, const DotOptions& options)
      : out_(out), graph_(graph), options_(options), drawn_as_(graph.size()) {
    std::iota(drawn_as_.begin(), drawn_as_.end(), std::size_t{0});
    if (options.updates_whole) return;
    for (FoldedUpdate& update : folded_updates(graph)) {
      if (update.nodes.size() == 1) continue;
      const std::size_t shown = update.nodes.back()->id();
      for (const Node* node : update.nodes) drawn_as_[node->id()] = shown;
      folded_.emplace(shown, std::move(update));
    }
  }

  void write() {
    out_ << "digraph gradus {\n"
            "  graph [newrank=true, nodesep=0.25, ranksep=0.4, fontname=\"Helvetica\", fontsize=11, "
            "fontcolor=\"#555555\"]\n"
            "  node [fontname=\"Helvetica\", fontsize=11, margin=\"0.08,0.04\", height=0.3, penwidth=1.2]\n"
            "  edge [fontname=\"Helvetica\", fontsize=8, fontcolor=\"#555555\", arrowsize=0.6]\n";
    write_legend();
    for (std::size_t id = 0; id < graph_.size(); ++id)
      if (drawn_as_[id] == id) place(graph_.node(id));
    write_scope(outermost_, 1);
    for (std::size_t id = 0; id < graph_.size(); ++id) write_edges(graph_.node(id));
    write_alignment();
    out_ << "}\n";
  }

 private:
  void place(const Node& node) {
    Scope* scope = &outermost_;
    const bool folded = folded_.contains(node.id());
    for (const std::string& box : boxes_of(node, folded)) scope = &scope->within(box);
    scope->nodes.push_back(&node);
  }

  void write_legend() {
    std::set<Section> sections;
    for (std::size_t id = 0; id < graph_.size(); ++id) sections.insert(graph_.node(id).section());
    if (sections.size() < 2) return;
    std::string label;
    for (const Section section : sections)
      label += fmt::format("<font color=\"{}\">■</font> {}   ", colours_of(section).line, to_string(section));
    out_ << fmt::format("  label=<{}>; labelloc=t\n", label);
  }

  void write_scope(const Scope& scope, int depth) {
    const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
    for (const Node* node : scope.nodes) write_node(*node, indent);
    for (const auto& inner : scope.inner) {
      out_ << fmt::format("{}subgraph cluster_{} {{\n{}  label=\"{}\"; style=rounded; color=\"#aaaaaa\"\n",
                          indent, clusters_++, indent, dot_string(inner->label));
      write_scope(*inner, depth + 1);
      out_ << indent << "}\n";
    }
  }

  std::string label_of(const Node& node) const {
    const std::string_view op = node.op().name();
    const std::string_view name = last_part(node.name());
    const bool source = node.op().kind() == Kind::source;
    std::string label = fmt::format("<b>{}</b>", html(source ? name : op));
    if (source)
      label += small_line(to_string(node.shape()));
    else if (node.is_named())
      label += std::string(line_break) + html(name);
    if (const Origin& from = node.origin(); from.vjp_input)
      label += small_line(fmt::format("VJP of {}, input {}", html(last_part(from.of)), *from.vjp_input));
    return label;
  }

  std::string numbers_of(const Node& node) const {
    std::string text;
    if (options_.numbers.values != nullptr && node.op().kind() != Kind::effect) {
      std::string numbers = html(brief(options_.numbers.values->find(node)));
      // Two short lines make a narrower node than a long one.
      if (const std::size_t at = numbers.find(", max "); at != std::string::npos)
        numbers.replace(at, 2, line_break);
      text += small_line(numbers);
    }
    if (options_.numbers.checks != nullptr)
      for (const NumericCheck& check : *options_.numbers.checks)
        if (check.adjoint->total == Expr(node))
          text += small_line(fmt::format("∂{}/∂{}: {}", html(last_part(check.adjoint->loss->name())),
                                         html(last_part(check.adjoint->of->name())),
                                         std::isnan(check.error) ? "no finite values around"
                                                                 : fmt::format("error {:.1e}", check.error)));
    return text;
  }

  static const char* form_of(const Node& node) {
    if (as<VariableRead>(node.op()) != nullptr) return "shape=cylinder, style=filled";
    if (as<Input>(node.op()) != nullptr) return "shape=invhouse, style=filled";
    if (node.op().kind() == Kind::source) return "shape=box, style=\"filled,dotted\"";
    if (node.op().kind() == Kind::effect) return "shape=box, style=\"filled,bold\"";
    return "shape=box, style=\"filled,rounded\"";
  }

  /// One box for the update of a variable, or for the settings and what is computed of them.
  void write_folded(const FoldedUpdate& update, std::size_t id, const std::string& indent) {
    const Colours colours = colours_of(Section::update);
    std::string label;
    std::string tooltip;
    if (update.variable != nullptr) {
      label = fmt::format("<b>{} ← {}</b>", html(last_part(update.variable->name())), html(options_.rule));
      for (const Node* node : update.nodes)
        if (as<Assign>(node->op()) != nullptr && node->inputs()[0] == update.variable)
          label += numbers_of(*node->inputs()[1]);
      tooltip = dot_string(update.variable->name());
    } else {
      label = fmt::format("<b>settings of {}</b>", html(options_.rule));
      for (const Node* node : update.nodes)
        if (node->op().kind() == Kind::source && as<Fill>(node->op()) == nullptr)
          label += small_line(html(last_part(node->name()))) + numbers_of(*node);
    }
    tooltip += fmt::format("{}{} nodes", tooltip.empty() ? "" : ": ", update.nodes.size());
    out_ << fmt::format(
        "{}n{} [label=<{}>, shape=box, style=\"filled,bold\", color=\"{}\", fillcolor=\"{}\", "
        "fontcolor=\"{}\", tooltip=\"{}\"]\n",
        indent, id, label, colours.line, colours.fill, colours.text, tooltip);
  }

  void write_node(const Node& node, const std::string& indent) {
    if (const auto update = folded_.find(node.id()); update != folded_.end())
      return write_folded(update->second, node.id(), indent);
    const Colours colours = colours_of(node.section());
    const std::string tooltip =
        fmt::format("{}: {}", dot_string(node.name()), dot_string(formula_in_words(node.op().description())));
    const std::string numbers = numbers_of(node);
    if (is_sum(node))
      out_ << fmt::format("{}n{} [label=<<b>+</b>{}>, {}", indent, node.id(), numbers,
                          numbers.empty() ? "shape=circle, style=filled, fixedsize=true, width=0.35"
                                          : "shape=ellipse, style=filled, margin=\"0,0\"");
    else
      out_ << fmt::format("{}n{} [label=<{}{}>, {}", indent, node.id(), label_of(node), numbers,
                          form_of(node));
    out_ << fmt::format(", color=\"{}\", fillcolor=\"{}\", fontcolor=\"{}\", tooltip=\"{}\"]\n", colours.line,
                        colours.fill, colours.text, tooltip);
  }

  void write_edges(const Node& node) {
    for (std::size_t i = 0; i < node.inputs().size(); ++i) {
      const Node& input = *node.inputs()[i];
      // Of a folded update each edge is drawn once, and none inside.
      const std::size_t from = drawn_as_[input.id()];
      const std::size_t to = drawn_as_[node.id()];
      const bool changes = as<Assign>(node.op()) != nullptr && i == 0;
      const bool folded = folded_.contains(from) || folded_.contains(to);
      if (folded && (from == to || !edges_.emplace(from, to, changes).second)) continue;
      // The dashed edge says that the update reads its variable too.
      if (const auto update = folded_.find(to);
          update != folded_.end() && !changes && update->second.variable == &input)
        continue;
      if (changes)
        out_ << fmt::format("  n{} -> n{} [style=dashed, color=\"{}\", constraint=false{}]\n", to, from,
                            colours_of(node.section()).line, folded ? ", dir=both" : "");
      else
        write_edge(input, node);
    }
  }

  /// Forward runs down and backward up again beside it, so that what flows back to a node stands next to it:
  /// edges between derivatives are ranked the other way round. Only edges within a section and from gradients
  /// to updates count for the ranks, which can have no cycle then, and the latter so much that an update
  /// stays with its layer.
  void write_edge(const Node& from, const Node& to) {
    const bool upwards = from.section() == Section::backward && to.section() == Section::backward;
    const bool update = from.section() == Section::backward && to.section() == Section::update;
    const bool ranked = update || from.section() == to.section();
    std::string attributes = fmt::format("color=\"{}\"", colours_of(to.section()).line);
    if (upwards) attributes += ", dir=back";
    if (!ranked) attributes += ", constraint=false";
    if (update) attributes += ", weight=4";
    if (ranked && !update && to.section() == Section::update &&
        (from.op().kind() == Kind::source || to.op().kind() == Kind::effect))
      attributes += ", weight=0";
    // Graphviz 2.43 fails to place ordinary labels of edges within one rank.
    if (options_.shapes && !from.shape().is_scalar() && from.op().kind() != Kind::source)
      attributes += fmt::format(", {}=\"{}\"", ranked ? "label" : "xlabel", to_string(from.shape()));
    if (is_sum(to)) attributes += ", penwidth=2";
    const std::size_t tail = drawn_as_[(upwards ? to : from).id()];
    const std::size_t head = drawn_as_[(upwards ? from : to).id()];
    out_ << fmt::format("  n{} -> n{} [{}]\n", tail, head, attributes);
  }

  /// Draws a derivative to the height of what it is a derivative by.
  void write_alignment() {
    std::set<const Node*> aligned;
    for (const Adjoint& adjoint : graph_.adjoints())
      if (adjoint.of->section() == Section::forward && adjoint.total.node().section() == Section::backward &&
          aligned.insert(&adjoint.total.node()).second)
        out_ << fmt::format("  n{} -> n{} [style=invis, weight=2]\n", adjoint.of->id(),
                            adjoint.total.node().id());
  }

  std::ostream& out_;
  const Graph& graph_;
  const DotOptions& options_;
  std::vector<std::size_t> drawn_as_;                           ///< by node: the number of its box
  std::map<std::size_t, FoldedUpdate> folded_;                  ///< by the number of its box
  std::set<std::tuple<std::size_t, std::size_t, bool>> edges_;  ///< of folded updates
  Scope outermost_;
  int clusters_ = 0;
};

}  // namespace

void write_dot(std::ostream& out, const Graph& graph, const DotOptions& options) {
  Writer(out, graph, options).write();
}

}  // namespace gradus

#include <gradus/dump/algebra.hpp>
#include <gradus/dump/backward_of.hpp>
#include <gradus/dump/derivative.hpp>
#include <gradus/dump/shorter.hpp>
#include <gradus/dump/symbols.hpp>
#include <gradus/dump/textbook.hpp>
#include <gradus/dump/textbook_words.hpp>
#include <gradus/dump/update_lines.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>
#include <map>

namespace gradus {
namespace {

/// What is shorter than this is written again at each use instead of having a symbol.
constexpr std::size_t short_enough = 6;
/// What is longer than this has a symbol even where it is used once.
constexpr std::size_t too_long = 24;

class Reader {
 public:
  explicit Reader(const Graph& graph)
      : graph_(graph),
        symbols_(graph),
        adjoints_(backward_of(graph)),
        values_(graph.size()),
        scalar_(graph.size(), 0),
        users_(graph.size()),
        gradient_of_(graph.size(), nullptr),
        needed_(needed()),
        update_(graph, symbols_) {
    std::size_t calls = 0;
    for (std::size_t id = 0; id < graph.size(); ++id)
      if (needed_[id] != 0)
        for (const Node* input : graph.node(id).inputs()) users_[input->id()].push_back(&graph.node(id));
    // A call of gradients() begins with the derivative of its root by itself.
    for (const Adjoint& adjoint : adjoints_) {
      if (adjoint.of == adjoint.loss) ++calls;
      call_of_[&adjoint] = calls;
      by_total_[&adjoint.total.node()].push_back(&adjoint);
    }
  }

  Textbook read() {
    for (std::size_t id = 0; id < graph_.size(); ++id)
      if (needed_[id] != 0) visit(graph_.node(id));
    book_.update = update_.grouped(names_of_gradients_);
    // No derivative with a line comes after these: only updates read them.
    auto& behind = book_.backward.empty() ? book_.update : book_.backward.back().lines;
    behind.insert(book_.backward.empty() ? behind.begin() : behind.end(), temporaries_.begin(),
                  temporaries_.end());
    book_.symbols = symbols_of(book_);
    if (!graph_.adjoints().empty()) write_shorter_forms(book_, graph_, scalar_, notation_, definitions_);
    join_slots();
    for (const auto& [name, formula] : definitions_) book_.definitions.push_back(formula);
    book_.counts_examples = counts_examples(book_);
    book_.reshapes = reshapes(graph_, needed_);
    return std::move(book_);
  }

 private:
  /// What roots of derivatives, updates and their results need; everything where there are none.
  std::vector<char> needed() const {
    Exprs roots;
    for (const Adjoint& adjoint : adjoints_) {
      roots.emplace_back(*adjoint.loss);
      roots.push_back(adjoint.total);
    }
    for (std::size_t id = 0; id < graph_.size(); ++id)
      if (graph_.node(id).op().kind() == Kind::effect) roots.emplace_back(graph_.node(id));
    if (roots.empty()) return std::vector<char>(graph_.size(), 1);
    return needed_by(graph_, roots);
  }

  /// What an update rule keeps for every parameter is said once.
  void join_slots() {
    const Formula theta = formula::symbol("θ");
    std::vector<TextbookSymbol> joined;
    for (TextbookSymbol& given : book_.given) {
      const Node* parameter = update_.parameter_of(*given.node);
      if (parameter == nullptr || parameter == given.node) {
        joined.push_back(std::move(given));
        continue;
      }
      const Formula name = values_[parameter->id()];
      const Formula general = formula::replaced(given.symbol, name, theta);
      const auto before = std::ranges::find_if(joined, [&](const TextbookSymbol& each) {
        const Node* other = update_.parameter_of(*each.node);
        return !each.parameters.empty() &&
               formula::replaced(each.symbol, values_[other->id()], theta) == general;
      });
      if (before == joined.end()) {
        joined.push_back({given.symbol, given.node, {name}});
      } else {
        before->parameters.push_back(name);
      }
    }
    for (TextbookSymbol& each : joined)
      if (each.parameters.size() > 1)
        each.symbol = formula::replaced(each.symbol, each.parameters.front(), theta);
      else
        each.parameters.clear();
    book_.given = std::move(joined);
  }

  void visit(const Node& node) {
    scalar_[node.id()] = is_one_number(node) ? 1 : 0;
    if (node.op().kind() == Kind::effect) {
      if (as<Assign>(node.op()) != nullptr) update_.assign(node, values_[node.inputs()[1]->id()]);
    } else if (!is_given(node)) {
      compute(node);
    }
    derivatives(node);
  }

  bool is_one_number(const Node& node) const {
    const Shape& shape = node.shape();
    if (std::ranges::all_of(shape.dims(), [](Dim dim) { return dim == Dim(1); })) return true;
    if (as<Fill>(node.op()) != nullptr) return true;
    if (node.inputs().empty() || (node.op().kind() != Kind::elementwise && !notation_.is_transparent(node)))
      return false;
    return std::ranges::all_of(node.inputs(), [&](const Node* input) { return scalar_[input->id()] != 0; });
  }

  bool is_given(const Node& node) {
    if (const Fill* fill = as<Fill>(node.op()))
      values_[node.id()] = formula::number_of(fill->value);
    else if (as<BatchSize>(node.op()) != nullptr)
      values_[node.id()] = formula::symbol("n");
    else if (const auto* constant = as<Constant>(node.op()); constant && constant->values.size() == 1)
      values_[node.id()] = formula::number_of(constant->values[0]);
    if (!values_[node.id()].empty()) return true;
    if (node.op().kind() != Kind::source) return false;
    values_[node.id()] = symbols_.of(node);
    book_.given.push_back({values_[node.id()], &node, {}});
    return true;
  }

  Formula composed(const Node& node) {
    std::vector<WrittenInput> inputs;
    for (const Node* input : node.inputs())
      inputs.push_back({values_[input->id()], scalar_[input->id()] != 0});
    if (flattens(node)) {
      definitions_.emplace(what_flatten_does().first, what_flatten_does().second);
      return flattened(inputs[0].formula);
    }
    if (const auto meaning = notation_.definition(node)) definitions_.emplace(node.op().name(), *meaning);
    Formula formula = notation_.written(node, inputs);
    if (const auto& [sign, meaning] = what_a_star_does(); formula::contains(formula, formula::operation("⋆")))
      definitions_.emplace(sign, meaning);
    return formula;
  }

  void compute(const Node& node) {
    Formula formula = composed(node);
    values_[node.id()] = formula;
    if (node.section() == Section::forward) return forward(node, std::move(formula));
    if (node.section() == Section::update) return update(node, std::move(formula));
    const auto totals = by_total_.find(&node);
    const bool has_line =
        totals != by_total_.end() &&
        std::ranges::any_of(totals->second, [&](auto* adjoint) { return has_symbol(*adjoint->of); });
    const std::size_t uses = users_[node.id()].size();
    if (has_line || uses == 0 || (is_short(formula, uses) && updated_with(node) == nullptr)) return;
    values_[node.id()] = temporary(node, formula);
    temporaries_.push_back({values_[node.id()],
                            false,
                            {{std::move(formula), origin(node), {}, nullptr}},
                            node.shape(),
                            &node,
                            nullptr,
                            {}});
  }

  /// The parameter whose update reads this as its derivative, in a rewritten graph.
  const Node* updated_with(const Node& node) const {
    if (!is_rewritten()) return nullptr;
    for (const Node* user : users_[node.id()]) {
      const Node* parameter = user->section() == Section::update ? update_.parameter_of(*user) : nullptr;
      if (parameter != nullptr && parameter->shape() == node.shape()) return parameter;
    }
    return nullptr;
  }

  Formula temporary(const Node& node, const Formula& formula) {
    const Node* parameter = updated_with(node);
    if (parameter == nullptr) {
      const Formula error = symbols_.error_of(node);
      return error.empty() ? symbols_.of(node, formula) : error;
    }
    const Formula symbol = symbols_.unique(with_bar(values_[parameter->id()]));
    gradient_of_[node.id()] = parameter;
    names_of_gradients_.emplace_back(parameter, symbol);
    return symbol;
  }

  static std::string origin(const Node& node) { return node.origin().vjp_input ? "part of a VJP" : ""; }

  static bool is_short(const Formula& formula, std::size_t uses) {
    const std::size_t length = formula::leaves(formula);
    return uses == 1 ? length <= too_long : length <= short_enough;
  }

  /// Was the node given a symbol of its own, so that its derivative has a line?
  bool has_symbol(const Node& node) const {
    return symbolic_.contains(&node) || node.op().kind() == Kind::source;
  }

  void forward(const Node& node, Formula formula) {
    if (is_written_into_its_user(node, formula)) return;
    symbolic_.insert(&node);
    values_[node.id()] =
        flattens(node) ? symbols_.unique(formula::symbol("f")) : symbols_.of(node, formula, role_of(node));
    book_.forward.push_back({values_[node.id()],
                             false,
                             {{std::move(formula), ops_of(node), {}, &node}},
                             node.shape(),
                             &node,
                             nullptr,
                             {}});
  }

  /// The ops of a line, those written into it first.
  std::string ops_of(const Node& node) const {
    std::string names;
    for (const Node* input : node.inputs())
      if (!symbolic_.contains(input) && !input->inputs().empty()) {
        const std::string inner = ops_of(*input);
        if (!inner.empty() && names.find(inner) == std::string::npos)
          names += (names.empty() ? "" : ", ") + inner;
      }
    if (notation_.is_transparent(node)) return names;
    return names + (names.empty() ? "" : ", ") + std::string(node.op().name());
  }

  /// Small steps towards one formula: what leaves the gradient as it is (x W in x W + b), or scales it by a
  /// number.
  bool is_written_into_its_user(const Node& node, const Formula& formula) const {
    if (node.is_named() || is_root(node) || flattens(node) || formula::leaves(formula) > too_long / 2)
      return false;
    if (notation_.is_transparent(node) && formula::leaves(formula) == 1) return true;
    std::vector<const Node*> users;
    for (const Node* user : users_[node.id()])
      if (user->section() == Section::forward && user->op().kind() != Kind::effect) users.push_back(user);
    if (users.size() != 1) return false;
    // Steps that the compiler has made of an op are not the steps of whoever declared it.
    if (is_rewritten() && users_[node.id()].size() == 1 && !symbols_.is_in_layer(node) &&
        role_of(node) == Role::other)
      return true;
    const Node& user = *users.front();
    const auto at = static_cast<std::size_t>(std::ranges::find(user.inputs(), &node) - user.inputs().begin());
    if (notation_.is_transparent(user)) return false;
    if (derivative_of(user, notation_).passes_on(at)) return true;
    return user.inputs().size() > 1 && std::ranges::all_of(user.inputs(), [&](const Node* input) {
             return input == &node || as<Fill>(input->op()) != nullptr;
           });
  }

  bool is_root(const Node& node) const {
    return std::ranges::any_of(adjoints_, [&](const Adjoint& adjoint) { return adjoint.loss == &node; });
  }

  bool is_objective(const Node& node) const {
    return is_root(node) || std::ranges::any_of(users_[node.id()], [&](const Node* user) {
             return user->op().kind() == Kind::effect && user->inputs()[0] == &node;
           });
  }

  bool is_rewritten() const { return graph_.adjoints().empty() && !adjoints_.empty(); }

  Role role_of(const Node& node) const {
    if (is_objective(node)) return Role::objective;
    const bool reduced =
        node.shape().rank() == 1 && node.shape()[0].is_batch() &&
        std::ranges::any_of(users_[node.id()], [&](const Node* user) {
          return user->inputs().size() == 1 && user->shape().is_scalar() && is_objective(*user);
        });
    return reduced ? Role::losses : Role::other;
  }

  void derivatives(const Node& total) {
    const auto found = by_total_.find(&total);
    if (found == by_total_.end()) return;
    const Formula value = values_[total.id()];
    bool first = total.section() == Section::backward && value.kind != Formula::Kind::number;
    for (const Adjoint* adjoint : found->second) {
      if (!has_symbol(*adjoint->of)) continue;
      const Formula symbol = symbols_.unique(derivative_symbol(*adjoint));
      // What has a line already is not written out again.
      const Formula& known = first ? value : values_[total.id()];
      TextbookLine line{symbol, false, terms(*adjoint, known), total.shape(), &total, adjoint->of, {}};
      backward_part(*adjoint).lines.push_back(std::move(line));
      if (const Node& of = *adjoint->of; is_parameter(of)) {
        gradient_of_[total.id()] = &of;
        names_of_gradients_.emplace_back(&of, symbol);
      }
      if (first) values_[total.id()] = symbol;
      first = false;
    }
  }

  static bool is_parameter(const Node& node) {
    const VariableRead* stored = as<VariableRead>(node.op());
    return stored != nullptr && stored->variable_kind == VariableKind::parameter;
  }

  /// Terms of the sum over uses. The total of one use is that use's contribution.
  std::vector<TextbookTerm> terms(const Adjoint& adjoint, const Formula& value) const {
    std::vector<TextbookTerm> result;
    const bool alone = adjoint.contributions.size() == 1;
    for (const Contribution& part : adjoint.contributions) {
      TextbookTerm term{alone ? value : values_[part.value.node().id()], "", {}, part.use};
      if (part.use != nullptr) {
        term.rule = part.use->op().name();
        term.derivative = derivative_of(*part.use, notation_).to_input(part.input);
      }
      result.push_back(std::move(term));
    }
    return result;
  }

  Formula derivative_symbol(const Adjoint& adjoint) {
    const Formula of = values_[adjoint.of->id()];
    if (adjoint.loss == adjoints_.front().loss) return with_bar(of);
    const Formula d = formula::symbol("∂");
    const Formula root = values_[adjoint.loss->id()];
    return formula::fraction(formula::row({d, root}, Formula::Binding::product),
                             formula::row({d, of}, Formula::Binding::product));
  }

  TextbookBackward& backward_part(const Adjoint& adjoint) {
    auto [at, made] = parts_.try_emplace(call_of_.at(&adjoint), book_.backward.size());
    if (made) book_.backward.push_back({values_[adjoint.loss->id()], {}});
    TextbookBackward& part = book_.backward[at->second];
    std::ranges::move(temporaries_, std::back_inserter(part.lines));
    temporaries_.clear();
    return part;
  }

  void update(const Node& node, Formula formula) {
    const Node* parameter = gradient_parameter(node);
    gradient_of_[node.id()] = parameter;
    const auto readers = std::ranges::count_if(
        users_[node.id()], [](const Node* user) { return as<Assign>(user->op()) == nullptr; });
    if (const auto symbol = update_.stored(node, formula, readers > 0)) {
      values_[node.id()] = *symbol;
      return;
    }
    const auto uses = users_[node.id()].size();
    if (uses > 1 && parameter != nullptr && node.inputs().size() > 1)
      values_[node.id()] = update_.gradient(node, *parameter, std::move(formula));
    else if (uses > 0 && !is_short(formula, uses))
      values_[node.id()] = update_.temporary(node, std::move(formula));
  }

  /// The parameter whose gradient this is, put together of its parts, scaled or clipped.
  const Node* gradient_parameter(const Node& node) const {
    const Node* parameter = nullptr;
    for (const Node* input : node.inputs()) {
      const Node* of = gradient_of_[input->id()];
      const bool neutral = scalar_[input->id()] != 0 || input->section() == Section::backward;
      if (of == nullptr && !neutral) return nullptr;
      if (of != nullptr && parameter != nullptr && parameter != of) return nullptr;
      if (of != nullptr) parameter = of;
    }
    return parameter != nullptr && parameter->shape() == node.shape() ? parameter : nullptr;
  }

  const Graph& graph_;
  Symbols symbols_;
  Notation notation_;
  std::vector<Adjoint> adjoints_;
  std::vector<Formula> values_;  ///< by node: its symbol, or the formula written in its place
  std::vector<char> scalar_;     ///< by node: one number, perhaps repeated
  std::vector<std::vector<const Node*>> users_;
  std::vector<const Node*> gradient_of_;
  std::vector<char> needed_;
  std::unordered_map<const Node*, std::vector<const Adjoint*>> by_total_;
  std::set<const Node*> symbolic_;
  std::unordered_map<const Adjoint*, std::size_t> call_of_;
  std::unordered_map<std::size_t, std::size_t> parts_;  ///< of the book, by call
  std::vector<TextbookLine> temporaries_;               ///< lines of the derivative that comes next
  GradientNames names_of_gradients_;
  std::map<std::string_view, Formula> definitions_;
  UpdateLines update_;
  Textbook book_;
};

}  // namespace

Textbook textbook(const Graph& graph) { return Reader(graph).read(); }

}  // namespace gradus

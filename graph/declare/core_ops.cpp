#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>

#include <fmt/format.h>

namespace gradus {

Shape Assign::infer(std::span<const Shape> inputs) const {
  if (inputs[0] != inputs[1])
    throw Mismatch{fmt::format("the new value must have the variable's shape {}", to_string(inputs[0]))};
  return inputs[0];
}

Shape WhenTraining::infer(std::span<const Shape> inputs) const {
  if (inputs[0] != inputs[1]) throw Mismatch{"both must have one shape"};
  return inputs[0];
}

Expr WhenTraining::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  const Expr none = no_gradient(y.graph(), y.shape());
  return input == 0 ? when_training(ybar, none) : when_training(none, ybar);
}

Expr no_gradient(Graph& graph, const Shape& shape) {
  return graph.make(erase(NoGradient{shape}), {}, SourceLocation::unknown());
}

namespace {

Expr terms_but_zeros(const Match& match) {
  const Expr y = match.root();
  Exprs terms;
  for (const Expr& term : y.inputs())
    if (const auto* fill = as<Fill>(term);
        as<NoGradient>(term) == nullptr && (fill == nullptr || fill->value != 0))
      terms.push_back(term);
  if (terms.size() == y.inputs().size()) return {};
  return terms.empty() ? y.input(0) : accumulate(terms);
}

}  // namespace

Rules Accumulate::rules() {
  const Unknown a("a");
  const Unknown b("b");
  const Pattern nothing = call<NoGradient>({});
  return {.simplify = {{"terms of zero",
                        any<Accumulate>() == computed("the terms that are not 0", terms_but_zeros),
                        {},
                        {call<Accumulate>({a, 0.0, b}), call<Accumulate>({nothing, a}),
                         call<Accumulate>({0.0, nothing})}}}};
}

Shape Accumulate::infer(std::span<const Shape> inputs) const {
  for (const Shape& shape : inputs)
    if (shape != inputs[0]) throw Mismatch{"all terms must have one shape"};
  return inputs[0];
}

template <class Scalar>
void Accumulate::evaluate(const Tile<Scalar>& tile) const {
  using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
  using In = Eigen::Map<const Array>;
  // `out` may be any one of the inputs: a later term must not be overwritten by a sum of earlier ones.
  constexpr Index width = lanes<Scalar> * 4;
  Eigen::Array<Scalar, width, 1> sum;
  for (Index begin = 0; begin < tile.size; begin += width) {
    const Index n = std::min(width, tile.size - begin);
    sum.head(n) = In(tile.in[0] + begin, n);
    for (std::size_t i = 1; i < tile.inputs; ++i) sum.head(n) += In(tile.in[i] + begin, n);
    Eigen::Map<Array>(tile.out + begin, n) = sum.head(n);
  }
}

template OpPtr erase<Input>(const Input&);
template OpPtr erase<VariableRead>(const VariableRead&);
template OpPtr erase<Constant>(const Constant&);
template OpPtr erase<Fill>(const Fill&);
template OpPtr erase<StepCounter>(const StepCounter&);
template OpPtr erase<RandomKey>(const RandomKey&);
template OpPtr erase<BatchSize>(const BatchSize&);
template OpPtr erase<WhenTraining>(const WhenTraining&);
template OpPtr erase<Assign>(const Assign&);
template OpPtr erase<Step>(const Step&);
template OpPtr erase<Accumulate>(const Accumulate&);
template OpPtr erase<NoGradient>(const NoGradient&);

bool depends_on_batch(const Node& node) {
  return node.shape().has_batch() || as<BatchSize>(node.op()) != nullptr;
}

const Variable& variable_of(Expr x) {
  const auto* stored = as<VariableRead>(x);
  if (stored == nullptr)
    throw GraphError(fmt::format(
        "'{}' ({}) is not a variable of the state: only a parameter, optimizer state or hyper-parameter is "
        "assigned to or given initial values",
        x.name(), x.op().name()));
  return x.graph().variables()[stored->index];
}

Expr when_training(Expr training, Expr inference, SourceLocation location) {
  return apply(WhenTraining{}, {training, inference}, location);
}

Expr assign(Expr variable, Expr value, SourceLocation location) {
  variable_of(variable);
  return apply(Assign{}, {variable, value}, location);
}

Expr train_step(Expr loss, const Exprs& assignments, SourceLocation location) {
  Exprs inputs{loss};
  inputs.insert(inputs.end(), assignments.begin(), assignments.end());
  return apply(Step{}, inputs, location);
}

Expr accumulate(const Exprs& terms, SourceLocation location) {
  return terms.size() == 1 ? terms.front() : apply(Accumulate{}, terms, location);
}

}  // namespace gradus

#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/base/table.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/one_example.hpp>
#include <gradus/dump/algebra.hpp>
#include <gradus/dump/derivative.hpp>
#include <gradus/dump/linear_map.hpp>
#include <gradus/dump/textbook.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/ops/jacobian.hpp>
#include <gradus/ops/ops.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <iostream>
#include <optional>

namespace gradus::cli {
namespace {

constexpr const char* jacobian_examples = R"(
Examples:
  gradus jacobian                                     784-64-10 with a sigmoid: shapes, formulas,
                                                      and how ŷ − y arises
  gradus jacobian --pixels 2 --hidden 3 --classes 2 --values      with every number
  gradus jacobian --format latex                      for a report
  gradus jacobian --of yhat --wrt a2                  d ŷ / d a₂, the Jacobian of softmax
  gradus jacobian --hidden 30,20 --activation tanh --of f2 --wrt W1

Letters: x the image (also f₀), Wₗ and bₗ weights and bias of layer l, aₗ its pre-activation,
fₗ what the activation makes of aₗ, ŷ (yhat) the output of softmax, y the target, L the loss.
The last layer has no activation: its a goes straight into softmax.
--of and --wrt take x, y, W1, b1, a1, f1, W2, …, yhat, L.
Rows and columns of a Jacobian run over the elements of the two in their order, the last axis fastest.)";

/// The most entries that --values prints of one Jacobian.
constexpr Index max_entries = 2000;

void print_matrix(const Tensor<double>& values, Index rows) {
  std::vector<Row> cells;
  const Index columns = values.size() / rows;
  for (Index r = 0; r < rows; ++r) {
    Row row{" "};
    for (Index c = 0; c < columns; ++c) row.push_back(fmt::format("{:>9.6f}", values[r * columns + c]));
    cells.push_back(std::move(row));
  }
  print_text(table_text(cells));
}

std::string latex_matrix(const Tensor<double>& values, Index rows) {
  const Index columns = values.size() / rows;
  std::string text =
      fmt::format("\\left[\\begin{{array}}{{{}}}", std::string(static_cast<std::size_t>(columns), 'r'));
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < columns; ++c)
      text += fmt::format("{}{:.6f}", c > 0 ? " & " : (r > 0 ? " \\\\ " : " "), values[r * columns + c]);
  return text + " \\end{array}\\right]";
}

/// Nothing where there are too many numbers to print.
std::optional<Tensor<double>> jacobian_values(const OneExample& network, Expr of, Expr by,
                                              const JacobianFlags& flags) {
  if (of.shape().count(1) * by.shape().count(1) > max_entries) return std::nullopt;
  return value_of(network, jacobian(of, by, SourceLocation::unknown()), flags.seed);
}

std::string too_many(Expr of, Expr by) {
  const Index rows = of.shape().count(1);
  const Index columns = by.shape().count(1);
  return fmt::format(
      "{} × {} = {} numbers: too many to print (at most {}); try --pixels 2 --hidden 3 --classes 2", rows,
      columns, rows * columns, max_entries);
}

void print_jacobian(const OneExample& network, Expr of, Expr by, const JacobianFlags& flags) {
  if (const auto values = jacobian_values(network, of, by, flags))
    print_matrix(*values, of.shape().count(1));
  else
    print("  {}\n", too_many(of, by));
}

/// The shape without the axis of the one example: "10", "64 × 10".
std::string sizes_of(Expr e) {
  std::string text;
  const Shape& shape = e.shape();
  const bool row = shape.rank() == 2 && shape[0].at(1) == 1;
  const bool matrix = shape.rank() == 2 && !row;
  for (std::size_t axis = row ? 1 : 0; axis < shape.rank(); ++axis)
    text += fmt::format("{}{}", text.empty() ? "" : " × ", shape[axis].at(1));
  if (text.empty()) return "1";
  return matrix ? "(" + text + ")" : text;
}

std::string jacobian_shape(Expr of, Expr by) { return sizes_of(of) + " × " + sizes_of(by); }

/// The Jacobian as a matrix, and vᵀ J as the VJPs build it.
struct WrittenJacobian {
  Formula matrix, product;
};

WrittenJacobian written_jacobian(const OneExample& network, Expr of, Expr by) {
  Graph& graph = *network.graph;
  const Expr v = graph.input("v/" + std::to_string(graph.size()), of.shape());
  const Expr product = vector_jacobian(of, v, {by}, Unused::refuse, SourceLocation::unknown()).front();
  KnownNodes known;
  for (const Lettered& each : letters_of(network)) known[&each.node.node()] = {each.letter, false};
  const Notation notation;
  WrittenJacobian result{matrix_of(product, v, known, notation), {}};
  // A sum over the one example is what it sums.
  known[&v.node()] = {formula::symbol("v"), false};
  for (std::size_t id = v.node().id() + 1; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (node.op().name() != "sum" || node.inputs()[0]->shape().count(1) != node.shape().count(1)) continue;
    const Formula summed = written_of(Expr(*node.inputs()[0]), known, notation, true);
    known[&node] = {summed, false};
  }
  result.product = written_of(product, known, notation, true);
  return result;
}

struct Exercise {
  Expr of, by;
  Formula left, matrix, product;
};

/// The factors of the chain rule, from the last layer to the first.
std::vector<Exercise> exercises_of(const OneExample& network) {
  std::vector<Exercise> all;
  const auto add = [&](Expr of, Expr by) {
    const WrittenJacobian written = written_jacobian(network, of, by);
    all.push_back({of, by, derivative(letter_of(network, of), letter_of(network, by)), written.matrix,
                   written.product});
  };
  for (std::size_t l = network.layers.size(); l >= 1; --l) {
    const DenseLayer& layer = network.layers[l - 1];
    if (layer.f) add(layer.f, layer.a);
    add(layer.a, layer.bias);
    add(layer.a, layer.weight);
    if (l > 1) add(layer.a, network.layers[l - 2].f);
  }
  return all;
}

struct DerivedLine {
  Formula left, right;
  std::string op;
};

/// A stage of the derivation of ∂L/∂a: what was done, and the lines that are left.
struct Stage {
  std::string what;
  std::vector<DerivedLine> lines;
};

/// ∂L/∂ŷ on one line of text, or as a fraction.
enum class Fractions { in_line, tall };

/// The lines of ∂L/∂ŷ and ∂L/∂a, with the letters of the last layer.
std::vector<DerivedLine> lines_of(const Graph& graph, const Formula& a, Fractions fractions) {
  const Formula yhat = formula::accent("hat", formula::symbol("y"));
  const Formula loss = formula::symbol("L");
  const auto in_letters = [&](Formula text) {
    for (const auto& [letter, meant] : {std::pair{formula::symbol("p"), yhat},
                                        {formula::symbol("z"), a},
                                        {formula::symbol("t"), formula::symbol("y")}})
      text = formula::replaced(
          formula::replaced(text, formula::accent("bar", letter),
                            fractions == Fractions::tall ? derivative(loss, meant)
                                                         : formula::symbol(derivative_text(loss, meant))),
          letter, meant);
    const Formula sum = formula::big("∑");
    return formula::replaced(text, formula::scripts(sum, formula::text("axis 1"), {}), sum);
  };
  std::vector<DerivedLine> result;
  for (const TextbookBackward& part : textbook(graph).backward)
    for (const TextbookLine& line : part.lines) {
      if (line.left == formula::accent("bar", loss)) continue;
      for (const TextbookTerm& term : line.terms)
        result.push_back({in_letters(line.left), in_letters(term.value), term.rule});
    }
  return result;
}

std::vector<Stage> cancellation(const JacobianFlags& flags, const Formula& a, Fractions fractions) {
  Graph graph;
  const Expr z = graph.input("z", {1, flags.classes});
  const Expr p = softmax(z).named("p");
  const Expr t = one_hot(graph.input("label", {1}), flags.classes).named("t");
  const Expr loss = sum(cross_entropy(p, t)).named("L");
  const Expr derived = gradients(loss, {z}).front();
  std::vector<Stage> stages{{"as the chain rule gives it", lines_of(graph, a, fractions)}};
  CompileOptions options;
  options.trace = [&](std::string_view name, const LoweredGraph& after) {
    const auto pass = std::ranges::find(pipeline(), name, &Pass::name);
    std::vector<DerivedLine> lines = lines_of(*after.graph, a, fractions);
    const auto& before = stages.back().lines;
    const bool same = std::ranges::equal(
        lines, before, [](auto& one, auto& two) { return one.left == two.left && one.right == two.right; });
    if (pass != pipeline().end() && !same)
      stages.push_back({fmt::format("after the pass {}, which {}", name, pass->what), std::move(lines)});
  };
  compile<double>(graph, {loss, derived}, options);
  return stages;
}

void print_any(const JacobianFlags& flags) {
  const OneExample network = declare(flags);
  const Lettered of = find_lettered(network, *flags.of);
  const Lettered by = find_lettered(network, *flags.by);
  if (needed_by(*network.graph, {of.node})[by.node.node().id()] == 0)
    throw GraphError(fmt::format(
        "'{}' does not depend on '{}': name what is computed with --of, and what it is computed from "
        "with --wrt",
        of.name, by.name));
  const WrittenJacobian written = written_jacobian(network, of.node, by.node);
  print("J = {}, {}\n", derivative_text(of.letter, by.letter), jacobian_shape(of.node, by.node));
  if (!written.matrix.empty())
    print("  = {}\n  as the chain rule builds it, not simplified\n", in_text(written.matrix));
  print("\nvᵀ J, one reverse pass, made by the VJPs of the ops; row i of J is that of v = eᵢ\n  {}\n",
        in_text(written.product));
  if (!flags.values) return;
  print("\nJ, a row for each element of {}\n", in_text(of.letter));
  print_jacobian(network, of.node, by.node, flags);
}

std::string text_of(const Exercise& e, const OneExample& network) {
  return derivative_text(letter_of(network, e.of), letter_of(network, e.by));
}

void print_values(const OneExample& network, const std::vector<Exercise>& exercises,
                  const JacobianFlags& flags) {
  print("\nValues\n");
  for (const Lettered& each : letters_of(network)) {
    const Index rows = each.node.shape().rank() == 2 ? each.node.shape()[0].at(1) : 1;
    print("{} =\n", in_text(each.letter));
    if (each.node.shape().count(1) > max_entries)
      print("  {} numbers: too many to print\n", each.node.shape().count(1));
    else
      print_matrix(value_of(network, each.node, flags.seed), rows);
  }
  const Expr a = network.layers.back().a;
  print("\nJacobians: rows and columns in the order of the elements, the last axis fastest\n");
  print("{} =\n", derivative_text(formula::symbol("L"), letter_of(network, a)));
  print_jacobian(network, network.loss, a, flags);
  for (const Exercise& e : exercises) {
    print("{} =\n", text_of(e, network));
    print_jacobian(network, e.of, e.by, flags);
  }
}

void print_network(const JacobianFlags& flags) {
  const OneExample network = declare(flags);
  const std::size_t n = network.layers.size();
  const Expr last = network.layers.back().a;
  const Formula a = letter_of(network, last);
  std::string sizes = std::to_string(flags.pixels);
  for (const DenseLayer& layer : network.layers) sizes += fmt::format("-{}", layer.bias.shape().count(1));
  print("A network {} and one example; x, a, f, ŷ and y are rows.\n", sizes);
  std::vector<Row> legend{{" ", "x", "the image, f₀"},
                          {" ", "aₗ = fₗ₋₁ Wₗ + bₗ", "pre-activation of layer l, Wₗ of (inputs, units)"}};
  if (n > 1)
    legend.push_back({" ", fmt::format("fₗ = {}(aₗ)", flags.activation), "what the activation makes of it"});
  legend.push_back({" ", fmt::format("ŷ = softmax({})", in_text(a)), "the last layer has no activation"});
  legend.push_back({" ", "L = −Σ y ln ŷ", "cross-entropy; y the target, one-hot, so Σ y = 1"});
  print_text(table_text(legend));

  const std::vector<Exercise> exercises = exercises_of(network);
  const std::vector<Stage> stages = cancellation(flags, a, Fractions::in_line);
  std::vector<Row> rows{{"J", "shape", "formula", "vᵀ J"}};
  rows.push_back({derivative_text(formula::symbol("L"), a), jacobian_shape(network.loss, last),
                  in_text(stages.back().lines.back().right), "(derived below)"});
  for (const Exercise& e : exercises)
    rows.push_back({text_of(e, network), jacobian_shape(e.of, e.by),
                    e.matrix.empty() ? "(see vᵀ J)" : in_text(e.matrix), in_text(e.product)});
  print("\n{}", table_text(rows));
  print(
      "\nvᵀ J is what the VJPs of the ops build; row i of J is that of v = eᵢ.\n"
      "J is read off it. "
      "diag(u) has u on its diagonal; u ⊗ I is u₁ I, u₂ I, … side\n"
      "by side: its entry for aᵢ and Wₖⱼ is uₖ where i = j, else 0.\n"
      "Where a course writes columns, a = W f + b, its W is our Wᵀ.\n");
  print("\nHow {} = {} arises\n", derivative_text(formula::symbol("L"), a),
        in_text(stages.back().lines.back().right));
  for (const Stage& stage : stages) {
    print("\n{}\n", stage.what);
    std::vector<Row> lines;
    for (const DerivedLine& line : stage.lines)
      lines.push_back({" ", in_text(line.left), "= " + in_text(line.right), line.op});
    print_text(table_text(lines));
  }
  const WrittenJacobian softmax = written_jacobian(network, network.yhat, last);
  const Formula yhat = letter_of(network, network.yhat);
  print("\nThe Jacobian of softmax: {} = {}, {}\n", derivative_text(yhat, a), in_text(softmax.matrix),
        jacobian_shape(network.yhat, last));
  if (flags.values) print_values(network, exercises, flags);
}

void print_latex(const JacobianFlags& flags) {
  const OneExample network = declare(flags);
  const Expr last = network.layers.back().a;
  const Formula a = letter_of(network, last);
  const std::vector<Exercise> exercises = exercises_of(network);
  const std::vector<Stage> stages = cancellation(flags, a, Fractions::tall);
  const auto shape = [](Expr of, Expr by) { return to_latex(formula_or_text(jacobian_shape(of, by))); };
  std::string text =
      "% Needs amsmath. a: pre-activation, f: what the activation makes of it, \\hat{y}: output of\n"
      "% softmax, y: target. Vectors are rows; the last column is v^T J as the VJPs build it.\n"
      "\\begin{align*}\n";
  const Formula left = derivative(formula::symbol("L"), a);
  text += fmt::format("{} &= {} && {} \\\\\n", to_latex(left), to_latex(stages.back().lines.back().right),
                      shape(network.loss, last));
  for (const Exercise& e : exercises)
    text += fmt::format("{} &= {} && {} && v^\\top J = {} \\\\\n", to_latex(e.left),
                        e.matrix.empty() ? "J" : to_latex(e.matrix), shape(e.of, e.by), to_latex(e.product));
  text += "\\end{align*}\n";
  for (const Stage& stage : stages) {
    text += fmt::format("{}:\n\\begin{{align*}}\n", latex_text(stage.what));
    for (const DerivedLine& line : stage.lines)
      text += fmt::format("{} &= {} && \\text{{{}}} \\\\\n", to_latex(line.left), to_latex(line.right),
                          latex_text(line.op));
    text += "\\end{align*}\n";
  }
  const auto numbers = [&](const Formula& name, Expr of, Expr by) {
    const auto values = jacobian_values(network, of, by, flags);
    text += values
                ? fmt::format("\\[ {} = {} \\]\n", to_latex(name), latex_matrix(*values, of.shape().count(1)))
                : fmt::format("% {}: {}\n", to_latex(name), too_many(of, by));
  };
  if (flags.values) {
    numbers(left, network.loss, last);
    for (const Exercise& e : exercises) numbers(e.left, e.of, e.by);
  }
  print("{}", text);
}

void run(const JacobianFlags& flags) {
  require_known("format", flags.format, {"text", "latex"});
  if (flags.of.has_value() != flags.by.has_value())
    throw ValueError(
        "--of and --wrt go together: the Jacobian of one with respect to the other, as in --of yhat --wrt "
        "a2");
  if (flags.of && flags.format == "latex")
    throw ValueError(
        "--format latex writes the Jacobians of the whole network: it goes without --of and --wrt");
  if (flags.of) return print_any(flags);
  if (flags.format == "latex") return print_latex(flags);
  print_network(flags);
}

}  // namespace

void add_jacobian(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "jacobian", "Jacobians of a network: shapes, formulas, derivations, numbers; how ŷ − y arises");
  command->footer(jacobian_examples);
  const auto flags = std::make_shared<JacobianFlags>();
  command->add_option("--pixels", flags->pixels, "Size of the input")->type_name("N")->capture_default_str();
  command->add_option("--hidden", flags->hidden, "Sizes of the hidden layers, separated by commas, or none")
      ->type_name("SIZES")
      ->capture_default_str();
  command->add_option("--classes", flags->classes, "Size of the output")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--activation", flags->activation,
                   fmt::format("Of the hidden layers: {}", fmt::join(registered_activations().names(), "|")))
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--init", flags->init, "Initial weights for --values (gradus list initialisers)")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--seed", flags->seed, "Of the initial weights")->type_name("N")->capture_default_str();
  command->add_option("--of", flags->of, "What to differentiate: a letter, as a2")->type_name("NODE");
  command->add_option("--wrt,--by", flags->by, "With respect to what, as W1")->type_name("NODE");
  command->add_option("--format", flags->format, "text|latex")->type_name("NAME")->capture_default_str();
  command->add_flag("--values", flags->values,
                    "With the numbers; the image rises evenly to 1, the class is 0");
  command->callback([flags] { run(*flags); });
}

}  // namespace gradus::cli

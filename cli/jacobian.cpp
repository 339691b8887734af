#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/base/table.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/dump/derivative.hpp>
#include <gradus/dump/formula_tree.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/dump/textbook.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/models/activation.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/jacobian.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/train/settings.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

namespace gradus::cli {
namespace {

constexpr const char* jacobian_examples = R"(
Examples:
  gradus jacobian                                       784-64-10 with sigmoids: shapes and formulas,
                                                        softmax, and how p − t arises
  gradus jacobian --pixels 2 --hidden 3 --classes 2 --values    the same with every number
  gradus jacobian --of p --by logits --values           the Jacobian of softmax
  gradus jacobian --hidden 30,20 --activation tanh --of hidden2/tanh --by hidden1/weight

Nodes: image, target, hiddenN/weight, hiddenN/bias, hiddenN/add (z), hiddenN/sigmoid (a, under the name of the
activation), output/weight, output/bias, logits (z of the last layer), output/sigmoid, p, loss.
Rows and columns run over the elements of the two nodes in their order, the last axis fastest.)";

/// The most entries that --values prints of one Jacobian.
constexpr Index max_entries = 2000;

struct JacobianFlags {
  Index pixels = 784;
  std::string hidden = "64";
  Index classes = 10;
  std::string activation = "sigmoid";
  std::string init = "gaussian:0.5";
  std::uint64_t seed = 1;
  std::optional<std::string> of;
  std::optional<std::string> by;
  bool values = false;
};

/// a, 2 as a₂.
Formula indexed(std::string_view letter, std::size_t index) {
  return formula::scripts(formula::symbol(std::string(letter)), formula::number(std::to_string(index)), {});
}

/// One layer: z = a W + b, a = f(z).
struct DenseLayer {
  Expr weight, bias, z, a;
};

/// A network for one example, so that Jacobians by weights are those of this example.
struct OneExample {
  std::shared_ptr<Graph> graph = std::make_shared<Graph>();
  Expr image, target, p, loss;
  std::vector<DenseLayer> layers;
};

void check_range(const char* name, Index value) {
  if (value < 1 || value > 1000000)
    throw ValueError(fmt::format("{} takes a number from 1 to 1000000, not {}", name, value));
}

OneExample declare(const JacobianFlags& flags) {
  check_range("--pixels", flags.pixels);
  check_range("--classes", flags.classes);
  OneExample network;
  Graph& graph = *network.graph;
  const Initialiser init = parse_initialiser(flags.init);
  network.image = graph.input("image", {1, flags.pixels});
  Expr h = network.image;
  const auto layer = [&](Index units, const std::string& name) {
    const Expr z = dense(h, units, name, init);
    const auto scope = graph.scope(name);
    const Expr a = activation(flags.activation, z);
    network.layers.push_back({graph.find(name + "/weight"), graph.find(name + "/bias"), z, a});
    h = a;
  };
  std::size_t number = 0;
  for (const Index units : parse_sizes("--hidden", flags.hidden)) {
    check_range("each size of --hidden", units);
    layer(units, fmt::format("hidden{}", ++number));
  }
  layer(flags.classes, "output");
  const Expr logits = network.layers.back().z.named("logits");
  network.p = softmax(logits).named("p");
  network.target = graph.input("target", {1, flags.classes});
  network.loss = sum(cross_entropy(network.p, network.target)).named("loss");
  return network;
}

/// The image rises evenly from 0 to 1; the target is class 0.
std::vector<Tensor<double>> numbers_fed(const OneExample& network) {
  Tensor<double> image(network.image.shape().at(1));
  for (Index i = 0; i < image.size(); ++i)
    image[i] = static_cast<double>(i + 1) / static_cast<double>(image.size());
  Tensor<double> target(network.target.shape().at(1));
  for (Index i = 0; i < target.size(); ++i) target[i] = i == 0 ? 1 : 0;
  return {std::move(image), std::move(target)};
}

Tensor<double> value_of(const OneExample& network, Expr e, std::uint64_t seed) {
  const auto needed = needed_by(*network.graph, {e});
  const std::vector<Tensor<double>> numbers = numbers_fed(network);
  std::vector<Feed<double>> feeds;
  if (needed[network.image.node().id()] != 0) feeds.emplace_back(network.image, numbers[0]);
  if (needed[network.target.node().id()] != 0) feeds.emplace_back(network.target, numbers[1]);
  const auto program = compile<double>(*network.graph, {e});
  State<double> state(*network.graph, seed);
  const Results<double> results = program.run(state, feeds);
  const View<const double> view = results[e];
  Tensor<double> copy(view.extents);
  std::ranges::copy(view.span(), copy.data());
  return copy;
}

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

void print_jacobian(const OneExample& network, Expr of, Expr by, const JacobianFlags& flags) {
  const Index rows = of.shape().count(1);
  const Index columns = by.shape().count(1);
  if (rows * columns > max_entries) {
    print("  {} × {} = {} numbers: too many to print (at most {}); try --pixels 2 --hidden 3 --classes 2\n",
          rows, columns, rows * columns, max_entries);
    return;
  }
  print_matrix(value_of(network, jacobian(of, by, SourceLocation::unknown()), flags.seed), rows);
}

/// What flows back, in lines as the graph says it.
std::string lines_of(const Graph& graph) {
  std::vector<Row> rows;
  for (const TextbookBackward& part : textbook(graph).backward)
    for (const TextbookLine& line : part.lines) {
      std::string right;
      std::string rules;
      for (const TextbookTerm& term : line.terms) {
        right += (right.empty() ? "" : " + ") + to_text(term.value);
        if (!term.rule.empty()) rules += (rules.empty() ? "" : ", ") + printable(term.rule);
      }
      rows.push_back({" ", fmt::format("{} = {}", to_text(line.left), right), to_string(line.shape), rules});
    }
  return table_text(rows);
}

void print_any(const JacobianFlags& flags) {
  const OneExample network = declare(flags);
  const Expr of = network.graph->find(*flags.of);
  const Expr by = network.graph->find(*flags.by);
  if (needed_by(*network.graph, {of})[by.node().id()] == 0)
    throw GraphError(
        fmt::format("'{}' is not computed from '{}', so it has no Jacobian by it; what it is computed "
                    "from goes with --by",
                    printable(of.name()), printable(by.name())));
  const Expr whole =
      of.shape().count(1) <= most_jacobian_rows ? jacobian(of, by, SourceLocation::unknown()) : Expr();
  print("J = ∂ {} / ∂ {}\n", printable(of.name()), printable(by.name()));
  if (whole)
    print("shape {} = {} by {}\n", to_string(whole.shape()), to_string(of.shape()), to_string(by.shape()));

  // The lines are those of one pass, with v for the row that is asked for.
  const OneExample again = declare(flags);
  const Expr y = again.graph->find(*flags.of);
  vector_jacobian(y, again.graph->input("v", y.shape()), {again.graph->find(*flags.by)}, Unused::refuse,
                  SourceLocation::unknown());
  print("\nvᵀ J, one reverse pass, made by the VJPs of the ops; row i of J is that of v = eᵢ\n");
  print("{}", lines_of(*again.graph));
  if (!flags.values) return;
  print("\nJ, a row for each element of {}\n", printable(of.name()));
  print_jacobian(network, of, by, flags);
}

/// vᵀ ∂of/∂by as the VJPs build it, in the letters of the layers.
std::string row_times_jacobian(const OneExample& network, Expr of, Expr by) {
  Graph& graph = *network.graph;
  const Expr v = graph.input("v/" + std::to_string(graph.size()), of.shape());
  const Expr product = vector_jacobian(of, v, {by}, Unused::refuse, SourceLocation::unknown()).front();
  KnownNodes known;
  const auto add = [&](Expr e, Formula letter) {
    known.try_emplace(&e.node(), WrittenInput{std::move(letter), false});
  };
  add(v, formula::symbol("v"));
  add(network.p, formula::symbol("p"));
  add(network.image, indexed("a", 0));
  for (std::size_t l = 1; l <= network.layers.size(); ++l) {
    const DenseLayer& layer = network.layers[l - 1];
    add(layer.weight, indexed("W", l));
    add(layer.a, indexed("a", l));
    add(layer.z, indexed("z", l));
  }
  return to_text(written_of(product, known, {}, true));
}

void print_exercises(const JacobianFlags& flags) {
  const OneExample network = declare(flags);
  const std::size_t n = network.layers.size();
  print("One example: a₀ = image (1, {}), zₗ = aₗ₋₁ Wₗ + bₗ, aₗ = {}(zₗ), {} layers\n\n", flags.pixels,
        flags.activation, n);
  struct Exercise {
    std::string name;
    Expr of, by;
  };
  std::vector<Exercise> exercises;
  for (std::size_t l = n; l >= 1; --l) {
    const DenseLayer& layer = network.layers[l - 1];
    const auto add = [&](const Formula& letter, Expr by) {
      exercises.push_back({fmt::format("∂{}/∂{}", to_text(indexed("a", l)), to_text(letter)), layer.a, by});
    };
    add(indexed("b", l), layer.bias);
    add(indexed("W", l), layer.weight);
    if (l > 1) add(indexed("a", l - 1), network.layers[l - 2].a);
  }

  std::vector<Row> rows{{"J", "shape", "vᵀ J, made by the VJPs of the ops; row i of J is that of v = eᵢ"}};
  for (const Exercise& e : exercises)
    rows.push_back({e.name, fmt::format("{} × {}", to_string(e.of.shape()), to_string(e.by.shape())),
                    row_times_jacobian(network, e.of, e.by)});
  print_text(table_text(rows));
  if (!flags.values) return;
  for (const Exercise& e : exercises) {
    print("\n{}  (rows: {}, columns: {})\n", e.name, printable(e.of.name()), printable(e.by.name()));
    print_jacobian(network, e.of, e.by, flags);
  }
}

void print_softmax(const JacobianFlags& flags) {
  const OneExample network = declare(flags);
  const Expr z = network.layers.back().z;
  print("\nSoftmax: J = ∂p/∂z, {} × {}, vᵀ J = {}\n", to_string(network.p.shape()), to_string(z.shape()),
        row_times_jacobian(network, network.p, z));
  if (!flags.values) return;
  print("p =\n");
  print_matrix(value_of(network, network.p, flags.seed), 1);
  print("∂p/∂z =\n");
  print_jacobian(network, network.p, z, flags);
}

/// The nodes that are left of the derivative of the loss by the logits.
void print_nodes(const Graph& graph) {
  std::ostringstream text;
  write_text(text, graph, {.from = Section::backward});
  print("{}", text.str());
}

void print_cancellation(const JacobianFlags& flags) {
  Graph graph;
  const Expr z = graph.input("z", {1, flags.classes});
  const Expr p = softmax(z).named("p");
  const Expr t = one_hot(graph.input("label", {1}), flags.classes).named("t");
  const Expr loss = sum(cross_entropy(p, t)).named("L");
  const Expr derived = gradients(loss, {z}).front();
  std::string before = lines_of(graph);
  print("\nSoftmax and cross-entropy: L = −Σ t ln p, p = softmax(z)\n\nas differentiated\n{}", before);
  print_nodes(graph);
  CompileOptions options;
  options.trace = [&](std::string_view name, const LoweredGraph& after) {
    const auto pass = std::ranges::find(pipeline(), name, &Pass::name);
    std::string lines = lines_of(*after.graph);
    if (pass == pipeline().end() || lines == before) return;
    print("\nafter the pass {}, which {}\n{}", name, pass->what, lines);
    print_nodes(*after.graph);
    before = std::move(lines);
  };
  compile<double>(graph, {loss, derived}, options);
}

void run(const JacobianFlags& flags) {
  if (flags.of.has_value() != flags.by.has_value())
    throw ValueError(
        "--of and --by go together: the Jacobian of one node by another, as in --of p --by logits");
  if (flags.of) return print_any(flags);
  print_exercises(flags);
  print_softmax(flags);
  print_cancellation(flags);
}

}  // namespace

void add_jacobian(CLI::App& program) {
  CLI::App* command = program.add_subcommand(
      "jacobian", "Jacobians of a network: shapes, formulas, numbers; softmax, and how p − t arises");
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
                   fmt::format("Of every layer: {}", fmt::join(registered_activations().names(), "|")))
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--init", flags->init, "Initial weights for --values (gradus list initialisers)")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_option("--seed", flags->seed, "Of the initial weights")->type_name("N")->capture_default_str();
  command->add_option("--of", flags->of, "The node to differentiate")->type_name("NODE");
  command->add_option("--by", flags->by, "The node to differentiate by")->type_name("NODE");
  command->add_flag("--values", flags->values,
                    "With the numbers; the image rises evenly to 1, the class is 0");
  command->callback([flags] { run(*flags); });
}

}  // namespace gradus::cli

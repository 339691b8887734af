// The derivative that is printed is the one that is computed.
#include <gradus/dump/derivative.hpp>
#include <gradus/graph/compile/evaluate.hpp>
#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/tests/support/examples.hpp>
#include <gradus/tests/support/formula_value.hpp>
#include <gradus/tests/support/text.hpp>

#include <filesystem>
#include <fstream>

using namespace gradus;
using namespace gradus::test;

namespace {

/// A printed number has six digits at least.
constexpr double printed_tolerance = 2e-6;

/// The axes of an input are those of the output along which its entries stay apart, and others.
std::vector<int> axes_of_input(const Node& y, std::size_t input) {
  std::vector<Shape> shapes;
  for (const Node* each : y.inputs()) shapes.push_back(each->shape());
  std::vector<int> axes;
  for (std::size_t axis = 0; axis < shapes[input].rank(); ++axis) {
    const auto independent_axis =
        shapes[input] == y.shape() ? axis : y.op().independent_axis(shapes, input, axis);
    axes.push_back(static_cast<int>(independent_axis ? *independent_axis : 100 + axis));
  }
  return axes;
}

/// One that was kept when it was summed over is still that of the input. Those of matrices go by their
/// places.
std::vector<int> axes_of_output(const Node& y, bool matrix) {
  const Shape& x = y.inputs()[0]->shape();
  std::vector<int> axes;
  for (std::size_t axis = 0; axis < y.shape().rank(); ++axis) {
    const bool is_of_input = !matrix && x.rank() == y.shape().rank() && x[axis] != y.shape()[axis];
    axes.push_back(static_cast<int>(is_of_input ? 100 + axis : axis));
  }
  return axes;
}

FormulaNumbers numbers_of(const Tensor<double>& value, std::vector<int> axes, const Formula& letter) {
  FormulaNumbers result{std::move(axes), {}, {value.span().begin(), value.span().end()}, false};
  for (std::size_t i = 0; i < value.extents().rank; ++i) result.sizes.push_back(value.extents()[i]);
  const std::string text = to_text(letter);
  result.matrix = text[0] >= 'A' && text[0] <= 'Z';
  return result;
}

/// The op of this name among the nodes that a VJP made, applied to numbers.
FormulaNumbers called(const Graph& graph, std::size_t first, Index examples, const std::string& name,
                      const std::vector<FormulaNumbers>& arguments) {
  const auto is_called = [&](const Node& node) {
    const std::string_view op = node.op().name();
    if (name == "w̃ ⋆") return op == "conv2d_input_gradient";
    return name == "⋆" ? op == "conv2d" || op == "conv2d_kernel_gradient" : op == name;
  };
  for (std::size_t id = first; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (!is_called(node)) continue;
    std::vector<FormulaNumbers> given = arguments;
    if (node.op().name() == "conv2d") std::swap(given[0], given[1]);  // y = w ⋆ x
    std::vector<Tensor<double>> inputs;
    for (std::size_t i = 0; i < node.inputs().size(); ++i) {
      inputs.emplace_back(node.inputs()[i]->shape().at(examples));
      const bool repeated = given[i].numbers.size() == 1;
      BOOST_TEST_REQUIRE((repeated || given[i].numbers.size() == static_cast<std::size_t>(inputs[i].size())));
      for (Index k = 0; k < inputs[i].size(); ++k)
        inputs[i][k] = given[i].numbers[repeated ? 0 : static_cast<std::size_t>(k)];
    }
    const Tensor<double> value = evaluate_once(node.op(), inputs, node.shape().at(examples));
    FormulaNumbers result = numbers_of(value, {}, formula::symbol("y"));
    for (std::size_t i = 0; i < result.sizes.size(); ++i) result.axes.push_back(static_cast<int>(1000 + i));
    for (const FormulaNumbers& argument : given)
      if (argument.sizes == result.sizes) result.axes = argument.axes;
    return result;
  }
  throw InternalError("no node computes " + name);
}

/// In the order of x: along its axes where the formula has no others, else element by element.
std::vector<double> in_order_of(const FormulaNumbers& x, const FormulaNumbers& found) {
  bool within = true;
  for (std::size_t i = 0; i < found.axes.size(); ++i)
    within = within && (found.sizes[i] == 1 || std::ranges::find(x.axes, found.axes[i]) != x.axes.end());
  if (within) return found.along(x.axes, x.sizes);
  BOOST_TEST_REQUIRE(found.numbers.size() == x.numbers.size());
  return found.numbers;
}

void printed_is_computed(Built& built) {
  const Expr y = built.example.y;
  const Node& node = y.node();
  const Notation notation;
  const Derivative printed = derivative_of(node, notation);
  Index examples = 1;
  for (const Point& point : built.at)
    if (point.leaf.shape().has_batch()) examples = point.value.extents()[point.leaf.shape().batch_axis()];

  const Point ybar = leaf(built.graph, "what flows back", y.shape(), examples, {}, 5);
  built.at.push_back(ybar);
  Exprs wanted = y.inputs();
  wanted.insert(wanted.end(), {y, ybar.leaf});
  std::vector<std::pair<std::size_t, Expr>> derived;
  std::vector<std::size_t> first_node;
  for (std::size_t i = 0; i < node.inputs().size(); ++i) {
    first_node.push_back(built.graph.size());
    const Expr xbar = node.op().vjp(y, ybar.leaf, i);
    BOOST_TEST(static_cast<bool>(xbar) == (to_text(printed.to[i]) != "0"));
    if (xbar) derived.emplace_back(i, xbar);
  }
  for (const auto& [input, xbar] : derived) wanted.push_back(xbar);
  for (const Point& point : built.at) wanted.push_back(point.leaf);
  const std::vector<Tensor<double>> values = Runner<double>(built.graph, wanted, built.at).run();

  FormulaValue known;
  known.along_last = node.op().description().last_axis;
  known.letters["n"] = FormulaNumbers::one(static_cast<double>(examples));
  const std::size_t n = node.inputs().size();
  for (std::size_t i = 0; i < n; ++i)
    known.letters[to_text(printed.letters[i])] =
        numbers_of(values[i], axes_of_input(node, i), printed.letters[i]);
  const std::vector<int> axes = axes_of_output(node, known.letters[to_text(printed.letters[0])].matrix);
  for (const char* letter : {"y", "Y"}) {
    const Formula symbol = formula::symbol(letter);
    known.letters[letter] = numbers_of(values[n], axes, symbol);
    known.letters[to_text(formula::accent("bar", symbol))] = numbers_of(values[n + 1], axes, symbol);
  }
  for (std::size_t k = 0; k < derived.size(); ++k) {
    const std::size_t input = derived[k].first;
    const std::string text = to_text(printed.to[input]);
    known.call = [&](const std::string& name, const std::vector<FormulaNumbers>& arguments) {
      return called(built.graph, first_node[input], examples, name, arguments);
    };
    BOOST_TEST_CONTEXT(text << " to " << to_text(printed.letters[input])) {
      const FormulaNumbers& x = known.letters[to_text(printed.letters[input])];
      const std::vector<double> found = in_order_of(x, known.of(printed.to[input]));
      const Tensor<double>& expected = values[n + 2 + k];
      for (Index i = 0; i < expected.size(); ++i)
        BOOST_TEST(std::abs(found[static_cast<std::size_t>(i)] - expected[i]) <=
                   printed_tolerance * std::max(1.0, std::abs(expected[i])));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(printed)

BOOST_AUTO_TEST_CASE(every_derivative_is_what_the_vjp_computes) { for_each_case(printed_is_computed); }

// An op has no place for a derivative's formula; nobody is to find another one.
BOOST_AUTO_TEST_CASE(no_source_has_the_formula_of_a_derivative) {
  const std::filesystem::path root = std::filesystem::path(GRADUS_TEST_DATA).parent_path();
  std::size_t read = 0;
  for (const char* room : {"graph", "ops", "optim", "models", "inspect", "dump", "train", "report", "cli"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / room)) {
      const std::string kind = entry.path().extension().string();
      if (kind != ".cpp" && kind != ".hpp" && kind != ".js") continue;
      ++read;
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        const std::string code = line.substr(0, line.find("//"));
        for (const char* before : {"\"", " ", "(", "−", "`", "'"})
          for (const char* adjoint : {"ȳ", "Ȳ", "y\u0304", "Y\u0304"})
            BOOST_TEST(!holds(code, std::string(before) + adjoint), entry.path() << ": " << line);
      }
    }
  BOOST_TEST(read > 100U);
}

BOOST_AUTO_TEST_SUITE_END()

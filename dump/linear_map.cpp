#include <gradus/base/error.hpp>
#include <gradus/dump/algebra.hpp>
#include <gradus/dump/linear_map.hpp>
#include <gradus/graph/compile/rewrite.hpp>

#include <optional>

namespace gradus {
namespace {

Formula identity_matrix() { return formula::symbol("I"); }

struct Factor {
  enum class Kind { diagonal, matrix, column_of_ones, row_of_ones };
  Kind kind;
  Formula value;
};

/// ± F₁ F₂ …; I without factors.
struct Product {
  bool minus = false;
  std::vector<Factor> factors;
};

using SumOfProducts = std::vector<Product>;

Formula function_of(const char* name, Formula value) {
  return formula::row({formula::function(name), formula::group("(", std::move(value), ")")},
                      Formula::Binding::applied);
}

/// diag(a) diag(b) = diag(a ⊙ b); diag(a) 𝟙 = aᵀ for a row a, and 𝟙ᵀ diag(a) = a.
void append_factor(SumOfProducts& sum, const Factor& next) {
  using enum Factor::Kind;
  for (Product& product : sum) {
    std::vector<Factor>& factors = product.factors;
    const bool last_is_diagonal = !factors.empty() && factors.back().kind == diagonal;
    if (last_is_diagonal && next.kind == diagonal)
      factors.back().value = formula::hadamard(factors.back().value, next.value);
    else if (last_is_diagonal && next.kind == column_of_ones)
      factors.back() = {Factor::Kind::matrix, formula::transposed(factors.back().value)};
    else if (!factors.empty() && factors.back().kind == row_of_ones && next.kind == diagonal)
      factors.back() = {Factor::Kind::matrix, next.value};
    else
      factors.push_back(next);
  }
}

Formula matrix_formula(const Factor& factor) {
  const Formula one = formula::symbol("𝟙");
  switch (factor.kind) {
    case Factor::Kind::diagonal:
      return function_of("diag", factor.value);
    case Factor::Kind::matrix:
      return factor.value;
    case Factor::Kind::column_of_ones:
      return one;
    case Factor::Kind::row_of_ones:
      return formula::transposed(one);
  }
  throw InternalError("a factor of a matrix of no kind");
}

Formula matrix_formula(const SumOfProducts& matrix) {
  std::vector<formula::Term> terms;
  for (const Product& product : matrix) {
    std::vector<Formula> factors;
    for (const Factor& factor : product.factors) factors.push_back(matrix_formula(factor));
    terms.push_back(
        {product.minus, factors.empty() ? identity_matrix() : formula::product(std::move(factors))});
  }
  return formula::sum(std::move(terms));
}

class MatrixReader {
 public:
  MatrixReader(const Expr& v, KnownNodes& known, const Notation& notation)
      : v_(v), known_(known), notation_(notation) {}

  /// Nothing where it is no matrix that this can write.
  std::optional<SumOfProducts> read(const Expr& e) {
    if (&e.node() == &v_.node()) return SumOfProducts{Product{}};
    std::vector<std::size_t> ways;
    const Exprs inputs = e.inputs();
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (depends(inputs[i])) ways.push_back(i);
    if (ways.size() == 2 && inputs.size() == 2) return sum(e, inputs);
    if (ways.size() != 1) return std::nullopt;
    std::optional<SumOfProducts> result = read(inputs[ways[0]]);
    if (!result || !step(*result, e, inputs, ways[0])) return std::nullopt;
    return result;
  }

 private:
  bool depends(const Expr& e) { return needed_by(v_.graph(), {e})[v_.node().id()] != 0; }

  std::optional<SumOfProducts> sum(const Expr& e, const Exprs& inputs) {
    const std::string_view op = e.node().op().name();
    if (op != "add" && op != "subtract") return std::nullopt;
    std::optional<SumOfProducts> result = read(inputs[0]);
    const std::optional<SumOfProducts> second = read(inputs[1]);
    if (!result || !second) return std::nullopt;
    for (Product product : *second) {
      product.minus = product.minus != (op == "subtract");
      result->push_back(std::move(product));
    }
    return result;
  }

  Formula written(const Expr& e) { return written_of(e, known_, notation_, true); }

  /// The map from one input to the node, behind those before it.
  bool step(SumOfProducts& matrix, const Expr& e, const Exprs& inputs, std::size_t way) {
    const Index from = inputs[way].shape().count(1);
    const Index to = e.shape().count(1);
    const Node& node = e.node();
    const std::string_view op = node.op().name();
    if (op == "matmul") return matmul(matrix, node, inputs, way);
    if (op == "sum" || notation_.is_transparent(node)) {
      if (from == to) return true;
      if (from != 1 && to != 1) return false;
      append_factor(matrix, {to == 1 ? Factor::Kind::column_of_ones : Factor::Kind::row_of_ones, {}});
      return true;
    }
    if (node.op().kind() != gradus::Kind::elementwise) return false;
    if (op == "negate") {
      for (Product& product : matrix) product.minus = !product.minus;
      return true;
    }
    std::vector<WrittenInput> given;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (i != way) written(inputs[i]);
      given.push_back(i == way ? WrittenInput{formula::number("1"), true} : known_[&inputs[i].node()]);
    }
    const Formula slope = notation_.written(node, given, true);
    if (!formula::is_number(slope, "1")) append_factor(matrix, {Factor::Kind::diagonal, slope});
    return true;
  }

  bool matmul(SumOfProducts& matrix, const Node& node, const Exprs& inputs, std::size_t way) {
    bool transposed[2]{};
    for (const Attribute& attribute : node.op().attributes())
      for (const std::size_t i : {0U, 1U})
        if (attribute.name == (i == 0 ? "transpose_a" : "transpose_b"))
          transposed[i] = attribute.value == Attribute::Value(true);
    const Expr other = inputs[1 - way];
    const Shape& row = inputs[way].shape();
    if (transposed[way] || row.rank() != 2 || row[0].at(1) != 1) return false;
    if (way == 0) {
      const Formula factor = written(other);
      append_factor(matrix, {Factor::Kind::matrix, transposed[1] ? formula::transposed(factor) : factor});
      return true;
    }
    // xᵀ (v M): its elements, row by row, are v (x ⊗ M).
    if (!transposed[0] || other.shape()[0].at(1) != 1) return false;
    const Formula left = formula::bracketed(written(other), Formula::Binding::applied);
    const Formula right = formula::bracketed(matrix_formula(matrix), Formula::Binding::applied);
    matrix = {Product{false,
                      {{Factor::Kind::matrix,
                        formula::row({left, formula::operation("⊗"), right}, Formula::Binding::big)}}}};
    return true;
  }

  const Expr& v_;
  KnownNodes& known_;
  const Notation& notation_;
};

}  // namespace

Formula matrix_of(const Expr& product, const Expr& v, KnownNodes& known, const Notation& notation) {
  const std::optional<SumOfProducts> matrix = MatrixReader(v, known, notation).read(product);
  return matrix ? matrix_formula(*matrix) : Formula();
}

}  // namespace gradus

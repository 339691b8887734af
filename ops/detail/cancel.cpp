#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/detail/cancel.hpp>
#include <gradus/ops/exp.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sigmoid.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

namespace gradus {
namespace {

/// Larger expressions are left as they are, so that looking costs little.
constexpr int most_nodes = 200;
constexpr std::size_t most_monomials = 32;

/// x of a node that is 1 + eˣ, or 1 − σ(x); empty where it is neither.
Expr exponent_of_one_plus_exp(const Expr& y) {
  if (as<Add>(y) == nullptr) return {};
  for (std::size_t i = 0; i < 2; ++i)
    if (fill_value(y.input(i)) == 1.0 && as<Exp>(y.input(1 - i)) != nullptr) return y.input(1 - i).input(0);
  return {};
}

Expr logit_of_complement(const Expr& y) {
  const bool found =
      as<Subtract>(y) != nullptr && fill_value(y.input(0)) == 1.0 && as<Sigmoid>(y.input(1)) != nullptr;
  return found ? y.input(1).input(0) : Expr();
}

/// What a product is made of: a value, the inverse of one that may be 0, σ(x) or σ(−x) of the value x.
struct Factor {
  enum class Form { itself, inverse, sigmoid, complement };
  Expr value;
  Form form = Form::itself;

  friend bool operator==(const Factor&, const Factor&) = default;
  friend bool operator<(const Factor& a, const Factor& b) {
    const std::size_t left = a.value.node().id();
    const std::size_t right = b.value.node().id();
    return left != right ? left < right : a.form < b.form;
  }

  bool is_probability() const {
    return form == Form::sigmoid || form == Form::complement ||
           (form == Form::itself && value.op().positive());
  }
};

using Powers = std::map<Factor, int>;

void multiply_by(Powers& powers, const Factor& factor, int power) {
  if ((powers[factor] += power) == 0) powers.erase(factor);
}

/// A number times a product of powers, none of which is 0.
struct Monomial {
  double coefficient = 1;
  Powers powers;
};

/// A sum of monomials.
using Polynomial = std::vector<Monomial>;

Monomial product(const Monomial& a, const Monomial& b) {
  Monomial result = a;
  result.coefficient *= b.coefficient;
  for (const auto& [factor, power] : b.powers) multiply_by(result.powers, factor, power);
  return result;
}

/// The x of σ(x) and σ(−x), and which of both it is.
Factor logistic(Expr x, Factor::Form form = Factor::Form::sigmoid) {
  while (as<Negate>(x) != nullptr) {
    x = x.input(0);
    form = form == Factor::Form::sigmoid ? Factor::Form::complement : Factor::Form::sigmoid;
  }
  return {x, form};
}

Factor complement(const Factor& factor) {
  return {factor.value,
          factor.form == Factor::Form::sigmoid ? Factor::Form::complement : Factor::Form::sigmoid};
}

/// Writes an expression as a polynomial of its factors.
class Reader {
 public:
  /// Empty when the expression is too large.
  std::optional<Polynomial> read(const Expr& y) {
    Polynomial result = sum_of(y);
    if (nodes_ > most_nodes || too_large_) return std::nullopt;
    return result;
  }

  /// Whether something was divided by a probability.
  bool divides() const { return divides_; }

 private:
  Polynomial sum_of(const Expr& y) {
    if (++nodes_ > most_nodes) return {};
    if (const auto known = logistic_factor(y)) return *known;
    if (as<Negate>(y) != nullptr) return scaled(sum_of(y.input(0)), -1);
    if (as<Multiply>(y) != nullptr) return times(sum_of(y.input(0)), sum_of(y.input(1)));
    if (as<Divide>(y) != nullptr) return times(sum_of(y.input(0)), inverse_of(y.input(1)));
    if (is_sum(y) && worth_opening(y)) return terms_of(y);
    if (const auto value = fill_value(y); value && *value != 0 && std::isfinite(*value))
      return {{*value, {}}};
    return {{1, {{Factor{y}, 1}}}};
  }

  /// σ, 1 − σ, 1 + eˣ, and the eˣ of one that was met.
  std::optional<Polynomial> logistic_factor(const Expr& y) {
    if (as<Sigmoid>(y) != nullptr) return of(logistic(y.input(0)), 1);
    if (const Expr x = logit_of_complement(y)) return of(complement(logistic(x)), 1);
    if (const Expr x = exponent_of_one_plus_exp(y)) return of(complement(logistic(x)), -1);
    return std::nullopt;
  }

  static Polynomial of(const Factor& factor, int power) { return {{1, {{factor, power}}}}; }

  static bool is_sum(const Expr& y) {
    return as<Add>(y) != nullptr || as<Subtract>(y) != nullptr || as<Accumulate>(y) != nullptr;
  }

  /// Sums are multiplied out where that may cancel something: 1 − t, and what a probability is part of.
  bool worth_opening(const Expr& y) {
    if (as<Subtract>(y) != nullptr && fill_value(y.input(0)) == 1.0) return true;
    for (const Expr& x : y.inputs())
      if (has_probability(x)) return true;
    return false;
  }

  bool has_probability(const Expr& y) {
    if (++nodes_ > most_nodes) return false;
    if (y.op().positive()) return true;
    if (!is_sum(y) && as<Multiply>(y) == nullptr && as<Divide>(y) == nullptr && as<Negate>(y) == nullptr)
      return false;
    for (const Expr& x : y.inputs())
      if (has_probability(x)) return true;
    return false;
  }

  Polynomial terms_of(const Expr& y) {
    Polynomial sum;
    for (std::size_t i = 0; i < y.inputs().size(); ++i)
      for (const Monomial& term : scaled(sum_of(y.input(i)), as<Subtract>(y) != nullptr && i == 1 ? -1 : 1))
        sum.push_back(term);
    too_large_ |= sum.size() > most_monomials;
    return sum;
  }

  /// 1 / y, where y may be 0 as one factor that cancels with nothing.
  Polynomial inverse_of(const Expr& y) {
    const Polynomial below = sum_of(y);
    const bool open = below.size() == 1 && [&] {
      for (const auto& [factor, power] : below[0].powers)
        if (!factor.is_probability()) return false;
      return true;
    }();
    if (!open) return {{1, {{Factor{y, Factor::Form::inverse}, 1}}}};
    Monomial result{1 / below[0].coefficient, {}};
    for (const auto& [factor, power] : below[0].powers) {
      divides_ = true;
      result.powers.emplace(factor, -power);
    }
    return {result};
  }

  Polynomial times(const Polynomial& a, const Polynomial& b) {
    Polynomial result;
    too_large_ |= a.size() * b.size() > most_monomials;
    if (too_large_) return result;
    for (const Monomial& left : a)
      for (const Monomial& right : b) result.push_back(product(left, right));
    return result;
  }

  static Polynomial scaled(Polynomial sum, double by) {
    for (Monomial& term : sum) term.coefficient *= by;
    return sum;
  }

  int nodes_ = 0;
  bool too_large_ = false;
  bool divides_ = false;
};

/// eˣ = σ/ς, where σ(x) or σ(−x) is a factor too. Returns whether there was one.
bool open_exponentials(Polynomial& sum) {
  bool opened = false;
  const auto occurs = [&](const Factor& sigmoid) {
    for (const Monomial& term : sum)
      if (term.powers.contains(sigmoid) || term.powers.contains(complement(sigmoid))) return true;
    return false;
  };
  for (Monomial& term : sum) {
    const Powers before = term.powers;
    for (const auto& [factor, power] : before) {
      if (as<Exp>(factor.value) == nullptr || factor.form != Factor::Form::itself) continue;
      const Factor sigmoid = logistic(factor.value.input(0));
      if (!occurs(sigmoid)) continue;
      term.powers.erase(factor);
      multiply_by(term.powers, sigmoid, power);
      multiply_by(term.powers, complement(sigmoid), -power);
      opened = true;
    }
  }
  return opened;
}

/// Joins a with b where their sum is one monomial: equal ones, a σ + a ς = a and a − a σ = a ς.
bool join(Monomial& a, const Monomial& b) {
  if (a.powers == b.powers) {
    a.coefficient += b.coefficient;
    return true;
  }
  const auto times = [](Powers powers, const Factor& factor) {
    multiply_by(powers, factor, 1);
    return powers;
  };
  for (const Monomial* from : std::array<const Monomial*, 2>{&a, &b})
    for (const auto& [factor, power] : from->powers) {
      if (factor.form != Factor::Form::sigmoid && factor.form != Factor::Form::complement) continue;
      const Monomial& other = from == &a ? b : a;
      Powers without = from->powers;
      multiply_by(without, factor, -1);
      if (from->coefficient == other.coefficient && times(without, complement(factor)) == other.powers) {
        a = {from->coefficient, without};
        return true;
      }
      if (from->coefficient == -other.coefficient && without == other.powers) {
        a = {other.coefficient, times(without, complement(factor))};
        return true;
      }
    }
  return false;
}

void join_all(Polynomial& sum) {
  for (bool joined = true; joined;) {
    joined = false;
    for (std::size_t i = 0; i < sum.size() && !joined; ++i)
      for (std::size_t k = i + 1; k < sum.size() && !joined; ++k)
        if (join(sum[i], sum[k])) {
          sum.erase(sum.begin() + static_cast<std::ptrdiff_t>(k));
          if (sum[i].coefficient == 0) sum.erase(sum.begin() + static_cast<std::ptrdiff_t>(i));
          joined = true;
        }
  }
}

bool divides_by_probability(const Polynomial& sum) {
  for (const Monomial& term : sum)
    for (const auto& [factor, power] : term.powers)
      if (power < 0) return true;
  return false;
}

/// Takes out of every term what all have in common.
Powers take_common(Polynomial& sum) {
  Powers common;
  for (auto [factor, power] : sum[0].powers) {
    for (const Monomial& term : sum) {
      const auto found = term.powers.find(factor);
      power = found == term.powers.end() ? 0 : std::min(power, found->second);
    }
    if (power > 0) common.emplace(factor, power);
  }
  for (Monomial& term : sum)
    for (const auto& [factor, power] : common) multiply_by(term.powers, factor, -power);
  return common;
}

Expr value_of(const Factor& factor) {
  if (factor.form == Factor::Form::sigmoid) return sigmoid(factor.value);
  if (factor.form == Factor::Form::complement) return sigmoid(-factor.value);
  return factor.value;
}

/// start · Π factors, probabilities last; an empty start stands for 1.
Expr times_powers(Expr start, const Powers& powers, const Shape& shape, Graph& graph) {
  for (const bool probabilities : {false, true})
    for (const auto& [factor, power] : powers) {
      if (factor.is_probability() != probabilities || factor.form == Factor::Form::inverse) continue;
      for (int i = 0; i < power; ++i) start = start ? start * value_of(factor) : value_of(factor);
    }
  for (const auto& [factor, power] : powers)
    for (int i = 0; factor.form == Factor::Form::inverse && i < power; ++i)
      start = (start ? start : graph.constant(1.0, shape)) / factor.value;
  return start;
}

Expr written(Polynomial sum, const Shape& shape, Graph& graph) {
  if (sum.empty()) return graph.constant(0.0, shape);
  const Powers common = take_common(sum);
  std::stable_partition(sum.begin(), sum.end(), [](const Monomial& term) { return term.coefficient > 0; });
  // A number that all terms share is taken out as well, and the sign of a sum without a positive term.
  double scale = sum[0].coefficient;
  for (const Monomial& term : sum)
    if (std::abs(term.coefficient) != std::abs(scale)) scale = scale > 0 ? 1 : -1;
  Expr total;
  for (const Monomial& term : sum) {
    const double coefficient = term.coefficient / scale;
    Expr value = times_powers({}, term.powers, shape, graph);
    if (!value) {
      if (sum.size() == 1) break;
      value = graph.constant(std::abs(coefficient), shape);
    } else if (std::abs(coefficient) != 1) {
      value = value * std::abs(coefficient);
    }
    total = !total ? value : coefficient > 0 ? total + value : total - value;
  }
  Expr result = times_powers({}, common, shape, graph);
  if (!result)
    result = total;
  else if (total)
    result = result * total;
  if (!result) return graph.constant(scale, shape);
  return scale == 1 ? result : scale == -1 ? -result : result * scale;
}

/// Whether a probability is among the factors of a product.
bool has_probability_factor(const Expr& y, int depth = 8) {
  if (y.op().positive() || logit_of_complement(y) || exponent_of_one_plus_exp(y)) return true;
  if (depth == 0) return false;
  if (as<Negate>(y) != nullptr || as<Divide>(y) != nullptr)
    return has_probability_factor(y.input(0), depth - 1);
  return as<Multiply>(y) != nullptr &&
         (has_probability_factor(y.input(0), depth - 1) || has_probability_factor(y.input(1), depth - 1));
}

Expr cancelled(const Match& match) {
  const Expr& y = match.root();
  if (!has_probability_factor(as<Divide>(y) != nullptr ? y.input(1) : y)) return {};
  Reader reader;
  auto sum = reader.read(y);
  if (!sum) return {};
  const bool multiplies_alike = open_exponentials(*sum);
  if (!multiplies_alike && !reader.divides()) return {};
  join_all(*sum);
  if (divides_by_probability(*sum)) return {};
  return written(*sum, y.shape(), y.graph());
}

}  // namespace

Rule cancel_quotients(const Pattern& left, Patterns examples) {
  return {"probabilities that cancel",
          left == computed("what is left when probabilities cancel", cancelled),
          {{"a probability divides, and none does afterwards"}},
          std::move(examples)};
}

}  // namespace gradus

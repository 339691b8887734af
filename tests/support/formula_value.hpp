#pragma once

#include <gradus/base/error.hpp>
#include <gradus/dump/formula_tree.hpp>
#include <gradus/graph/declare/tensor.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gradus::test {

/// Numbers whose axes have names, by which they are matched: as a formula says them, without reshaping and
/// repeating.
struct FormulaNumbers {
  std::vector<int> axes;
  std::vector<Index> sizes;
  std::vector<double> numbers;
  bool matrix = false;

  static FormulaNumbers one(double number) { return {{}, {}, {number}, false}; }

  std::vector<std::size_t> strides_along(const std::vector<int>& wanted) const {
    std::vector<std::size_t> result(wanted.size(), 0);
    std::size_t stride = 1;
    for (std::size_t i = axes.size(); i-- > 0; stride *= static_cast<std::size_t>(sizes[i])) {
      const auto at = std::ranges::find(wanted, axes[i]);
      if (at != wanted.end() && sizes[i] > 1) result[static_cast<std::size_t>(at - wanted.begin())] = stride;
    }
    return result;
  }

  /// Repeated and turned to these axes.
  std::vector<double> along(const std::vector<int>& wanted, const std::vector<Index>& extents) const {
    std::size_t count = 1;
    for (const Index extent : extents) count *= static_cast<std::size_t>(extent);
    const std::vector<std::size_t> strides = strides_along(wanted);
    std::vector<double> result(count);
    for (std::size_t flat = 0; flat < count; ++flat) {
      std::size_t rest = flat;
      std::size_t at = 0;
      for (std::size_t i = wanted.size(); i-- > 0; rest /= static_cast<std::size_t>(extents[i]))
        at += strides[i] * (rest % static_cast<std::size_t>(extents[i]));
      result[flat] = numbers[at];
    }
    return result;
  }
};

/// What a formula comes to. A product of two matrices is theirs, any other one of numbers; Σ is taken over
/// the axes written below it, over all where none is, or over the last.
class FormulaValue {
 public:
  using Numbers = FormulaNumbers;
  using Kind = Formula::Kind;
  using Binding = Formula::Binding;

  std::map<std::string, Numbers> letters;  ///< by their text
  bool along_last = false;                 ///< a bare Σ is over the last axis
  /// A function that is none of mathematics: an op, by its name. Also ⋆ and w̃ ⋆, by these signs.
  std::function<Numbers(const std::string& name, const std::vector<Numbers>& arguments)> call;

  Numbers of(const Formula& formula) const {
    if (const auto letter = letters.find(to_text(formula)); letter != letters.end()) return letter->second;
    switch (formula.kind) {
      case Kind::number:
        return Numbers::one(std::stod(formula.text));
      case Kind::fraction:
        return each(of(formula.parts[0]), of(formula.parts[1]), std::divides<>());
      case Kind::root:
        return each(of(formula.parts[0]), [](double x) { return std::sqrt(x); });
      case Kind::scripts:
        return raised(formula);
      case Kind::group:
        return grouped(formula);
      case Kind::row:
        return row(formula.parts, formula.binding);
      default:
        throw unreadable(formula);
    }
  }

 private:
  static InternalError unreadable(const Formula& formula) {
    return InternalError("'" + to_text(formula) + "' has no value");
  }

  template <class F>
  static Numbers each(Numbers x, const F& f) {
    for (double& number : x.numbers) number = f(number);
    return x;
  }

  template <class F>
  static Numbers each(const Numbers& a, const Numbers& b, const F& f) {
    const Numbers& longer = a.axes.size() >= b.axes.size() ? a : b;
    const Numbers& other = &longer == &a ? b : a;
    Numbers result = longer;
    for (std::size_t i = 0; i < other.axes.size(); ++i) {
      const auto at = std::ranges::find(result.axes, other.axes[i]);
      if (at == result.axes.end()) {
        result.axes.push_back(other.axes[i]);
        result.sizes.push_back(other.sizes[i]);
      } else {
        Index& size = result.sizes[static_cast<std::size_t>(at - result.axes.begin())];
        size = std::max(size, other.sizes[i]);
      }
    }
    result.numbers = a.along(result.axes, result.sizes);
    const std::vector<double> right = b.along(result.axes, result.sizes);
    for (std::size_t i = 0; i < right.size(); ++i) result.numbers[i] = f(result.numbers[i], right[i]);
    result.matrix = a.matrix || b.matrix;
    return result;
  }

  static Numbers transposed(const Numbers& x) {
    Numbers result = x;
    std::swap(result.axes[0], result.axes[1]);
    std::swap(result.sizes[0], result.sizes[1]);
    result.numbers = x.along(result.axes, result.sizes);
    return result;
  }

  static Numbers times(const Numbers& a, const Numbers& b) {
    if (!a.matrix || !b.matrix) return each(a, b, std::multiplies<>());
    const Index rows = a.sizes[0];
    const Index inner = a.sizes[1];
    const Index columns = b.sizes[1];
    Numbers result{{a.axes[0], b.axes[1]}, {rows, columns}, {}, true};
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < columns; ++j) {
        double sum = 0;
        for (Index k = 0; k < inner; ++k)
          sum += a.numbers[static_cast<std::size_t>(i * inner + k)] *
                 b.numbers[static_cast<std::size_t>(k * columns + j)];
        result.numbers.push_back(sum);
      }
    return result;
  }

  Numbers raised(const Formula& formula) const {
    const Formula& above = formula.parts[2];
    const Formula base = formula::scripts(formula.parts[0], formula.parts[1], {});
    if (above == formula::operation("⊤")) return transposed(of(base));
    if (base == formula::symbol("e")) return each(of(above), [](double x) { return std::exp(x); });
    return each(of(base), of(above), [](double x, double p) { return std::pow(x, p); });
  }

  Numbers grouped(const Formula& formula) const {
    const Formula& inside = formula.parts[0];
    if (formula.text == "(") return of(inside);
    if (formula.text == "|") return each(of(inside), [](double x) { return std::abs(x); });
    const bool holds = formula.text == "[" && inside.parts.size() == 3;
    if (!holds || inside.parts[1] != formula::operation(">")) throw unreadable(formula);
    return each(of(inside.parts[0]), of(inside.parts[2]),
                [](double a, double b) { return a > b ? 1.0 : 0.0; });
  }

  static bool is_big(const Formula& part) {
    return part.kind == Kind::big || (part.kind == Kind::scripts && part.parts[0].kind == Kind::big);
  }

  Numbers row(const std::vector<Formula>& parts, Binding binding) const {
    if (binding == Binding::sum) return sum(parts);
    if (binding == Binding::applied) return applied(parts);
    if (const auto big = std::ranges::find_if(parts, is_big); big != parts.end()) {
      const Numbers total = summed(row({big + 1, parts.end()}, Binding::product), *big);
      return big == parts.begin() ? total : times(row({parts.begin(), big}, Binding::product), total);
    }
    if (parts.size() == 3 && parts[1] == formula::operation("⋆")) {
      const bool turned = parts[0].kind == Kind::accent && parts[0].text == "tilde";
      return call(turned ? "w̃ ⋆" : "⋆", {of(turned ? parts[0].parts[0] : parts[0]), of(parts[2])});
    }
    Numbers result = of(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const bool by_sign = parts[i].kind == Kind::operation;
      const bool elementwise = by_sign && parts[i].text == "⊙";
      if (by_sign) ++i;
      result = elementwise ? each(result, of(parts[i]), std::multiplies<>()) : times(result, of(parts[i]));
    }
    return result;
  }

  Numbers sum(const std::vector<Formula>& parts) const {
    Numbers result = Numbers::one(0);
    bool minus = false;
    for (const Formula& part : parts)
      if (part.kind == Kind::operation)
        minus = part.text == "−";
      else
        result = each(result, of(part), [&](double a, double b) { return minus ? a - b : a + b; });
    return result;
  }

  Numbers summed(const Numbers& x, const Formula& sign) const {
    std::vector<char> over(x.axes.size(), along_last ? 0 : 1);
    if (along_last) over.back() = 1;
    if (sign.kind == Kind::scripts && !sign.parts[1].empty()) {
      std::ranges::fill(over, 0);
      std::string below = to_text(sign.parts[1]) + ",";
      for (std::size_t end = below.find(','); end != std::string::npos; end = below.find(',')) {
        const std::string axis = below.substr(0, end);
        over.at(axis.ends_with("batch") ? 0 : static_cast<std::size_t>(axis.back() - '0')) = 1;
        below.erase(0, end + 1);
      }
    }
    Numbers result;
    std::vector<int> order;
    std::vector<Index> sizes;
    std::size_t terms = 1;
    for (const bool summed : {false, true})
      for (std::size_t i = 0; i < over.size(); ++i)
        if ((over[i] != 0) == summed) {
          order.push_back(x.axes[i]);
          sizes.push_back(x.sizes[i]);
          if (summed) terms *= static_cast<std::size_t>(x.sizes[i]);
        }
    for (std::size_t i = 0; i < over.size(); ++i)
      if (over[i] == 0) {
        result.axes.push_back(x.axes[i]);
        result.sizes.push_back(x.sizes[i]);
      }
    const std::vector<double> all = x.along(order, sizes);
    for (std::size_t i = 0; i < all.size(); i += terms) {
      double total = 0;
      for (std::size_t k = 0; k < terms; ++k) total += all[i + k];
      result.numbers.push_back(total);
    }
    return result;
  }

  Numbers applied(const std::vector<Formula>& parts) const {
    static const std::map<std::string, double (*)(double)> functions{
        {"ln", [](double x) { return std::log(x); }},
        {"sin", [](double x) { return std::sin(x); }},
        {"cos", [](double x) { return std::cos(x); }},
        {"tanh", [](double x) { return std::tanh(x); }},
        {"σ", [](double x) { return 1 / (1 + std::exp(-x)); }},
        {"Φ", [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }}};
    std::string name = parts[0].text;
    const Formula& inside = parts[1].kind == Kind::group ? parts[1].parts[0] : parts[1];
    if (const auto known = functions.find(name); known != functions.end())
      return each(of(inside), known->second);
    std::vector<Numbers> arguments;
    const bool list = inside.kind == Kind::row && inside.binding == Binding::relation;
    for (const Formula& part : list ? inside.parts : std::vector<Formula>{inside})
      if (part.kind != Kind::operation) arguments.push_back(of(part));
    if (name == "max" && arguments.size() == 2)
      return each(arguments[0], arguments[1], [](double a, double b) { return std::max(a, b); });
    if (name == "min" && arguments.size() == 2)
      return each(arguments[0], arguments[1], [](double a, double b) { return std::min(a, b); });
    std::ranges::replace(name, ' ', '_');
    return call(name, arguments);
  }
};

}  // namespace gradus::test

#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/exp.hpp>
#include <gradus/ops/log.hpp>
#include <gradus/ops/log_softmax.hpp>
#include <gradus/ops/matmul.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>
#include <gradus/ops/reshape.hpp>
#include <gradus/ops/select.hpp>
#include <gradus/ops/sigmoid.hpp>
#include <gradus/ops/softmax.hpp>
#include <gradus/ops/softplus.hpp>
#include <gradus/ops/sqrt.hpp>
#include <gradus/ops/square.hpp>
#include <gradus/ops/sum.hpp>
#include <gradus/ops/transpose.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace gradus {

Pattern operator+(const Pattern& a, const Pattern& b) { return call<Add>({a, b}, "+"); }
Pattern operator-(const Pattern& a, const Pattern& b) { return call<Subtract>({a, b}, "-"); }
Pattern operator*(const Pattern& a, const Pattern& b) { return call<Multiply>({a, b}, "*"); }
Pattern operator/(const Pattern& a, const Pattern& b) { return call<Divide>({a, b}, "/"); }
Pattern operator-(const Pattern& x) { return call<Negate>({x}, "-"); }
Pattern exp(const Pattern& x) { return call<Exp>({x}); }
Pattern log(const Pattern& x) { return call<Log>({x}); }
Pattern log_softmax(const Pattern& x) { return call<LogSoftmax>({x}); }
Pattern matmul(const Pattern& a, const Pattern& b) { return call<Matmul>({a, b}); }
Pattern select(const Pattern& mask, const Pattern& a, const Pattern& b) { return call<Select>({mask, a, b}); }
Pattern sigmoid(const Pattern& x) { return call<Sigmoid>({x}); }
Pattern softmax(const Pattern& x) { return call<Softmax>({x}); }
Pattern softplus(const Pattern& x) { return call<Softplus>({x}); }
Pattern sqrt(const Pattern& x) { return call<Sqrt>({x}); }
Pattern square(const Pattern& x) { return call<Square>({x}); }
Pattern sum(const Pattern& x) { return call<Sum>({x}); }
Pattern transpose(const Pattern& x) { return call<Transpose>({x}); }
Pattern broadcast(const Pattern& x) { return shaped<Broadcast>({x}); }
Pattern reshape(const Pattern& x) { return shaped<Reshape>({x}); }
Pattern no_gradient() { return shaped<NoGradient>({}); }

std::vector<Rule> below_broadcast(const std::function<Pattern(const Pattern&)>& f) {
  const Unknown a("a");
  return {{"below a broadcast", f(broadcast(a)) == broadcast(f(a))}};
}

std::vector<Rule> below_broadcast(const std::function<Pattern(const Pattern&, const Pattern&)>& f) {
  const Unknown a("a");
  const Unknown b("b");
  const Number k("k");
  const Pattern both = f(broadcast(a), broadcast(b));
  std::vector<Rule> rules{{"below two broadcasts", both == broadcast(f(a, b)), {same_shape(a, b)}},
                          {"below a broadcast", f(broadcast(a), k) == broadcast(f(a, k))}};
  if (!both.form().commutative)
    rules.emplace_back("below a broadcast of the second", f(k, broadcast(a)) == broadcast(f(k, a)));
  return rules;
}

std::vector<Rule> joined(std::vector<Rule> first, const std::vector<Rule>& second,
                         const std::vector<Rule>& third) {
  for (const std::vector<Rule>* more : {&second, &third})
    first.insert(first.end(), more->begin(), more->end());
  return first;
}

Condition within_float(const Number& number) {
  return {fmt::format("a float holds {}", to_string(number)), [number](const Match& match) {
            using Float = std::numeric_limits<float>;
            const double size = std::abs(match.number(number));
            return size == 0 ||
                   (size >= static_cast<double>(Float::min()) && size <= static_cast<double>(Float::max()));
          }};
}

}  // namespace gradus

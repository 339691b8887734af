#pragma once

#include <gradus/graph/declare/rule.hpp>

namespace gradus {

// What the rules of ops are written with: operators and ops of patterns, as those of expressions. An op that
// is not among them is call<Op>({x, …}).

Pattern operator+(const Pattern& a, const Pattern& b);
Pattern operator-(const Pattern& a, const Pattern& b);
Pattern operator*(const Pattern& a, const Pattern& b);
Pattern operator/(const Pattern& a, const Pattern& b);
Pattern operator-(const Pattern& x);

Pattern exp(const Pattern& x);
Pattern log(const Pattern& x);
Pattern log_softmax(const Pattern& x);
Pattern matmul(const Pattern& a, const Pattern& b);
Pattern select(const Pattern& mask, const Pattern& a, const Pattern& b);
Pattern sigmoid(const Pattern& x);
Pattern softmax(const Pattern& x);
Pattern softplus(const Pattern& x);
Pattern sqrt(const Pattern& x);
Pattern square(const Pattern& x);
Pattern sum(const Pattern& x);
Pattern transpose(const Pattern& x);

// On the right, in the shape that is called for.
Pattern broadcast(const Pattern& x);
Pattern reshape(const Pattern& x);
Pattern no_gradient();

/// f(broadcast(a)) == broadcast(f(a)): elementwise ops are computed where their inputs are small.
std::vector<Rule> below_broadcast(const std::function<Pattern(const Pattern&)>& f);

/// The same of two inputs, each broadcast from one shape or a number.
std::vector<Rule> below_broadcast(const std::function<Pattern(const Pattern&, const Pattern&)>& f);

/// One list of all.
std::vector<Rule> joined(std::vector<Rule> first, const std::vector<Rule>& second,
                         const std::vector<Rule>& third = {});

/// A float holds a number of that size, or it is 0: constants may be folded only into such.
Condition within_float(const Number& number);

}  // namespace gradus

#pragma once

#include <gradus/graph/declare/rule.hpp>

namespace gradus {

/// The rule of what a product or quotient of probabilities is equal to in real arithmetic once all that
/// divides and multiplies alike has been cancelled: what it cancels may underflow, and 0 / 0 is not a number.
/// Empty where nothing can be cancelled, or a division by a probability would be left.
///
/// A probability is what an op that says `positive` gives. Of σ = σ(x) the rules are those of the logistic
/// function, with ς = 1 − σ = σ(−x):
///
///     1 + eˣ = 1/ς,  eˣ = σ/ς,  a σ + a ς = a,  a − a σ = a ς
///
/// So the gradients of ln σ, ln(1 − σ) and ln(1 + eˣ) come out as ȳ ς, −ȳ σ and ȳ σ, that of binary
/// cross-entropy as ȳ (σ − t), and their derivatives without a division too.
Rule cancel_quotients(const Pattern& left, Patterns examples);

}  // namespace gradus

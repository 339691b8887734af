#pragma once

#include <gradus/graph/plan.hpp>

namespace gradus {

/// Runs the forward part of a program once more, every node with memory of its own, and says in a message
/// which node was the first whose numbers are not finite, at which step, where it was declared and what to
/// try.
template <class Scalar>
std::string explain_not_finite(const Plan<Scalar>& plan, const State<Scalar>& state,
                               std::span<const Feed<Scalar>> feeds, Index batch);

extern template std::string explain_not_finite(const Plan<float>&, const State<float>&,
                                               std::span<const Feed<float>>, Index);
extern template std::string explain_not_finite(const Plan<double>&, const State<double>&,
                                               std::span<const Feed<double>>, Index);

}  // namespace gradus

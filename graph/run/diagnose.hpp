#pragma once

#include <gradus/graph/compile/plan.hpp>
#include <gradus/graph/run/program.hpp>

namespace gradus {

/// Runs what a training step's updates are made of once more, every node with memory of its own, and says in
/// a message which node was the first whose numbers are not finite, at which step, where it was declared and
/// what to try.
template <class Scalar>
std::string explain_not_finite(const Plan<Scalar>& plan, const State<Scalar>& state,
                               std::span<const Feed<Scalar>> feeds, Index batch);

/// Says which variable an update of large numbers would have made not finite; the state has its old values.
std::string explain_withdrawn(const std::string& variable, std::int64_t step);

/// Says which variables an update has left not finite, and which it has assigned.
template <class Scalar>
std::string explain_damaged(const Plan<Scalar>& plan, const State<Scalar>& state);

/// The first variable that is not finite and where, or nothing.
template <class Scalar>
std::string first_not_finite(const State<Scalar>& state);

extern template std::string explain_not_finite(const Plan<float>&, const State<float>&,
                                               std::span<const Feed<float>>, Index);
extern template std::string explain_not_finite(const Plan<double>&, const State<double>&,
                                               std::span<const Feed<double>>, Index);
extern template std::string explain_damaged(const Plan<float>&, const State<float>&);
extern template std::string explain_damaged(const Plan<double>&, const State<double>&);
extern template std::string first_not_finite(const State<float>&);
extern template std::string first_not_finite(const State<double>&);

}  // namespace gradus

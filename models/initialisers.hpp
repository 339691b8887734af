#pragma once

#include <gradus/graph/initialiser.hpp>

#include <string>
#include <vector>

namespace gradus {

// Initial values as functions of (seed, variable, element) through a counter-based generator, so that they
// depend on nothing else. Fan-in and fan-out of a weight (in, out) are its two sizes; those
// of kernels (out, in, rows, columns) count every pixel of the kernel.

/// 0 everywhere.
Initialiser zeros();

/// Uniform on [−limit, limit].
Initialiser uniform(double limit);

/// Normal with mean 0 and deviation σ.
Initialiser gaussian(double deviation);

/// Uniform on ±√(6 / (fan-in + fan-out)) (Glorot & Bengio 2010).
Initialiser glorot_uniform();

/// Normal with variance 2 / (fan-in + fan-out) (Glorot & Bengio 2010).
Initialiser glorot_normal();

/// Uniform on ±√(6 / fan-in) (He et al. 2015).
Initialiser he_uniform();

/// Normal with variance 2 / fan-in (He et al. 2015).
Initialiser he_normal();

/// An initialiser the program can choose by name.
struct RegisteredInitialiser {
  std::string form;  ///< "gaussian:σ"
  std::string formula;
};

/// Every initialiser, as parse_initialiser reads them.
const std::vector<RegisteredInitialiser>& registered_initialisers();

/// "zeros", "uniform:LIMIT", "gaussian:SIGMA", "glorot" or "glorot-uniform", "glorot-normal", "he" or
/// "he-uniform", "he-normal". Throws NameError for an unknown name, ValueError for a number that is missing
/// or not above 0.
Initialiser parse_initialiser(const std::string& text);

}  // namespace gradus

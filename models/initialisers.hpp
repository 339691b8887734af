#pragma once

#include <gradus/base/registry.hpp>
#include <gradus/graph/declare/initialiser.hpp>

#include <string>

namespace gradus {

// Initial values as functions of (seed, variable, element) through a counter-based generator, so that they
// depend on nothing else. Fan-in and fan-out of a weight (in, out) are its two sizes; those
// of kernels (out, in, rows, columns) count every pixel of the kernel.

/// A weight that is given its initial values.
class Filling {
 public:
  Filling(std::span<double> values, const Extents& extents, std::uint64_t seed, std::uint64_t stream)
      : values(values), extents(extents), seed(seed), stream(stream) {}

  double fan_in() const;
  double fan_out() const;

  void same(double value);
  /// Each on [−limit, limit].
  void uniform(double limit);
  /// Each with mean 0 and standard deviation σ.
  void normal(double sigma);

  std::span<double> values;
  const Extents& extents;
  std::uint64_t seed;
  std::uint64_t stream;
};

/// An initialiser that is a part, as base/part.hpp says, with `void fill(Filling&) const`; those of the
/// library are in initialisers/.
struct NamedInitialiser : Initialiser {
  /// Throws ValueError for a parameter out of range.
  template <class T>
  requires requires(const T& part, Filling& filling) {
    part.fill(filling);
    T::description.name;
  }
  NamedInitialiser(T part) {  // NOLINT(google-explicit-constructor): dense(x, 3, "h", Gaussian{0.1})
    name = checked_text("initialiser", part);
    fill = [part](std::span<double> values, const Extents& extents, std::uint64_t seed,
                  std::uint64_t stream) {
      Filling filling(values, extents, seed, stream);
      part.fill(filling);
    };
  }
};

/// Every initialiser of models/initialisers, by name.
const Registry<NamedInitialiser>& registered_initialisers();

/// 0 everywhere.
Initialiser zeros();

/// Uniform on [−limit, limit].
Initialiser uniform(double limit);

/// Normal with mean 0 and standard deviation σ.
Initialiser gaussian(double sigma);

/// Uniform on ±√(6 / (fan-in + fan-out)) (Glorot & Bengio 2010).
Initialiser glorot_uniform();

/// Normal with variance 2 / (fan-in + fan-out) (Glorot & Bengio 2010).
Initialiser glorot_normal();

/// Uniform on ±√(6 / fan-in) (He et al. 2015).
Initialiser he_uniform();

/// Normal with variance 2 / fan-in (He et al. 2015).
Initialiser he_normal();

/// An initialiser from text, as Registry::parse() reads it: "glorot", "gaussian:0.1". Throws NameError for an
/// unknown name, ValueError for a number that is missing or out of range.
Initialiser parse_initialiser(const std::string& text);

}  // namespace gradus

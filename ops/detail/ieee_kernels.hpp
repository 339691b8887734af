#pragma once

#include <gradus/ops/detail/ieee.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstdint>
#include <limits>

namespace gradus {

// Eigen's vectorised functions leave out what the ends of the range need. These add it, for whole packets,
// so that ±0, ±∞, NaN and what underflows come out the same in every way to compute:
// `x.unaryExpr(ieee::Exp<Scalar>())`.
namespace ieee {

/// ln of the smallest normal number.
template <class Scalar>
inline constexpr auto least_exponent = static_cast<Scalar>((std::numeric_limits<Scalar>::min_exponent - 1) *
                                                           0.69314718055994530942);

/// eˣ; 0 where the result would be below the smallest normal number.
template <class Scalar>
struct Exp {
  Scalar operator()(Scalar x) const { return x < least_exponent<Scalar> ? Scalar(0) : std::exp(x); }
  template <class Packet>
  Packet packetOp(const Packet& x) const {
    using namespace Eigen::internal;
    const Packet zero = pset1<Packet>(Scalar(0));
    return pselect(pcmp_lt(x, pset1<Packet>(least_exponent<Scalar>)), zero, pexp(x));
  }
};

/// 1 / (1 + e⁻ˣ); 0 where the result would be below the smallest normal number.
template <class Scalar>
struct Logistic {
  using Inner = Eigen::internal::scalar_logistic_op<Scalar>;
  Scalar operator()(Scalar x) const { return x < least_exponent<Scalar> ? Scalar(0) : Inner()(x); }
  template <class Packet>
  Packet packetOp(const Packet& x) const {
    using namespace Eigen::internal;
    const Packet zero = pset1<Packet>(Scalar(0));
    return pselect(pcmp_lt(x, pset1<Packet>(least_exponent<Scalar>)), zero, Inner().packetOp(x));
  }
};

/// ln x, of numbers below the smallest normal one too: ln x = ln(2ᵏ x) − k ln 2.
template <class Scalar>
struct Log {
  static constexpr int shift = std::numeric_limits<Scalar>::digits;
  Scalar operator()(Scalar x) const { return std::log(x); }
  template <class Packet>
  Packet packetOp(const Packet& x) const {
    using namespace Eigen::internal;
    const Packet small = pcmp_lt(x, pset1<Packet>(std::numeric_limits<Scalar>::min()));
    const Packet zero = pset1<Packet>(Scalar(0));
    const Packet larger = pmul(x, pset1<Packet>(Scalar(std::int64_t{1} << shift)));
    const auto low = static_cast<Scalar>(shift * 0.69314718055994530942);
    return psub(plog(pselect(small, larger, x)), pselect(small, pset1<Packet>(low), zero));
  }
};

/// √x as IEEE 754 rounds it. Eigen's psqrt may be an estimate that Newton's method has improved.
template <class Packet>
Packet exact_root(const Packet& x) {
  return Eigen::internal::psqrt(x);
}
#ifdef EIGEN_VECTORIZE_SSE2
inline Eigen::internal::Packet4f exact_root(const Eigen::internal::Packet4f& x) { return _mm_sqrt_ps(x); }
inline Eigen::internal::Packet2d exact_root(const Eigen::internal::Packet2d& x) { return _mm_sqrt_pd(x); }
#endif
#ifdef EIGEN_VECTORIZE_AVX
inline Eigen::internal::Packet8f exact_root(const Eigen::internal::Packet8f& x) { return _mm256_sqrt_ps(x); }
inline Eigen::internal::Packet4d exact_root(const Eigen::internal::Packet4d& x) { return _mm256_sqrt_pd(x); }
#endif
#ifdef EIGEN_VECTORIZE_AVX512
inline Eigen::internal::Packet16f exact_root(const Eigen::internal::Packet16f& x) {
  return _mm512_sqrt_ps(x);
}
inline Eigen::internal::Packet8d exact_root(const Eigen::internal::Packet8d& x) { return _mm512_sqrt_pd(x); }
#endif

/// √x.
template <class Scalar>
struct Sqrt {
  Scalar operator()(Scalar x) const { return std::sqrt(x); }
  template <class Packet>
  Packet packetOp(const Packet& x) const {
    return exact_root(x);
  }
};

template <class Scalar>
struct Power {
  using Inner = Eigen::internal::scalar_pow_op<Scalar, Scalar>;
  Scalar exponent;
  bool odd = std::abs(std::fmod(exponent, Scalar(2))) == Scalar(1);
  Scalar operator()(Scalar x) const { return std::pow(x, exponent); }
  template <class Packet>
  Packet packetOp(const Packet& x) const {
    using namespace Eigen::internal;
    const Packet p = pset1<Packet>(exponent);
    if (!odd) return Inner().packetOp(x, p);
    return por(Inner().packetOp(pabs(x), p), pand(x, pset1<Packet>(Scalar(-0.0))));
  }
};

/// x where x > 0, else s (eˣ − 1), exact for small x too.
template <class Scalar>
struct Elu {
  Scalar scale;
  Scalar operator()(Scalar x) const { return x > 0 ? x : scale * std::expm1(x); }
  template <class Packet>
  Packet packetOp(const Packet& x) const {
    using namespace Eigen::internal;
    const Packet zero = pset1<Packet>(Scalar(0));
    const Packet above = pcmp_lt(zero, x);
    return pselect(above, x, pmul(pset1<Packet>(scale), pexpm1(pselect(above, zero, x))));
  }
};

}  // namespace ieee
}  // namespace gradus

namespace Eigen::internal {

template <class Scalar>
struct functor_traits<gradus::ieee::Exp<Scalar>> : functor_traits<scalar_exp_op<Scalar>> {};
template <class Scalar>
struct functor_traits<gradus::ieee::Logistic<Scalar>> : functor_traits<scalar_logistic_op<Scalar>> {};
template <class Scalar>
struct functor_traits<gradus::ieee::Log<Scalar>> : functor_traits<scalar_log_op<Scalar>> {};
template <class Scalar>
struct functor_traits<gradus::ieee::Sqrt<Scalar>> : functor_traits<scalar_sqrt_op<Scalar>> {};
template <class Scalar>
struct functor_traits<gradus::ieee::Power<Scalar>> : functor_traits<scalar_pow_op<Scalar, Scalar>> {};
template <class Scalar>
struct functor_traits<gradus::ieee::Elu<Scalar>> : functor_traits<scalar_expm1_op<Scalar>> {};

}  // namespace Eigen::internal

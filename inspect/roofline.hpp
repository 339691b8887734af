#pragma once

#include <gradus/graph/declare/shape.hpp>

namespace gradus {

/// What a machine can do at most: the roofline model (Williams, Waterman & Patterson 2009). What takes n
/// floating-point operations on b bytes of memory takes at least
///
///     max(n / operations, b / bytes) seconds.
struct Roofline {
  double operations = 0;  ///< a second, of float: a multiplication and an addition in one instruction are two
  double bytes = 0;       ///< a second, to and from memory, of arrays that no cache holds

  /// Which part of a time was needed at least: 1 on the roof. Above it is what finds its numbers in a cache,
  /// to which memory's bandwidth is no bound.
  double part(double operations_done, double bytes_moved, double seconds) const;
};

/// Measures it on so many threads, in about a tenth of a second: chains of vector instructions that multiply
/// and add, as many as hide their latency, and a ← b + s c over three arrays that are together three times
/// the last-level cache, of at most 128 MiB each; the best of several rounds of each. Throws MemoryError
/// where there is no memory for the arrays, ValueError as ThreadPool does.
Roofline measure_roofline(int threads);

/// Independent chains of y ← s y + t on whole vector registers, three quarters of all there are: 24 on
/// AVX-512 and NEON, 12 on AVX2, more than the two units of four to five cycles that any of them has need.
/// `length` links of each; returns a sum of them, so that none is left out. s and t must not be known to the
/// compiler, which would compute the chains itself; with s = ½ and t = 1 they stay finite.
float run_chains(float s, float t, Index length);

/// Floating-point operations of one call.
double operations_of_chains(Index length);

}  // namespace gradus

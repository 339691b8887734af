#pragma once

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

}  // namespace gradus

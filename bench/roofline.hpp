#pragma once

#include <functional>

namespace gradus::bench {

/// What the machine can do at most, as steps to time.

/// Floating-point operations of one call of `peak`, on each thread.
double peak_flops();

/// run_chains() of inspect/roofline.hpp on each of `threads` threads.
std::function<void()> peak(int threads);

/// Bytes moved by one call of `triad` with arrays of this many bytes on each thread.
double triad_bytes(double array_bytes);

/// a[i] = b[i] + 3 c[i] on each thread's own arrays (McCalpin's STREAM, 1995): two read, one written, the
/// line that is written first read too and not counted, as STREAM has it.
std::function<void()> triad(int threads, double array_bytes);

/// Two threads hand one cache line to each other, 500 times there and back, by spinning: a call's
/// microseconds are the nanoseconds of one way. Where a machine's cores have several last-level caches it
/// says whether the two share one, which sets the price of whatever two threads do together.
std::function<void()> hand_over();

/// Arrays beyond the last-level cache, and three that fit in half of the second-level cache.
double memory_array_bytes();
double cache_array_bytes();

}  // namespace gradus::bench

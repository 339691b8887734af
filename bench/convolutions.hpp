#pragma once

#include <functional>

#include "lenet.hpp"

namespace gradus::bench {

/// What one of LeNet's convolutions is asked for: y = w ⋆ x + b, or the gradient of w or of x from ȳ.
enum class Pass { forward, kernel, input };

/// One pass of lenet_convolutions[layer] over 256 images by gradus's kernels (ops/detail/convolve.hpp),
/// blocks of sixteen images divided between threads.
std::function<void()> convolution_by_gradus(std::size_t layer, Pass pass, int threads);

/// The same by the kernels of LeNet's floor, for the gradients alone: its forward pass has the pooling in it.
std::function<void()> convolution_by_hand(std::size_t layer, Pass pass, int threads);

/// The same by oneDNN's primitive, in the layouts it asks for, on so many threads.
std::function<void()> convolution_by_onednn(std::size_t layer, Pass pass, int threads);

/// Throws std::runtime_error unless all give the same numbers, to float's accuracy.
void verify_convolutions(std::size_t layer, Pass pass);

double convolution_flops(std::size_t layer);

}  // namespace gradus::bench

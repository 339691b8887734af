#pragma once

#include <gradus/base/png.hpp>
#include <gradus/data/dataset.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace gradus::data {

/// How large what is drawn is on the images of a set: the median, over its first 1,000 images, of the longer
/// side of the smallest rectangle that holds every pixel above 20 % of the image's brightest. 20 for MNIST.
/// Throws ValueError for a set without images.
std::size_t drawn_size(const Subset& examples);

/// A picture as one more image of a set of rows × cols images, light on black.
///
/// A picture of that very size is taken as it is, or as its negative where its edge is light, when what is
/// drawn on it is as large as on the set's images: its longer side, measured as by drawn_size(), is 0.7 drawn
/// to drawn + 1. (Of MNIST's 70,000 images that is every one, of Fashion-MNIST's 99.9 %.) Of any other:
///
/// 1. The ink is how much a pixel g differs from its Background b, g − b or b − g, each over the light there:
///    what paper and ink reflect is multiplied by that. The light is (b + 1) / (max b + 1), but 1/4 at least.
///    Where the picture's edge is transparent the ink is the opacity. Less than 10 % of the most ink is
///    paper.
/// 2. What is drawn is the smallest rectangle that holds all above 20 % of the most ink. A picture larger
///    than four times the images is shrunk to that for this measurement, so that its grain is averaged. Ink
///    beyond a margin of a twentieth around the rectangle is dust.
/// 3. It is scaled so that the longer side of what is drawn has `drawn` pixels (triangle filter), and moved
/// so
///    that its centre of mass is the image's centre, as MNIST's digits were (LeCun, Bottou, Bengio, Haffner
///    1998), or as near to that as it fits.
/// 4. The brightest pixel becomes 255.
///
/// `picture` has two channels, grey and opacity. Throws FileError naming `name` when nothing is drawn: no
/// pixel differs from the background by 10 of 255.
std::vector<std::uint8_t> from_picture(const Raster& picture, const std::string& name, std::size_t rows,
                                       std::size_t cols, std::size_t drawn);

}  // namespace gradus::data

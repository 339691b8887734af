#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace gradus::data {

/// Where each pixel of a moved image comes from. With p = (x, y) in pixels from the image's centre, x to the
/// right and y down, the result at p is the image at
///
///     A p + a + d(p)
///
/// between four pixels (bilinear), and background, 0, outside of the image. Geometric transforms in a row
/// join in one Warp, so that an image is resampled once however many they are.
class Warp {
 public:
  /// Back to where every pixel comes from its own place.
  void reset(std::size_t rows, std::size_t cols);

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }

  /// Lets what is moved so far be moved further: its point (xx x + xy y + x0, yx x + yy y + y0) goes to (x,
  /// y).
  void pull(double xx, double xy, double yx, double yy, double x0 = 0, double y0 = 0);

  /// The displacements d(p), rows × cols each: to be added to.
  struct Field {
    std::span<float> x;
    std::span<float> y;
  };
  Field bend();

  /// Moves the image, rows × cols.
  void resample(std::span<float> image);

  /// Memory for a transform to work in, of at least this size and all zeros: it need not allocate for every
  /// image. Each is good until the same one is asked for again.
  std::span<float> first_scratch(std::size_t size) { return zeros(first_, size); }
  std::span<float> second_scratch(std::size_t size) { return zeros(second_, size); }

 private:
  static std::span<float> zeros(std::vector<float>& memory, std::size_t size) {
    memory.assign(size, 0.0f);
    return memory;
  }

  std::size_t rows_ = 0, cols_ = 0;
  double xx_ = 1, xy_ = 0, yx_ = 0, yy_ = 1, x0_ = 0, y0_ = 0;
  bool bent_ = false;
  std::vector<float> dx_, dy_;
  std::vector<float> framed_;
  std::vector<float> first_, second_;
};

}  // namespace gradus::data

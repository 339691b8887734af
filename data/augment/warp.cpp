#include <gradus/data/augment/warp.hpp>

#include <algorithm>

namespace gradus::data {

void Warp::reset(std::size_t rows, std::size_t cols) {
  rows_ = rows;
  cols_ = cols;
  xx_ = yy_ = 1;
  xy_ = yx_ = x0_ = y0_ = 0;
  bent_ = false;
}

void Warp::pull(double xx, double xy, double yx, double yy, double x0, double y0) {
  x0_ += xx_ * x0 + xy_ * y0;
  y0_ += yx_ * x0 + yy_ * y0;
  const double a = xx_, b = xy_, c = yx_, d = yy_;
  xx_ = a * xx + b * yx;
  xy_ = a * xy + b * yy;
  yx_ = c * xx + d * yx;
  yy_ = c * xy + d * yy;
}

Warp::Field Warp::bend() {
  if (!bent_) {
    dx_.assign(rows_ * cols_, 0.0f);
    dy_.assign(rows_ * cols_, 0.0f);
    bent_ = true;
  }
  return {dx_, dy_};
}

void Warp::resample(std::span<float> image) {
  // A frame of background, one pixel on the left and above and two on the right and below, holds both
  // neighbours of every place from −1 to rows or cols; what lies further out is background too.
  const std::size_t stride = cols_ + 3;
  framed_.assign((rows_ + 3) * stride, 0.0f);
  for (std::size_t row = 0; row < rows_; ++row)
    std::copy_n(image.begin() + static_cast<std::ptrdiff_t>(row * cols_), cols_,
                framed_.begin() + static_cast<std::ptrdiff_t>((row + 1) * stride + 1));

  const auto last_col = static_cast<float>(cols_);
  const auto last_row = static_cast<float>(rows_);
  const double centre_x = (static_cast<double>(cols_) - 1) / 2;
  const double centre_y = (static_cast<double>(rows_) - 1) / 2;
  const auto xx = static_cast<float>(xx_), yx = static_cast<float>(yx_);
  const auto width = static_cast<int>(stride);
  const float* framed = framed_.data();
  for (std::size_t row = 0; row < rows_; ++row) {
    const double y = static_cast<double>(row) - centre_y;
    // Of the pixel at column 0.
    const auto from_x = static_cast<float>(xy_ * y + x0_ + centre_x - xx_ * centre_x);
    const auto from_y = static_cast<float>(yy_ * y + y0_ + centre_y - yx_ * centre_x);
    float* out = &image[row * cols_];
    const float* dx = bent_ ? &dx_[row * cols_] : nullptr;
    const float* dy = bent_ ? &dy_[row * cols_] : nullptr;
    for (std::size_t col = 0; col < cols_; ++col) {
      const auto c = static_cast<float>(col);
      const float u = from_x + xx * c + (dx != nullptr ? dx[col] : 0.0f);
      const float v = from_y + yx * c + (dy != nullptr ? dy[col] : 0.0f);
      // From here on counted from the frame's corner, so that cutting off rounds down.
      const float frame_x = std::min(std::max(u, -1.0f), last_col) + 1;
      const float frame_y = std::min(std::max(v, -1.0f), last_row) + 1;
      const int left = static_cast<int>(frame_x);
      const int top = static_cast<int>(frame_y);
      const float right_share = frame_x - static_cast<float>(left);
      const float lower_share = frame_y - static_cast<float>(top);
      const float* at = framed + (top * width + left);
      const float upper = at[0] + right_share * (at[1] - at[0]);
      const float lower = at[width] + right_share * (at[width + 1] - at[width]);
      out[col] = upper + lower_share * (lower - upper);
    }
  }
}

}  // namespace gradus::data

#pragma once

#include <gradus/graph/declare/shape.hpp>

#include <string_view>

namespace gradus {

/// A row-major matrix whose rows are `stride` numbers apart, read as it is or transposed.
template <class Scalar>
struct MatrixView {
  const Scalar* data;
  Index stride;
  bool transposed;
};

/// C ← α A B + β C for C of rows × columns and an inner length of `inner`; C's rows are `stride` numbers
/// apart. With β = 0, C is not read. The one place where matrices are multiplied: oneDNN's dnnl_sgemm for
/// float where the library was built with it and A has more than one row, Eigen's product otherwise.
template <class Scalar>
void matrix_product(Index rows, Index columns, Index inner, Scalar alpha, MatrixView<Scalar> a,
                    MatrixView<Scalar> b, Scalar beta, Scalar* c, Index stride);

extern template void matrix_product(Index, Index, Index, float, MatrixView<float>, MatrixView<float>, float,
                                    float*, Index);
extern template void matrix_product(Index, Index, Index, double, MatrixView<double>, MatrixView<double>,
                                    double, double*, Index);

/// Which kernel multiplies floats here: "oneDNN 2.6.3 dnnl_sgemm" or "Eigen 3.4.0".
std::string_view matrix_product_kernel();

}  // namespace gradus

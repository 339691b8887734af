// Kernels below the ops, against sums written out and against themselves.
#include <gradus/ops/detail/ieee_kernels.hpp>
#include <gradus/ops/matrix_product.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

using namespace gradus;

namespace {

using BothScalars = std::tuple<float, double>;

template <class Scalar>
std::vector<Scalar> wave(Index size, double step) {
  std::vector<Scalar> result;
  for (Index i = 0; i < size; ++i)
    result.push_back(static_cast<Scalar>(std::sin(step * static_cast<double>(i + 1))));
  return result;
}

template <class Scalar>
double entry(const MatrixView<Scalar>& m, Index row, Index column) {
  const Index at = m.transposed ? column * m.stride + row : row * m.stride + column;
  return static_cast<double>(m.data[at]);
}

/// A kernel takes whole packets, and the rest of an array number by number: both must say the same of a
/// number, within 4 roundings.
template <class Scalar, class Kernel>
void check_both_ways(const char* name, const Kernel& kernel) {
  using Limits = std::numeric_limits<Scalar>;
  constexpr Index packet = 64;
  for (const Scalar x : {Scalar(0), -Scalar(0), Scalar(0.3), Scalar(-0.3), Scalar(7), Scalar(-7),
                         Scalar(-1000), Scalar(1e-30), Limits::min() / 8, Limits::denorm_min(),
                         Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()}) {
    const Eigen::Array<Scalar, Eigen::Dynamic, 1> many =
        Eigen::Array<Scalar, Eigen::Dynamic, 1>::Constant(packet, x).unaryExpr(kernel);
    const Scalar one = kernel(x);
    const bool same =
        std::isnan(one) ? std::isnan(many[0])
                        : many[0] == one || std::abs(many[0] - one) <= 4 * Limits::epsilon() * std::abs(one);
    BOOST_TEST(same, name << " of " << x << ": " << many[0] << " in a packet, " << one << " alone");
    if (one == 0) BOOST_TEST(std::signbit(many[0]) == std::signbit(one), name << " of " << x);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kernels)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_matrix_product_is_its_sum, Scalar, BothScalars) {
  constexpr Index rows = 3, inner = 5, columns = 4, stride = 7;
  const std::vector<Scalar> left = wave<Scalar>(7 * 7, 0.7);
  const std::vector<Scalar> right = wave<Scalar>(7 * 7, 1.1);
  const std::vector<Scalar> before = wave<Scalar>(rows * stride, 1.9);
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true})
      for (const double beta : {0.0, 1.0, -0.5}) {
        const MatrixView<Scalar> a{left.data(), 7, transpose_a};
        const MatrixView<Scalar> b{right.data(), 7, transpose_b};
        std::vector<Scalar> c = before;
        matrix_product(rows, columns, inner, Scalar(2), a, b, static_cast<Scalar>(beta), c.data(), stride);
        for (Index row = 0; row < rows; ++row)
          for (Index column = 0; column < stride; ++column) {
            const auto at = static_cast<std::size_t>(row * stride + column);
            double expected = static_cast<double>(before[at]);
            if (column < columns) {
              expected *= beta;
              for (Index k = 0; k < inner; ++k) expected += 2 * entry(a, row, k) * entry(b, k, column);
            }
            BOOST_TEST(std::abs(static_cast<double>(c[at]) - expected) < 1e-5,
                       "row " << row << ", column " << column << ", beta " << beta);
          }
      }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(packets_and_single_numbers_agree, Scalar, BothScalars) {
  check_both_ways<Scalar>("exp", ieee::Exp<Scalar>());
  check_both_ways<Scalar>("sigmoid", ieee::Logistic<Scalar>());
  check_both_ways<Scalar>("log", ieee::Log<Scalar>());
  check_both_ways<Scalar>("sqrt", ieee::Sqrt<Scalar>());
  check_both_ways<Scalar>("elu", ieee::Elu<Scalar>{Scalar(0.5)});
  for (const double exponent : {2.0, 3.0, -1.0, 0.5})
    check_both_ways<Scalar>("power", ieee::Power<Scalar>{static_cast<Scalar>(exponent)});
}

BOOST_AUTO_TEST_SUITE_END()

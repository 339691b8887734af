#include <gradus/base/error.hpp>
#include <gradus/ops/matrix_product.hpp>

#include <fmt/format.h>
#include <Eigen/Core>

#ifdef GRADUS_HAVE_ONEDNN
#include <dlfcn.h>
#include <dnnl.h>
#include <sys/mman.h>

#include <new>
#endif

namespace gradus {
namespace {

template <class Scalar>
using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Scalar>
using Strided = Eigen::Map<const Matrix<Scalar>, Eigen::Unaligned, Eigen::OuterStride<>>;

/// c ← α a B + β c of one row, for which Eigen's product of matrices would take a temporary.
template <class Scalar>
void eigen_row(Index columns, Index inner, Scalar alpha, MatrixView<Scalar> a, MatrixView<Scalar> b,
               Scalar beta, Scalar* c) {
  using Row = Eigen::Matrix<Scalar, 1, Eigen::Dynamic>;
  Eigen::Map<Row> out(c, columns);
  if (beta == Scalar(0))
    out.setZero();
  else if (beta != Scalar(1))
    out *= beta;
  const Eigen::Map<const Row, Eigen::Unaligned, Eigen::InnerStride<>> row(
      a.data, inner, Eigen::InnerStride<>(a.transposed ? a.stride : 1));
  const Eigen::OuterStride<> stride(b.stride);
  if (b.transposed)
    out.noalias() += alpha * (row * Strided<Scalar>(b.data, columns, inner, stride).transpose());
  else
    out.noalias() += alpha * (row * Strided<Scalar>(b.data, inner, columns, stride));
}

template <class Scalar>
void eigen_product(Index rows, Index columns, Index inner, Scalar alpha, MatrixView<Scalar> a,
                   MatrixView<Scalar> b, Scalar beta, Scalar* c, Index stride) {
  if (rows == 1) return eigen_row(columns, inner, alpha, a, b, beta, c);
  Eigen::Map<Matrix<Scalar>, Eigen::Unaligned, Eigen::OuterStride<>> out(c, rows, columns,
                                                                         Eigen::OuterStride<>(stride));
  if (beta == Scalar(0))
    out.setZero();
  else if (beta != Scalar(1))
    out *= beta;
  const Eigen::OuterStride<> sa(a.stride);
  const Eigen::OuterStride<> sb(b.stride);
  if (!a.transposed && !b.transposed)
    out.noalias() +=
        alpha * (Strided<Scalar>(a.data, rows, inner, sa) * Strided<Scalar>(b.data, inner, columns, sb));
  else if (a.transposed && !b.transposed)
    out.noalias() += alpha * (Strided<Scalar>(a.data, inner, rows, sa).transpose() *
                              Strided<Scalar>(b.data, inner, columns, sb));
  else if (!a.transposed)
    out.noalias() += alpha * (Strided<Scalar>(a.data, rows, inner, sa) *
                              Strided<Scalar>(b.data, columns, inner, sb).transpose());
  else
    out.noalias() += alpha * (Strided<Scalar>(a.data, inner, rows, sa).transpose() *
                              Strided<Scalar>(b.data, columns, inner, sb).transpose());
}

#ifdef GRADUS_HAVE_ONEDNN
/// oneDNN would split a product between OpenMP threads of its own; here a program's threads each call it for
/// their part. The limit holds for the calling thread alone, and for one product. Asked for by name, since
/// which OpenMP runtime there is depends on how oneDNN was built.
class OneThread {
 public:
  OneThread() {
    if (omp().limit == nullptr) return;
    before_ = omp().most();
    omp().limit(1);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() {
    if (omp().limit != nullptr) omp().limit(before_);
  }

 private:
  struct OpenMp {
    int (*most)() = reinterpret_cast<int (*)()>(::dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
    void (*limit)(int) = most == nullptr
                             ? nullptr
                             : reinterpret_cast<void (*)(int)>(::dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  };
  static const OpenMp& omp() {
    static const OpenMp found;
    return found;
  }
  int before_ = 1;
};

/// oneDNN ends the program when it finds no room for the kernels that it makes at its first products. They
/// and what makes them take some 3 MiB, so that much and more is asked for before.
void find_room_for_kernels() {
  constexpr std::size_t room = std::size_t{16} << 20;
  static const bool found = [] {
    void* at = ::mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    return ::munmap(at, room) == 0;
  }();
  static_cast<void>(found);
}

void onednn_product(Index rows, Index columns, Index inner, float alpha, MatrixView<float> a,
                    MatrixView<float> b, float beta, float* c, Index stride) {
  const OneThread one_thread;
  find_room_for_kernels();
  const dnnl_status_t status = dnnl_sgemm(a.transposed ? 'T' : 'N', b.transposed ? 'T' : 'N', rows, columns,
                                          inner, alpha, a.data, a.stride, b.data, b.stride, beta, c, stride);
  // What is asked for is valid, so a kernel that could not be made had no memory, or none that may be run.
  if (status == dnnl_out_of_memory || status == dnnl_unimplemented || status == dnnl_runtime_error)
    throw std::bad_alloc();
  if (status != dnnl_success)
    throw InternalError(fmt::format("dnnl_sgemm refused {} x {} x {} with status {}", rows, inner, columns,
                                    static_cast<int>(status)));
}
#endif

}  // namespace

template <class Scalar>
void matrix_product(Index rows, Index columns, Index inner, Scalar alpha, MatrixView<Scalar> a,
                    MatrixView<Scalar> b, Scalar beta, Scalar* c, Index stride) {
#ifdef GRADUS_HAVE_ONEDNN
  // One row is read at the speed of memory, and Eigen does so for half of the columns too.
  if constexpr (std::is_same_v<Scalar, float>)
    if (rows > 1 || b.transposed) return onednn_product(rows, columns, inner, alpha, a, b, beta, c, stride);
#endif
  eigen_product(rows, columns, inner, alpha, a, b, beta, c, stride);
}

template void matrix_product(Index, Index, Index, float, MatrixView<float>, MatrixView<float>, float, float*,
                             Index);
template void matrix_product(Index, Index, Index, double, MatrixView<double>, MatrixView<double>, double,
                             double*, Index);

std::string_view matrix_product_kernel() {
#ifdef GRADUS_HAVE_ONEDNN
  static const std::string name = [] {
    const dnnl_version_t* version = dnnl_version();
    return fmt::format("oneDNN {}.{}.{} dnnl_sgemm", version->major, version->minor, version->patch);
  }();
#else
  static const std::string name =
      fmt::format("Eigen {}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
#endif
  return name;
}

}  // namespace gradus

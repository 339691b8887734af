#pragma once

#include <gradus/graph/declare/shape.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace gradus {

/// Arrays start on a cache line and have room up to the end of one, so that a kernel may compute whole
/// vectors everywhere: the same element then always takes the same instructions, whatever the batch.
inline constexpr std::size_t alignment = 64;

template <class Scalar>
inline constexpr Index lanes = static_cast<Index>(alignment / sizeof(Scalar));

/// `count` rounded up to whole cache lines.
template <class Scalar>
constexpr Index padded(Index count) {
  return (count + lanes<Scalar> - 1) / lanes<Scalar> * lanes<Scalar>;
}

/// Cache-line aligned memory for `count` values of `size` bytes each, to be freed with the aligned operator
/// delete. Throws MemoryError, saying how many bytes were asked for, when there is not as much.
void* allocate(Index count, std::size_t size);

/// Numbers owned by somebody else, row-major.
template <class T>
struct View {
  T* data = nullptr;
  Extents extents;

  Index size() const { return extents.count(); }
  T& operator[](Index i) const { return data[i]; }
  std::span<T> span() const { return {data, static_cast<std::size_t>(size())}; }
};

/// Cache-line aligned memory, zeroed. Throws as allocate() does.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(Index count) : size_(count), data_(static_cast<T*>(allocate(padded<T>(count), sizeof(T)))) {
    std::fill_n(data_.get(), padded<T>(count), T{});
  }

  T* data() const { return data_.get(); }
  Index size() const { return size_; }

 private:
  struct Free {
    void operator()(T* p) const { ::operator delete(p, std::align_val_t(alignment)); }
  };
  Index size_ = 0;
  std::unique_ptr<T, Free> data_;
};

/// Numbers of a shape, row-major, zero at first.
template <class T>
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(const Extents& extents) : extents_(extents), buffer_(extents.count()) {}

  Tensor(const Tensor& other) : Tensor(other.extents_) { std::copy_n(other.data(), other.size(), data()); }
  Tensor& operator=(const Tensor& other) { return *this = Tensor(other); }
  Tensor(Tensor&&) noexcept = default;
  Tensor& operator=(Tensor&&) noexcept = default;
  ~Tensor() = default;

  const Extents& extents() const { return extents_; }
  Index size() const { return buffer_.size(); }
  T* data() const { return buffer_.data(); }
  std::span<T> span() const { return {data(), static_cast<std::size_t>(size())}; }
  View<T> view() { return {data(), extents_}; }
  View<const T> view() const { return {data(), extents_}; }
  T& operator[](Index i) const { return data()[i]; }

 private:
  Extents extents_;
  Buffer<T> buffer_{1};
};

}  // namespace gradus

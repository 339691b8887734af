#pragma once

#include <gradus/base/part.hpp>
#include <gradus/data/augment/warp.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace gradus {
class Philox;
}

namespace gradus::data {

/// An image that a transform changes: rows × cols pixels of 0 … 255, row by row.
struct Canvas {
  std::size_t rows;
  std::size_t cols;
  std::span<float> pixels;
};

/// A transform of any type. The type is a part, as base/part.hpp says, with one of
///
///     void warp(Warp& warp, Philox& random) const;      // moves pixels
///     void paint(Canvas& canvas, Philox& random) const; // changes them where they are
///
/// It draws from `random`, which is a function of seed, epoch, example and its place in the chain, and keeps
/// nothing from one image to the next. To add one: a header and a source in data/augment/transforms; CMake
/// registers it for --augment and `gradus list transforms`.
class Transform {
 public:
  template <class T>
  Transform(T transform) : self_(std::make_shared<Model<T>>(std::move(transform))) {}

  /// As --augment takes it, with every parameter: "elastic:alpha=34:sigma=4".
  std::string text() const { return self_->text(); }

  /// Whether it moves pixels.
  bool moves() const { return self_->moves(); }

  void warp(Warp& warp, Philox& random) const { self_->warp(warp, random); }
  void paint(Canvas& canvas, Philox& random) const { self_->paint(canvas, random); }

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual std::string text() const = 0;
    virtual bool moves() const = 0;
    virtual void warp(Warp& warp, Philox& random) const = 0;
    virtual void paint(Canvas& canvas, Philox& random) const = 0;
  };

  template <class T>
  struct Model final : Concept {
    explicit Model(T t) : transform(std::move(t)) {}
    std::string text() const override { return info_of<T>("transform").write(values_of(transform)); }
    static constexpr bool is_move = requires(const T& t, Warp& w, Philox& c) { t.warp(w, c); };
    bool moves() const override { return is_move; }
    void warp([[maybe_unused]] Warp& warp, [[maybe_unused]] Philox& random) const override {
      if constexpr (is_move) transform.warp(warp, random);
    }
    void paint([[maybe_unused]] Canvas& canvas, [[maybe_unused]] Philox& random) const override {
      if constexpr (!is_move) transform.paint(canvas, random);
    }
    T transform;
  };

  std::shared_ptr<const Concept> self_;
};

}  // namespace gradus::data

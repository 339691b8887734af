#pragma once

#include <gradus/models/initialisers.hpp>

#include <array>
#include <cmath>

namespace gradus::initialisers {

struct Zeros {
  static constexpr PartDescription description{"zeros", "0"};
  void fill(Filling& w) const { w.same(0); }
};

struct Uniform {
  static constexpr PartDescription description{"uniform", "uniform on ±limit"};
  static constexpr std::array<std::string_view, 1> aliases{"random"};
  double limit = required;
  static constexpr auto parameters() {
    return std::array{Parameter{"limit", &Uniform::limit, above(0), "the largest weight"}};
  }
  void fill(Filling& w) const { w.uniform(limit); }
};

struct Gaussian {
  static constexpr PartDescription description{"gaussian", "normal, standard deviation sigma"};
  static constexpr std::array<std::string_view, 1> aliases{"normal"};
  double sigma = required;
  static constexpr auto parameters() {
    return std::array{Parameter{"sigma", &Gaussian::sigma, above(0), "standard deviation"}};
  }
  void fill(Filling& w) const { w.normal(sigma); }
};

/// Glorot & Bengio 2010.
struct Glorot {
  static constexpr PartDescription description{"glorot", "uniform on ±√(6 / (fan-in + fan-out))"};
  static constexpr std::array<std::string_view, 3> aliases{"glorot-uniform", "xavier", "xavier-uniform"};
  void fill(Filling& w) const { w.uniform(std::sqrt(6 / (w.fan_in() + w.fan_out()))); }
};

/// Glorot & Bengio 2010.
struct GlorotNormal {
  static constexpr PartDescription description{"glorot-normal", "normal, variance 2 / (fan-in + fan-out)"};
  static constexpr std::array<std::string_view, 1> aliases{"xavier-normal"};
  void fill(Filling& w) const { w.normal(std::sqrt(2 / (w.fan_in() + w.fan_out()))); }
};

/// He et al. 2015.
struct He {
  static constexpr PartDescription description{"he", "uniform on ±√(6 / fan-in)"};
  static constexpr std::array<std::string_view, 2> aliases{"he-uniform", "kaiming"};
  void fill(Filling& w) const { w.uniform(std::sqrt(6 / w.fan_in())); }
};

/// He et al. 2015.
struct HeNormal {
  static constexpr PartDescription description{"he-normal", "normal, variance 2 / fan-in"};
  static constexpr std::array<std::string_view, 1> aliases{"kaiming-normal"};
  void fill(Filling& w) const { w.normal(std::sqrt(2 / w.fan_in())); }
};

}  // namespace gradus::initialisers

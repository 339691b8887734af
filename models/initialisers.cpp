#include <gradus/base/philox.hpp>
#include <gradus/models/initialisers.hpp>

#include <algorithm>

#include "initialiser_includes.inc"

namespace gradus {
namespace {

/// Streams of the generator below this one belong to the data.
constexpr std::uint32_t first_stream = 1U << 16U;

/// Values drawn one after the other from the variable's own stream.
template <class Draw>
void draw_each(const Filling& filling, Draw draw) {
  Philox counter(filling.seed, first_stream + static_cast<std::uint32_t>(filling.stream), 0);
  for (double& value : filling.values) value = draw(counter);
}

}  // namespace

double Filling::fan_in() const {
  if (extents.rank == 4) return static_cast<double>(extents.count(1, 4));
  return extents.rank == 0 ? 1.0 : static_cast<double>(extents[0]);
}

double Filling::fan_out() const {
  if (extents.rank == 4) return static_cast<double>(extents[0] * extents.count(2, 4));
  return extents.rank < 2 ? 1.0 : static_cast<double>(extents[1]);
}

void Filling::same(double value) { std::ranges::fill(values, value); }

void Filling::uniform(double limit) {
  draw_each(*this, [=](Philox& counter) { return counter.uniform(-limit, limit); });
}

void Filling::normal(double sigma) {
  draw_each(*this, [=](Philox& counter) { return sigma * counter.normal(); });
}

const Registry<NamedInitialiser>& registered_initialisers() {
  static const auto initialisers = Registry<NamedInitialiser>("initialiser")
#include "initialiser_list.inc"
      ;
  return initialisers;
}

Initialiser zeros() { return filled_with(0); }
Initialiser uniform(double limit) { return NamedInitialiser(initialisers::Uniform{limit}); }
Initialiser gaussian(double sigma) { return NamedInitialiser(initialisers::Gaussian{sigma}); }
Initialiser glorot_uniform() { return NamedInitialiser(initialisers::Glorot()); }
Initialiser glorot_normal() { return NamedInitialiser(initialisers::GlorotNormal()); }
Initialiser he_uniform() { return NamedInitialiser(initialisers::He()); }
Initialiser he_normal() { return NamedInitialiser(initialisers::HeNormal()); }

Initialiser parse_initialiser(const std::string& text) { return registered_initialisers().parse(text); }

}  // namespace gradus

#include <gradus/fuzz/support/target.hpp>
#include <gradus/models/layer_list.hpp>

void gradus::fuzz::take(std::string_view input) {
  const Layers layers{std::string(input)};
  require(Layers(layers.text()).text() == layers.text(), "a network's text is read as the network");
}

#include <gradus/fuzz/support/target.hpp>
#include <gradus/models/initialisers.hpp>

void gradus::fuzz::take(std::string_view input) {
  const Initialiser initialiser = parse_initialiser(std::string(input));
  require(parse_initialiser(initialiser.name).name == initialiser.name,
          "an initialiser's name is read as the initialiser");
}

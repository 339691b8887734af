// What every user includes stays quick to compile: neither Eigen nor a JSON parser comes with it.
#include <gradus/gradus.hpp>

#if defined EIGEN_WORLD_VERSION || defined INCLUDE_NLOHMANN_JSON_HPP_
#error "<gradus/gradus.hpp> has become heavy"
#endif

int main() { return gradus::Graph().size() == 0 ? 0 : 1; }

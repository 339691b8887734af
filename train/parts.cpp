#include <gradus/train/parts.hpp>

namespace gradus {

const Parts& library_parts() {
  static const Parts parts{registered_rules(), data::registered_transforms()};
  return parts;
}

}  // namespace gradus

#include <gradus/models/parts.hpp>

namespace gradus {

const ModelParts& library_model_parts() {
  static const ModelParts parts;
  return parts;
}

}  // namespace gradus

#include <gradus/graph/passes/passes.hpp>

#include <array>

namespace gradus {
namespace {

constexpr std::array passes{
    Pass{"remove-dead-nodes", "takes out what no wanted value needs", remove_dead_nodes},
    Pass{"stabilise", "rewrites what would overflow or cancel", stabilise},
    Pass{"share-common-subexpressions", "computes equal expressions once", share_common_subexpressions},
    Pass{"simplify", "replaces expressions by equal, cheaper ones", simplify},
    Pass{"fold-constants", "computes what depends on constants alone", fold_constants},
    Pass{"share-again", "what simplifying made equal", share_common_subexpressions},
    Pass{"simplify-again", "what folding and sharing made simple", simplify},
    Pass{"share-at-last", "computes equal expressions once", share_common_subexpressions},
    Pass{"keep-images-in-blocks", "computes on images in blocks of examples", keep_images_in_blocks},
    Pass{"simplify-in-blocks", "what keeping blocks made simple", simplify},
    Pass{"share-in-blocks", "computes equal expressions once", share_common_subexpressions},
    Pass{"contract", "joins ops that then make fewer passes over memory", contract},
};

}  // namespace

std::span<const Pass> pipeline() { return passes; }

}  // namespace gradus

#include <gradus/graph/compile/passes/passes.hpp>

#include <array>

namespace gradus {
namespace {

constexpr std::array passes{
    Pass{"choose-mode", "takes one side where training and inference differ", choose_mode, true},
    Pass{"remove-dead-nodes", "takes out what no output needs or is there twice", remove_dead_nodes},
    Pass{"stabilise", "rewrites what would overflow or cancel", stabilise},
    Pass{"simplify", "replaces expressions by equal, cheaper ones", simplify},
    Pass{"layout", "computes on images in the blocked layout, 16 examples innermost", assign_layout},
    Pass{"simplify", "replaces expressions by equal, cheaper ones", simplify},
    Pass{"fuse", "joins ops that then make fewer passes over memory", fuse},
    Pass{"copy-old-values", "copies a variable that is an output before it is assigned", copy_old_values,
         true},
};

}  // namespace

std::span<const Pass> pipeline() { return passes; }

}  // namespace gradus

#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>

namespace gradus::oracle {
namespace {

/// Fowler, Noll and Vo's hash of 64 bits, FNV-1a.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325U;
};

}  // namespace

const std::vector<Maker>& makers() {
  static const std::vector<Maker> all = [] {
    std::vector<Maker> made;
    add_unary_makers(made);
    add_binary_makers(made);
    add_reduction_makers(made);
    add_layout_makers(made);
    add_product_makers(made);
    add_image_makers(made);
    add_compound_makers(made);
    return made;
  }();
  return all;
}

RandomGraph random_graph(const Recipe& recipe) {
  std::vector<const Maker*> chosen;
  if (recipe.ops.empty())
    for (const Maker& maker : makers()) chosen.push_back(&maker);
  for (const std::string& op : recipe.ops)
    for (const Maker& maker : makers())
      if (maker.op == op) chosen.push_back(&maker);
  Grower grower(recipe);
  // What an infinite weight makes of the zeros around an image depends on whether they are multiplied at all.
  if (grower.extreme()) std::erase_if(chosen, [](const Maker* m) { return m->op.starts_with("conv2d"); });
  const Index ops = grower.extreme()
                        ? grower.whole(1, 4)
                        : grower.one_of({grower.whole(1, 4), grower.whole(3, 10), grower.whole(8, 24)});
  for (Index i = 0; i < ops; ++i) grower.keep(grower.one_of(chosen)->make(grower));
  return grower.finish();
}

void differentiate(RandomGraph& of) {
  if (of.wrt.empty()) return;
  of.gradients = gradients(of.loss, of.wrt, Unused::zeros);
  Expr along;
  for (std::size_t i = 0; i < of.wrt.size(); ++i) {
    const Expr term = dot(of.gradients[i], of.directions[i]);
    along = along ? along + term : term;
  }
  of.products = gradients(along, of.wrt, Unused::zeros);
}

std::uint64_t fingerprint(const RandomGraph& of) {
  // Compilers differ in which operand of an expression they make first, so that nodes count in any order.
  std::uint64_t sum = 0;
  for (std::size_t id = 0; id <= of.loss.node().id(); ++id) {
    const Node& node = of.graph->node(id);
    Hash hash;
    hash.add(node.op().name());
    hash.add(to_string(node.shape()));
    for (const Attribute& attribute : node.op().attributes())
      if (attribute.name != "index") hash.add(to_string(attribute.value));
    sum += hash.value();
  }
  Hash hash;
  for (const Expr& source : of.sources) {
    const auto bytes = std::as_bytes(of.value(source).span());
    hash.add({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  return sum ^ hash.value();
}

}  // namespace gradus::oracle

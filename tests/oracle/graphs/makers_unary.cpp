#include <gradus/ops/ops.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>

namespace gradus::oracle {

void add_unary_makers(std::vector<Maker>& makers) {
  using Function = Expr (*)(Expr, SourceLocation);
  for (const auto& [op, f] :
       std::vector<std::pair<std::string_view, Function>>{{"cos", cos},
                                                          {"exp", exp},
                                                          {"expm1", expm1},
                                                          {"gelu", gelu},
                                                          {"negate", negate},
                                                          {"normal_distribution", normal_distribution},
                                                          {"sigmoid", sigmoid},
                                                          {"sin", sin},
                                                          {"softplus", softplus},
                                                          {"square", square},
                                                          {"tanh", tanh}})
    makers.push_back({op, [f = f](Grower& g) { return f(g.any(), SourceLocation::unknown()); }});

  for (const auto& [op, f] : std::vector<std::pair<std::string_view, Function>>{{"abs", abs}, {"relu", relu}})
    makers.push_back(
        {op, [f = f](Grower& g) { return f(g.clear_or_on(g.any(), {0}), SourceLocation::unknown()); }});
  makers.push_back({"elu", [](Grower& g) {
                      // Its second derivative has a jump at 0, where there is no right answer.
                      const Expr x = g.clear_of(g.any(), {0});
                      return elu(x, g.one_of({1.0, 0.5, 1.7}));
                    }});
  makers.push_back({"leaky_relu", [](Grower& g) {
                      const Expr x = g.clear_or_on(g.any(), {0});
                      return leaky_relu(x, g.one_of({0.01, 0.25, -0.5}));
                    }});
  makers.push_back({"sign", [](Grower& g) { return sign(g.clear_or_on(g.any(), {0})); }});
  makers.push_back({"floor", [](Grower& g) {
                      std::vector<double> kinks;
                      for (int kink = -8; kink <= 8; ++kink) kinks.push_back(kink);
                      return floor(g.clear_or_on(g.any(), kinks));
                    }});

  makers.push_back({"log", [](Grower& g) { return log(g.positive(g.any())); }});
  makers.push_back({"sqrt", [](Grower& g) { return sqrt(g.positive(g.any())); }});
  makers.push_back({"power", [](Grower& g) {
                      const Expr x = g.any();
                      if (g.chance(0.3)) return power(x, g.one_of({0.0, 1.0, 2.0, 3.0, 4.0}));
                      if (g.chance(0.3)) {
                        const double exponent = g.one_of({-1.0, -2.0});
                        return power(g.clear_of(x, {-0.3, -0.1, 0, 0.1, 0.3}), exponent);
                      }
                      const double exponent = g.one_of({0.5, 1.5, -0.5, 2.7, -1.0});
                      return power(g.positive(x), exponent);
                    }});
  makers.push_back({"linear", [](Grower& g) {
                      const Expr x = g.any();
                      const double scale = g.one_of({1.0, 0.0, -1.0, 0.5, 1.75});
                      return linear(x, scale, g.one_of({0.0, 1.0, -0.25}));
                    }});
  makers.push_back({"softmax", [](Grower& g) { return softmax(g.rows()); }});
  makers.push_back({"log_softmax", [](Grower& g) { return log_softmax(g.rows()); }});
}

}  // namespace gradus::oracle

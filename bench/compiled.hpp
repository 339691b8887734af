#pragma once

#include <gradus/graph/run/program.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/optim/update_rule.hpp>
#include <memory>
#include <optional>

#include "network.hpp"

namespace gradus::bench {

/// A network declared and compiled by gradus as a user does, with its state and its batch.
class Compiled : public Network, public Classification {
 public:
  /// A workload's network, with the parameters that the floors begin with. Of `options` here and below
  /// capacity and threads are those of the batch and of `threads`.
  Compiled(const Workload& workload, int threads, const CompileOptions& options = {});
  /// One that sorts images, of this list of layers; Adam. `parameters` in the order of declaration, or those
  /// that gradus draws itself.
  Compiled(const std::string& layers, Eigen::Index examples, int threads,
           const std::optional<Values>& parameters, const CompileOptions& options = {});

  double step() override;
  Snapshot snapshot() const override;
  void infer() override;
  std::vector<float> probabilities() const override;

  const Program<float>& program() const { return *program_; }
  const State<float>& state() const { return *state_; }
  const Classifier& model() const { return model_; }

 private:
  void compile_step(const UpdateRule& rule, const CompileOptions& options);
  void compile_outputs(const Exprs& outputs, const CompileOptions& options);
  void fill(const Values& parameters);
  void take(const Batch& batch);

  Graph graph_;
  Classifier model_;
  std::unique_ptr<Program<float>> program_;
  std::unique_ptr<State<float>> state_;
  std::vector<float> images_, labels_;
  std::vector<float> probabilities_;
  bool adam_ = false;
};

}  // namespace gradus::bench

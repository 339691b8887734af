#pragma once

/// Everything a program that declares, trains and judges a network needs. Light to include: whoever writes an
/// op of their own adds <gradus/graph/declare/define.hpp>, which brings Eigen in.

#include <gradus/base/error.hpp>

#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/graph/declare/graph.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/graph/run/state.hpp>

#include <gradus/ops/ops.hpp>

#include <gradus/optim/clip.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules.hpp>
#include <gradus/optim/schedule.hpp>
#include <gradus/optim/schedules/all.hpp>

#include <gradus/models/activations/all.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/models/initialisers.hpp>
#include <gradus/models/initialisers/all.hpp>
#include <gradus/models/layer_list.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/models/layers/all.hpp>
#include <gradus/models/losses/all.hpp>
#include <gradus/models/presets.hpp>

#include <gradus/data/augment/augmentation.hpp>
#include <gradus/data/augment/transforms.hpp>
#include <gradus/data/batches.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/data/generated.hpp>
#include <gradus/data/points.hpp>
#include <gradus/data/shuffle.hpp>
#include <gradus/data/split.hpp>
#include <gradus/data/transform.hpp>

#include <gradus/inspect/gradient_check.hpp>
#include <gradus/inspect/profile.hpp>
#include <gradus/inspect/recording.hpp>
#include <gradus/inspect/roofline.hpp>
#include <gradus/inspect/statistics.hpp>

#include <gradus/dump/derivation.hpp>
#include <gradus/dump/dot.hpp>
#include <gradus/dump/json.hpp>
#include <gradus/dump/page/page.hpp>
#include <gradus/dump/pass_changes.hpp>
#include <gradus/dump/text.hpp>

#include <gradus/fit/fit.hpp>
#include <gradus/sweep/run.hpp>
#include <gradus/train/checkpoint.hpp>
#include <gradus/train/evaluate.hpp>
#include <gradus/train/metrics.hpp>
#include <gradus/train/progress.hpp>
#include <gradus/train/report.hpp>
#include <gradus/train/trainer.hpp>

#pragma once

#include <gradus/dump/page/given.hpp>
#include <gradus/dump/page/snapshot.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/inspect/gradient_check.hpp>

#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <vector>

namespace gradus {

/// How a page looks and what it tells.
struct PageOptions {
  std::string title = "One training step";

  /// What the page is about, in a sentence or two of plain text that a reader sees first.
  std::string introduction{};

  /// What is compiled for the view of the compiler's passes; every node that nobody reads when empty.
  Exprs outputs{};

  /// Inputs whose rows are pictures. A variable of as many rows, in a product with one of them, is shown as
  /// templates.
  std::vector<PageImage> images{};

  /// Numbers and pictures of the steps between the first and the last, then those of the least telling nodes,
  /// are left out until the page is no larger than this; at last what it takes to compute the steps again, so
  /// that the page shows what was recorded and computes nothing.
  std::size_t most_bytes = 2'000'000;
};

/// A page of HTML that explains a graph, in one file that needs no server and no network: its nodes laid out
/// by Graphviz, what each computes and where its gradient came from, the numbers of recorded runs, and what
/// the compiler makes of it. Any graph will do, with ops of the user's own, differentiated or not.
///
///   Page page(graph);
///   for (…) page.add(recorder.run(state, feeds));
///   write_file("page.html", [&](std::ostream& out) { page.write(out); });
class Page {
 public:
  /// The graph must outlive the page, and not grow any more.
  explicit Page(const Graph& graph, PageOptions options = {});

  /// The numbers of one more run. Throws GraphError for a recording of another graph.
  void add(const Recording& recording);

  /// Gradients beside central differences, as numeric_checks() found them at the first run.
  void add(const std::vector<NumericCheck>& checks) { checks_ = checks; }

  /// Throws FileError, naming the package, where Graphviz is missing.
  void write(std::ostream& out) const;

 private:
  const Graph& graph_;
  PageOptions options_;
  std::map<std::size_t, page::Pixels> pixels_;
  page::TrackedElements tracked_;
  std::vector<page::Snapshot> snapshots_;
  page::Given given_;
  std::vector<NumericCheck> checks_;
};

/// The page of a graph with the recordings of some runs of it, which may be none.
void write_page(std::ostream& out, const Graph& graph, std::span<const Recording> recordings = {},
                const PageOptions& options = {});

}  // namespace gradus

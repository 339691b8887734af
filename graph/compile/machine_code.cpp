#include <gradus/graph/compile/code_blocks.hpp>
#include <gradus/graph/compile/machine_code.hpp>

#include <gradus/base/error.hpp>

#include <algorithm>
#include <bit>
#include <map>
#include <optional>

#if defined(GRADUS_HAVE_XBYAK) && defined(__x86_64__) && defined(__unix__)
#include <xbyak/xbyak.h>
#include <xbyak/xbyak_util.h>
#define GRADUS_WRITES_MACHINE_CODE
#endif

namespace gradus {

#ifndef GRADUS_WRITES_MACHINE_CODE

template <class Scalar>
std::vector<std::vector<TileCode<Scalar>>> machine_code(const std::vector<PlannedStage>& stages,
                                                        const MemoryPlan&) {
  return std::vector<std::vector<TileCode<Scalar>>>(stages.size());
}

std::string_view machine_code_for() { return ""; }

#else

namespace {

bool has_avx512() {
  static const Xbyak::util::Cpu cpu;
  return cpu.has(Xbyak::util::Cpu::tAVX512F);
}

bool has_avx2() {
  static const Xbyak::util::Cpu cpu;
  return cpu.has(Xbyak::util::Cpu::tAVX2);
}

/// Writes the function of a block: for each vector of the tile, all its steps.
template <class Scalar>
class Writer : public Xbyak::CodeGenerator {
 public:
  explicit Writer(const CodeBlock& block)
      : CodeGenerator(4096 * (2 + block.steps.size() / 32)), block_(block), wide_(has_avx512()) {
    for (int v = 0; v < (wide_ ? 32 : 16); ++v) free_.push_back(v);
    prologue();
    Xbyak::Label loop;
    L(loop);
    for (at_ = 0; at_ < block_.steps.size(); ++at_) write(block_.steps[at_]);
    for (const CodeLocation location : block_.live_out)
      if (const auto held = held_.find(location); held != held_.end() && held->second.dirty)
        move(address(location), vector(held->second.vector));
    add(rax, wide_ ? 64 : 32);
    cmp(rax, rdx);
    jb(loop, T_NEAR);
    epilogue();
    setProtectModeRE();
  }

 private:
  struct Held {
    int vector;
    bool dirty;  ///< its register of the tile has another value
  };

  static constexpr int saved[] = {Xbyak::Operand::RBX, Xbyak::Operand::RBP, Xbyak::Operand::R12,
                                  Xbyak::Operand::R13, Xbyak::Operand::R14, Xbyak::Operand::R15};
  static constexpr int bases[] = {Xbyak::Operand::RCX, Xbyak::Operand::R8,  Xbyak::Operand::R9,
                                  Xbyak::Operand::R10, Xbyak::Operand::R11, Xbyak::Operand::RBX,
                                  Xbyak::Operand::RBP, Xbyak::Operand::R12, Xbyak::Operand::R13,
                                  Xbyak::Operand::R14, Xbyak::Operand::R15};
  static_assert(std::size(bases) == most_memories);

  Xbyak::Xmm vector(int number) const {
    if (wide_) return Xbyak::Zmm(number);
    return Xbyak::Ymm(number);
  }

  Xbyak::Address address(CodeLocation location) const {
    if (is_memory(location)) return ptr[Xbyak::Reg64(bases[memory_number(location)]) + rax];
    return ptr[rsi + rax + static_cast<std::size_t>(location) * register_stride<Scalar> * sizeof(Scalar)];
  }

  template <class To, class From>
  void move(const To& to, const From& from) {
    vmovups(to, from);
  }

  /// The arguments: rdi the addresses, rsi the registers of the tile, rdx how many bytes.
  void prologue() {
    for (const int number : saved) push(Xbyak::Reg64(number));
    for (std::size_t m = 0; m < block_.memories; ++m) mov(Xbyak::Reg64(bases[m]), ptr[rdi + 8 * m]);
    const auto uses = [&](Instruction instruction) {
      return std::ranges::find(block_.steps, instruction, &CodeStep::instruction) != block_.steps.end();
    };
    if (uses(Instruction::greater)) one_ = constant(Scalar(1));
    if (uses(Instruction::negate)) sign_ = constant(Scalar(-0.0));
    if (uses(Instruction::relu)) zero_ = constant(Scalar(0));
    // Enough for the rest: three operands, a result, and some to be kept.
    constexpr std::size_t others = 8;
    xor_(rax, rax);
    for (const CodeLocation location : block_.constant) {
      if (free_.size() <= others) break;
      const int v = take_free();
      move(vector(v), address(location));
      hoisted_[location] = v;
    }
  }

  void epilogue() {
    vzeroupper();
    for (const int number : {Xbyak::Operand::R15, Xbyak::Operand::R14, Xbyak::Operand::R13,
                             Xbyak::Operand::R12, Xbyak::Operand::RBP, Xbyak::Operand::RBX})
      pop(Xbyak::Reg64(number));
    ret();
  }

  /// A vector of one number.
  int constant(Scalar value) {
    const int v = take_free();
    const Xbyak::Xmm low(v);
    if constexpr (sizeof(Scalar) == 4) {
      mov(eax, std::bit_cast<std::uint32_t>(value));
      vmovd(low, eax);
      vbroadcastss(vector(v), low);
    } else {
      mov(rax, std::bit_cast<std::uint64_t>(value));
      vmovq(low, rax);
      wide_ ? vbroadcastsd(Xbyak::Zmm(v), low) : vbroadcastsd(Xbyak::Ymm(v), low);
    }
    return v;
  }

  int take_free() {
    const int v = free_.back();
    free_.pop_back();
    return v;
  }

  /// The next step behind `after` that reads a location, nothing where it is written before, or never read. A
  /// register of the tile that is read behind the block is read by its end.
  std::optional<std::size_t> next_read(CodeLocation location, std::size_t after) const {
    for (std::size_t s = after + 1; s < block_.steps.size(); ++s) {
      if (std::ranges::find(block_.steps[s].in, location) != block_.steps[s].in.end()) return s;
      if (block_.steps[s].out == location) return std::nullopt;
    }
    if (std::ranges::find(block_.live_out, location) != block_.live_out.end()) return block_.steps.size();
    return std::nullopt;
  }

  void release(CodeLocation location) {
    const auto held = held_.find(location);
    if (held == held_.end()) return;
    free_.push_back(held->second.vector);
    held_.erase(held);
  }

  /// A vector register that holds nothing, or whose value is read again last, but for those of `kept`.
  int take(const std::vector<CodeLocation>& kept) {
    if (!free_.empty()) return take_free();
    CodeLocation last = 0;
    std::size_t when = 0;
    bool found = false;
    for (const auto& [location, held] : held_) {
      if (std::ranges::find(kept, location) != kept.end()) continue;
      const std::size_t next = next_read(location, at_).value_or(block_.steps.size() + 1);
      if (found && next <= when) continue;
      found = true;
      last = location;
      when = next;
    }
    const Held& held = held_.at(last);
    if (held.dirty && when <= block_.steps.size()) move(address(last), vector(held.vector));
    release(last);
    return take_free();
  }

  int load(CodeLocation location, const std::vector<CodeLocation>& kept) {
    if (const auto found = hoisted_.find(location); found != hoisted_.end()) return found->second;
    if (const auto held = held_.find(location); held != held_.end()) return held->second.vector;
    const int v = take(kept);
    move(vector(v), address(location));
    held_[location] = {v, false};
    return v;
  }

  void write(const CodeStep& step) {
    std::vector<int> in;
    for (const CodeLocation location : step.in) in.push_back(load(location, step.in));
    if (step.instruction == Instruction::copy) {
      move(address(step.out), vector(in[0]));
      forget_unread(step);
      release(step.out);
      return;
    }
    const int out = take(step.in);
    compute(step.instruction, vector(out), in);
    if (is_memory(step.out)) move(address(step.out), vector(out));
    forget_unread(step);
    release(step.out);
    held_[step.out] = {out, !is_memory(step.out)};
  }

  void forget_unread(const CodeStep& step) {
    for (const CodeLocation location : step.in)
      if (!next_read(location, at_)) release(location);
  }

  void compute(Instruction instruction, const Xbyak::Xmm& out, const std::vector<int>& in) {
    const Xbyak::Xmm a = vector(in[0]);
    const Xbyak::Xmm b = vector(in.back());
    constexpr bool single = sizeof(Scalar) == 4;
    switch (instruction) {
      case Instruction::add:
        return single ? vaddps(out, a, b) : vaddpd(out, a, b);
      case Instruction::subtract:
        return single ? vsubps(out, a, b) : vsubpd(out, a, b);
      case Instruction::multiply:
      case Instruction::square:
        return single ? vmulps(out, a, b) : vmulpd(out, a, b);
      case Instruction::divide:
        return single ? vdivps(out, a, b) : vdivpd(out, a, b);
      case Instruction::sqrt:
        return single ? vsqrtps(out, a) : vsqrtpd(out, a);
      case Instruction::negate:
        return wide_ ? vpxord(out, a, vector(sign_)) : vxorps(out, a, vector(sign_));
      case Instruction::relu:
        // The second operand is what comes out of two zeros, and of a NaN.
        return single ? vmaxps(out, vector(zero_), a) : vmaxpd(out, vector(zero_), a);
      case Instruction::greater:
        return is_greater(out, a, b);
      case Instruction::copy:
      case Instruction::none:
        break;
    }
    throw InternalError("an instruction that computes nothing");
  }

  void is_greater(const Xbyak::Xmm& out, const Xbyak::Xmm& a, const Xbyak::Xmm& b) {
    constexpr bool single = sizeof(Scalar) == 4;
    constexpr std::uint8_t greater_and_ordered = 0x1E;
    const Xbyak::Xmm one = vector(one_);
    if (!wide_) {
      single ? vcmpps(out, a, b, greater_and_ordered) : vcmppd(out, a, b, greater_and_ordered);
      vandps(out, out, one);
      return;
    }
    single ? vcmpps(k1, a, b, greater_and_ordered) : vcmppd(k1, a, b, greater_and_ordered);
    single ? vmovups(out | k1 | T_z, one) : vmovupd(out | k1 | T_z, one);
  }

  const CodeBlock& block_;
  bool wide_;
  std::size_t at_ = 0;
  std::vector<int> free_;
  std::map<CodeLocation, Held> held_;
  std::map<CodeLocation, int> hoisted_;
  int one_ = -1;
  int sign_ = -1;
  int zero_ = -1;
};

}  // namespace

template <class Scalar>
std::vector<std::vector<TileCode<Scalar>>> machine_code(const std::vector<PlannedStage>& stages,
                                                        const MemoryPlan& memory) {
  std::vector<std::vector<TileCode<Scalar>>> code(stages.size());
  if (machine_code_for().empty()) return code;
  std::map<CodeBlock, std::shared_ptr<Writer<Scalar>>> written;
  for (std::size_t i = 0; i < stages.size(); ++i)
    for (FoundBlock& found : code_blocks(stages[i], memory)) {
      auto& writer = written[found.block];
      try {
        if (writer == nullptr) writer = std::make_shared<Writer<Scalar>>(found.block);
      } catch (const Xbyak::Error&) {
        // A system that lets no program write code: the ops compute one by one.
        return std::vector<std::vector<TileCode<Scalar>>>(stages.size());
      }
      code[i].push_back({found.first, found.steps, found.block.steps.size(), std::move(found.memory),
                         writer->template getCode<typename TileCode<Scalar>::Function>(), writer});
    }
  return code;
}

std::string_view machine_code_for() { return has_avx512() ? "AVX-512" : has_avx2() ? "AVX2" : ""; }

#endif

template std::vector<std::vector<TileCode<float>>> machine_code(const std::vector<PlannedStage>&,
                                                                const MemoryPlan&);
template std::vector<std::vector<TileCode<double>>> machine_code(const std::vector<PlannedStage>&,
                                                                 const MemoryPlan&);

}  // namespace gradus

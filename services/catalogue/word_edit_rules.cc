#include "services/catalogue/word_edit_rules.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"

namespace regiokompas::catalogue {
namespace {

// After so many changed words a search from both ends goes on from the farthest point that it has reached: from there
// the answer is right, but may not be the shortest.
constexpr int kMaxChanges = 500;
// How many steps all searches may take together; what is left then is replaced as a whole.
constexpr int64_t kMaxSteps = 15'000'000;

bool IsBlank(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

// Blanks at the start of the text are a word of their own.
std::vector<absl::string_view> WordsOf(absl::string_view text) {
  std::vector<absl::string_view> words;
  size_t start = 0;
  while (start < text.size()) {
    size_t end = start;
    while (end < text.size() && !IsBlank(text[end])) ++end;
    while (end < text.size() && IsBlank(text[end])) ++end;
    words.push_back(text.substr(start, end - start));
    start = end;
  }
  return words;
}

// Myers' algorithm (An O(ND) Difference Algorithm and Its Variations, 1986) in its form with linear memory: finds a
// point in the middle of a shortest path by searching from both ends, and goes on with the halves. Words are numbers
// here.
class Search {
 public:
  Search(const std::vector<int>& before, const std::vector<int>& after)
      : before_(before), after_(after), removed_(before.size()), inserted_(after.size()) {
    const size_t diagonals = before.size() + after.size() + 5;
    forward_.resize(diagonals);
    backward_.resize(diagonals);
    Run({.before_start = 0, .before_end = Size(before), .after_start = 0, .after_end = Size(after)});
  }

  const std::vector<bool>& removed() const { return removed_; }
  const std::vector<bool>& inserted() const { return inserted_; }

 private:
  // Words before_start up to before_end of the old text, and the same of the new one.
  struct Box {
    int before_start, before_end, after_start, after_end;
  };

  static constexpr int kUnreachable = -1;

  static int Size(const std::vector<int>& words) { return static_cast<int>(words.size()); }

  void Run(Box box) {
    while (box.before_start < box.before_end && box.after_start < box.after_end &&
           before_[box.before_start] == after_[box.after_start]) {
      ++box.before_start;
      ++box.after_start;
    }
    while (box.before_start < box.before_end && box.after_start < box.after_end &&
           before_[box.before_end - 1] == after_[box.after_end - 1]) {
      --box.before_end;
      --box.after_end;
    }
    const bool one_side = box.before_start == box.before_end || box.after_start == box.after_end;
    const auto middle = one_side ? std::nullopt : Middle(box);
    if (!middle) {
      std::fill(removed_.begin() + box.before_start, removed_.begin() + box.before_end, true);
      std::fill(inserted_.begin() + box.after_start, inserted_.begin() + box.after_end, true);
      return;
    }
    Run({box.before_start, middle->first, box.after_start, middle->second});
    Run({middle->first, box.before_end, middle->second, box.after_end});
  }

  // The farthest point on diagonal k after one more change: from the diagonal above by an insertion, from the one below
  // by a removal. Points are counted in old words; k is old words minus new words.
  static int Step(const std::vector<int>& reached, int centre, int k, int before_size, int after_size) {
    const int above = reached[centre + k + 1];
    const int below = reached[centre + k - 1];
    const int inserting = above != kUnreachable && above - k <= after_size ? above : kUnreachable;
    const int removing = below != kUnreachable && below < before_size ? below + 1 : kUnreachable;
    return std::max(inserting, removing);
  }

  // A point that divides the box, which begins and ends with a change, into two smaller ones. Nothing when that takes
  // too many steps.
  std::optional<std::pair<int, int>> Middle(const Box& box) {
    const int n = box.before_end - box.before_start;
    const int m = box.after_end - box.after_start;
    const int delta = n - m;
    const bool odd = delta % 2 != 0;
    const int centre = (n + m) / 2 + 2;
    const auto point = [&](int x, int k) -> std::optional<std::pair<int, int>> {
      const bool corner = (x == 0 && k == 0) || (x == n && x - k == m);
      if (corner) return std::nullopt;
      return std::make_pair(box.before_start + x, box.after_start + x - k);
    };
    forward_[centre + 1] = backward_[centre + 1] = 0;
    forward_[centre - 1] = backward_[centre - 1] = kUnreachable;
    for (int d = 0; d <= (n + m + 1) / 2; ++d) {
      const int low = d <= m ? -d : d - 2 * m;
      const int high = d <= n ? d : 2 * n - d;
      if (d > 0) {
        for (const int end : {centre - d - 1, centre + d + 1}) forward_[end] = backward_[end] = kUnreachable;
      }
      for (int k = low; k <= high; k += 2) {
        int x = Step(forward_, centre, k, n, m);
        while (x != kUnreachable && x < n && x - k < m &&
               before_[box.before_start + x] == after_[box.after_start + x - k]) {
          ++x;
          ++steps_;
        }
        forward_[centre + k] = x;
        const int other = delta - k;
        if (odd && x != kUnreachable && std::abs(other) < d && backward_[centre + other] != kUnreachable &&
            x + backward_[centre + other] >= n) {
          return point(x, k);
        }
      }
      for (int k = low; k <= high; k += 2) {
        int x = Step(backward_, centre, k, n, m);
        while (x != kUnreachable && x < n && x - k < m &&
               before_[box.before_end - 1 - x] == after_[box.after_end - 1 - x + k]) {
          ++x;
          ++steps_;
        }
        backward_[centre + k] = x;
        const int other = delta - k;
        if (!odd && x != kUnreachable && std::abs(other) <= d && forward_[centre + other] != kUnreachable &&
            x + forward_[centre + other] >= n) {
          return point(n - x, other);
        }
      }
      steps_ += 2 * (d + 1);
      if (steps_ > kMaxSteps) return std::nullopt;
      if (d == kMaxChanges) return Farthest(box, low, high, centre);
    }
    return std::nullopt;
  }

  std::optional<std::pair<int, int>> Farthest(const Box& box, int low, int high, int centre) const {
    int words = 0;
    std::pair<int, int> farthest;
    for (int k = low; k <= high; k += 2) {
      const int x = forward_[centre + k];
      if (x == kUnreachable || 2 * x - k <= words) continue;
      words = 2 * x - k;
      farthest = {box.before_start + x, box.after_start + x - k};
    }
    return farthest;
  }

  const std::vector<int>& before_;
  const std::vector<int>& after_;
  std::vector<bool> removed_;
  std::vector<bool> inserted_;
  std::vector<int> forward_;   // by diagonal, how many old words are behind the farthest point
  std::vector<int> backward_;  // the same from the ends of the texts
  int64_t steps_ = 0;
};

}  // namespace

google::protobuf::RepeatedPtrField<v1::WordEdit> WordEditsOf(absl::string_view before, absl::string_view after) {
  const std::vector<absl::string_view> words[] = {WordsOf(before), WordsOf(after)};
  std::unordered_map<absl::string_view, int, absl::Hash<absl::string_view>> numbers;
  std::vector<int> numbered[2];
  for (int side = 0; side < 2; ++side) {
    for (const absl::string_view word : words[side]) {
      numbered[side].push_back(numbers.emplace(word, static_cast<int>(numbers.size())).first->second);
    }
  }
  const Search search(numbered[0], numbered[1]);

  google::protobuf::RepeatedPtrField<v1::WordEdit> edits;
  const auto add = [&edits](v1::WordEditKind kind, std::string text) {
    if (text.empty()) return;
    v1::WordEdit& edit = *edits.Add();
    edit.set_kind(kind);
    edit.set_text(std::move(text));
  };
  size_t at[2] = {0, 0};
  const auto take = [&](int side, const std::vector<bool>& marked, bool mark) {
    std::string run;
    for (; at[side] < marked.size() && marked[at[side]] == mark; ++at[side]) {
      run.append(words[side][at[side]].data(), words[side][at[side]].size());
    }
    return run;
  };
  while (at[0] < words[0].size() || at[1] < words[1].size()) {
    add(v1::WORD_EDIT_KIND_REMOVED, take(0, search.removed(), true));
    add(v1::WORD_EDIT_KIND_INSERTED, take(1, search.inserted(), true));
    // What is kept stands in both; it ends where either text has something of its own.
    std::string kept;
    while (at[0] < words[0].size() && at[1] < words[1].size() && !search.removed()[at[0]] &&
           !search.inserted()[at[1]]) {
      kept.append(words[0][at[0]].data(), words[0][at[0]].size());
      ++at[0];
      ++at[1];
    }
    add(v1::WORD_EDIT_KIND_KEPT, std::move(kept));
  }
  return edits;
}

}  // namespace regiokompas::catalogue

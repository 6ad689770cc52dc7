// Which plans of different owners are about the same: how two are scored, and how two catalogues are laid side by side.
// Pure. The same items give the same scores, whatever their order.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::catalogue {

// An organisation that takes part.
struct NeighbourParty {
  std::string party;         // parties/{party}; empty when it is not known
  std::string organisation;  // as printed
};

// What is compared of a goal or activity.
struct NeighbourItem {
  std::string resource;
  std::string display_name;
  std::vector<std::string> task_fields;
  std::vector<NeighbourParty> parties;
  std::vector<std::string> title_words;  // stems, each once
  std::vector<std::string> text_words;   // stems, each once; those of the title may be among them
};

// In how many of a number of items each word stands: what stands in few of them counts more.
class WordCounts {
 public:
  WordCounts() = default;
  // `counts` may leave out words that stand in none.
  WordCounts(int items, std::map<std::string, int> counts) : items_(items), counts_(std::move(counts)) {}
  void Add(const NeighbourItem& item);
  // Always positive: ln(1 + (items + 1) / (count + 1)).
  double WeightOf(const std::string& word) const;

 private:
  int items_ = 0;
  std::map<std::string, int> counts_;
};

// An item that is ready to be scored: parties folded, words weighed.
class WeighedItem {
 public:
  WeighedItem(const NeighbourItem& item, const WordCounts& counts);
  const NeighbourItem& item() const { return item_; }
  // By word, each with its weight; the squares of the weights add up to 1.
  const std::vector<std::pair<std::string, double>>& words() const { return words_; }

  // The sum of the products of the weights of the words in common, 0 to 1.
  static double Cosine(const WeighedItem& one, const WeighedItem& other);
  // How close two with that cosine are. A part that one of them has nothing of says nothing: its weight goes to the
  // others.
  static v1::NeighbourScore Score(const WeighedItem& one, const WeighedItem& other, double cosine);
  // At most 10, the weightiest first.
  static std::vector<std::string> CommonWords(const WeighedItem& one, const WeighedItem& other);
  // The words that weigh most, at most `most`, each with its weight; the weightiest first.
  std::vector<std::pair<std::string, double>> Heaviest(int most) const;

 private:
  NeighbourItem item_;
  std::vector<std::pair<std::string, double>> words_;
};

// What is left of the name of an organisation when capitals, punctuation, legal forms and articles are gone.
std::string FoldOrganisation(absl::string_view name);

// The `most` best of `others`, best first, equals by name; none that scores 0.
std::vector<v1::Neighbour> RankNeighbours(const NeighbourItem& item, const std::vector<NeighbourItem>& others,
                                          const WordCounts& counts, int most);

// Lays two lists side by side: pairs of at least `min_score`, best first, each item in one pair at most; then what only
// the first has, then what only the second has, by name. Words count by how rare they are in both.
void PairItems(const std::vector<NeighbourItem>& mine, const std::vector<NeighbourItem>& theirs, int min_score,
               v1::CompareOwnersResponse* response);

// Rules of the requests that options can not say.
absl::Status CheckNeighbourRequest(const v1::SearchNeighboursRequest& request);
absl::Status CheckCompareRequest(const v1::CompareOwnersRequest& request);

}  // namespace regiokompas::catalogue

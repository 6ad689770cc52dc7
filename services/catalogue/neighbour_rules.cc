#include "services/catalogue/neighbour_rules.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/errors.h"
#include "common/names/resource_name.h"

namespace regiokompas::catalogue {
namespace {

using Words = std::vector<std::pair<std::string, double>>;

// What the parts count for, out of 100, when both have them all.
constexpr double kWordsWeight = 80;
constexpr double kTaskFieldsWeight = 12;
constexpr double kPartiesWeight = 8;
// A word of the title says more than one of the texts.
constexpr double kTitleFactor = 2;
// Texts of different hands have few words in common: this power of their cosine spreads the low end, where those lie
// that are about the same.
constexpr double kWordsPower = 0.7;
// A task field and what it was divided into in a later list.
constexpr double kDividedField = 0.5;
constexpr size_t kMaxCommonWords = 10;

constexpr errors::Rule kNotCompared{"NOT_COMPARED", "{field} must be a goal or an activity",
                                    "{field} moet een doel of een activiteit zijn"};
constexpr errors::Rule kBadNumber{"OUT_OF_RANGE", "{field} must be 0 to {limit}",
                                  "{field} moet 0 tot en met {limit} zijn"};
constexpr errors::Rule kOtherOwner{"BAD_OTHER_OWNER", "{field} must be the id of another owner, such as GM0677",
                                   "{field} moet een andere eigenaar zijn, zoals GM0677"};

// 6.71 and 6.711 or 6.71a, its divisions in later lists. 0.1 and 0.10 are two fields.
bool Divides(absl::string_view whole, absl::string_view part) {
  return part.size() == whole.size() + 1 && absl::StartsWith(part, whole) && !absl::StartsWith(whole, "0.");
}

double FieldLikeness(const std::string& one, const std::string& other) {
  if (one == other) return 1;
  return Divides(one, other) || Divides(other, one) ? kDividedField : 0;
}

double PartyLikeness(const NeighbourParty& one, const NeighbourParty& other) {
  const bool known = !one.party.empty() && !other.party.empty();
  return (known ? one.party == other.party : one.organisation == other.organisation) ? 1 : 0;
}

// What two lists share, 0 to 1: for each element of both the best likeness in the other list, on average.
template <typename Element>
double Share(const std::vector<Element>& one, const std::vector<Element>& other,
             double (*likeness)(const Element&, const Element&)) {
  double sum = 0;
  for (const auto& [from, to] : {std::make_pair(&one, &other), std::make_pair(&other, &one)}) {
    for (const Element& element : *from) {
      double best = 0;
      for (const Element& candidate : *to) best = std::max(best, likeness(element, candidate));
      sum += best;
    }
  }
  return sum / static_cast<double>(one.size() + other.size());
}

// Calls `found` with every word of both, in order, and with the product of its weights.
template <typename Found>
void ForCommon(const Words& one, const Words& other, Found found) {
  auto a = one.begin();
  auto b = other.begin();
  while (a != one.end() && b != other.end()) {
    const int order = a->first.compare(b->first);
    if (order == 0) found(a->first, a->second * b->second);
    if (order <= 0) ++a;
    if (order >= 0) ++b;
  }
}

// By falling weight, equals by word.
void SortByWeight(Words& words) {
  std::sort(words.begin(), words.end(),
            [](const auto& a, const auto& b) { return std::tie(b.second, a.first) < std::tie(a.second, b.first); });
}

int32_t Percent(double share) { return static_cast<int32_t>(std::lround(100 * share)); }

// Fills what a pair says of the other item.
void FillNeighbour(const WeighedItem& one, const WeighedItem& other, const v1::NeighbourScore& score,
                   v1::Neighbour* neighbour) {
  neighbour->set_resource(other.item().resource);
  neighbour->set_display_name(other.item().display_name);
  *neighbour->mutable_score() = score;
  for (const std::string& word : WeighedItem::CommonWords(one, other)) neighbour->add_common_words(word);
}

std::vector<WeighedItem> Weigh(const std::vector<NeighbourItem>& items, const WordCounts& counts) {
  std::vector<WeighedItem> weighed;
  weighed.reserve(items.size());
  for (const NeighbourItem& item : items) weighed.emplace_back(item, counts);
  std::sort(weighed.begin(), weighed.end(),
            [](const WeighedItem& a, const WeighedItem& b) { return a.item().resource < b.item().resource; });
  return weighed;
}

// Where each word stands, and with which weight.
using WordPlaces = std::map<std::string, std::vector<std::pair<size_t, double>>>;

WordPlaces PlacesOf(const std::vector<WeighedItem>& items) {
  WordPlaces places;
  for (size_t i = 0; i < items.size(); ++i) {
    for (const auto& [word, weight] : items[i].words()) places[word].emplace_back(i, weight);
  }
  return places;
}

// The cosine with each of the items of `places`: by word, because most of the millions of pairs have few words in
// common.
std::vector<double> Cosines(const WeighedItem& one, const WordPlaces& places, size_t items) {
  std::vector<double> cosines(items);
  for (const auto& [word, weight] : one.words()) {
    const auto found = places.find(word);
    if (found == places.end()) continue;
    for (const auto& [item, other_weight] : found->second) cosines[item] += weight * other_weight;
  }
  return cosines;
}

// "é" -> "e", for the letters of Latin-1: the bytes 0x80 to 0xBF after 0xC3.
constexpr absl::string_view kLatin1 = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";

}  // namespace

void WordCounts::Add(const NeighbourItem& item) {
  ++items_;
  std::set<std::string> words(item.text_words.begin(), item.text_words.end());
  words.insert(item.title_words.begin(), item.title_words.end());
  for (const std::string& word : words) ++counts_[word];
}

double WordCounts::WeightOf(const std::string& word) const {
  const auto found = counts_.find(word);
  const int count = found == counts_.end() ? 0 : found->second;
  return std::log(1 + (items_ + 1.0) / (count + 1.0));
}

WeighedItem::WeighedItem(const NeighbourItem& item, const WordCounts& counts) : item_(item) {
  for (NeighbourParty& party : item_.parties) party.organisation = FoldOrganisation(party.organisation);
  std::map<std::string, double> weights;
  for (const std::string& word : item.text_words) weights[word] = counts.WeightOf(word);
  for (const std::string& word : item.title_words) weights[word] = kTitleFactor * counts.WeightOf(word);
  double squares = 0;
  for (const auto& [word, weight] : weights) squares += weight * weight;
  for (const auto& [word, weight] : weights) words_.emplace_back(word, weight / std::sqrt(squares));
}

double WeighedItem::Cosine(const WeighedItem& one, const WeighedItem& other) {
  double cosine = 0;
  ForCommon(one.words_, other.words_, [&](const std::string&, double weight) { cosine += weight; });
  return cosine;
}

v1::NeighbourScore WeighedItem::Score(const WeighedItem& one, const WeighedItem& other, double cosine) {
  v1::NeighbourScore score;
  double sum = 0;
  double weights = 0;
  if (!one.words_.empty() && !other.words_.empty()) {
    const double closeness = std::pow(std::min(cosine, 1.0), kWordsPower);
    score.set_words(Percent(closeness));
    sum += kWordsWeight * closeness;
    weights += kWordsWeight;
  }
  if (!one.item_.task_fields.empty() && !other.item_.task_fields.empty()) {
    const double share = Share(one.item_.task_fields, other.item_.task_fields, FieldLikeness);
    score.set_task_fields(Percent(share));
    sum += kTaskFieldsWeight * share;
    weights += kTaskFieldsWeight;
  }
  if (!one.item_.parties.empty() && !other.item_.parties.empty()) {
    const double share = Share(one.item_.parties, other.item_.parties, PartyLikeness);
    score.set_parties(Percent(share));
    sum += kPartiesWeight * share;
    weights += kPartiesWeight;
  }
  if (weights > 0) score.set_total(Percent(sum / weights));
  return score;
}

std::vector<std::string> WeighedItem::CommonWords(const WeighedItem& one, const WeighedItem& other) {
  Words common;
  ForCommon(one.words_, other.words_,
            [&](const std::string& word, double weight) { common.emplace_back(word, weight); });
  SortByWeight(common);
  if (common.size() > kMaxCommonWords) common.resize(kMaxCommonWords);
  std::vector<std::string> words;
  for (const auto& [word, weight] : common) words.push_back(word);
  return words;
}

std::vector<std::pair<std::string, double>> WeighedItem::Heaviest(int most) const {
  Words words = words_;
  SortByWeight(words);
  if (words.size() > static_cast<size_t>(most)) words.resize(most);
  return words;
}

std::string FoldOrganisation(absl::string_view name) {
  static const auto* const kNoise =
      new std::set<std::string>{"bv", "cooperatie", "de", "het", "nv", "stichting", "vereniging", "vof"};
  std::string plain;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const unsigned char next = i + 1 < name.size() ? static_cast<unsigned char>(name[i + 1]) : 0;
    if (c == '\xC3' && next >= 0x80 && next < 0x80 + kLatin1.size()) {
      plain.push_back(kLatin1[next - 0x80]);
      ++i;
    } else if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
               !absl::ascii_isascii(static_cast<unsigned char>(c))) {
      plain.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    } else if (c != '.' && c != '\'') {
      plain.push_back(' ');
    }
  }
  std::vector<std::string> words;
  for (const absl::string_view word : absl::StrSplit(plain, ' ', absl::SkipEmpty())) {
    if (kNoise->count(std::string(word)) == 0) words.emplace_back(word);
  }
  // A name of nothing but noise is still a name.
  return words.empty() ? plain : absl::StrJoin(words, " ");
}

std::vector<v1::Neighbour> RankNeighbours(const NeighbourItem& item, const std::vector<NeighbourItem>& others,
                                          const WordCounts& counts, int most) {
  const WeighedItem one(item, counts);
  std::vector<std::pair<v1::NeighbourScore, const WeighedItem*>> ranked;
  const std::vector<WeighedItem> weighed = Weigh(others, counts);
  for (const WeighedItem& other : weighed) {
    v1::NeighbourScore score = WeighedItem::Score(one, other, WeighedItem::Cosine(one, other));
    if (score.total() > 0) ranked.emplace_back(std::move(score), &other);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first.total() > b.first.total(); });
  if (ranked.size() > static_cast<size_t>(most)) ranked.resize(most);
  std::vector<v1::Neighbour> neighbours(ranked.size());
  for (size_t i = 0; i < ranked.size(); ++i) {
    FillNeighbour(one, *ranked[i].second, ranked[i].first, &neighbours[i]);
  }
  return neighbours;
}

void PairItems(const std::vector<NeighbourItem>& mine, const std::vector<NeighbourItem>& theirs, int min_score,
               v1::CompareOwnersResponse* response) {
  WordCounts counts;
  for (const NeighbourItem& item : mine) counts.Add(item);
  for (const NeighbourItem& item : theirs) counts.Add(item);
  const std::vector<WeighedItem> ones = Weigh(mine, counts);
  const std::vector<WeighedItem> others = Weigh(theirs, counts);

  struct Pair {
    int total;
    size_t one;
    size_t other;
  };
  std::vector<Pair> pairs;
  const WordPlaces places = PlacesOf(others);
  for (size_t i = 0; i < ones.size(); ++i) {
    const std::vector<double> cosines = Cosines(ones[i], places, others.size());
    for (size_t j = 0; j < others.size(); ++j) {
      const int total = WeighedItem::Score(ones[i], others[j], cosines[j]).total();
      if (total >= min_score) pairs.push_back({total, i, j});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::tie(b.total, a.one, a.other) < std::tie(a.total, b.one, b.other);
  });
  std::vector<bool> one_paired(ones.size());
  std::vector<bool> other_paired(others.size());
  for (const Pair& pair : pairs) {
    if (one_paired[pair.one] || other_paired[pair.other]) continue;
    one_paired[pair.one] = other_paired[pair.other] = true;
    v1::TreePair* row = response->add_pairs();
    row->set_resource(ones[pair.one].item().resource);
    row->set_display_name(ones[pair.one].item().display_name);
    const double cosine = WeighedItem::Cosine(ones[pair.one], others[pair.other]);
    FillNeighbour(ones[pair.one], others[pair.other], WeighedItem::Score(ones[pair.one], others[pair.other], cosine),
                  row->mutable_other());
  }
  for (size_t i = 0; i < ones.size(); ++i) {
    if (one_paired[i]) continue;
    v1::TreePair* row = response->add_pairs();
    row->set_resource(ones[i].item().resource);
    row->set_display_name(ones[i].item().display_name);
  }
  for (size_t j = 0; j < others.size(); ++j) {
    if (other_paired[j]) continue;
    v1::Neighbour* other = response->add_pairs()->mutable_other();
    other->set_resource(others[j].item().resource);
    other->set_display_name(others[j].item().display_name);
  }
}

absl::Status CheckNeighbourRequest(const v1::SearchNeighboursRequest& request) {
  errors::Violations violations;
  if (request.max_results() < 0 || request.max_results() > 20) {
    violations.Add("max_results", kBadNumber, {{"limit", "20"}});
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(request.name(), '/');
  const bool activity = parts.size() == 4 && parts[2] == "activities";
  const bool goal = parts.size() == 6 && parts[2] == "frameworks" && parts[4] == "goals";
  if (!activity && !goal) violations.Add("name", kNotCompared);
  return violations.ToStatus();
}

absl::Status CheckCompareRequest(const v1::CompareOwnersRequest& request) {
  errors::Violations violations;
  if (request.kind() == v1::SEARCH_KIND_SECTION) violations.Add("kind", kNotCompared);
  if (request.min_score() < 0 || request.min_score() > 100) {
    violations.Add("min_score", kBadNumber, {{"limit", "100"}});
  }
  const std::string other = absl::StrCat("owners/", request.other_owner());
  if (names::OwnerOf(other) != request.other_owner() || other == request.parent()) {
    violations.Add("other_owner", kOtherOwner);
  }
  return violations.ToStatus();
}

}  // namespace regiokompas::catalogue

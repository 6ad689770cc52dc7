#include "services/intake/matching_rules.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/hash.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kTitleWords = 40;  // of a title
constexpr size_t kNearest = 12;     // candidates of an element that are looked at closely
constexpr size_t kFewWords = 5;     // a text with fewer says nothing
constexpr double kFaintWeight = 0.3;
constexpr int kDoubtful = kSamePermille - 1;  // the most that a contradicted match scores

// Words that say nothing about what a title is about.
const std::set<std::string>& SilentWords() {
  static const auto* const kWords = new std::set<std::string>{
      "aan",  "alle", "als",  "bij",  "binnen", "dat",   "de",  "deze",  "die",    "dit",  "door", "een",
      "en",   "er",   "het",  "hun",  "in",     "is",    "je",  "met",   "naar",   "nog",  "of",   "om",
      "onze", "ook",  "op",   "over", "per",    "rond",  "te",  "tot",   "tussen", "uit",  "van",  "vanuit",
      "via",  "voor", "waar", "wat",  "we",     "welke", "wij", "wordt", "worden", "zijn", "zo",   "zodat"};
  return *kWords;
}

// Words for doing something with a thing, of which another does not make it another thing.
const std::set<std::string>& FaintWords() {
  static const auto* const kWords = new std::set<std::string>{
      "continueren", "doen",         "doorgaan",    "gaan",         "gemeente",   "gemeentelijk", "gemeentelijke",
      "inzetten",    "komen",        "maken",       "nieuw",        "nieuwe",     "opgesteld",    "opstellen",
      "opzetten",    "stellen",      "uitgevoerd",  "uitvoeren",    "uitvoering", "uitwerken",    "verder",
      "verdere",     "voeren",       "voortzetten", "voortzetting", "vervolgen",  "vervolg",      "werken",
      "ontwikkelen", "ontwikkeling", "versterken",  "versterking",  "zetten",     "zorgen"};
  return *kWords;
}

// The form in which the singular and the plural of a word, and its other spellings, mostly meet.
std::string Stem(std::string word) {
  constexpr absl::string_view kBeforePluralS = "aklmnor";
  if (word.size() > 5 && absl::EndsWith(word, "en")) {
    word.resize(word.size() - 2);
  } else if (word.size() > 4 &&
             (word.back() == 'e' || (word.back() == 's' && absl::StrContains(kBeforePluralS, word[word.size() - 2])))) {
    word.pop_back();
  }
  word.erase(std::unique(word.begin(), word.end()), word.end());
  if (word.size() > 2 && word.back() == 'v') word.back() = 'f';
  if (word.size() > 2 && word.back() == 'z') word.back() = 's';
  return word;
}

bool HasDigit(absl::string_view word) { return word.find_first_of("0123456789") != absl::string_view::npos; }

// One word of a text.
struct Token {
  int word;
  bool faint;
};

// Words as numbers, so that comparing them is cheap.
class Vocabulary {
 public:
  // The words of a text in their order, each once, without the silent ones.
  std::vector<Token> Read(absl::string_view text) {
    std::vector<Token> tokens;
    const std::string slug = Slug(text.substr(0, kMatchedTextBytes), "", kMatchedTextBytes);
    ++texts_;
    for (const absl::string_view part : absl::StrSplit(slug, '-', absl::SkipEmpty())) {
      const Token token = TokenOf(part);
      if (token.word == kSilent || std::exchange(seen_[static_cast<size_t>(token.word)], texts_) == texts_) continue;
      tokens.push_back(token);
    }
    return tokens;
  }

  const std::string& operator[](int word) const { return words_[static_cast<size_t>(word)]; }
  size_t size() const { return words_.size(); }

 private:
  static constexpr int kSilent = -1;

  Token TokenOf(absl::string_view word) {
    if (const auto known = tokens_.find(word); known != tokens_.end()) return known->second;
    const std::string whole(word);
    Token token{kSilent, FaintWords().count(whole) > 0};
    if (SilentWords().count(whole) == 0 && (whole.size() > 1 || HasDigit(whole))) {
      token.word = Number(HasDigit(whole) ? whole : Stem(whole));
    }
    return tokens_[whole] = token;
  }

  int Number(std::string stem) {
    const auto [entry, added] = numbers_.try_emplace(stem, static_cast<int>(words_.size()));
    if (added) {
      words_.push_back(std::move(stem));
      seen_.push_back(0);
    }
    return entry->second;
  }

  absl::flat_hash_map<std::string, Token> tokens_;  // of words as printed
  absl::flat_hash_map<std::string, int> numbers_;   // of stems
  std::vector<std::string> words_;
  std::vector<int> seen_;  // by word: the last text that had it
  int texts_ = 0;
};

// Whether two words differ by no more typing errors than their length excuses: one letter too many, too few, another or
// two of them swapped.
bool DifferByTyping(const std::string& a, const std::string& b) {
  const size_t shorter = std::min(a.size(), b.size());
  const size_t longer = std::max(a.size(), b.size());
  if (shorter < 5 || HasDigit(a) || HasDigit(b)) return false;
  const size_t most = shorter < 9 ? 1 : 2;
  if (longer - shorter > most) return false;
  std::vector<size_t> before;
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  std::vector<size_t> next(b.size() + 1);
  for (size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before = std::exchange(row, next);
  }
  return row[b.size()] <= most;
}

// How much of one word is in another: a compound holds its parts at its ends.
double Likeness(const std::string& a, const std::string& b) {
  if (DifferByTyping(a, b)) return 0.9;
  const std::string& shorter = a.size() < b.size() ? a : b;
  const std::string& longer = a.size() < b.size() ? b : a;
  if (shorter.size() < 4 || HasDigit(shorter)) return 0;
  return absl::StartsWith(longer, shorter) || absl::EndsWith(longer, shorter) ? 0.6 : 0;
}

// "6.1.2" and "12.3.4" are codes of one scheme, "A4" is of another.
std::string SchemeOf(const std::string& code) {
  std::string scheme;
  for (const char c : code) {
    const auto byte = static_cast<unsigned char>(c);
    const char kind = absl::ascii_isdigit(byte) ? '9' : absl::ascii_isalpha(byte) ? 'a' : c;
    if (scheme.empty() || scheme.back() != kind) scheme += kind;
  }
  return scheme;
}

// A thing in the form in which it is compared.
struct Item {
  const MatchItem* source;
  std::vector<Token> title;
  std::vector<int> text;  // ascending
  std::set<std::string> numbers;
  std::set<std::string> places;
  std::string plain_title;
};

// What comparing two titles gives.
struct Wording {
  double likeness = 0;
  size_t equal = 0;       // words
  size_t most = 0;        // words of the longer title
  bool replaced = false;  // each has a word of its own that matters
};

// What is known of one pair, before its neighbours are.
struct Pair {
  size_t candidate = 0;
  int score = 0;
  bool contradicted = false;
  bool equal_titles = false;
  std::vector<v1::MatchEvidence> evidence;
};

// Who wants a candidate.
struct Claim {
  int held = -1;              // score of the element that has it, if one does
  bool equal_titles = false;  // of that element
  int other = 0;              // best score of an element that has no candidate
};

v1::MatchEvidence Evidence(v1::EvidenceKind kind, double weight, std::string text) {
  v1::MatchEvidence evidence;
  evidence.set_kind(kind);
  evidence.set_weight_permille(static_cast<int>(std::lround(weight * 1000)));
  evidence.set_text(std::move(text));
  return evidence;
}

// Compares two lists; lives for one call.
class Matcher {
 public:
  Matcher(const std::vector<MatchItem>& elements, const std::vector<MatchItem>& candidates) {
    for (const MatchItem& element : elements) elements_.push_back(Read(element));
    for (const MatchItem& candidate : candidates) candidates_.push_back(Read(candidate));
    WeighWords();
  }

  std::vector<Match> Run(const Decisions& decisions) {
    matches_.resize(elements_.size());
    taken_.assign(candidates_.size(), false);
    decided_.assign(elements_.size(), false);
    Decide(decisions);
    for (size_t i = 0; i < elements_.size(); ++i) {
      pairs_.emplace_back();
      if (decided_[i]) continue;
      for (const size_t candidate : Nearest(elements_[i])) {
        pairs_.back().push_back(Compare(elements_[i], candidates_[candidate], candidate));
      }
    }
    AddNeighbours(Assign());
    const std::vector<std::optional<size_t>> assigned = Assign();
    NoteClaims(assigned);
    for (size_t i = 0; i < elements_.size(); ++i) {
      if (!decided_[i]) Conclude(i, assigned[i]);
    }
    return std::move(matches_);
  }

 private:
  Item Read(const MatchItem& source) {
    Item item{.source = &source,
              .title = words_.Read(source.title),
              .text = {},
              .numbers = {},
              .places = {},
              .plain_title = {}};
    if (item.title.size() > kTitleWords) item.title.resize(kTitleWords);
    for (const Token& token : words_.Read(source.text)) item.text.push_back(token.word);
    std::sort(item.text.begin(), item.text.end());
    for (const Token& token : item.title) {
      if (HasDigit(words_[token.word])) item.numbers.insert(words_[token.word]);
    }
    for (const std::string& place : source.places) item.places.insert(Slug(place, "x", 200));
    item.plain_title = Slug(source.title, "x", 200);
    return item;
  }

  // A word that many titles and texts have says less than one that few have.
  void WeighWords() {
    std::vector<int> holders(words_.size(), 0);
    for (const Item& item : elements_) {
      for (const int word : WordsOf(item)) ++holders[static_cast<size_t>(word)];
    }
    index_.resize(words_.size());
    for (size_t i = 0; i < candidates_.size(); ++i) {
      for (const int word : WordsOf(candidates_[i])) {
        ++holders[static_cast<size_t>(word)];
        index_[static_cast<size_t>(word)].push_back(i);
      }
      if (!candidates_[i].source->code.empty()) codes_[candidates_[i].source->code].push_back(i);
      titles_[candidates_[i].plain_title].push_back(i);
    }
    const auto all = static_cast<double>(elements_.size() + candidates_.size());
    for (const int count : holders) weights_.push_back(std::log(2 + all / std::max(1, count)));
  }

  // Those of title and text, each once.
  static std::vector<int> WordsOf(const Item& item) {
    std::vector<int> words = item.text;
    for (const Token& token : item.title) {
      if (!std::binary_search(item.text.begin(), item.text.end(), token.word)) words.push_back(token.word);
    }
    return words;
  }

  void Decide(const Decisions& decisions) {
    for (size_t i = 0; i < elements_.size(); ++i) {
      const auto said = decisions.find(elements_[i].source->id);
      if (said == decisions.end()) continue;
      decided_[i] = true;
      Match& match = matches_[i];
      match.evidence.push_back(Evidence(v1::EVIDENCE_KIND_OFFICER, said->second.empty() ? -1 : 1,
                                        said->second.empty()
                                            ? "Een medewerker heeft gezegd dat dit een nieuwe activiteit is."
                                            : "Een medewerker heeft gezegd dat dit dezelfde activiteit is."));
      for (size_t j = 0; j < candidates_.size(); ++j) {
        if (said->second.empty() || candidates_[j].source->id != said->second) continue;
        match.candidate = j;
        taken_[j] = true;
      }
      match.outcome = said->second.empty() ? v1::MATCH_OUTCOME_NEW : v1::MATCH_OUTCOME_SAME;
      match.score_permille = said->second.empty() ? 0 : 1000;
    }
  }

  double WeightOf(const Token& token) const {
    return weights_[static_cast<size_t>(token.word)] * (token.faint ? kFaintWeight : 1);
  }

  // The candidates that share most with an element, by its words and its code.
  std::vector<size_t> Nearest(const Item& element) const {
    std::vector<double> shared(candidates_.size(), 0);
    const size_t common = std::max<size_t>(50, candidates_.size() / 20);
    const auto add = [&](int word, double factor) {
      const std::vector<size_t>& holders = index_[static_cast<size_t>(word)];
      if (holders.size() > common) return;
      for (const size_t candidate : holders) shared[candidate] += factor * weights_[static_cast<size_t>(word)];
    };
    for (const Token& token : element.title) add(token.word, 3);
    for (const int word : element.text) add(word, 1);
    const auto add_all = [&](const auto& places, const std::string& key, double weight) {
      const auto found = places.find(key);
      if (found == places.end()) return;
      for (const size_t candidate : found->second) shared[candidate] += weight;
    };
    add_all(titles_, element.plain_title, 1000);
    if (!element.source->code.empty()) add_all(codes_, element.source->code, 10);
    std::vector<std::pair<double, size_t>> ranked;
    for (size_t candidate = 0; candidate < shared.size(); ++candidate) {
      if (shared[candidate] > 0 && !taken_[candidate]) ranked.emplace_back(-shared[candidate], candidate);
    }
    const size_t most = std::min(ranked.size(), kNearest);
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(most), ranked.end());
    ranked.resize(most);
    std::vector<size_t> nearest;
    for (const auto& [weight, candidate] : ranked) nearest.push_back(candidate);
    return nearest;
  }

  Wording CompareTitles(const Item& a, const Item& b) const {
    Wording wording;
    wording.most = std::max(a.title.size(), b.title.size());
    std::vector<bool> used(b.title.size(), false);
    std::vector<size_t> open;
    double matched = 0;
    double total = 0;
    for (const Token& token : a.title) total += WeightOf(token);
    for (const Token& token : b.title) total += WeightOf(token);
    for (size_t i = 0; i < a.title.size(); ++i) {
      const auto same = std::find_if(b.title.begin(), b.title.end(),
                                     [&](const Token& other) { return other.word == a.title[i].word; });
      if (same == b.title.end()) {
        open.push_back(i);
        continue;
      }
      used[static_cast<size_t>(same - b.title.begin())] = true;
      matched += WeightOf(a.title[i]) + WeightOf(*same);
      ++wording.equal;
    }
    bool own_a = false;
    for (const size_t i : open) {
      double best = 0;
      size_t at = 0;
      for (size_t j = 0; j < b.title.size(); ++j) {
        if (used[j]) continue;
        const double likeness = Likeness(words_[a.title[i].word], words_[b.title[j].word]);
        if (likeness > best) {
          best = likeness;
          at = j;
        }
      }
      if (best == 0) {
        own_a = own_a || !a.title[i].faint;
        continue;
      }
      used[at] = true;
      matched += best * (WeightOf(a.title[i]) + WeightOf(b.title[at]));
      if (best >= 0.9) ++wording.equal;
    }
    bool own_b = false;
    for (size_t j = 0; j < b.title.size(); ++j) own_b = own_b || (!used[j] && !b.title[j].faint);
    if (total > 0) wording.likeness = matched / total;
    wording.replaced = own_a && own_b;
    return wording;
  }

  // Nothing when either has too little text to say.
  std::optional<double> CompareTexts(const Item& a, const Item& b) const {
    if (a.text.size() < kFewWords || b.text.size() < kFewWords) return std::nullopt;
    std::vector<int> shared;
    std::set_intersection(a.text.begin(), a.text.end(), b.text.begin(), b.text.end(), std::back_inserter(shared));
    const auto weigh = [&](const std::vector<int>& words) {
      double sum = 0;
      for (const int word : words) sum += weights_[static_cast<size_t>(word)];
      return sum;
    };
    return 2 * weigh(shared) / (weigh(a.text) + weigh(b.text));
  }

  Pair Compare(const Item& element, const Item& candidate, size_t place) const {
    Pair pair{.candidate = place, .score = 0, .contradicted = false, .equal_titles = false, .evidence = {}};
    const bool equal_titles = element.plain_title == candidate.plain_title && !element.source->title.empty();
    pair.equal_titles = equal_titles;
    const Wording titles = CompareTitles(element, candidate);
    const std::optional<double> texts = CompareTexts(element, candidate);
    double wording = titles.likeness;
    if (texts && !equal_titles) wording = std::max(0.75 * titles.likeness + 0.25 * *texts, 0.75 * *texts);
    if (equal_titles) {
      pair.evidence.push_back(Evidence(v1::EVIDENCE_KIND_WORDING, 1, "De titels zijn gelijk."));
    } else {
      pair.evidence.push_back(
          Evidence(v1::EVIDENCE_KIND_WORDING, wording,
                   absl::StrCat("Van de titels zijn ", titles.equal, " van ", titles.most, " woorden gelijk.")));
    }
    if (texts) {
      pair.evidence.push_back(
          Evidence(v1::EVIDENCE_KIND_WORDING, *texts,
                   absl::StrCat("De teksten lijken voor ", std::lround(*texts * 100), "% op elkaar.")));
    }
    double score = equal_titles ? 1 : wording;
    int doubts = 0;
    score += CompareCodes(element, candidate, wording, pair, doubts);
    score += ComparePlaces(element, candidate, wording, pair, doubts);
    if (texts && *texts < 0.15) ++doubts;
    const bool other_numbers = !equal_titles && !element.numbers.empty() && !candidate.numbers.empty() &&
                               !std::includes(element.numbers.begin(), element.numbers.end(), candidate.numbers.begin(),
                                              candidate.numbers.end()) &&
                               !std::includes(candidate.numbers.begin(), candidate.numbers.end(),
                                              element.numbers.begin(), element.numbers.end());
    if (other_numbers) {
      pair.evidence.push_back(
          Evidence(v1::EVIDENCE_KIND_WORDING, -0.2,
                   absl::StrCat("De titels noemen andere getallen: ", absl::StrJoin(element.numbers, ", "), " en ",
                                absl::StrJoin(candidate.numbers, ", "), ".")));
    }
    if (equal_titles) {
      score = std::max(score, 0.9);
      pair.contradicted = doubts >= 2;
    } else {
      pair.contradicted = other_numbers || titles.replaced || doubts >= 2 || titles.likeness < 0.6;
    }
    pair.score = std::clamp(static_cast<int>(std::lround(score * 1000)), 0, pair.contradicted ? kDoubtful : 1000);
    return pair;
  }

  // A code says something as far as the words do not deny it: codes are used again in other years.
  static double CompareCodes(const Item& element, const Item& candidate, double wording, Pair& pair, int& doubts) {
    const std::string& code = element.source->code;
    const std::string& other = candidate.source->code;
    if (code.empty() || other.empty() || SchemeOf(code) != SchemeOf(other)) return 0;
    if (code != other) {
      ++doubts;
      pair.evidence.push_back(
          Evidence(v1::EVIDENCE_KIND_CODE, -0.05, absl::StrCat("De codes verschillen: ", code, " en ", other, ".")));
      return -0.05;
    }
    const double weight = 0.15 * std::clamp((wording - 0.2) / 0.4, 0.0, 1.0);
    pair.evidence.push_back(Evidence(v1::EVIDENCE_KIND_CODE, weight,
                                     weight > 0 ? absl::StrCat("Zelfde code ", code, ".")
                                                : absl::StrCat("Zelfde code ", code, ", maar andere woorden.")));
    return weight;
  }

  static double ComparePlaces(const Item& element, const Item& candidate, double wording, Pair& pair, int& doubts) {
    if (element.places.empty() || candidate.places.empty()) return 0;
    for (const std::string& place : element.source->places) {
      if (candidate.places.count(Slug(place, "x", 200)) == 0) continue;
      const double weight = 0.1 * std::clamp((wording - 0.2) / 0.4, 0.0, 1.0);
      pair.evidence.push_back(
          Evidence(v1::EVIDENCE_KIND_POSITION, weight, absl::StrCat("Beide staan onder \"", place, "\".")));
      return weight;
    }
    ++doubts;
    pair.evidence.push_back(Evidence(v1::EVIDENCE_KIND_POSITION, -0.05, "Ze staan onder andere doelen."));
    return -0.05;
  }

  // One candidate for each element and one element for each candidate, the highest scores first. Per element the place
  // of its pair.
  std::vector<std::optional<size_t>> Assign() const {
    std::vector<std::tuple<int, size_t, size_t, size_t>> ranked;  // score, element, candidate, place of the pair
    for (size_t i = 0; i < pairs_.size(); ++i) {
      for (size_t k = 0; k < pairs_[i].size(); ++k)
        ranked.emplace_back(-pairs_[i][k].score, i, pairs_[i][k].candidate, k);
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::optional<size_t>> assigned(elements_.size());
    std::vector<bool> taken = taken_;
    for (const auto& [score, element, candidate, pair] : ranked) {
      if (-score < kNewPermille || assigned[element] || taken[candidate]) continue;
      assigned[element] = pair;
      taken[candidate] = true;
    }
    return assigned;
  }

  // Two things that stand between the same things are rather the same.
  void AddNeighbours(const std::vector<std::optional<size_t>>& assigned) {
    const auto candidate_of = [&](size_t element) -> std::optional<size_t> {
      if (decided_[element]) return matches_[element].candidate;
      if (!assigned[element] || pairs_[element][*assigned[element]].score < kSamePermille) return std::nullopt;
      return pairs_[element][*assigned[element]].candidate;
    };
    std::vector<std::optional<size_t>> certain;
    for (size_t i = 0; i < elements_.size(); ++i) certain.push_back(candidate_of(i));
    for (size_t i = 0; i < elements_.size(); ++i) {
      for (Pair& pair : pairs_[i]) {
        const bool before = i > 0 && certain[i - 1] && *certain[i - 1] + 1 == pair.candidate;
        const bool after = i + 1 < elements_.size() && certain[i + 1] && *certain[i + 1] == pair.candidate + 1;
        if ((!before && !after) || pair.score < 300) continue;
        const double weight = before && after ? 0.08 : 0.05;
        pair.score = std::min(pair.score + static_cast<int>(weight * 1000), pair.contradicted ? kDoubtful : 1000);
        pair.evidence.push_back(Evidence(
            v1::EVIDENCE_KIND_POSITION, weight,
            before && after ? "Ze staan tussen dezelfde activiteiten." : "Ze staan naast dezelfde activiteit."));
      }
    }
  }

  // Who wants each candidate.
  void NoteClaims(const std::vector<std::optional<size_t>>& assigned) {
    claims_.resize(candidates_.size());
    for (size_t i = 0; i < elements_.size(); ++i) {
      if (assigned[i]) {
        const Pair& pair = pairs_[i][*assigned[i]];
        claims_[pair.candidate].held = pair.score;
        claims_[pair.candidate].equal_titles = pair.equal_titles;
      } else if (const Pair* const pair = Best(i); pair != nullptr) {
        claims_[pair->candidate].other = std::max(claims_[pair->candidate].other, pair->score);
      }
    }
  }

  const Pair* Best(size_t element) const {
    const Pair* best = nullptr;
    for (const Pair& pair : pairs_[element]) {
      if (best == nullptr || pair.score > best->score) best = &pair;
    }
    return best;
  }

  // Two elements may be what one candidate was; then neither is it for certain, unless one bears its very title.
  bool IsCertain(const Claim& claim) const {
    return claim.held >= kSamePermille && (claim.equal_titles || claim.other < kSamePermille);
  }

  void Conclude(size_t element, const std::optional<size_t>& assigned) {
    const Pair* const pair = assigned ? &pairs_[element][*assigned] : Best(element);
    if (pair == nullptr) return;
    Match& match = matches_[element];
    match.candidate = pair->candidate;
    match.score_permille = pair->score;
    match.evidence = pair->evidence;
    const Claim& claim = claims_[pair->candidate];
    const bool near = pair->score >= kNewPermille && claim.held >= 0;
    if (!assigned) {
      if (near && !IsCertain(claim)) Doubt("Ook een andere activiteit van het document lijkt hierop.", match);
      return;
    }
    if (pair->score < kSamePermille) {
      match.outcome = v1::MATCH_OUTCOME_ASK;
    } else if (!IsCertain(claim)) {
      Doubt("Ook een andere activiteit van het document lijkt hierop.", match);
    } else if (HasRival(element, *pair)) {
      Doubt("Er is nog een activiteit die er evenveel op lijkt.", match);
    } else {
      match.outcome = v1::MATCH_OUTCOME_SAME;
    }
  }

  // Whether an element might as well be a candidate that nobody has.
  bool HasRival(size_t element, const Pair& pair) const {
    return std::any_of(pairs_[element].begin(), pairs_[element].end(), [&](const Pair& other) {
      return other.candidate != pair.candidate && pair.score - other.score < 30 && !taken_[other.candidate] &&
             claims_[other.candidate].held < 0;
    });
  }

  static void Doubt(std::string why, Match& match) {
    match.outcome = v1::MATCH_OUTCOME_ASK;
    match.score_permille = std::min(match.score_permille, kDoubtful);
    match.evidence.push_back(Evidence(v1::EVIDENCE_KIND_WORDING, -0.2, std::move(why)));
  }

  Vocabulary words_;
  std::vector<Item> elements_;
  std::vector<Item> candidates_;
  std::vector<double> weights_;                        // by word
  std::vector<std::vector<size_t>> index_;             // word -> candidates
  std::map<std::string, std::vector<size_t>> codes_;   // code -> candidates
  std::map<std::string, std::vector<size_t>> titles_;  // folded title -> candidates
  std::vector<bool> decided_;                          // by element
  std::vector<bool> taken_;                            // by candidate: an officer gave it to an element
  std::vector<std::vector<Pair>> pairs_;               // by element
  std::vector<Claim> claims_;                          // by candidate
  std::vector<Match> matches_;                         // by element
};

}  // namespace

std::vector<Match> MatchItems(const std::vector<MatchItem>& elements, const std::vector<MatchItem>& candidates,
                              const Decisions& decisions) {
  return Matcher(elements, candidates).Run(decisions);
}

}  // namespace regiokompas::intake

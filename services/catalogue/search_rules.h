// How a query is read and where its words stand in a text. Pure. Words are compared folded: in lower case, without
// accents, as search_fold of the migrations makes them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/api/filter.h"
#include "regiokompas/catalogue/v1/search.pb.h"

namespace regiokompas::catalogue {

// What SearchCatalogueRequest.filter may compare.
const std::vector<api::FilterField>& SearchFields();

// A word of a query, or a phrase in quotes, as it was typed.
struct QueryTerm {
  std::string text;
  bool phrase = false;
  bool negative = false;  // after a minus
};

// The terms of a query in their order, each once.
std::vector<QueryTerm> ParseQuery(absl::string_view query);

// A form in which a word may be met.
struct Form {
  std::string text;
  bool begins = false;  // also at the beginning of a longer word
  bool within = false;  // also anywhere in a longer word
};

// The forms of a folded word that was typed, with its stem: Dutch spelling changes with the ending (huis and huizen,
// brief and brieven, woon and wonen, gezin and gezinnen), which the stemmer leaves alone. The word itself comes first.
std::vector<Form> FormsOf(const std::string& word, const std::string& stem);

// What a term finds: a word in one of its forms, or a phrase.
struct Sought {
  std::vector<Form> forms;
  std::vector<std::string> phrase;  // folded; used when there are no forms
};

// The piece of `content`, or else of `title`, in which most of what is sought stands, at most 240 characters; without a
// match the beginning.
v1::Snippet CutSnippet(absl::string_view title, absl::string_view content, const std::vector<Sought>& sought);

// The candidate that `word` was probably meant to be: the one with the fewest letters added, left out, replaced or
// swapped, the first among equals. "" when none is near enough.
std::string NearestWord(const std::string& word, const std::vector<std::string>& candidates);

// The ways to read a compound as two words, best first: "jeugdlonen" as jeugd and lonen, with or without a linking s.
std::vector<std::pair<std::string, std::string>> SplitsOf(const std::string& word);

}  // namespace regiokompas::catalogue

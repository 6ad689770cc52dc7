#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace regiokompas::intake {

// Finds the organisations that a text names as taking part: other municipalities, foundations, abbreviations that are
// worked with, and the proper names in a list of stakeholders. What is a proper name follows from the document: a word
// that it also writes in lower case is none. Immutable after construction; safe to share between threads.
class OrganisationFinder {
 public:
  // `document` is the whole text, which must outlive the finder; `own` the name of the document's own municipality,
  // which is no partner, or empty.
  OrganisationFinder(absl::string_view document, absl::string_view own);

  // The organisations in a text, in printed order, each once. `stakeholders` says that the text is a list of them.
  std::vector<std::string> Find(absl::string_view text, bool stakeholders) const;

 private:
  bool IsProperName(absl::string_view word) const;
  bool NamesOrganisation(absl::string_view item) const;
  // Whether a name is that of the document's own municipality, or some words of it.
  bool IsOwn(absl::string_view name) const;
  // Whether a name of one word stands as an organisation somewhere in the document, and nowhere as a place.
  bool IsKnown(absl::string_view name) const;
  // `in_row` tells whether other names stand beside it in the same row.
  bool MayTakePart(absl::string_view name, bool in_row) const;
  // The names in a sentence of which the words around them say that they take part, in printed order.
  std::vector<absl::string_view> NamesInSentence(absl::string_view sentence) const;

  absl::flat_hash_set<absl::string_view> common_words_;
  // Words that stand as an organisation, and as a place, somewhere in the document.
  absl::flat_hash_set<absl::string_view> organisations_;
  absl::flat_hash_set<absl::string_view> places_;
  std::string own_;
};

}  // namespace regiokompas::intake

// Which line of a document goes into which stored element, so that the catalogue holds the whole document. Pure.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/intake_rules.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// Lines by their number and text: in a file with markup several lines may have one number.
using HeldLines = std::multiset<std::pair<int, std::string>>;

// Gives every line of `source` that is not blank, as printed, to the provenance of exactly one element of `plan`,
// which was made of `parsed`, the parse of `source`: to the element that the parse reads it as, or else to the one
// before it, at the top to the framework of the document. The lines of an activity that was merged into one of another
// document go to its first contribution. `held` are the lines that stored elements hold already; those are not given.
void AssignLines(const v1::ParsedDocument& parsed, const SourceText& source, HeldLines held, Plan& plan);

// Puts the lines that `plan` gives to an element which can not take them, because it is stored already or because it
// would hold too many, in sections of the framework of the document that hold nothing else. `present` are the names of
// sections, goals and contributions that are stored; `sections` are the ids in that framework that are taken.
void AddSpareSections(const std::set<std::string>& present, const KnownIds& sections, Plan& plan);

// The same for a reading that gives what stands its own lines: only those that an element has no room for are moved.
// The sections with the ids `spare` hold nothing that is to stay, and are filled before new ones.
void AddOverflowSections(const std::set<std::string>& spare, const KnownIds& sections, Plan& plan);

// Whether an id is that of a section for lines that their element could not take.
bool IsSpareId(const std::string& id);

// Whether a section is one of those, as it was made: nobody wrote anything in it.
bool IsSpareSection(const catalogue::v1::Section& section);

}  // namespace regiokompas::intake

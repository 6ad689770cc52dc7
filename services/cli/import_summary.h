// What became of the files of an import, counted.
#pragma once

#include <map>
#include <ostream>
#include <string>

#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::cli {

// What became of one file.
enum class ImportOutcome {
  kAccepted,  // its draft was accepted
  kKnown,     // it was accepted before, or is the same as another file
  kDrafted,   // its draft is kept for an officer, as was asked
  kWaiting,   // an officer has to decide something first
  kRefused,   // it cannot be read, or the service does not take it
  kRead,      // it was only read
};

// The counts of one import.
class ImportSummary {
 public:
  // Counts a file; `code` is the stable one of what waits or was refused, `text` says it to a person.
  void Add(ImportOutcome outcome, const std::string& code = "", const std::string& text = "");

  // Counts what was read in a file of a dry run, of whose lines some were not recognised.
  void AddRead(const intake::v1::ParsedDocument& parsed, int lines, int unclassified);

  // Files that were not looked at: left out of folders, or left when it was stopped.
  void LeaveOut(int hidden, int links, int other_types) {
    hidden_ = hidden, links_ = links, other_types_ = other_types;
  }
  void Stop(size_t not_tried) { not_tried_ = not_tried; }

  int Count(ImportOutcome outcome) const;

  // Prints a table in the user's language; counts that are zero are left out.
  void Print(std::ostream& out) const;

  // Prints one JSON object.
  void PrintAsJson(std::ostream& out) const;

 private:
  // Those with one code are counted together, with the text of the first.
  struct Reason {
    int count = 0;
    std::string code;
    std::string text;
  };

  std::map<ImportOutcome, int> counts_;
  // Of what waits and of what was refused, by code, or by text where there is none.
  std::map<ImportOutcome, std::map<std::string, Reason>> reasons_;
  std::map<std::string, int> profiles_;
  int64_t goals_ = 0;
  int64_t activities_ = 0;
  int64_t targets_ = 0;
  int64_t sections_ = 0;
  int64_t lines_ = 0;
  int64_t unclassified_ = 0;
  int hidden_ = 0;
  int links_ = 0;
  int other_types_ = 0;
  size_t not_tried_ = 0;
};

}  // namespace regiokompas::cli

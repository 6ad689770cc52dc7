// What one acceptance, or one comparison, is about: shared by what is done with each of the other services.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "common/base/call.h"
#include "services/intake/draft_comparison.h"
#include "services/intake/intake_rules.h"

namespace regiokompas::intake {

// What acceptance has to go by when the source was accepted before.
struct Rereading {
  const EarlierReading* earlier = nullptr;  // null for a first reading
  std::set<std::string> removed = {};       // ids, in the earlier reading, of elements that are to be dropped
};

// Which elements are accepted, by their ids.
struct Acceptance {
  std::set<std::string> selected = {};
  // Of them, what an acceptance that broke off may have written.
  std::set<std::string> begun = {};
  // Notes that the acceptance begins. Called before the first write, which its error prevents.
  std::function<absl::Status()> begin = {};
};

// Lives for one call; what it refers to must outlive it.
class AcceptanceContext {
 public:
  AcceptanceContext(const Call& the_call, const v1::Draft& the_draft, const SourceText& the_source,
                    const Acceptance& the_acceptance, const Rereading& the_rereading);

  const Call& call;
  const std::string owner;  // owners/GM0677
  const v1::Draft& draft;
  const SourceText& source;
  const Acceptance& acceptance;
  const Rereading& rereading;
  // With the earlier reading, and what that made, by the ids of this one; empty when there is none.
  Comparison comparison;
  Places places;

  const EarlierReading* earlier() const { return rereading.earlier; }

  // Whether the earlier reading was of another file, or of another text of this one.
  bool IsOtherText() const;

  // Whether all of the draft is accepted.
  bool IsWhole() const;

  // Whether something was read from this document.
  bool IsOwn(const std::string& sha256) const { return sha256 == draft.parsed().source().sha256(); }

  // Whether a resource, by its name, has an element of this reading; and whether the earlier reading made it.
  bool IsPlaced(const std::string& name) const { return placed_.count(name) > 0; }
  bool IsOfEarlier(const std::string& name) const { return of_earlier_.count(name) > 0; }

 private:
  std::set<std::string> placed_;
  std::set<std::string> of_earlier_;
};

}  // namespace regiokompas::intake

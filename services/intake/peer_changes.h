// What an earlier reading of a source made is given what this one says, whichever service keeps it.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/field_mask_util.h"
#include "services/intake/calls_to_peers.h"

namespace regiokompas::intake {

// A planned resource without what is planned for it; a resource is itself.
template <typename Resource>
const Resource& Bare(const Resource& resource) {
  return resource;
}
template <typename Resource>
const Resource& Bare(const Planned<Resource>& planned) {
  return planned.resource;
}

// Whether the resource is that of another document, whose content stays as it is.
template <typename Item>
bool IsMerged(const Item& item) {
  if constexpr (requires { item.outcome; }) return item.outcome == Outcome::kMerge;
  return false;
}

// The lines that a resource holds; none where its service keeps none.
template <typename Resource>
std::vector<std::string> LinesIn(const Resource& resource) {
  std::vector<std::string> lines;
  if constexpr (requires { resource.provenance().lines(); }) {
    for (const auto& line : resource.provenance().lines()) lines.push_back(line.text());
  }
  return lines;
}

// Lives for one call.
class PeerChanges {
 public:
  PeerChanges(const AcceptanceContext& context, PeerCalls& calls) : context_(context), calls_(calls) {}

  // Names of what the reading changes or drops, with the fields that are as it says.
  const std::map<std::string, std::set<std::string>>& touched() const { return touched_; }
  void Touch(const std::string& name) { touched_.try_emplace(name); }

  // Changes the resources of one kind whose elements say something else in `after` than in `before`, the plan of the
  // earlier reading.
  template <typename Stub, typename Get, typename Update, typename Resource, typename List>
  absl::Status Change(Stub& stub, grpc::Status (Stub::*get)(grpc::ClientContext*, const Get&, Resource*),
                      grpc::Status (Stub::*update)(grpc::ClientContext*, const Update&, Resource*),
                      Resource* (Update::*field)(), v1::ElementKind kind, const List& before, const List& after) {
    std::map<std::string, const Resource*> was;
    for (const auto& item : before) {
      const bool accepted = context_.earlier()->places.count(Bare(item).provenance().element_id()) > 0;
      if (accepted && !IsMerged(item)) was[Bare(item).name()] = &Bare(item);
    }
    for (const auto& item : after) {
      const Resource& resource = Bare(item);
      const auto found = was.find(resource.name());
      if (found == was.end() || IsMerged(item)) continue;
      const std::vector<std::string> fields = DifferentFields(*found->second, resource);
      const bool lines = context_.IsOtherText() && LinesIn(*found->second) != LinesIn(resource);
      if (fields.empty() && !lines) continue;
      Get request;
      request.set_name(resource.name());
      Resource stands;
      const absl::Status got = calls_.Send(stub, get, request, &stands);
      if (absl::IsNotFound(got)) {
        if (!fields.empty()) calls_.Leave(kind, /*unchanged=*/true);
        continue;
      }
      RETURN_IF_ERROR(got);
      RETURN_IF_ERROR(ChangeOne(stub, update, field, kind, fields, lines, *found->second, stands, resource));
    }
    return absl::OkStatus();
  }

  // Gives `stands` the `fields` of `after`, and its lines when those differ too, each unless somebody has changed it
  // since it was that of `before`.
  template <typename Stub, typename Update, typename Resource>
  absl::Status ChangeOne(Stub& stub, grpc::Status (Stub::*update)(grpc::ClientContext*, const Update&, Resource*),
                         Resource* (Update::*field)(), v1::ElementKind kind, const std::vector<std::string>& fields,
                         bool lines, const Resource& before, const Resource& stands, const Resource& after) {
    const std::vector<std::string> changed_since = DifferentFields(before, stands);
    const std::vector<std::string> open = DifferentFields(stands, after);
    google::protobuf::FieldMask mask;
    bool says_more = false;
    bool left = false;
    std::set<std::string>& touched = touched_[stands.name()];
    for (const std::string& path : fields) {
      if (Contains(open, path) && Contains(changed_since, path)) {
        left = true;
        continue;
      }
      touched.insert(path);
      if (!Contains(open, path)) continue;
      mask.add_paths(path);
      // Where a thing stands among others is not what it says.
      says_more = says_more || path != "ordinal";
    }
    if (context_.IsOtherText() && (says_more || (lines && LinesIn(stands) != LinesIn(after)))) {
      mask.add_paths("provenance");
    }
    if (left) calls_.Leave(kind, /*unchanged=*/!says_more);
    if (mask.paths().empty()) return absl::OkStatus();
    Update request;
    Resource& next = *(request.*field)();
    next = stands;
    google::protobuf::util::FieldMaskUtil::MergeOptions options;
    options.set_replace_message_fields(true);
    options.set_replace_repeated_fields(true);
    google::protobuf::util::FieldMaskUtil::MergeMessageTo(after, mask, options, &next);
    *request.mutable_update_mask() = mask;
    request.set_request_id(calls_.RequestId(absl::StrCat("change ", stands.name(), " ", stands.etag())));
    Resource answer;
    const absl::Status written =
        calls_.Writing({ElementOf(after)}, [&] { return calls_.Send(stub, update, request, &answer); });
    if (kind == v1::ELEMENT_KIND_STATUS_REPORT && absl::IsFailedPrecondition(written)) {
      calls_.Leave(kind, /*unchanged=*/true);  // somebody has submitted or reviewed it
      calls_.NoteWritten(ElementOf(after));
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(written);
    if (!says_more) return absl::OkStatus();
    v1::AcceptedElements* const count = calls_.CountOf(kind);
    count->set_updated(count->updated() + ElementsOf(after));
    count->set_unchanged(count->unchanged() - ElementsOf(after));
    return absl::OkStatus();
  }

 private:
  static bool Contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  const AcceptanceContext& context_;
  PeerCalls& calls_;
  std::map<std::string, std::set<std::string>> touched_;
};

}  // namespace regiokompas::intake

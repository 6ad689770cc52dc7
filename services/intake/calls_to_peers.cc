#include "services/intake/calls_to_peers.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace regiokompas::intake {

bool IsRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

std::string NameIn(const absl::Status& status) {
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  google::rpc::ErrorInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return "";
  const auto name = info.metadata().find("name");
  return name == info.metadata().end() ? "" : name->second;
}

std::string PeerCalls::RequestId(const std::string& target) const {
  const v1::Draft& draft = context_.draft;
  return UuidFrom(absl::StrCat(draft.parsed().source().sha256(), "|", draft.name(), "|", target));
}

v1::AcceptedElements* PeerCalls::CountOf(v1::ElementKind kind) {
  for (v1::AcceptedElements& elements : *response_->mutable_elements()) {
    if (elements.kind() == kind) return &elements;
  }
  v1::AcceptedElements* elements = response_->add_elements();
  elements->set_kind(kind);
  return elements;
}

void PeerCalls::Count(v1::ElementKind kind, Outcome outcome, int elements) {
  v1::AcceptedElements* count = CountOf(kind);
  if (outcome == Outcome::kCreate) count->set_created(count->created() + elements);
  if (outcome == Outcome::kUnchanged) count->set_unchanged(count->unchanged() + elements);
  if (outcome == Outcome::kMerge) count->set_merged(count->merged() + elements);
}

void PeerCalls::Leave(v1::ElementKind kind, bool unchanged) {
  ++left_[kind];
  if (unchanged) CountOf(kind)->set_unchanged(CountOf(kind)->unchanged() - 1);
}

}  // namespace regiokompas::intake

// The calls of one acceptance to the other services, with the officer's own token, and what became of what it wrote.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "common/rpc/client.h"
#include "common/rpc/convert.h"
#include "common/rpc/pages.h"
#include "regiokompas/intake/v1/intake_service.pb.h"
#include "services/intake/acceptance_context.h"
#include "services/intake/difference_rules.h"
#include "services/intake/intake_rules.h"

namespace regiokompas::intake {

// The way to another service.
using PeerChannel = std::function<std::shared_ptr<grpc::Channel>(const std::string& service)>;

// Whether an error says for certain that the call wrote nothing, now or later.
bool IsRefusal(const absl::Status& status);

// The name that an error is about; empty when it does not say.
std::string NameIn(const absl::Status& status);

// How many elements of the parse a resource is made of: a target with steps is printed as one for each.
template <typename Resource>
int ElementsOf(const Resource& resource) {
  if constexpr (requires { resource.steps_size(); }) return std::max(1, resource.steps_size());
  return 1;
}

// The element of the draft that a resource is made of: that of the document as a whole is the source, and an indicator
// that was made for the figures of a subject is of the subject.
template <typename Resource>
std::string ElementOf(const Resource& resource) {
  const std::string& id = resource.provenance().element_id();
  return id == "document" || id == "cycle" ? kSourceId : id.substr(0, id.find(' '));
}

// Makes a resource that the owner has known by its id.
template <typename Resource>
void Know(const Resource& resource, KnownIds& known) {
  known[names::LastId(resource.name())] = {resource.display_name(), resource.provenance().sha256(),
                                           resource.provenance().element_id()};
}

// Lives for one call. What it writes it counts in `response`, which is null where nothing is written.
class PeerCalls {
 public:
  PeerCalls(const AcceptanceContext& context, v1::AcceptDraftResponse* response)
      : context_(context), response_(response) {}

  // -- Reading
  template <typename Stub, typename Request, typename Response>
  absl::Status Send(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    rpc::Continue(context_.call, context);
    return rpc::FromGrpc((stub.*method)(&context, request, response));
  }

  // All pages of a list; `take` sees each.
  template <typename Stub, typename List, typename Take>
  absl::Status ForEach(Stub& stub, List list, const std::string& parent, Take take) {
    return rpc::ForEachPage(
        stub, list, parent, [&](grpc::ClientContext& context) { rpc::Continue(context_.call, context); }, take);
  }

  // -- Writing
  // The id of a write of `target`: the same each time that the draft is accepted.
  std::string RequestId(const std::string& target) const;

  // Makes a write of `elements`, and notes what became of them.
  template <typename Write>
  absl::Status Writing(const std::vector<std::string>& elements, Write write) {
    absl::Status status = write();
    Note(status, elements);
    return status;
  }

  // Creates one resource of `elements`. When its id is taken it is not written, `taken` has the name, and the answer is
  // an error after which what is there is to be read again.
  template <typename Stub, typename Request, typename Response>
  absl::Status Create(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request, const std::vector<std::string>& elements = {}) {
    Response response;
    absl::Status status = Send(stub, method, request, &response);
    if (absl::IsAlreadyExists(status)) {
      taken_.insert(NameIn(status));
      return errors::MakeRetryable(errors::kConflict);
    }
    Note(status, elements);
    return status;
  }

  // Creates those of `resources` that are not in `existing`, grouped by parent, in batches, and counts all. `add` puts
  // a resource and its id into a request item.
  template <typename Stub, typename Request, typename Response, typename Resource, typename Add>
  absl::Status CreateMissing(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                             v1::ElementKind kind, const std::vector<Resource>& resources,
                             const std::set<std::string>& existing, Add add) {
    CountOf(kind);
    Request request;
    std::string names;
    std::vector<std::string> elements;
    size_t bytes = 0;
    const auto flush = [&]() -> absl::Status {
      bytes = 0;
      if (request.requests().empty()) return absl::OkStatus();
      request.set_request_id(RequestId(names));
      absl::Status status = CreateBatch(stub, method, request, elements);
      request.Clear();
      names.clear();
      elements.clear();
      return status;
    };
    for (const Resource& resource : resources) {
      std::string element = ElementOf(resource);
      if (existing.count(resource.name()) > 0) {
        // What an earlier reading made says nothing about this one.
        if (context_.places.count(element) == 0) written_.insert(element);
        Count(kind, Outcome::kUnchanged, ElementsOf(resource));
        continue;
      }
      const std::string parent = ParentOf(resource.name());
      const size_t size = resource.ByteSizeLong();
      if (request.requests_size() == kMaxBatch || bytes + size > kMaxBatchBytes ||
          (!request.parent().empty() && request.parent() != parent)) {
        RETURN_IF_ERROR(flush());
      }
      bytes += size;
      elements.push_back(std::move(element));
      request.set_parent(parent);
      auto* item = request.add_requests();
      add(*item, resource);
      absl::StrAppend(&names, resource.name(), "\n");
      Count(kind, Outcome::kCreate, ElementsOf(resource));
    }
    return flush();
  }

  // The same for resources of which the plan says whether they are there.
  template <typename Stub, typename Request, typename Response, typename Resource, typename Add>
  absl::Status CreatePlanned(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                             v1::ElementKind kind, const std::vector<Planned<Resource>>& planned, Add add) {
    std::vector<Resource> resources;
    std::set<std::string> existing;
    for (const Planned<Resource>& each : planned) {
      resources.push_back(each.resource);
      if (each.outcome != Outcome::kCreate) existing.insert(each.resource.name());
    }
    return CreateMissing(stub, method, kind, resources, existing, add);
  }

  // -- What became of it
  // The names that were refused because they are taken, since they were last asked for.
  std::set<std::string> TakeTaken() { return std::exchange(taken_, {}); }

  // Elements of which something is, or may be, written; and elements of a write that was refused. One may be both.
  const std::set<std::string>& written() const { return written_; }
  const std::set<std::string>& refused() const { return refused_; }
  void NoteWritten(const std::string& element) { written_.insert(element); }

  v1::AcceptedElements* CountOf(v1::ElementKind kind);
  void Count(v1::ElementKind kind, Outcome outcome, int elements = 1);

  // Counts an element of which something is left as it stands; `unchanged` when it was counted as unchanged.
  void Leave(v1::ElementKind kind, bool unchanged);
  const std::map<v1::ElementKind, int>& left() const { return left_; }

 private:
  static constexpr int kMaxBatch = 100;                // of the contract
  static constexpr size_t kMaxBatchBytes = 2'000'000;  // well under the server's message limit

  void Note(const absl::Status& status, const std::vector<std::string>& elements) {
    std::set<std::string>& into = IsRefusal(status) ? refused_ : written_;
    into.insert(elements.begin(), elements.end());
  }

  // A batch is written as a whole or not at all; `elements` are those of its items. When a name is taken its items are
  // written one by one, up to the first that fails otherwise, so that all the names that are taken are known at once.
  template <typename Stub, typename Request, typename Response>
  absl::Status CreateBatch(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                           const Request& request, const std::vector<std::string>& elements) {
    Response response;
    absl::Status status = Send(stub, method, request, &response);
    if (!absl::IsAlreadyExists(status)) {
      Note(status, elements);
      return status;
    }
    for (int i = 0; i < request.requests_size(); ++i) {
      Request single;
      single.set_parent(request.parent());
      *single.add_requests() = request.requests(i);
      single.set_request_id(RequestId(absl::StrCat("single ", StableBytes(request.requests(i)))));
      absl::Status one = Send(stub, method, single, &response);
      if (absl::IsAlreadyExists(one)) {
        taken_.insert(NameIn(one));
        continue;
      }
      Note(one, {elements[static_cast<size_t>(i)]});
      if (one.ok()) continue;
      taken_.clear();
      return one;
    }
    return errors::MakeRetryable(errors::kConflict);
  }

  const AcceptanceContext& context_;
  v1::AcceptDraftResponse* const response_;
  std::set<std::string> written_;
  std::set<std::string> refused_;
  std::set<std::string> taken_;
  std::map<v1::ElementKind, int> left_;
};

}  // namespace regiokompas::intake

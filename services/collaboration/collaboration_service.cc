#include "services/collaboration/collaboration_service.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "common/base/clock.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "services/collaboration/collaboration_peers.h"
#include "services/collaboration/collaboration_store.h"
#include "services/collaboration/overview_rules.h"
#include "services/collaboration/reference_data.h"
#include "services/collaboration/reference_loader.h"
#include "services/collaboration/sharing_store.h"

namespace regiokompas::collaboration {
namespace {

constexpr errors::Kind kReferenceFileUnreadable{absl::StatusCode::kFailedPrecondition, "REFERENCE_FILE_UNREADABLE",
                                                "cannot read reference_data_file {path}: {why}",
                                                "kan reference_data_file {path} niet lezen: {why}"};

// One line per RPC: the endpoint checks who calls, the store does what the method means.
class CollaborationService final : public v1::CollaborationService::Service {
 public:
  explicit CollaborationService(const rpc::Host::Room& room)
      : endpoint_(room.endpoint),
        store_(room.pool, room.page_tokens),
        sharing_(room.pool, room.page_tokens),
        peer_(room.peer) {}

  grpc::Status GetMunicipality(grpc::ServerContext* context, const v1::GetMunicipalityRequest* request,
                               v1::Municipality* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.municipalities.Get(call, *request, response); });
  }
  grpc::Status ListMunicipalities(grpc::ServerContext* context, const v1::ListMunicipalitiesRequest* request,
                                  v1::ListMunicipalitiesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.municipalities.List(call, *request, response); });
  }
  grpc::Status GetRegion(grpc::ServerContext* context, const v1::GetRegionRequest* request,
                         v1::Region* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.regions.Get(call, *request, response); });
  }
  grpc::Status ListRegions(grpc::ServerContext* context, const v1::ListRegionsRequest* request,
                           v1::ListRegionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.regions.List(call, *request, response); });
  }
  grpc::Status GetMembership(grpc::ServerContext* context, const v1::GetMembershipRequest* request,
                             v1::Membership* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.memberships.Get(call, *request, response); });
  }
  grpc::Status ListMemberships(grpc::ServerContext* context, const v1::ListMembershipsRequest* request,
                               v1::ListMembershipsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.memberships.List(call, *request, response); });
  }
  grpc::Status GetParty(grpc::ServerContext* context, const v1::GetPartyRequest* request,
                        v1::Party* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.parties.Get(call, *request, response); });
  }
  grpc::Status ListParties(grpc::ServerContext* context, const v1::ListPartiesRequest* request,
                           v1::ListPartiesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.parties.List(call, *request, response); });
  }
  grpc::Status GetTaskField(grpc::ServerContext* context, const v1::GetTaskFieldRequest* request,
                            v1::TaskField* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.task_fields.Get(call, *request, response); });
  }
  grpc::Status ListTaskFields(grpc::ServerContext* context, const v1::ListTaskFieldsRequest* request,
                              v1::ListTaskFieldsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.task_fields.List(call, *request, response); });
  }
  grpc::Status GetSharingGrant(grpc::ServerContext* context, const v1::GetSharingGrantRequest* request,
                               v1::SharingGrant* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return sharing_.Get(call, *request, response); });
  }
  grpc::Status ListSharingGrants(grpc::ServerContext* context, const v1::ListSharingGrantsRequest* request,
                                 v1::ListSharingGrantsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return sharing_.List(call, *request, response); });
  }
  grpc::Status CreateSharingGrant(grpc::ServerContext* context, const v1::CreateSharingGrantRequest* request,
                                  v1::SharingGrant* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return sharing_.Create(call, *request, response); });
  }
  grpc::Status WithdrawSharingGrant(grpc::ServerContext* context, const v1::WithdrawSharingGrantRequest* request,
                                    v1::SharingGrant* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return sharing_.Withdraw(call, *request, response); });
  }
  grpc::Status ListChanges(grpc::ServerContext* context, const v1::ListChangesRequest* request,
                           v1::ListChangesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return sharing_.ListChanges(call, *request, response); });
  }
  grpc::Status BatchGetShares(grpc::ServerContext* context, const v1::BatchGetSharesRequest* request,
                              v1::BatchGetSharesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return sharing_.GetShares(call, *request, response); });
  }
  grpc::Status GetRegionalOverview(grpc::ServerContext* context, const v1::GetRegionalOverviewRequest* request,
                                   v1::RegionalOverview* response) override {
    return endpoint_.Serve(context, *request, response, [&](Call& call) { return Overview(call, *request, response); });
  }
  grpc::Status StreamRegionalOverview(grpc::ServerContext* context, const v1::StreamRegionalOverviewRequest* request,
                                      grpc::ServerWriter<v1::StreamRegionalOverviewResponse>* writer) override {
    return endpoint_.Serve(context, *request, nullptr, [&](Call& call) { return Stream(call, *request, *writer); });
  }

 private:
  // Gathers the members of a region and gives each to `take` as it comes; then the coverage is in `overview`.
  absl::Status Gather(Call& call, const std::string& cycle_date, v1::RegionalOverview* overview,
                      absl::FunctionRef<absl::Status(v1::RegionalOverviewMember&)> take) const {
    overview->set_cycle_date(cycle_date.empty() ? CivilDate(call.clock.Now()) : cycle_date);
    std::vector<v1::RegionalOverviewMember> members;
    RETURN_IF_ERROR(store_.GetMembers(call, call.owner, overview, &members));
    return GatherMembers(call, peer_, call.owner, overview->cycle_date(), std::move(members),
                         [&](v1::RegionalOverviewMember& member) {
                           AddToCoverage(member, *overview->mutable_coverage());
                           return take(member);
                         });
  }

  absl::Status Overview(Call& call, const v1::GetRegionalOverviewRequest& request,
                        v1::RegionalOverview* response) const {
    RETURN_IF_ERROR(resource::RequireNow(request));
    RETURN_IF_ERROR(Gather(call, request.cycle_date(), response, [&](v1::RegionalOverviewMember& member) {
      response->add_members()->Swap(&member);
      return absl::OkStatus();
    }));
    std::sort(response->mutable_members()->begin(), response->mutable_members()->end(),
              [](const auto& a, const auto& b) { return a.owner() < b.owner(); });
    return absl::OkStatus();
  }

  absl::Status Stream(Call& call, const v1::StreamRegionalOverviewRequest& request,
                      grpc::ServerWriter<v1::StreamRegionalOverviewResponse>& writer) const {
    v1::StreamRegionalOverviewResponse last;
    RETURN_IF_ERROR(
        Gather(call, request.cycle_date(), last.mutable_overview(), [&](v1::RegionalOverviewMember& member) {
          v1::StreamRegionalOverviewResponse part;
          part.mutable_member()->Swap(&member);
          return writer.Write(part) ? absl::OkStatus() : absl::CancelledError("the reader has gone");
        }));
    return writer.Write(last) ? absl::OkStatus() : absl::CancelledError("the reader has gone");
  }

  rpc::Endpoint& endpoint_;
  const CollaborationStore store_;
  const SharingStore sharing_;
  const PeerChannel peer_;
};

// The files that the program carries, and those of the configuration.
absl::StatusOr<std::vector<EmbeddedFile>> AllReferenceFiles(const internal::v1::Config& config) {
  std::vector<EmbeddedFile> files = ReferenceFiles();
  for (const std::string& path : config.reference_data_file()) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return errors::Make(kReferenceFileUnreadable, {{"path", path}, {"why", std::strerror(errno)}});
    std::stringstream text;
    text << file.rdbuf();
    files.push_back({path, text.str()});
  }
  return files;
}

}  // namespace

absl::Status Register(rpc::Host& host) {
  for (const char* peer : {"catalogue", "progress", "indicator"}) host.NeedPeer(peer);
  ASSIGN_OR_RETURN(const std::vector<EmbeddedFile> files, AllReferenceFiles(host.config()));
  ASSIGN_OR_RETURN(const ReferenceData data, ReadReferenceData(files));
  ASSIGN_OR_RETURN(const rpc::Host::Room room,
                   host.AddRoom("collaboration", v1::GetRegionRequest::descriptor()->file()->service(0), Migrations()));
  const CollaborationStore store(room.pool, room.page_tokens);
  ASSIGN_OR_RETURN(const ReferenceCounts counts, LoadReferenceData(host.clock(), room.pool, store, data));
  if (counts.added + counts.changed > 0) {
    host.log().Write(obs::Severity::kInfo, "reference data",
                     {{"added", counts.added}, {"changed", counts.changed}, {"unchanged", counts.unchanged}});
  }
  host.AddService(std::make_unique<CollaborationService>(room));
  return absl::OkStatus();
}

}  // namespace regiokompas::collaboration

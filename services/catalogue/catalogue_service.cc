#include "services/catalogue/catalogue_service.h"

#include "common/base/status_macros.h"
#include "common/rpc/patience.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "services/catalogue/catalogue_store.h"
#include "services/catalogue/change_notices.h"

namespace regiokompas::catalogue {
namespace {

// How long a caller of a method that reads a stream may take for its first message, and for all.
constexpr absl::Duration kFirstMessage = absl::Seconds(10);
constexpr absl::Duration kUpload = absl::Minutes(2);

// One line per RPC: the endpoint checks who calls, the store does what the method means.
class CatalogueService final
    : public v1::CatalogueService::WithCallbackMethod_WatchChanges<v1::CatalogueService::Service> {
 public:
  CatalogueService(const rpc::Host::Room& room, rpc::Watcher& watcher)
      : endpoint_(room.endpoint), watcher_(watcher), store_(room.pool, room.page_tokens, room.peer) {}

  grpc::Status GetFramework(grpc::ServerContext* context, const v1::GetFrameworkRequest* request,
                            v1::Framework* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.frameworks.Get(call, *request, response); });
  }
  grpc::Status ListFrameworks(grpc::ServerContext* context, const v1::ListFrameworksRequest* request,
                              v1::ListFrameworksResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.frameworks.List(call, *request, response); });
  }
  grpc::Status CreateFramework(grpc::ServerContext* context, const v1::CreateFrameworkRequest* request,
                               v1::Framework* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.frameworks.Create(call, *request, response); });
  }
  grpc::Status UpdateFramework(grpc::ServerContext* context, const v1::UpdateFrameworkRequest* request,
                               v1::Framework* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.frameworks.Update(call, *request, response); });
  }
  grpc::Status GetSection(grpc::ServerContext* context, const v1::GetSectionRequest* request,
                          v1::Section* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.sections.Get(call, *request, response); });
  }
  grpc::Status ListSections(grpc::ServerContext* context, const v1::ListSectionsRequest* request,
                            v1::ListSectionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.sections.List(call, *request, response); });
  }
  grpc::Status BatchCreateSections(grpc::ServerContext* context, const v1::BatchCreateSectionsRequest* request,
                                   v1::BatchCreateSectionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.sections.BatchCreate(call, *request, response); });
  }
  grpc::Status GetGoal(grpc::ServerContext* context, const v1::GetGoalRequest* request, v1::Goal* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.Get(call, *request, response); });
  }
  grpc::Status ListGoals(grpc::ServerContext* context, const v1::ListGoalsRequest* request,
                         v1::ListGoalsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.List(call, *request, response); });
  }
  grpc::Status CreateGoal(grpc::ServerContext* context, const v1::CreateGoalRequest* request,
                          v1::Goal* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.Create(call, *request, response); });
  }
  grpc::Status BatchCreateGoals(grpc::ServerContext* context, const v1::BatchCreateGoalsRequest* request,
                                v1::BatchCreateGoalsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.BatchCreate(call, *request, response); });
  }
  grpc::Status UpdateGoal(grpc::ServerContext* context, const v1::UpdateGoalRequest* request,
                          v1::Goal* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.Update(call, *request, response); });
  }
  grpc::Status GetActivity(grpc::ServerContext* context, const v1::GetActivityRequest* request,
                           v1::Activity* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.activities.Get(call, *request, response); });
  }
  grpc::Status ListActivities(grpc::ServerContext* context, const v1::ListActivitiesRequest* request,
                              v1::ListActivitiesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.activities.List(call, *request, response); });
  }
  grpc::Status CreateActivity(grpc::ServerContext* context, const v1::CreateActivityRequest* request,
                              v1::Activity* response) override {
    return endpoint_.Serve(context, *request, response, [&](Call& call) {
      return store_.task_fields.Run(call, [&] { return store_.activities.Create(call, *request, response); });
    });
  }
  grpc::Status BatchCreateActivities(grpc::ServerContext* context, const v1::BatchCreateActivitiesRequest* request,
                                     v1::BatchCreateActivitiesResponse* response) override {
    return endpoint_.Serve(context, *request, response, [&](Call& call) {
      return store_.task_fields.Run(call, [&] { return store_.activities.BatchCreate(call, *request, response); });
    });
  }
  grpc::Status UpdateActivity(grpc::ServerContext* context, const v1::UpdateActivityRequest* request,
                              v1::Activity* response) override {
    return endpoint_.Serve(context, *request, response, [&](Call& call) {
      return store_.task_fields.Run(call, [&] { return store_.activities.Update(call, *request, response); });
    });
  }
  grpc::Status GetContribution(grpc::ServerContext* context, const v1::GetContributionRequest* request,
                               v1::Contribution* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.contributions.Get(call, *request, response); });
  }
  grpc::Status ListContributions(grpc::ServerContext* context, const v1::ListContributionsRequest* request,
                                 v1::ListContributionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.contributions.List(call, *request, response); });
  }
  grpc::Status BatchCreateContributions(grpc::ServerContext* context,
                                        const v1::BatchCreateContributionsRequest* request,
                                        v1::BatchCreateContributionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.contributions.BatchCreate(call, *request, response); });
  }
  grpc::Status GetCatalogueSummary(grpc::ServerContext* context, const v1::GetCatalogueSummaryRequest* request,
                                   v1::CatalogueSummary* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.Summarise(call, *request, response); });
  }
  grpc::Status UpdateSection(grpc::ServerContext* context, const v1::UpdateSectionRequest* request,
                             v1::Section* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.sections.Update(call, *request, response); });
  }
  grpc::Status UpdateContribution(grpc::ServerContext* context, const v1::UpdateContributionRequest* request,
                                  v1::Contribution* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.contributions.Update(call, *request, response); });
  }
  grpc::Status DeleteSection(grpc::ServerContext* context, const v1::DeleteSectionRequest* request,
                             google::protobuf::Empty* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.sections.Delete(call, *request); });
  }
  grpc::Status DeleteGoal(grpc::ServerContext* context, const v1::DeleteGoalRequest* request,
                          google::protobuf::Empty* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.Delete(call, *request); });
  }
  grpc::Status DeleteActivity(grpc::ServerContext* context, const v1::DeleteActivityRequest* request,
                              google::protobuf::Empty* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.activities.Delete(call, *request); });
  }
  grpc::Status DeleteContribution(grpc::ServerContext* context, const v1::DeleteContributionRequest* request,
                                  google::protobuf::Empty* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.contributions.Delete(call, *request); });
  }
  grpc::Status BatchGetGoals(grpc::ServerContext* context, const v1::BatchGetGoalsRequest* request,
                             v1::BatchGetGoalsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.goals.BatchGet(call, *request, response); });
  }
  grpc::Status BatchGetActivities(grpc::ServerContext* context, const v1::BatchGetActivitiesRequest* request,
                                  v1::BatchGetActivitiesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.activities.BatchGet(call, *request, response); });
  }
  grpc::Status AdoptFramework(grpc::ServerContext* context, const v1::AdoptFrameworkRequest* request,
                              v1::Version* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.versions.Adopt(call, *request, response); });
  }
  grpc::Status WithdrawFramework(grpc::ServerContext* context, const v1::WithdrawFrameworkRequest* request,
                                 v1::Version* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.versions.Withdraw(call, *request, response); });
  }
  grpc::Status GetVersion(grpc::ServerContext* context, const v1::GetVersionRequest* request,
                          v1::Version* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.versions.versions.Get(call, *request, response); });
  }
  grpc::Status ListVersions(grpc::ServerContext* context, const v1::ListVersionsRequest* request,
                            v1::ListVersionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.versions.versions.List(call, *request, response); });
  }
  grpc::Status ListFindings(grpc::ServerContext* context, const v1::ListFindingsRequest* request,
                            v1::ListFindingsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.findings.List(call, *request, response); });
  }
  grpc::Status SearchCatalogue(grpc::ServerContext* context, const v1::SearchCatalogueRequest* request,
                               v1::SearchCatalogueResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.search.Search(call, *request, response); });
  }
  grpc::Status SearchNeighbours(grpc::ServerContext* context, const v1::SearchNeighboursRequest* request,
                                v1::SearchNeighboursResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.neighbours.Search(call, *request, response); });
  }
  grpc::Status CompareOwners(grpc::ServerContext* context, const v1::CompareOwnersRequest* request,
                             v1::CompareOwnersResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.neighbours.Compare(call, *request, response); });
  }
  grpc::Status CompareVersions(grpc::ServerContext* context, const v1::CompareVersionsRequest* request,
                               v1::CompareVersionsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.comparisons.CompareVersions(call, *request, response); });
  }
  grpc::Status ListFieldHistory(grpc::ServerContext* context, const v1::ListFieldHistoryRequest* request,
                                v1::ListFieldHistoryResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.comparisons.ListFieldHistory(call, *request, response); });
  }
  grpc::Status ListPromises(grpc::ServerContext* context, const v1::ListPromisesRequest* request,
                            v1::ListPromisesResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.promises.List(call, *request, response); });
  }
  grpc::Status StreamFramework(grpc::ServerContext* context, const v1::StreamFrameworkRequest* request,
                               grpc::ServerWriter<v1::StreamFrameworkResponse>* writer) override {
    return endpoint_.Serve(context, *request, nullptr, [&](Call& call) {
      return store_.versions.Stream(call, *request, [&](const v1::StreamFrameworkResponse& element) {
        return writer->Write(element) ? absl::OkStatus() : absl::CancelledError("the reader has gone");
      });
    });
  }
  grpc::Status StreamActivityFile(grpc::ServerContext* context, const v1::StreamActivityFileRequest* request,
                                  grpc::ServerWriter<v1::StreamActivityFileResponse>* writer) override {
    return endpoint_.Serve(context, *request, nullptr, [&](Call& call) {
      return store_.bulk.Export(call, *request, [&](const v1::StreamActivityFileResponse& part) {
        return writer->Write(part) ? absl::OkStatus() : absl::CancelledError("the reader has gone");
      });
    });
  }
  grpc::Status ImportActivities(grpc::ServerContext* context, grpc::ServerReader<v1::ImportActivitiesRequest>* reader,
                                v1::ImportActivitiesResponse* response) override {
    // The first message says who asks for what, and so whether the rest is read at all.
    v1::ImportActivitiesRequest request;
    {
      const rpc::Patience first(*context, kFirstMessage);
      reader->Read(&request);
    }
    const rpc::Patience rest(*context, kUpload);
    return endpoint_.Serve(context, request, response, [&](Call& call) {
      return store_.task_fields.Run(call, [&] {
        return store_.bulk.Import(
            call, request, [&](v1::ImportActivitiesRequest* part) { return reader->Read(part); },
            [&] { return context->IsCancelled(); }, response);
      });
    });
  }
  grpc::ServerWriteReactor<v1::WatchChangesResponse>* WatchChanges(grpc::CallbackServerContext* context,
                                                                   const v1::WatchChangesRequest* request) override {
    return watcher_.Open<v1::WatchChangesResponse>(context, *request);
  }

 private:
  rpc::Endpoint& endpoint_;
  rpc::Watcher& watcher_;
  const CatalogueStore store_;
};

}  // namespace

absl::Status Register(rpc::Host& host) {
  ASSIGN_OR_RETURN(
      const rpc::Host::Room room,
      host.AddRoom("catalogue", v1::CreateFrameworkRequest::descriptor()->file()->service(0), Migrations()));
  RETURN_IF_ERROR(host.ReceiveShares("catalogue"));
  host.NeedPeer("collaboration");
  host.AddService(std::make_unique<CatalogueService>(room, host.OfferWatches("catalogue", NoticesOf)));
  return absl::OkStatus();
}

}  // namespace regiokompas::catalogue

// The fixture of tests about what was decided: frameworks with activities that are adopted, withdrawn and shared over
// gRPC.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {

class DecisionsTest : public ConformanceTest {
 protected:
  static constexpr char kReceiver[] = "GM0299";

  static std::string FrameworkName(const std::string& id) {
    return absl::StrCat(OwnerName(kOwner), "/frameworks/", id);
  }
  static std::string ActivityName(const std::string& id) { return absl::StrCat(OwnerName(kOwner), "/activities/", id); }

  // The activity becomes part of the framework, by a contribution that is called like the framework.
  void Contribute(const std::string& activity, const std::string& framework) {
    catalogue::v1::BatchCreateContributionsRequest request;
    request.set_parent(ActivityName(activity));
    request.set_request_id(NewRequestId());
    auto& item = *request.add_requests();
    item.set_contribution_id(framework);
    *item.mutable_contribution() = AContribution(FrameworkName(framework));
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateContributions, request)));
  }

  void EndContribution(const std::string& activity, const std::string& framework) {
    catalogue::v1::DeleteContributionRequest request;
    request.set_name(absl::StrCat(ActivityName(activity), "/contributions/", framework));
    request.set_request_id(NewRequestId());
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::DeleteContribution, request)));
  }

  // Returns the name of the version.
  std::string Adopt(const std::string& framework, const std::string& from = "") {
    catalogue::v1::AdoptFrameworkRequest request;
    request.set_name(FrameworkName(framework));
    request.set_valid_from_date(from);
    request.set_valid_until_date("2199-12-31");
    request.set_request_id(NewRequestId());
    const auto adopted = client_.Call(&Catalogue::AdoptFramework, request);
    EXPECT_TRUE(IsOk(adopted));
    return adopted.value.name();
  }

  std::string Withdraw(const std::string& framework, const std::string& from = "") {
    catalogue::v1::WithdrawFrameworkRequest request;
    request.set_name(FrameworkName(framework));
    request.set_from_date(from);
    request.set_reason("Vervangen");
    request.set_request_id(NewRequestId());
    const auto withdrawn = client_.Call(&Catalogue::WithdrawFramework, request);
    EXPECT_TRUE(IsOk(withdrawn));
    return withdrawn.value.name();
  }

  // Changes these fields of the activity.
  void Change(catalogue::v1::Activity activity, const std::string& id, const std::vector<std::string>& paths) {
    catalogue::v1::UpdateActivityRequest request;
    activity.set_name(ActivityName(id));
    *request.mutable_activity() = std::move(activity);
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(NewRequestId());
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::UpdateActivity, request)));
  }

  void Rename(const std::string& id, const std::string& title) {
    catalogue::v1::Activity activity;
    activity.set_display_name(title);
    Change(activity, id, {"display_name"});
  }

  // Lets kReceiver read a framework, or all of them for "-".
  void Share(const std::string& framework) {
    collaboration::v1::CreateSharingGrantRequest request;
    request.set_parent(OwnerName(kOwner));
    request.set_sharing_grant_id("deling-1");
    request.set_request_id(NewRequestId());
    collaboration::v1::SharingGrant& grant = *request.mutable_sharing_grant();
    grant.set_display_name("Om van elkaar te leren");
    grant.set_receiver(kReceiver);
    grant.set_scope(FrameworkName(framework));
    grant.mutable_until_time()->set_seconds(absl::ToUnixSeconds(StartOfTest() + absl::Hours(24)));
    ASSERT_TRUE(IsOk(client_.Call(&collaboration::v1::CollaborationService::Stub::CreateSharingGrant, request)));
    suite_.PollShares();
  }
};

}  // namespace regiokompas::test

// What one owner lets another read: every reading RPC of every service, generated from the descriptors, by what is
// granted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/auth/roles.h"
#include "common/base/timestamp.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "tests/isolation/every_rpc.h"
#include "tests/support/builders.h"

namespace regiokompas::test {
namespace {

using collaboration::v1::SharingGrant;
using google::protobuf::Message;
using Collaboration = collaboration::v1::CollaborationService::Stub;
using Method = EveryRpc::Method;

constexpr char kRegion[] = "RG-achterhoek";
constexpr char kOtherRegion[] = "RG-liemers";

// What a grant must be about for an RPC to answer: the collection of its scope, and whether any grant on it will do
// because the request names an owner only. Nothing for what is never shared.
struct Need {
  std::string scope;
  bool any = false;
};

std::optional<Need> NeedOf(const Method* method) {
  static const std::map<std::string, std::string> kScopes = {{"regiokompas.catalogue.v1", "frameworks"},
                                                             {"regiokompas.progress.v1", "cycles"},
                                                             {"regiokompas.indicator.v1", "indicators"}};
  if (!auth::IsShareable(EveryRpc::PermissionOf(method))) return std::nullopt;
  // A share is read; what changes under it is not followed.
  if (absl::StartsWith(method->name(), "Watch")) return std::nullopt;
  // Who compares must read as the owner whose plans are compared.
  if (method->name() == "SearchNeighbours" || method->name() == "CompareOwners") return std::nullopt;
  // What an owner's words mean to itself is its own affair.
  if (absl::StrContains(method->name(), "StatusMapping")) return std::nullopt;
  Need need{.scope = kScopes.at(method->file()->package())};
  const std::unique_ptr<Message> request = RequestFor(method->input_type(), kOwner, "");
  const auto* parent = TextField(*request, "parent");
  need.any = parent != nullptr && request->GetReflection()->GetString(*request, parent) == OwnerName(kOwner);
  return need;
}

// The fields of a request that say what it is about in time.
constexpr const char* kMoments[] = {"read_time", "valid_date"};

// The id of a scope in the names that RequestFor makes.
std::string TestId(const std::string& scope) { return IdOf(scope.substr(0, scope.size() - 1)); }

class SharingTest : public testing::Test {
 protected:
  SharingTest() {
    every_.Fill(kOwner);
    every_.Fill(kOtherOwner);
    for (const Method* method : every_.methods()) {
      const options::v1::Permission permission = EveryRpc::PermissionOf(method);
      // Reference data are for everybody, the feed for services.
      if (permission == options::v1::PERMISSION_REFERENCE_READ || permission == options::v1::PERMISSION_FEED_READ)
        continue;
      for (const char* verb : {"Get", "List", "BatchGet", "Search", "Compare", "Stream", "Watch"}) {
        if (absl::StartsWith(method->name(), verb)) reading_.push_back(method);
      }
    }
    catalogue::v1::ListVersionsRequest list;
    list.set_parent(OwnerName(kOwner) + "/frameworks/" + IdOf("framework"));
    const auto versions = Client(suite_.channel(), suite_.Officer())
                              .Call(&catalogue::v1::CatalogueService::Stub::ListVersions, list)
                              .value;
    EXPECT_EQ(versions.versions_size(), 1);
    if (versions.versions_size() == 1) valid_ = versions.versions(0).valid_from_date();
  }

  // A right request of a read of the catalogue for one of kMoments: what was known at `known`, or what was valid on the
  // day of the adoption. Null when it has no room for that.
  std::unique_ptr<Message> RequestAt(const Method* method, const std::string& owner, const std::string& moment,
                                     absl::Time known) {
    std::unique_ptr<Message> request = every_.Request(method, owner);
    const auto* field = request->GetDescriptor()->FindFieldByName(moment);
    if (field == nullptr || method->file()->package() != "regiokompas.catalogue.v1") return nullptr;
    if (moment == "valid_date") {
      request->GetReflection()->SetString(request.get(), field, valid_);
    } else {
      request->GetReflection()->MutableMessage(request.get(), field)->CopyFrom(ToTimestamp(known));
    }
    return request;
  }

  Client ReaderOf(const std::string& owner) const {
    return Client(suite_.channel(), suite_.Token({{owner, {"regional_coordinator"}}}));
  }

  // A grant of `giver` that is in force for a day, unless `change` makes it another.
  std::string Give(const std::string& giver, const std::string& receiver, const std::string& scope,
                   const std::function<void(SharingGrant&)>& change = nullptr) {
    collaboration::v1::CreateSharingGrantRequest request;
    request.set_parent(OwnerName(giver));
    request.set_sharing_grant_id(absl::StrCat("deling-", ++grants_));
    request.set_request_id(NewRequestId());
    SharingGrant& grant = *request.mutable_sharing_grant();
    grant.set_display_name("Voor de regio");
    grant.set_receiver(receiver);
    grant.set_scope(absl::StrCat(OwnerName(giver), "/", scope));
    *grant.mutable_until_time() = ToTimestamp(suite_.Now() + absl::Hours(24));
    if (change) change(grant);
    const auto given =
        Client(suite_.channel(), suite_.Officer(giver)).Call(&Collaboration::CreateSharingGrant, request);
    EXPECT_TRUE(IsOk(given));
    return given.value.name();
  }

  void GiveAll(const std::string& giver, const std::string& receiver,
               const std::function<void(SharingGrant&)>& change = nullptr) {
    for (const char* scope : {"frameworks/-", "cycles/-", "indicators/-"}) Give(giver, receiver, scope, change);
  }

  void Withdraw(const std::string& name) {
    collaboration::v1::WithdrawSharingGrantRequest request;
    request.set_name(name);
    request.set_reason("Niet meer nodig");
    request.set_request_id(NewRequestId());
    const std::string giver = std::vector<std::string>(absl::StrSplit(name, '/'))[1];
    EXPECT_TRUE(
        IsOk(Client(suite_.channel(), suite_.Officer(giver)).Call(&Collaboration::WithdrawSharingGrant, request)));
  }

  void ExpectNothingIsRead(const Client& reader, const std::string& owner) {
    for (const Method* method : reading_) {
      EXPECT_TRUE(FailsWith(reader.CallByName(EveryRpc::PathOf(method), *every_.Request(method, owner)),
                            grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"))
          << method->full_name();
      for (const char* moment : kMoments) {
        const std::unique_ptr<Message> request = RequestAt(method, owner, moment, known_);
        if (request == nullptr) continue;
        EXPECT_TRUE(FailsWith(reader.CallByName(EveryRpc::PathOf(method), *request), grpc::PERMISSION_DENIED,
                              "OWNER_FORBIDDEN"))
            << method->full_name() << " for a " << moment;
      }
    }
  }

  TestSuite suite_;
  // All that there is was written before this moment, microseconds apart; what a test gives first is in force then.
  const absl::Time known_ = suite_.Now() + absl::Seconds(1);
  std::string valid_;  // the day of the adoption
  EveryRpc every_{suite_};
  std::vector<const Method*> reading_;
  int grants_ = 0;
};

TEST_F(SharingTest, WithoutAGrantNothingIsRead) {
  EXPECT_GE(reading_.size(), 31u);
  suite_.PollShares();
  ExpectNothingIsRead(ReaderOf(kRegion), kOwner);
}

TEST_F(SharingTest, WhatIsGrantedIsReadAndNothingElse) {
  GiveAll(kOwner, kRegion);
  ExpectNothingIsRead(ReaderOf(kRegion), kOwner);  // in force, and not known yet
  suite_.PollShares();
  const Client reader = ReaderOf(kRegion);
  int read = 0;
  for (const Method* method : every_.methods()) {
    SCOPED_TRACE(method->full_name());
    if (EveryRpc::PermissionOf(method) == options::v1::PERMISSION_REFERENCE_READ) continue;
    const auto answer = reader.CallByName(EveryRpc::PathOf(method), *every_.Request(method, kOwner));
    if (NeedOf(method).has_value()) {
      EXPECT_TRUE(IsOk(answer));
      ++read;
    } else {
      EXPECT_TRUE(FailsWith(answer, grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
    }
  }
  EXPECT_GE(read, 19);
  ExpectNothingIsRead(reader, kOtherOwner);
  ExpectNothingIsRead(ReaderOf(kOtherRegion), kOwner);
  ExpectNothingIsRead(Client(suite_.channel(), suite_.Token({{kRegion, {"operator"}}})), kOwner);
}

// An answer without the revision of its owner, and without who wrote what, which is not for others to know; as text, so
// that a difference can be read.
std::string ContentOf(const Method* method, const std::string& bytes) {
  const std::unique_ptr<Message> answer(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(method->output_type())->New());
  EXPECT_TRUE(answer->ParseFromString(bytes));
  if (auto* history = dynamic_cast<catalogue::v1::ListFieldHistoryResponse*>(answer.get()); history != nullptr) {
    for (auto& change : *history->mutable_changes()) {
      change.clear_principal();
      change.clear_method();
    }
  }
  if (auto* summary = dynamic_cast<catalogue::v1::CatalogueSummary*>(answer.get()); summary != nullptr) {
    summary->clear_revision();
  }
  return answer->DebugString();
}

// Wherever a request of the catalogue has room for a moment or a day it is answered, and only to whom may read it now.
TEST_F(SharingTest, WhatWasKnownAndWhatWasValidIsGrantedToo) {
  GiveAll(kOwner, kRegion);
  suite_.PollShares();
  const Client officer(suite_.channel(), suite_.Officer());
  const Client reader = ReaderOf(kRegion);
  int asked = 0;
  int filled = 0;
  for (const Method* method : reading_) {
    SCOPED_TRACE(method->full_name());
    for (const std::string moment : kMoments) {
      const std::unique_ptr<Message> request = RequestAt(method, kOwner, moment, known_);
      if (request == nullptr) continue;
      SCOPED_TRACE(moment);
      const auto own = officer.CallByName(EveryRpc::PathOf(method), *request);
      const auto shared = reader.CallByName(EveryRpc::PathOf(method), *request);
      EXPECT_TRUE(IsOk(own));
      EXPECT_TRUE(IsOk(shared));
      if (moment == "valid_date") {
        // All of it is shared, and the owner too sees for a day what was adopted.
        EXPECT_EQ(ContentOf(method, shared.value), ContentOf(method, own.value));
        if (!shared.value.empty()) ++filled;
      } else {
        const auto before =
            reader.CallByName(EveryRpc::PathOf(method), *RequestAt(method, kOwner, moment, known_ - absl::Hours(1)));
        if (method->name() == "StreamActivityFile") {
          EXPECT_LT(before.value.size(), shared.value.size()) << "it has a heading only";
        } else {
          EXPECT_EQ(ContentOf(method, before.value), "") << "nothing was written yet";
          EXPECT_THAT(before.code(), testing::AnyOf(grpc::OK, grpc::NOT_FOUND, grpc::PERMISSION_DENIED));
        }
      }
      EXPECT_TRUE(FailsWith(ReaderOf(kOtherRegion).CallByName(EveryRpc::PathOf(method), *request),
                            grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
      ++asked;
    }
  }
  EXPECT_GE(asked, 38);
  EXPECT_GE(filled, 15);
}

TEST_F(SharingTest, AGrantThatIsNotInForceOpensNothing) {
  GiveAll(kOwner, kRegion,
          [&](SharingGrant& grant) { *grant.mutable_from_time() = ToTimestamp(suite_.Now() + absl::Hours(1)); });
  suite_.PollShares();
  ExpectNothingIsRead(ReaderOf(kRegion), kOwner);
}

TEST_F(SharingTest, AGrantEndsOnItsLastMoment) {
  GiveAll(kOwner, kRegion);
  const absl::Time given = suite_.Now();
  for (const auto& [moment, open] : std::map<absl::Time, bool>{{given + absl::Hours(24) - absl::Microseconds(1), true},
                                                               {given + absl::Hours(24), false}}) {
    suite_.SetClock(moment);
    suite_.PollShares();
    const auto answer =
        ReaderOf(kRegion).CallByName(EveryRpc::PathOf(reading_.front()), *every_.Request(reading_.front(), kOwner));
    EXPECT_EQ(answer.ok(), open) << answer;
  }
  ExpectNothingIsRead(ReaderOf(kRegion), kOwner);
}

TEST_F(SharingTest, AWithdrawnGrantOpensNothing) {
  std::vector<std::string> grants;
  for (const char* scope : {"frameworks/-", "cycles/-", "indicators/-"}) grants.push_back(Give(kOwner, kRegion, scope));
  suite_.PollShares();
  suite_.SetClock(suite_.Now() + absl::Hours(1));
  for (const std::string& grant : grants) Withdraw(grant);
  suite_.PollShares();
  ExpectNothingIsRead(ReaderOf(kRegion), kOwner);
}

TEST_F(SharingTest, WhenTheFeedIsBehindEverythingSharedIsClosed) {
  GiveAll(kOwner, kRegion);
  suite_.PollShares();
  const Client reader = ReaderOf(kRegion);
  const auto read = [&] {
    return reader.CallByName(EveryRpc::PathOf(reading_.front()), *every_.Request(reading_.front(), kOwner));
  };
  suite_.SetClock(suite_.Now() + absl::Milliseconds(999));
  EXPECT_TRUE(IsOk(read()));
  suite_.SetClock(suite_.Now() + absl::Milliseconds(1));
  // Whether it is shared or not: what is not known is not told as a fact.
  for (const std::string owner : {kOwner, kOtherOwner}) {
    for (const Method* method : reading_) {
      if (!NeedOf(method).has_value()) continue;
      EXPECT_TRUE(FailsWith(reader.CallByName(EveryRpc::PathOf(method), *every_.Request(method, owner)),
                            grpc::UNAVAILABLE, "SHARES_BEHIND"))
          << method->full_name();
    }
  }
  suite_.PollShares();
  EXPECT_TRUE(IsOk(read()));
}

// A clock that was an hour ahead for a moment keeps nothing open.
TEST_F(SharingTest, AConfirmationFromTheFutureConfirmsNothing) {
  GiveAll(kOwner, kRegion);
  const absl::Time now = suite_.Now();
  suite_.SetClock(now + absl::Hours(1));
  suite_.PollShares();
  suite_.SetClock(now);
  const auto read = [&] {
    return ReaderOf(kRegion).CallByName(EveryRpc::PathOf(reading_.front()), *every_.Request(reading_.front(), kOwner));
  };
  EXPECT_TRUE(FailsWith(read(), grpc::UNAVAILABLE, "SHARES_BEHIND"));
  suite_.PollShares();
  EXPECT_TRUE(IsOk(read()));
}

// Figures of few people do not leave their owner as long as nothing suppresses them (rule 7 of the domain).
TEST_F(SharingTest, FiguresThatAskForSuppressionAreNotShared) {
  const Client officer(suite_.channel(), suite_.Officer());
  indicator::v1::UpdateIndicatorRequest update;
  update.mutable_indicator()->set_name(OwnerName(kOwner) + "/indicators/" + IdOf("indicator"));
  update.mutable_indicator()->set_suppression_threshold(10);
  update.mutable_update_mask()->add_paths("suppression_threshold");
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(officer.Call(&indicator::v1::IndicatorService::Stub::UpdateIndicator, update)));
  Give(kOwner, kRegion, "indicators/-");
  suite_.PollShares();
  indicator::v1::ListMeasurementsRequest request;
  request.set_parent(update.indicator().name());
  const auto shared = ReaderOf(kRegion).Call(&indicator::v1::IndicatorService::Stub::ListMeasurements, request);
  EXPECT_TRUE(IsOk(shared));
  EXPECT_EQ(shared.value.measurements_size(), 0);
  EXPECT_EQ(officer.Call(&indicator::v1::IndicatorService::Stub::ListMeasurements, request).value.measurements_size(),
            1);
}

// Outside what is readable nobody learns what is there (AIP-211).
TEST_F(SharingTest, AbsentAndForbiddenLookTheSame) {
  Give(kOwner, kRegion, "frameworks/een-ander-kader");
  suite_.PollShares();
  const Client reader = ReaderOf(kRegion).CallId("dezelfde-aanvraag");
  int compared = 0;
  for (const Method* method : reading_) {
    SCOPED_TRACE(method->full_name());
    std::vector<std::unique_ptr<Message>> requests;
    requests.push_back(every_.Request(method, kOwner));
    for (const char* moment : kMoments) requests.push_back(RequestAt(method, kOwner, moment, known_));
    for (const std::unique_ptr<Message>& request : requests) {
      if (request == nullptr) continue;
      SCOPED_TRACE(request->ShortDebugString());
      compared += ExpectAbsentLooksForbidden(reader, EveryRpc::PathOf(method), *request) ? 1 : 0;
    }
  }
  EXPECT_GE(compared, 12 + 20);
}

TEST_F(SharingTest, UnderAGrantWhatIsMissingIsNotFound) {
  Give(kOwner, kRegion, "frameworks/-");
  suite_.PollShares();
  catalogue::v1::GetFrameworkRequest request;
  request.set_name(OwnerName(kOwner) + "/frameworks/is-er-niet");
  EXPECT_TRUE(FailsWith(ReaderOf(kRegion).Call(&catalogue::v1::CatalogueService::Stub::GetFramework, request),
                        grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

// The receiver that a request names counts, also for somebody who may read everything as the owner.
TEST_F(SharingTest, ASummaryForAReceiverShowsWhatTheReceiverMayRead) {
  const Client both(suite_.channel(),
                    suite_.Token({{kOwner, {"policy_officer"}}, {kRegion, {"regional_coordinator"}}}));
  catalogue::v1::GetCatalogueSummaryRequest request;
  request.set_parent(OwnerName(kOwner));
  const auto summarise = [&] {
    return both.Call(&catalogue::v1::CatalogueService::Stub::GetCatalogueSummary, request);
  };
  EXPECT_TRUE(IsOk(summarise()));
  request.set_receiver(kRegion);
  suite_.PollShares();
  EXPECT_TRUE(FailsWith(summarise(), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  Give(kOwner, kRegion, "frameworks/-");
  suite_.PollShares();
  EXPECT_EQ(summarise().value.frameworks_size(), 1);
  request.set_receiver(kOtherRegion);
  EXPECT_TRUE(FailsWith(summarise(), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
}

TEST_F(SharingTest, DraftsThatWereWrittenHereAreNotShared) {
  const Client officer(suite_.channel(), suite_.Officer());
  EXPECT_TRUE(IsOk(officer.Call(&catalogue::v1::CatalogueService::Stub::CreateFramework,
                                CreateFramework(OwnerName(kOwner), "eigen-concept"))));
  Give(kOwner, kRegion, "frameworks/-");
  suite_.PollShares();
  catalogue::v1::GetFrameworkRequest request;
  request.set_name(OwnerName(kOwner) + "/frameworks/eigen-concept");
  EXPECT_TRUE(FailsWith(ReaderOf(kRegion).Call(&catalogue::v1::CatalogueService::Stub::GetFramework, request),
                        grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

TEST_F(SharingTest, TheFeedIsForServicesOnly) {
  const Client officer(suite_.channel(), suite_.Officer());
  const Client service(suite_.channel(), suite_.FeedToken());
  const collaboration::v1::ListChangesRequest request;
  EXPECT_TRUE(
      FailsWith(officer.Call(&Collaboration::ListChanges, request), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  EXPECT_TRUE(IsOk(service.Call(&Collaboration::ListChanges, request)));
  for (const Method* method : every_.methods()) {
    if (EveryRpc::PermissionOf(method) == options::v1::PERMISSION_FEED_READ) continue;
    EXPECT_TRUE(FailsWith(service.CallByName(EveryRpc::PathOf(method), *every_.Request(method, kOwner)),
                          grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"))
        << method->full_name();
  }
}

// Grants against a plain model: random gifts, withdrawals, passing of time, polls that come or stay away, and reads.
class GrantModelTest : public SharingTest, public testing::WithParamInterface<int> {};

struct ModelGrant {
  std::string name, giver, receiver, scope, id;
  absl::Time from, until;
  bool withdrawn = false;
};

TEST_P(GrantModelTest, EveryReadAgreesWithTheModel) {
  std::mt19937 random(GetParam());
  const auto pick = [&](const auto& items) { return items[random() % std::size(items)]; };
  const std::vector<std::string> givers = {kOwner, kOtherOwner};
  const std::vector<std::string> receivers = {kRegion, kOtherRegion};
  const std::vector<std::string> scopes = {"frameworks", "cycles", "indicators"};
  const std::vector<absl::Duration> waits = {absl::ZeroDuration(), absl::Milliseconds(400), absl::Milliseconds(999),
                                             absl::Seconds(2), absl::Minutes(1)};
  std::vector<ModelGrant> given;  // as collaboration has them
  std::vector<ModelGrant> known;  // as the last poll found them
  absl::Time polled = suite_.Now();
  // Most reads are of what can be shared; the others stay closed whatever is granted.
  std::vector<const Method*> shareable;
  for (const Method* method : reading_) {
    if (NeedOf(method).has_value()) shareable.push_back(method);
  }
  bool feed_runs = true;
  int open_reads = 0;
  int closed_reads = 0;
  for (int step = 0; step < 350; ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    const int what = static_cast<int>(random() % 100);
    if (what < 12) {
      ModelGrant grant;
      grant.giver = pick(givers);
      grant.receiver = pick(receivers);
      grant.scope = pick(scopes);
      grant.id = pick(std::vector<std::string>{"-", TestId(grant.scope), "iets-anders"});
      grant.from = suite_.Now() + pick(waits);
      grant.until = grant.from + absl::Milliseconds(1) + pick(waits);
      grant.name = Give(grant.giver, grant.receiver, absl::StrCat(grant.scope, "/", grant.id), [&](SharingGrant& made) {
        *made.mutable_from_time() = ToTimestamp(grant.from);
        *made.mutable_until_time() = ToTimestamp(grant.until);
      });
      given.push_back(grant);
    } else if (what < 18 && !given.empty()) {
      ModelGrant& grant = given[random() % given.size()];
      Withdraw(grant.name);
      grant.withdrawn = true;
    } else if (what < 30) {
      suite_.SetClock(suite_.Now() + pick(waits));
    } else if (what < 34) {
      feed_runs = !feed_runs;
    } else if (what < 60) {
      if (!feed_runs) continue;
      suite_.PollShares();
      known = given;
      polled = suite_.Now();
    } else {
      const Method* method = pick(random() % 4 == 0 ? reading_ : shareable);
      const std::string owner = pick(givers);
      const std::string receiver = pick(receivers);
      const std::optional<Need> need = NeedOf(method);
      bool open = false;
      for (const ModelGrant& grant : known) {
        open |= need.has_value() && !grant.withdrawn && grant.giver == owner && grant.receiver == receiver &&
                grant.scope == need->scope && (need->any || grant.id != "iets-anders") && grant.from <= suite_.Now() &&
                suite_.Now() < grant.until;
      }
      const bool behind = need.has_value() && suite_.Now() - polled >= absl::Seconds(1);
      const auto answer = ReaderOf(receiver).CallByName(EveryRpc::PathOf(method), *every_.Request(method, owner));
      EXPECT_EQ(answer.code(), behind ? grpc::UNAVAILABLE
                               : open ? grpc::OK
                                      : grpc::PERMISSION_DENIED)
          << receiver << " reads " << method->full_name() << " of " << owner << ": " << answer;
      ++(open && !behind ? open_reads : closed_reads);
    }
  }
  RecordProperty("open_reads", open_reads);
  EXPECT_GT(open_reads, 0);
  EXPECT_GT(closed_reads, 20);
}

INSTANTIATE_TEST_SUITE_P(Seeds, GrantModelTest, testing::Range(1, 9));

}  // namespace
}  // namespace regiokompas::test

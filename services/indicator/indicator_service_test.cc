// What indicator adds to what all resources have in common (tests/conformance).
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using indicator::v1::Measurement;
using indicator::v1::Target;
using testing::ElementsAre;
using testing::SizeIs;
using Indicators = indicator::v1::IndicatorService::Stub;

constexpr char kIndicator[] = "owners/GM0677/indicators/indicator-1";

class IndicatorServiceTest : public ConformanceTest {
 protected:
  void MakeIndicators(int count = 1) {
    EXPECT_TRUE(IsOk(client_.Call(&Indicators::BatchCreateIndicators, BatchOfIndicators("owners/GM0677", count))));
  }

  Answer<indicator::v1::BatchCreateTargetsResponse> Aim(const std::vector<Target>& targets) {
    return client_.Call(&Indicators::BatchCreateTargets, BatchOfTargets(kIndicator, targets));
  }

  Answer<indicator::v1::BatchCreateMeasurementsResponse> Measure(const std::vector<Measurement>& measurements,
                                                                 const std::string& indicator = kIndicator) {
    return client_.Call(&Indicators::BatchCreateMeasurements, BatchOfMeasurements(indicator, measurements));
  }

  Answer<Measurement> GetMeasurement(absl::Time read_time) {
    indicator::v1::GetMeasurementRequest request;
    request.set_name(std::string(kIndicator) + "/measurements/meting-1");
    *request.mutable_read_time() = Timestamp(read_time);
    return client_.Call(&Indicators::GetMeasurement, request);
  }

  static Measurement Of(const std::string& area, const std::string& from, const std::string& until) {
    Measurement measurement = AMeasurement();
    measurement.set_area(area);
    measurement.set_from_date(from);
    measurement.set_until_date(until);
    return measurement;
  }
};

TEST_F(IndicatorServiceTest, WhatIsWrittenIsRead) {
  MakeIndicators();
  const auto target = Aim({ATarget()});
  ASSERT_TRUE(IsOk(target));
  const auto measured = Measure({AMeasurement()});
  ASSERT_TRUE(IsOk(measured));

  indicator::v1::GetIndicatorRequest indicator;
  indicator.set_name(kIndicator);
  EXPECT_EQ(client_.Call(&Indicators::GetIndicator, indicator).value.definition(), AnIndicator().definition());
  indicator::v1::GetTargetRequest get;
  get.set_name(target.value.targets(0).name());
  const auto read = client_.Call(&Indicators::GetTarget, get);
  ASSERT_TRUE(IsOk(read));
  EXPECT_EQ(read.value.SerializeAsString(), target.value.targets(0).SerializeAsString());
  EXPECT_EQ(read.value.value(), "88");
  MoveClock(absl::Seconds(1));
  EXPECT_EQ(GetMeasurement(suite_.Now()).value.SerializeAsString(), measured.value.measurements(0).SerializeAsString());
}

TEST_F(IndicatorServiceTest, TargetsAndMeasurementsNeedTheirIndicator) {
  EXPECT_TRUE(FailsWith(Aim({ATarget()}), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  EXPECT_TRUE(FailsWith(Measure({AMeasurement()}), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
}

TEST_F(IndicatorServiceTest, AnIndicatorHasOneFigurePerAreaAndPeriod) {
  MakeIndicators(2);
  ASSERT_TRUE(IsOk(Measure({Of("", "2025-01-01", "2026-01-01"), Of("PV25", "2025-01-01", "2026-01-01"),
                            Of("", "2025-01-01", "2025-07-01"), Of("", "2024-01-01", "2025-01-01")})));
  const std::string other = "owners/GM0677/indicators/indicator-2";
  EXPECT_TRUE(IsOk(Measure({Of("", "2025-01-01", "2026-01-01")}, other)));
  for (const std::string area : {"", "PV25"}) {
    auto again = BatchOfMeasurements(kIndicator, {Of(area, "2025-01-01", "2026-01-01")});
    again.mutable_requests(0)->set_measurement_id("meting-9");
    EXPECT_TRUE(FailsWith(client_.Call(&Indicators::BatchCreateMeasurements, again), grpc::ALREADY_EXISTS,
                          "RESOURCE_DUPLICATE"))
        << "area '" << area << "'";
  }
}

TEST_F(IndicatorServiceTest, ACorrectionKeepsTheFigureThatWasKnownBefore) {
  MakeIndicators();
  ASSERT_TRUE(IsOk(Measure({AMeasurement()})));
  MoveClock(absl::Minutes(1));
  const absl::Time before = suite_.Now();
  MoveClock(absl::Minutes(1));
  indicator::v1::UpdateMeasurementRequest update;
  update.mutable_measurement()->set_name(std::string(kIndicator) + "/measurements/meting-1");
  update.mutable_measurement()->set_value("83.1");
  update.mutable_measurement()->set_standing(indicator::v1::MEASUREMENT_STANDING_REVISED);
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Indicators::UpdateMeasurement, update)));
  MoveClock(absl::Minutes(1));
  EXPECT_EQ(GetMeasurement(suite_.Now()).value.value(), "83.1");
  EXPECT_EQ(GetMeasurement(before).value.value(), "82.4");

  update.mutable_measurement()->set_from_date("2024-01-01");
  update.mutable_update_mask()->add_paths("from_date");
  update.set_request_id(NewRequestId());
  EXPECT_THAT(client_.Call(&Indicators::UpdateMeasurement, update).violations(),
              ElementsAre("update_mask UNKNOWN_PATH"));
}

TEST_F(IndicatorServiceTest, AFigureThatGoesMissingSaysWhy) {
  MakeIndicators();
  ASSERT_TRUE(IsOk(Measure({AMeasurement()})));
  indicator::v1::UpdateMeasurementRequest update;
  update.mutable_measurement()->set_name(std::string(kIndicator) + "/measurements/meting-1");
  update.mutable_measurement()->set_missing_reason(indicator::v1::MISSING_REASON_UNRELIABLE);
  for (const char* path : {"missing_reason", "value"}) update.mutable_update_mask()->add_paths(path);
  update.set_request_id(NewRequestId());
  EXPECT_THAT(client_.Call(&Indicators::UpdateMeasurement, update).violations(),
              ElementsAre("missing_reason NOT_MISSING"));
  for (const char* path : {"numerator", "denominator"}) update.mutable_update_mask()->add_paths(path);
  update.set_request_id(NewRequestId());
  const auto answer = client_.Call(&Indicators::UpdateMeasurement, update);
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.value(), "");
}

TEST_F(IndicatorServiceTest, TheRulesHoldForEveryWrite) {
  MakeIndicators();
  Target target = ATarget();
  target.clear_value();
  EXPECT_THAT(Aim({target}).violations(), ElementsAre("value VALUE_NEEDED"));
  target.set_comparator(indicator::v1::TARGET_COMPARATOR_MAINTAIN);
  ASSERT_TRUE(IsOk(Aim({target})));
  indicator::v1::UpdateTargetRequest update;
  update.mutable_target()->set_name(std::string(kIndicator) + "/targets/streefwaarde-1");
  update.mutable_target()->set_value("88");
  update.set_request_id(NewRequestId());
  EXPECT_THAT(client_.Call(&Indicators::UpdateTarget, update).violations(), ElementsAre("value VALUE_UNUSED"));

  indicator::v1::UpdateIndicatorRequest change;
  change.mutable_indicator()->set_name(kIndicator);
  change.mutable_indicator()->set_decimals(13);
  change.set_request_id(NewRequestId());
  EXPECT_THAT(client_.Call(&Indicators::UpdateIndicator, change).violations(), ElementsAre("decimals BAD_DECIMALS"));
  EXPECT_THAT(Measure({Of("", "2025-01-01", "2025-01-01")}).violations(), ElementsAre("until_date EMPTY_PERIOD"));
}

TEST_F(IndicatorServiceTest, ListsGoThroughOneIndicatorOrAll) {
  MakeIndicators(2);
  ASSERT_TRUE(IsOk(Aim({ATarget(), ATarget()})));
  ASSERT_TRUE(IsOk(client_.Call(&Indicators::BatchCreateTargets,
                                BatchOfTargets("owners/GM0677/indicators/indicator-2", {ATarget()}))));
  indicator::v1::ListTargetsRequest list;
  list.set_parent(kIndicator);
  EXPECT_THAT(client_.Call(&Indicators::ListTargets, list).value.targets(), SizeIs(2));
  list.set_parent("owners/GM0677/indicators/-");
  EXPECT_THAT(client_.Call(&Indicators::ListTargets, list).value.targets(), SizeIs(3));
  indicator::v1::ListIndicatorsRequest indicators;
  indicators.set_parent("owners/GM0677");
  EXPECT_THAT(client_.Call(&Indicators::ListIndicators, indicators).value.indicators(), SizeIs(2));
}

TEST_F(IndicatorServiceTest, WhoReadsPolicyReadsFiguresAndMayNotWriteThem) {
  MakeIndicators();
  client_ = Client(suite_.channel(), suite_.Token({{kOwner, {"council_member"}}}));
  indicator::v1::GetIndicatorRequest get;
  get.set_name(kIndicator);
  EXPECT_TRUE(IsOk(client_.Call(&Indicators::GetIndicator, get)));
  EXPECT_TRUE(FailsWith(Measure({AMeasurement()}), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
}

}  // namespace
}  // namespace regiokompas::test

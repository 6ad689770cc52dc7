#include "services/catalogue/version_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regiokompas::catalogue {
namespace {

constexpr char kToday[] = "2026-01-15";

v1::Framework Dated(const std::string& effective, const std::string& valid, const std::string& adopted) {
  v1::Framework framework;
  framework.set_display_name("Beleidskader jeugd");
  framework.set_effective_from_date(effective);
  framework.set_valid_from_date(valid);
  framework.set_adoption_date(adopted);
  framework.set_valid_until_date("2027-01-01");
  return framework;
}

TEST(AdoptionTest, TakesTheFirstDayThatIsKnown) {
  v1::AdoptFrameworkRequest request;
  const auto from = [&](const v1::Framework& framework) {
    return AdoptionOf(framework, request, kToday).valid_from_date();
  };
  EXPECT_EQ(from(Dated("2019-01-01", "2020-02-18", "2020-02-11")), "2019-01-01");
  EXPECT_EQ(from(Dated("", "2020-02-18", "2020-02-11")), "2020-02-18");
  EXPECT_EQ(from(Dated("", "", "2020-02-11")), "2020-02-11");
  EXPECT_EQ(from(Dated("", "", "")), kToday);
  request.set_adoption_date("2020-03-01");
  EXPECT_EQ(from(Dated("", "", "")), "2020-03-01");
  request.set_valid_from_date("2018-01-01");
  EXPECT_EQ(from(Dated("2019-01-01", "2020-02-18", "2020-02-11")), "2018-01-01");
}

TEST(AdoptionTest, SaysWhatWasDecided) {
  v1::AdoptFrameworkRequest request;
  request.set_reason("Raadsbesluit 12");
  const v1::Version version = AdoptionOf(Dated("", "2020-02-18", "2020-02-11"), request, kToday);
  EXPECT_EQ(version.state(), v1::VERSION_STATE_ADOPTED);
  EXPECT_EQ(version.display_name(), "Beleidskader jeugd");
  EXPECT_EQ(version.adoption_date(), "2020-02-11");
  EXPECT_EQ(version.valid_until_date(), "2027-01-01");
  EXPECT_EQ(version.reason(), "Raadsbesluit 12");
}

TEST(AdoptionTest, AWithdrawalHoldsFromADay) {
  v1::WithdrawFrameworkRequest request;
  request.set_reason("Vervallen");
  EXPECT_EQ(WithdrawalOf(Dated("", "", ""), request, kToday).valid_from_date(), kToday);
  request.set_from_date("2026-07-01");
  const v1::Version version = WithdrawalOf(Dated("", "", ""), request, kToday);
  EXPECT_EQ(version.state(), v1::VERSION_STATE_WITHDRAWN);
  EXPECT_EQ(version.valid_from_date(), "2026-07-01");
  // A withdrawal has no end of its own: the next version is.
  EXPECT_EQ(version.valid_until_date(), "");
}

TEST(AdoptionTest, EndsAfterItStarts) {
  v1::Version version;
  version.set_valid_from_date("2026-01-01");
  for (const char* until : {"2026-01-01", "2025-12-31"}) {
    version.set_valid_until_date(until);
    errors::Violations violations;
    CheckVersion(version, violations);
    EXPECT_FALSE(violations.ToStatus().ok()) << until;
  }
  for (const char* until : {"", "2026-01-02"}) {
    version.set_valid_until_date(until);
    errors::Violations violations;
    CheckVersion(version, violations);
    EXPECT_TRUE(violations.ToStatus().ok()) << until;
  }
}

}  // namespace
}  // namespace regiokompas::catalogue

// The services die in the middle of an import; importing the same file again brings the state that an undisturbed
// import gives.
#include <gmock/gmock.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/resilience/deployment.h"
#include "tests/resilience/state_reader.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

constexpr int kKills = 10;
constexpr char kDocument[] = REGIOKOMPAS_SOURCE_DIR "/deploy/demo/bronckhorst-uitvoeringsprogrammas-2019-2022.txt";

int Written(SqlSession& sql) {
  return std::stoi(
      sql.Value("SELECT (SELECT count(*) FROM catalogue.changes) + (SELECT count(*) FROM progress.changes) + (SELECT "
                "count(*) FROM indicator.changes)"));
}

TEST(ImportTest, IsCompletedByImportingAgainAfterTheServicesWereKilled) {
  Deployment deployment;
  deployment.StartServices();
  SqlSession sql(deployment.Superuser());
  const absl::Time start = absl::Now();
  ASSERT_EQ(Deployment::Finish(deployment.StartImport(kDocument)), 0);
  const absl::Duration undisturbed = absl::Now() - start;
  const int changes = Written(sql);
  const std::string token = deployment.Token({absl::StrCat(kOwner, "=policy_officer")});
  StateReader undisturbed_state(deployment, token);
  const std::vector<std::string> wanted = undisturbed_state.Read();
  ASSERT_GT(changes, kKills);
  ASSERT_GT(undisturbed_state.versions(), 1) << "what is read in is adopted";
  ASSERT_EQ(wanted.size() + undisturbed_state.versions(), static_cast<size_t>(changes))
      << "an import makes every resource in one version, but for the frameworks, which it adopts in the end";

  int partial = 0;
  std::string moments;
  for (int round = 0; round < kKills; ++round) {
    deployment.KillServices();
    Empty(sql);
    deployment.StartServices();
    const pid_t import = deployment.StartImport(kDocument);
    const absl::Time give_up = absl::Now() + absl::Seconds(60);
    // Spread over the acceptance by what it has written, so that a slow machine kills at the same moments.
    // The last one falls between the adoptions in which it ends.
    const int moment = round + 1 == kKills ? changes - undisturbed_state.versions() : changes * round / kKills;
    while (Written(sql) <= moment && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(1));
    deployment.KillServices();
    const int left = Written(sql);
    partial += left > 0 && left < changes ? 1 : 0;
    absl::StrAppend(&moments, " ", left);
    deployment.StartServices();
    // The first import may have gone on by itself: it repeats what was not available.
    Deployment::Finish(import);
    ASSERT_EQ(Deployment::Finish(deployment.StartImport(kDocument)), 0)
        << "after a kill at " << left << " of " << changes;
    EXPECT_EQ(StateReader(deployment, token).Read(), wanted) << "after a kill at " << left << " of " << changes;
    EXPECT_EQ(Written(sql), changes) << "something was written twice after a kill at " << left;
  }
  std::cout << "killed after" << moments << " of " << changes << " writes; an undisturbed import takes "
            << absl::FormatDuration(absl::Trunc(undisturbed, absl::Milliseconds(1))) << "\n";
  EXPECT_GE(partial, kKills / 2) << "too few kills fell in the middle of an acceptance";
}

}  // namespace
}  // namespace regiokompas::test

// A running intake reads a thousand documents, one after another, and holds no more memory than after the first
// hundred.
#include <gtest/gtest.h>

#include <iostream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "tests/resilience/deployment.h"
#include "tests/resilience/region.h"

namespace regiokompas::test {
namespace {

using intake::v1::IntakeService;

constexpr int kWarm = 100;
constexpr int kDocuments = 1000;
// What an allocator may keep of the largest call; a leak of a parse for each document would be some ten times that.
constexpr long kGrowthKilobytes = 16 * 1024;

TEST(IntakeMemoryTest, AThousandDocumentsTakeNoMoreThanAHundred) {
  Deployment deployment(Deployment::Processes::kOnePerService);
  deployment.StartServices();
  const Client client(deployment.ChannelTo("intake"), OfficerToken(deployment));
  long warm = 0;
  for (int i = 0; i < kDocuments; ++i) {
    const DemoDocument& demo = kDemoDocuments[static_cast<size_t>(i) % std::size(kDemoDocuments)];
    intake::v1::ParseDocumentRequest request = ParseDemo(demo.owner, demo.file);
    // Other bytes each time: the same ones are the same document, and kept once.
    absl::StrAppend(request.mutable_content(), "\n\nBijlage nummer ", i, " bij dit stuk.\n");
    const auto draft = client.Call(&IntakeService::Stub::ParseDocument, request);
    ASSERT_TRUE(IsOk(draft)) << i;
    if (i + 1 == kWarm) warm = deployment.ResidentKilobytes("intake");
  }
  const long after = deployment.ResidentKilobytes("intake");
  std::cout << "resident after " << kWarm << " documents: " << warm << " kB, after " << kDocuments << ": " << after
            << " kB\n";
  EXPECT_LT(after - warm, kGrowthKilobytes);
}

}  // namespace
}  // namespace regiokompas::test

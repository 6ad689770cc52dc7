#include "common/obs/metrics.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace regiokompas::obs {
namespace {

using testing::HasSubstr;
using testing::Not;

// What a plain HTTP client gets from the port on this machine.
std::string Fetch(int port, const std::string& path) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = absl::StrCat("GET ", path, " HTTP/1.0\r\nHost: localhost\r\n\r\n");
    if (::write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
      char block[4096];
      for (ssize_t size; (size = ::read(fd, block, sizeof(block))) > 0;) answer.append(block, size);
    }
  }
  ::close(fd);
  return answer;
}

TEST(MetricsTest, ThePageShowsWhatWasCounted) {
  Metrics metrics;
  ASSERT_TRUE(metrics.Listen("127.0.0.1:0").ok());
  const std::string method = "regiokompas.catalogue.v1.CatalogueService/GetActivity";
  metrics.CallFinished(method, "OK", absl::Milliseconds(3), absl::Milliseconds(2));
  metrics.CallFinished(method, "OK", absl::Milliseconds(30), absl::Milliseconds(20));
  metrics.CallFinished(method, "NOT_FOUND", absl::Milliseconds(3), absl::ZeroDuration());
  metrics.Rejected("catalogue");
  metrics.Pool("catalogue", 5, 3);
  metrics.Pool("catalogue", 2, 6);

  const std::string page = Fetch(metrics.port(), "/metrics");
  const std::string label = absl::StrCat("method=\"", method, "\"");
  EXPECT_THAT(page, HasSubstr("200 OK"));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("regiokompas_calls_total{code=\"OK\",", label, "} 2\n")));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("regiokompas_calls_total{code=\"NOT_FOUND\",", label, "} 1\n")));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("regiokompas_call_seconds_bucket{", label, ",le=\"0.0025\"} 0\n")));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("regiokompas_call_seconds_bucket{", label, ",le=\"0.005\"} 2\n")));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("regiokompas_call_seconds_count{", label, "} 3\n")));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("regiokompas_database_seconds_count{", label, "} 2\n")));
  EXPECT_THAT(page, HasSubstr("regiokompas_pool_connections{service=\"catalogue\",state=\"leased\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("regiokompas_pool_connections{service=\"catalogue\",state=\"idle\"} 6\n"));
  EXPECT_THAT(page, HasSubstr("regiokompas_admission_rejected_total{service=\"catalogue\"} 1\n"));
  EXPECT_THAT(Fetch(metrics.port(), "/"), Not(HasSubstr("regiokompas_calls_total")));
}

TEST(MetricsTest, CountsWithoutAPage) {
  Metrics metrics;
  metrics.Rejected("intake");
  EXPECT_EQ(metrics.port(), 0);
}

TEST(MetricsTest, ListensOnlyWhereItIsTold) {
  for (const char* address : {"", "9464", ":9464", "localhost:9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                              "127.0.0.1:0,0.0.0.0:0", "127.0.0.1:9464s", "[127.0.0.1]:0", "::1:0"}) {
    Metrics metrics;
    EXPECT_EQ(metrics.Listen(address).code(), absl::StatusCode::kInvalidArgument) << address;
    EXPECT_EQ(metrics.port(), 0) << address;
  }
}

TEST(MetricsTest, ATakenPortIsAnErrorAndNotACrash) {
  Metrics first;
  ASSERT_TRUE(first.Listen("127.0.0.1:0").ok());
  Metrics second;
  const absl::Status status = second.Listen(absl::StrCat("127.0.0.1:", first.port()));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr(absl::StrCat(first.port())));
  EXPECT_EQ(second.Listen("127.0.0.1:0").code(), absl::StatusCode::kOk);
  EXPECT_EQ(second.Listen("127.0.0.1:0").code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace regiokompas::obs

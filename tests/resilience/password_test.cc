// A database password in a file that is replaced, as a mounted secret is, while the service runs.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "tests/resilience/deployment.h"
#include "tests/support/builders.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::CatalogueService;

constexpr char kRole[] = "catalogue_app";

class PasswordTest : public testing::Test {
 protected:
  PasswordTest() {
    SqlSession sql(deployment_.Superuser());
    const std::string rules = sql.Value("SHOW hba_file");
    socket_ = absl::StrReplaceAll(deployment_.Superuser(), {{"user=postgres", absl::StrCat("user=", kRole)}});
    sql.Query(absl::StrCat("COPY (VALUES ('local all ", kRole, " scram-sha-256'), ('local all all trust')) TO '", rules,
                           "'"));
    sql.Query("SELECT pg_reload_conf()");
  }

  // Ends the sessions of the service too: it has to connect anew.
  void SetInDatabase(const std::string& password) {
    SqlSession sql(deployment_.Superuser());
    sql.Query(absl::StrCat("ALTER ROLE ", kRole, " PASSWORD '", password, "'"));
    sql.Query(absl::StrCat("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '", kRole, "'"));
  }
  void SetInFile(const std::string& password) {
    const std::filesystem::path next = deployment_.directory() / "passfile.next";
    std::ofstream(next) << "*:*:*:" << kRole << ":" << password << "\n";
    chmod(next.c_str(), 0600);
    std::filesystem::rename(next, deployment_.directory() / "passfile");
  }

  Outcome Create(const std::string& id) {
    return deployment_.ClientOf(std::chrono::seconds(8))
        .Call(&CatalogueService::Stub::CreateActivity, CreateActivity(OwnerName(kOwner), id));
  }

  Deployment deployment_;
  std::string socket_;
};

TEST_F(PasswordTest, TheFileIsReadAtEachNewConnection) {
  deployment_.AddConfig(absl::StrCat("database { service: \"catalogue\" connection: \"", socket_, " passfile=",
                                     (deployment_.directory() / "passfile").string(), "\" feed_connection: \"",
                                     absl::StrReplaceAll(socket_, {{kRole, "catalogue_feed"}}), "\" }"));
  SetInDatabase("eerste");
  SetInFile("eerste");
  deployment_.StartServices();
  EXPECT_TRUE(IsOk(Create("met-het-eerste")));
  SetInDatabase("tweede");
  EXPECT_EQ(Create("met-het-oude").code(), grpc::UNAVAILABLE) << "the database takes any password";
  SetInFile("tweede");
  EXPECT_TRUE(IsOk(Create("met-het-tweede")));
}

}  // namespace
}  // namespace regiokompas::test

#include "common/rpc/tls.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/auth/token_signer.h"
#include "common/rpc/client.h"
#include "common/rpc/host.h"
#include "regiokompas/internal/v1/health.pb.h"
#include "tests/support/certificates.h"
#include "tests/support/client.h"

namespace regiokompas::rpc {
namespace {

using internal::v1::HealthRequest;
using internal::v1::HealthResponse;
using test::CertificateAuthority;
using test::CertifiedKey;
using test::Client;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string TextIn(const Bio& bio) {
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

// An authority with a key that is shorter than OpenSSL lets anybody use: 2048 bits is the least.
class ShortAuthority {
 public:
  CertifiedKey Own() const { return Certify("kort", key_.get()); }

  // With a key that is long enough.
  CertifiedKey Issue() const {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    return Certify("server", key.get());
  }

 private:
  CertifiedKey Certify(const std::string& subject, EVP_PKEY* key) const {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24 * 60 * 60);
    SetName(X509_get_subject_name(certificate.get()), subject);
    SetName(X509_get_issuer_name(certificate.get()), "kort");
    X509_set_pubkey(certificate.get(), key);
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
    const Bio certificate_text(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(certificate_text.get(), certificate.get());
    const Bio key_text(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return {TextIn(certificate_text), TextIn(key_text)};
  }

  static void SetName(X509_NAME* name, const std::string& text) {
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text.data()),
                               static_cast<int>(text.size()), -1, 0);
  }

  const Key key_{EVP_RSA_gen(1024), EVP_PKEY_free};
};

CertifiedKey ShortKey() { return ShortAuthority().Own(); }

std::string FingerprintOf(const std::string& certificate) {
  const Bio in(BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> parsed(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr),
                                                           X509_free);
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  X509_digest(parsed.get(), EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  return absl::BytesToHexString(digest.substr(0, size));
}

// The key behind a pass phrase.
std::string Encrypted(const std::string& pem) {
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const Bio out(BIO_new(BIO_s_mem()), BIO_free);
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  char pass_phrase[] = "geheim";
  PEM_write_bio_PrivateKey(out.get(), key.get(), EVP_aes_256_cbc(), nullptr, 0, nullptr, pass_phrase);
  return TextIn(out);
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    std::string path = "/tmp/rk.XXXXXX";
    directory_ = mkdtemp(path.data());
  }
  ~TlsTest() override { std::filesystem::remove_all(directory_); }

  void Write(const std::string& name, const std::string& text) const { std::ofstream(directory_ / name) << text; }
  std::string Path(const std::string& name) const { return (directory_ / name).string(); }
  TlsFiles Files() const { return {Path("ca.crt"), Path("tls.crt"), Path("tls.key")}; }

  // The files of a server of `authority` that takes its clients.
  void WriteFiles(const CertificateAuthority& authority) const {
    const CertifiedKey own = authority.Issue("server");
    Write("ca.crt", authority.Certificate());
    Write("tls.crt", own.certificate);
    Write("tls.key", own.key);
  }

  std::string Refusal(const TlsFiles& files) const { return std::string(ReadTlsKeys(files).status().message()); }

  void PassCheckInterval() { clock_.Set(clock_.Now() + kTlsCheckInterval); }

  std::filesystem::path directory_;
  FixedClock clock_{absl::UnixEpoch() + absl::Hours(24)};
  const CertificateAuthority authority_{"eerste"};
  const CertificateAuthority other_{"tweede"};
};

TEST_F(TlsTest, FilesThatDoNotFitAreNamed) {
  WriteFiles(authority_);
  ASSERT_TRUE(ReadTlsKeys(Files()).ok()) << ReadTlsKeys(Files()).status();
  EXPECT_EQ(ReadTlsKeys({}).value(), TlsKeys());

  TlsFiles files = Files();
  files.key_file = Path("nergens");
  EXPECT_THAT(Refusal(files), HasSubstr("nergens"));
  files.key_file = "";
  EXPECT_THAT(Refusal(files), HasSubstr("key_file"));
  files = Files();
  files.key_file = files.certificate_file;
  EXPECT_THAT(Refusal(files), HasSubstr("tls.crt holds no private key"));
  Write("tls.key", Encrypted(authority_.Issue("server").key));
  EXPECT_THAT(Refusal(Files()), HasSubstr("tls.key holds no private key"));
  Write("tls.key", other_.Issue("server").key);
  EXPECT_THAT(Refusal(Files()), HasSubstr("tls.key is not the key of"));
  Write("tls.crt", "geen certificaat");
  EXPECT_THAT(Refusal(Files()), HasSubstr("tls.crt holds no whole certificate"));
  Write("ca.crt", "");
  EXPECT_THAT(Refusal(Files()), HasSubstr("ca.crt holds no whole certificate"));
}

TEST_F(TlsTest, AListOfAuthoritiesIsTakenWholeOrNotAtAll) {
  WriteFiles(authority_);
  const std::string both = authority_.Certificate() + other_.Certificate();
  Write("ca.crt", both);
  EXPECT_EQ(ReadTlsKeys(Files())->authorities, both);
  Write("ca.crt", both.substr(0, both.size() - 100));
  EXPECT_THAT(Refusal(Files()), HasSubstr("no whole certificate"));
}

// A weak authority among others does no harm until a certificate comes that it has signed.
TEST_F(TlsTest, OnlyTheAuthoritiesThatAreShownMustBeAllowed) {
  const ShortAuthority weak;
  WriteFiles(authority_);
  Write("ca.crt", weak.Own().certificate + authority_.Certificate());
  EXPECT_TRUE(ReadTlsKeys(Files()).ok()) << ReadTlsKeys(Files()).status();
  const CertifiedKey own = weak.Issue();
  Write("tls.crt", own.certificate);
  Write("tls.key", own.key);
  EXPECT_THAT(Refusal(Files()), HasSubstr("ca key too small"));
  // Of whom a certificate is then, the other side has to know.
  Write("ca.crt", authority_.Certificate());
  EXPECT_TRUE(ReadTlsKeys(Files()).ok()) << ReadTlsKeys(Files()).status();
}

TEST_F(TlsTest, TheCertificateThatIsRefusedIsTold) {
  const std::string weak = ShortKey().certificate;
  const CertifiedKey own = authority_.Issue("server");
  Write("ca.crt", authority_.Certificate());
  Write("tls.key", own.key);
  Write("tls.crt", own.certificate + weak);
  EXPECT_THAT(Refusal(Files()), HasSubstr(FingerprintOf(weak)));
}

TEST_F(TlsTest, HalfWrittenFilesChangeNothingAndAreToldOnce) {
  WriteFiles(authority_);
  std::vector<std::string> problems;
  const auto reloader = TlsReloader::Create(
      Files(), clock_, [&](const absl::Status& problem) { problems.emplace_back(problem.message()); });
  ASSERT_TRUE(reloader.ok());
  const auto first = (*reloader)->Current();
  PassCheckInterval();
  EXPECT_EQ((*reloader)->Current(), first);

  const CertifiedKey next = authority_.Issue("server");
  Write("tls.crt", next.certificate);
  EXPECT_EQ((*reloader)->Current(), first) << "looked before the interval had passed";
  for (int i = 0; i < 3; ++i) {
    PassCheckInterval();
    EXPECT_EQ((*reloader)->Current(), first);
  }
  EXPECT_THAT(problems, ElementsAre(HasSubstr("is not the key of")));
  Write("tls.key", next.key);
  PassCheckInterval();
  const auto second = (*reloader)->Current();
  EXPECT_EQ(second->certificate, next.certificate);
  EXPECT_EQ(second->key, next.key);
  std::filesystem::remove(directory_ / "tls.key");
  PassCheckInterval();
  EXPECT_EQ((*reloader)->Current(), second);
  EXPECT_THAT(problems, testing::SizeIs(2));
}

// A host on a TCP port whose files are mounted as Kubernetes does it: names that point into ..data, which points to a
// directory that another one takes the place of.
class TlsHostTest : public TlsTest {
 protected:
  TlsHostTest() {
    Write("page.key", std::string(32, 'k'));
    EXPECT_TRUE(auth::TokenSigner::Generate()->WriteJwks(Path("jwks.json")).ok());
    for (const char* file : {"ca.crt", "tls.crt", "tls.key"}) {
      std::filesystem::create_symlink(std::filesystem::path("..data") / file, directory_ / file);
    }
    Mount(authority_.Certificate(), authority_.Issue("server"));
    config_.set_listen("127.0.0.1:0");
    config_.set_page_token_key_file(Path("page.key"));
    config_.mutable_tls()->set_certificate_file(Path("tls.crt"));
    config_.mutable_tls()->set_key_file(Path("tls.key"));
    auto* issuer = config_.add_issuer();
    issuer->set_name("test");
    issuer->set_audience("regiokompas");
    issuer->set_jwks_file(Path("jwks.json"));
  }

  ~TlsHostTest() override {
    host_.reset();
    close(log_fd_);
  }

  // How often the log of the host says it.
  int Told(const std::string& text) const {
    std::stringstream log;
    log << std::ifstream(Path("log")).rdbuf();
    int lines = 0;
    for (const absl::string_view line : absl::StrSplit(log.str(), '\n')) lines += absl::StrContains(line, text) ? 1 : 0;
    return lines;
  }

  void DemandClients() { config_.mutable_tls()->set_client_ca_file(Path("ca.crt")); }

  void Mount(const std::string& authorities, const CertifiedKey& own) {
    const std::string version = absl::StrCat("..version", ++mounted_);
    std::filesystem::create_directory(directory_ / version);
    Write(version + "/ca.crt", authorities);
    Write(version + "/tls.crt", own.certificate);
    Write(version + "/tls.key", own.key);
    std::filesystem::create_symlink(version, directory_ / "..data_tmp");
    std::filesystem::rename(directory_ / "..data_tmp", directory_ / "..data");
  }

  void Start() {
    absl::StatusOr<std::unique_ptr<Host>> host = Host::Create(config_, clock_, log_);
    ASSERT_TRUE(host.ok()) << host.status();
    host_ = *std::move(host);
    ASSERT_EQ(host_->Start(), absl::OkStatus());
  }

  // A new connection by a client that trusts the server's authority and shows `own`.
  std::shared_ptr<grpc::Channel> Channel(const CertificateAuthority& trusted, const CertifiedKey& own) const {
    return Connect(host_->address(), {trusted.Certificate(), own.certificate, own.key});
  }

  static grpc::StatusCode CodeOf(const std::shared_ptr<grpc::Channel>& channel) {
    return Client(channel, "").Timeout(std::chrono::seconds(5)).CallByName(kCheck, HealthRequest()).code();
  }

  internal::v1::Config config_;
  const int log_fd_ = open(Path("log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  obs::Logger log_{clock_, log_fd_};
  std::unique_ptr<Host> host_;
  int mounted_ = 0;
};

TEST_F(TlsHostTest, WithoutClientAuthoritiesNobodyNeedsACertificate) {
  Start();
  EXPECT_EQ(CodeOf(Channel(authority_, {})), grpc::OK);
  EXPECT_EQ(CodeOf(Channel(other_, {})), grpc::UNAVAILABLE) << "a server of an authority that the client does not know";
}

TEST_F(TlsHostTest, DemandsACertificateOfItsAuthorities) {
  DemandClients();
  Start();
  EXPECT_EQ(CodeOf(Channel(authority_, authority_.Issue("client"))), grpc::OK);
  EXPECT_EQ(CodeOf(Channel(authority_, {})), grpc::UNAVAILABLE);
  EXPECT_EQ(CodeOf(Channel(authority_, other_.Issue("client"))), grpc::UNAVAILABLE);
}

TEST_F(TlsHostTest, ReplacedFilesCountForNewConnections) {
  DemandClients();
  Start();
  const CertifiedKey old_client = authority_.Issue("client");
  const CertifiedKey new_client = other_.Issue("client");
  const auto open = Channel(authority_, old_client);
  ASSERT_EQ(CodeOf(open), grpc::OK);

  Mount(other_.Certificate(), other_.Issue("server"));
  PassCheckInterval();
  EXPECT_EQ(CodeOf(Channel(other_, new_client)), grpc::OK);
  EXPECT_EQ(CodeOf(Channel(other_, old_client)), grpc::UNAVAILABLE) << "its authority was taken away";
  EXPECT_EQ(CodeOf(open), grpc::OK) << "a connection ended because the files were replaced";
}

TEST_F(TlsHostTest, AHalfWrittenPairLeavesTheOldOneInForce) {
  DemandClients();
  Start();
  const CertifiedKey client = authority_.Issue("client");
  Mount(authority_.Certificate(), {authority_.Issue("server").certificate, authority_.Issue("server").key});
  PassCheckInterval();
  EXPECT_EQ(CodeOf(Channel(authority_, client)), grpc::OK);
}

TEST_F(TlsHostTest, WhatOpenSslRefusesIsToldOnceAndTheOldPairStaysUntilAGoodOneComes) {
  DemandClients();
  Start();
  const CertifiedKey client = authority_.Issue("client");
  CertifiedKey chained = authority_.Issue("server");
  chained.certificate += ShortKey().certificate;
  const ShortAuthority weak;
  int refused = 0;
  for (const CertifiedKey& unfit : {ShortKey(), ShortKey(), chained, weak.Issue()}) {
    Mount(authority_.Certificate() + weak.Own().certificate, unfit);
    ++refused;
    for (int i = 0; i < 3; ++i) {
      PassCheckInterval();
      EXPECT_EQ(CodeOf(Channel(authority_, client)), grpc::OK) << refused;
      EXPECT_EQ(Told("key too small"), refused);
    }
  }
  EXPECT_EQ(Told("ERROR"), refused);
  Mount(other_.Certificate(), other_.Issue("server"));
  PassCheckInterval();
  EXPECT_EQ(CodeOf(Channel(other_, other_.Issue("client"))), grpc::OK);
}

TEST_F(TlsHostTest, WhatOpenSslRefusesIsRefusedAtTheStart) {
  Mount(authority_.Certificate(), ShortKey());
  const std::unique_ptr<Host> host = *Host::Create(config_, clock_, log_);
  EXPECT_THAT(std::string(host->Start().message()), HasSubstr("key too small"));
}

TEST_F(TlsHostTest, AKeyOfAnotherCertificateIsRefusedAtTheStart) {
  Mount(authority_.Certificate(), {authority_.Issue("server").certificate, authority_.Issue("server").key});
  const std::unique_ptr<Host> host = *Host::Create(config_, clock_, log_);
  EXPECT_THAT(std::string(host->Start().message()), HasSubstr("is not the key of"));
}

TEST_F(TlsHostTest, TheHealthPortServesPlainHealthAndNothingElse) {
  DemandClients();
  config_.set_health_listen("127.0.0.1:0");
  const std::unique_ptr<Host> host = *Host::Create(config_, clock_, log_);
  const Client probe(grpc::CreateChannel(host->health_address(), grpc::InsecureChannelCredentials()), "");
  const auto check = [&](const std::string& service) {
    HealthRequest request;
    request.set_service(service);
    return probe.CallByName(kCheck, request);
  };
  HealthResponse health;
  // Nothing has started yet.
  ASSERT_TRUE(IsOk(check("")));
  health.ParseFromString(check("").value);
  EXPECT_EQ(health.status(), HealthResponse::SERVING_SERVING);
  EXPECT_EQ(check("regiokompas.catalogue.v1.CatalogueService").code(), grpc::NOT_FOUND);
  host->Announce("regiokompas.catalogue.v1.CatalogueService");
  health.ParseFromString(check("regiokompas.catalogue.v1.CatalogueService").value);
  EXPECT_EQ(health.status(), HealthResponse::SERVING_NOT_SERVING);

  ASSERT_EQ(host->Start(), absl::OkStatus());
  for (const char* path : {"/regiokompas.catalogue.v1.CatalogueService/GetActivity",
                           "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"}) {
    EXPECT_EQ(probe.CallByName(path, HealthRequest()).code(), grpc::UNIMPLEMENTED) << path;
  }
  host->Drain();
  health.ParseFromString(check("").value);
  EXPECT_EQ(health.status(), HealthResponse::SERVING_SERVING) << "the process lives until it ends";
}

TEST_F(TlsHostTest, AHealthPortInUseIsNamed) {
  config_.set_health_listen("127.0.0.1:0");
  Start();
  internal::v1::Config config = config_;
  config.set_health_listen(host_->health_address());
  EXPECT_THAT(std::string(Host::Create(config, clock_, log_).status().message()), HasSubstr(host_->health_address()));
}

}  // namespace
}  // namespace regiokompas::rpc

#include "common/rpc/tls.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/rpc/read_file.h"

namespace regiokompas::rpc {
namespace {

constexpr errors::Kind kUnfit{absl::StatusCode::kFailedPrecondition, "TLS_FILES_UNFIT", "{path} {why}",
                              "{path} deugt niet als certificaat of sleutel: {why}"};

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Search = std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)>;
using Store = std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)>;

absl::Status Unfit(const std::string& path, const std::string& why) {
  return errors::Make(kUnfit, {{"path", path}, {"why", why}});
}

Bio Open(const std::string& text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free}; }

// At least one certificate. The text must hold nothing else: one that was cut off is not passed over.
absl::StatusOr<std::vector<Certificate>> CertificatesIn(const std::string& text, const std::string& path) {
  const Bio bio = Open(text);
  ERR_clear_error();
  std::vector<Certificate> certificates;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(next, X509_free);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (certificates.empty() || !at_end) return Unfit(path, "holds no whole certificate");
  return certificates;
}

// As `openssl x509 -fingerprint -sha256` shows it, without colons.
std::string Fingerprint(X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  X509_digest(certificate, EVP_sha256(), digest, &size);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), size});
}

// Adds to a certificate that comes alone what OpenSSL shows with it: the authorities that lead from it to a root.
void AddAuthorities(const std::vector<Certificate>& authorities, std::vector<Certificate>& chain) {
  const Store store(X509_STORE_new(), X509_STORE_free);
  for (const Certificate& authority : authorities) X509_STORE_add_cert(store.get(), authority.get());
  const Search search(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  X509_STORE_CTX_init(search.get(), store.get(), chain.front().get(), nullptr);
  // Whether it is valid is for the other side to say; a chain that lacks its root is shown too.
  X509_verify_cert(search.get());
  STACK_OF(X509)* found = X509_STORE_CTX_get0_chain(search.get());
  for (int i = 1; i < sk_X509_num(found); ++i) {
    X509_up_ref(sk_X509_value(found, i));
    chain.emplace_back(sk_X509_value(found, i), X509_free);
  }
  ERR_clear_error();
}

// The first of a chain that OpenSSL does not show, or null: by the rules of this machine a short key or a weak
// signature is not allowed, and gRPC, which finds that out at a connection only, tells nobody or fails every
// connection. Leaves the reason with OpenSSL.
X509* FirstRefused(const std::vector<Certificate>& chain, EVP_PKEY* key) {
  const Context context(SSL_CTX_new(TLS_method()), SSL_CTX_free);
  X509* own = chain.front().get();
  if (context == nullptr || SSL_CTX_use_certificate(context.get(), own) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key) != 1) {
    return own;
  }
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) != 1) return chain[i].get();
  }
  return nullptr;
}

absl::Status CheckPair(const TlsKeys& keys, const std::vector<Certificate>& authorities, const TlsFiles& files) {
  ASSIGN_OR_RETURN(std::vector<Certificate> chain, CertificatesIn(keys.certificate, files.certificate_file));
  const Bio bio = Open(keys.key);
  // Of an encrypted key OpenSSL itself would ask the pass phrase at the terminal, with all connections waiting.
  const auto no_pass_phrase = [](char*, int, int, void*) { return -1; };
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr), EVP_PKEY_free);
  const bool fit = key != nullptr && X509_check_private_key(chain.front().get(), key.get()) == 1;
  ERR_clear_error();
  if (key == nullptr) return Unfit(files.key_file, "holds no private key");
  if (!fit) return Unfit(files.key_file, "is not the key of " + files.certificate_file);
  if (chain.size() == 1) AddAuthorities(authorities, chain);
  X509* refused = FirstRefused(chain, key.get());
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  if (refused == nullptr) return absl::OkStatus();
  // The fingerprint makes this another problem than that of the certificate before.
  return Unfit(files.certificate_file, absl::StrCat("is refused by OpenSSL: ", reason == nullptr ? "no reason" : reason,
                                                    " (certificate ", Fingerprint(refused), ")"));
}

}  // namespace

absl::StatusOr<TlsKeys> ReadTlsKeys(const TlsFiles& files) {
  TlsKeys keys;
  std::vector<Certificate> authorities;
  if (!files.ca_file.empty()) {
    ASSIGN_OR_RETURN(keys.authorities, ReadFile(files.ca_file, "ca_file"));
    ASSIGN_OR_RETURN(authorities, CertificatesIn(keys.authorities, files.ca_file));
  }
  if (!files.certificate_file.empty() || !files.key_file.empty()) {
    ASSIGN_OR_RETURN(keys.certificate, ReadFile(files.certificate_file, "certificate_file"));
    ASSIGN_OR_RETURN(keys.key, ReadFile(files.key_file, "key_file"));
    RETURN_IF_ERROR(CheckPair(keys, authorities, files));
  }
  return keys;
}

absl::StatusOr<std::unique_ptr<TlsReloader>> TlsReloader::Create(TlsFiles files, const Clock& clock,
                                                                 OnProblem on_problem) {
  ASSIGN_OR_RETURN(TlsKeys keys, ReadTlsKeys(files));
  return std::unique_ptr<TlsReloader>(new TlsReloader(std::move(files), std::move(keys), clock, std::move(on_problem)));
}

TlsReloader::TlsReloader(TlsFiles files, TlsKeys keys, const Clock& clock, OnProblem on_problem)
    : files_(std::move(files)),
      clock_(clock),
      on_problem_(std::move(on_problem)),
      keys_(std::make_shared<const TlsKeys>(std::move(keys))),
      last_check_(clock.Now()) {}

std::shared_ptr<const TlsKeys> TlsReloader::Current() {
  absl::MutexLock lock(&mutex_);
  const absl::Time now = clock_.Now();
  // A clock that was set back must not put the next check far away.
  if (now >= last_check_ && now < last_check_ + kTlsCheckInterval) return keys_;
  last_check_ = now;
  // Reading a few kilobytes costs less than knowing every way in which a file can be replaced.
  absl::StatusOr<TlsKeys> keys = ReadTlsKeys(files_);
  if (keys.status() != last_problem_) {
    last_problem_ = keys.status();
    if (!keys.ok()) on_problem_(keys.status());
  }
  if (keys.ok() && *keys != *keys_) keys_ = std::make_shared<const TlsKeys>(*std::move(keys));
  return keys_;
}

namespace {

// gRPC's C++ side has static certificates, and a file watcher that leaves a server without any while a pair does not
// fit; its C side asks for them at every connection.
class FetchingCredentials final : public grpc::ServerCredentials {
 public:
  explicit FetchingCredentials(std::unique_ptr<TlsReloader> keys)
      : keys_(std::move(keys)),
        credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                keys_->Current()->authorities.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                                      : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY,
                &Fetch, this))) {}
  ~FetchingCredentials() override { grpc_server_credentials_release(credentials_); }

  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  static grpc_ssl_certificate_config_reload_status Fetch(void* self, grpc_ssl_server_certificate_config** config) {
    return static_cast<FetchingCredentials*>(self)->FetchInto(config);
  }

  grpc_ssl_certificate_config_reload_status FetchInto(grpc_ssl_server_certificate_config** config) {
    absl::MutexLock lock(&mutex_);
    const std::shared_ptr<const TlsKeys> keys = keys_->Current();
    if (keys == fetched_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair = {keys->key.c_str(), keys->certificate.c_str()};
    // gRPC insists on some authority, also where it asks nobody for a certificate.
    const std::string& authorities = keys->authorities.empty() ? keys->certificate : keys->authorities;
    *config = grpc_ssl_server_certificate_config_create(authorities.c_str(), &pair, 1);
    fetched_ = keys;
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const std::unique_ptr<TlsReloader> keys_;
  grpc_server_credentials* const credentials_;
  absl::Mutex mutex_;
  std::shared_ptr<const TlsKeys> fetched_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> ReloadingServerCredentials(std::unique_ptr<TlsReloader> keys) {
  return std::make_shared<FetchingCredentials>(std::move(keys));
}

}  // namespace regiokompas::rpc

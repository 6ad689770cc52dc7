// Certificates of a certificate authority that exists for one test.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace regiokompas::test {

// A certificate and its private key, in PEM.
struct CertifiedKey {
  std::string certificate;
  std::string key;
};

// Valid for a day. What OpenSSL refuses throws std::runtime_error.
class CertificateAuthority {
 public:
  explicit CertificateAuthority(const std::string& name);

  // Its own certificate, in PEM.
  std::string Certificate() const;

  // A certificate of `name`, for a client and for a server at the alternative names.
  CertifiedKey Issue(const std::string& name,
                     const std::string& alternative_names = "IP:127.0.0.1,DNS:localhost") const;

 private:
  struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  using X509Pointer = std::unique_ptr<X509, Free>;
  using KeyPointer = std::unique_ptr<EVP_PKEY, Free>;

  static KeyPointer NewKey();
  // A certificate that is not signed yet, with the extension `name: value`.
  static X509Pointer NewCertificate(const std::string& subject, EVP_PKEY* key, int extension, const char* value);

  KeyPointer key_;
  X509Pointer certificate_;
};

}  // namespace regiokompas::test

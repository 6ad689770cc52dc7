#include "tests/support/certificates.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace regiokompas::test {
namespace {

constexpr long kVersion3 = 2;  // versions count from 0
constexpr long kEarlier = -60;
constexpr long kLater = 24 * 60 * 60;

void Check(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot make a certificate for the test");
}

template <typename Write>
std::string Pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  Check(write(bio.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

std::string PemOf(X509* certificate) {
  return Pem([certificate](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

}  // namespace

CertificateAuthority::KeyPointer CertificateAuthority::NewKey() {
  KeyPointer key(EVP_EC_gen("P-256"));
  Check(key != nullptr);
  return key;
}

CertificateAuthority::X509Pointer CertificateAuthority::NewCertificate(const std::string& subject, EVP_PKEY* key,
                                                                       int extension, const char* value) {
  X509Pointer certificate(X509_new());
  Check(X509_set_version(certificate.get(), kVersion3) == 1);
  uint64_t serial = 0;
  Check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) == 1);
  Check(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial) == 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), kEarlier);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kLater);
  Check(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(subject.data()),
                                   static_cast<int>(subject.size()), -1, 0) == 1);
  Check(X509_set_pubkey(certificate.get(), key) == 1);
  X509_EXTENSION* added = X509V3_EXT_conf_nid(nullptr, nullptr, extension, value);
  Check(added != nullptr && X509_add_ext(certificate.get(), added, -1) == 1);
  X509_EXTENSION_free(added);
  return certificate;
}

CertificateAuthority::CertificateAuthority(const std::string& name)
    : key_(NewKey()), certificate_(NewCertificate(name, key_.get(), NID_basic_constraints, "critical,CA:TRUE")) {
  Check(X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get())) == 1);
  Check(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
}

std::string CertificateAuthority::Certificate() const { return PemOf(certificate_.get()); }

CertifiedKey CertificateAuthority::Issue(const std::string& name, const std::string& alternative_names) const {
  const KeyPointer key = NewKey();
  const X509Pointer certificate = NewCertificate(name, key.get(), NID_subject_alt_name, alternative_names.c_str());
  Check(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get())) == 1);
  Check(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return {PemOf(certificate.get()), Pem([&key](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace regiokompas::test

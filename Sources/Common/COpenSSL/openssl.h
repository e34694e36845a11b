// OpenSSL: TLS as a server, certificates, digests. What it has as macros is given as functions.
#ifndef PENSTOCK_OPENSSL_H
#define PENSTOCK_OPENSSL_H
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#endif

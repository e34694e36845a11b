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
#include <string.h>

static inline EVP_PKEY *penstock_new_key(void) { return EVP_EC_gen("P-256"); }
static inline EVP_PKEY *penstock_new_weak_key(void) { return EVP_RSA_gen(1024); }

// What was written to a memory BIO.
static inline size_t penstock_written(BIO *memory, const unsigned char **start) {
    char *data = 0;
    long count = BIO_get_mem_data(memory, &data);
    *start = (const unsigned char *)data;
    return count > 0 ? (size_t)count : 0;
}

// Chooses http/1.1 of what a client offers; one that offers only other protocols is told so.
static inline int penstock_choose_http(
    SSL *ssl, const unsigned char **chosen, unsigned char *length, const unsigned char *offered, unsigned int count,
    void *unused) {
    static const unsigned char http[] = "\x08http/1.1";
    (void)ssl, (void)unused;
    int found = SSL_select_next_proto((unsigned char **)chosen, length, http, sizeof http - 1, offered, count);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A server: TLS 1.2 and up, no renegotiation, no compression, http/1.1 only; writes may be partial and go on from elsewhere.
static inline SSL_CTX *penstock_new_server(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context) return 0;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Tickets are kept by clients; here nothing grows with those who came.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context, penstock_choose_http, 0);
    return context;
}

static inline int penstock_add_chain(SSL_CTX *context, X509 *issuer) {
    return (int)SSL_CTX_add1_chain_cert(context, issuer);
}

// Keeps the buffers of records between reads: given back each time, each read would have to allocate its own.
static inline void penstock_keep_buffers(void *context) { SSL_CTX_clear_mode(context, SSL_MODE_RELEASE_BUFFERS); }
#endif

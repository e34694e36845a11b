// libcurl. Its variadic functions cannot be called from Swift: one plain function for each type of argument.
#ifndef PENSTOCK_CURL_H
#define PENSTOCK_CURL_H
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

static inline CURLcode penstock_curl_set_text(CURL *h, CURLoption o, const char *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode penstock_curl_set_number(CURL *h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode penstock_curl_set_pointer(CURL *h, CURLoption o, void *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode penstock_curl_set_list(CURL *h, CURLoption o, struct curl_slist *v) {
    return curl_easy_setopt(h, o, v);
}
typedef size_t (*penstock_curl_sink)(char *bytes, size_t size, size_t count, void *state);
static inline CURLcode penstock_curl_set_body(CURL *h, penstock_curl_sink sink, void *state) {
    CURLcode code = curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, sink);
    return code ? code : curl_easy_setopt(h, CURLOPT_WRITEDATA, state);
}
static inline CURLcode penstock_curl_set_head(CURL *h, penstock_curl_sink sink, void *state) {
    CURLcode code = curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, sink);
    return code ? code : curl_easy_setopt(h, CURLOPT_HEADERDATA, state);
}
typedef int (*penstock_curl_close)(void *state, curl_socket_t socket);
static inline CURLcode penstock_curl_set_close(CURL *h, penstock_curl_close close, void *state) {
    CURLcode code = curl_easy_setopt(h, CURLOPT_CLOSESOCKETFUNCTION, close);
    return code ? code : curl_easy_setopt(h, CURLOPT_CLOSESOCKETDATA, state);
}
typedef CURLcode (*penstock_curl_context)(CURL *h, void *context, void *state);
static inline CURLcode penstock_curl_set_context(CURL *h, penstock_curl_context made) {
    return curl_easy_setopt(h, CURLOPT_SSL_CTX_FUNCTION, made);
}
static inline CURLcode penstock_curl_offset(CURL *h, CURLINFO i, curl_off_t *v) { return curl_easy_getinfo(h, i, v); }
static inline int penstock_curl_resolves_aside(void) {
    return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ASYNCHDNS) != 0;
}
static inline CURLcode penstock_curl_number(CURL *h, CURLINFO i, long *v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode penstock_curl_socket(CURL *h, curl_socket_t *v) {
    return curl_easy_getinfo(h, CURLINFO_ACTIVESOCKET, v);
}
typedef int (*penstock_curl_watch)(CURL *h, curl_socket_t socket, int what, void *state, void *own);
static inline CURLMcode penstock_curlm_set_watch(CURLM *m, penstock_curl_watch watch, void *state) {
    CURLMcode code = curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, watch);
    return code ? code : curl_multi_setopt(m, CURLMOPT_SOCKETDATA, state);
}
static inline CURLMcode penstock_curlm_set_number(CURLM *m, CURLMoption o, long v) { return curl_multi_setopt(m, o, v); }
static inline CURL *penstock_curl_message_handle(CURLMsg *m) { return m->easy_handle; }
static inline CURLcode penstock_curl_message_result(CURLMsg *m) { return m->data.result; }
#endif

// CRC-32C (Castagnoli, reflected, as in RFC 3720) by the CPU's own instruction.
// Swift 6.3 has no intrinsic for it, and calling one word at a time from Swift costs more
// than the sum, so the loop stands in C.
#ifndef PENSTOCK_CHECKSUM_H
#define PENSTOCK_CHECKSUM_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)

// What the compiler's own library has found at the start of the process: two loads.
static inline int penstock_crc32c_hardware(void) {
  return __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;
}

// The register after `words` words of zeros, 1 to 64, as 64 bits that one more step of `crc32` reduces: the product of the register and
// x^(64 words - 33) modulo the polynomial, reflected. Source: Gopal et al., "Fast CRC Computation for iSCSI Polynomial Using CRC32
// Instruction", Intel 2011.
__attribute__((target("sse4.2,pclmul")))
static inline uint64_t penstock_crc32c_shifted(uint32_t state, size_t words) {
  static const uint32_t powers[64] = {
    0x00000001, 0x493c7d27, 0xf20c0dfe, 0xba4fc28e, 0x3da6d0cb, 0xddc0152b, 0x1c291d04, 0x9e4addf8,
    0x740eef02, 0x39d3b296, 0x083a6eec, 0x0715ce53, 0xc49f4f67, 0x47db8317, 0x2ad91c30, 0x0d3b6092,
    0x6992cea2, 0xc96cfdc0, 0x7e908048, 0x878a92a7, 0x1b3d8f29, 0xdaece73e, 0xf1d0f55e, 0xab7aff2a,
    0xa87ab8a8, 0x2162d385, 0x8462d800, 0x83348832, 0x71d111a8, 0x299847d5, 0xffd852c6, 0xb9e02b86,
    0xdcb17aa4, 0x18b33a4e, 0xf37c5aee, 0xb6dd949b, 0x6051d5a2, 0x78d9ccb7, 0x18b0d4ff, 0xbac2fd7b,
    0x21f3d99c, 0xa60ce07b, 0x8f158014, 0xce7f39f4, 0xa00457f7, 0x61d82e56, 0x8d6d2c43, 0xd270f1a2,
    0x00ac29cf, 0xc619809d, 0xe9adf796, 0x2b3cac5d, 0x96638b34, 0x65863b64, 0xe0e9f351, 0x1b03397f,
    0x9af01f2d, 0xebb883bd, 0x2cff42cf, 0xb3e32c28, 0x88f25a3a, 0x064f7f26, 0x4e36f0b0, 0xdd7e3b0c,
  };
  typedef long long pair __attribute__((vector_size(16)));
  pair product = __builtin_ia32_pclmulqdq128((pair){state, 0}, (pair){powers[words - 1], 0}, 0);
  return (uint64_t)product[0];
}

// `state` is the register before the final inversion. The instruction takes three cycles but may begin in each: a text goes as three
// that are joined, as long as that is worth it.
__attribute__((target("sse4.2,pclmul")))
static inline uint32_t penstock_crc32c(uint32_t state, const void *bytes, size_t count) {
  const unsigned char *at = (const unsigned char *)bytes;
  uint64_t crc = state;
  for (size_t words = count / 8; words >= 12; words = count / 8) {
    size_t third = words / 3 < 32 ? words / 3 : 32;
    uint64_t second = 0, last = 0;
    for (size_t index = 0; index < third; index += 1, at += 8) {
      uint64_t a, b, c;
      memcpy(&a, at, 8);
      memcpy(&b, at + 8 * third, 8);
      memcpy(&c, at + 16 * third, 8);
      crc = __builtin_ia32_crc32di(crc, a);
      second = __builtin_ia32_crc32di(second, b);
      last = __builtin_ia32_crc32di(last, c);
    }
    uint64_t front = penstock_crc32c_shifted((uint32_t)crc, 2 * third) ^ penstock_crc32c_shifted((uint32_t)second, third);
    crc = __builtin_ia32_crc32di(0, front) ^ last;
    at += 16 * third;
    count -= 24 * third;
  }
  for (; count >= 8; count -= 8, at += 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    crc = __builtin_ia32_crc32di(crc, word);
  }
  for (; count > 0; count -= 1, at += 1) crc = __builtin_ia32_crc32qi((uint32_t)crc, *at);
  return (uint32_t)crc;
}

// The same over `words` words of zeros: what a change further up does to the register.
__attribute__((target("sse4.2,pclmul")))
static inline uint32_t penstock_crc32c_zeros(uint32_t state, size_t words) {
  while (words > 0) {
    size_t part = words < 64 ? words : 64;
    state = (uint32_t)__builtin_ia32_crc32di(0, penstock_crc32c_shifted(state, part));
    words -= part;
  }
  return state;
}

// By what the register differs at the end where a word and, behind a hole, two more differ so, with `words` words behind them.
__attribute__((target("sse4.2,pclmul")))
static inline uint32_t penstock_crc32c_difference(uint64_t word, size_t hole, uint64_t next, uint64_t last, size_t words) {
  uint64_t crc = __builtin_ia32_crc32di(0, word);
  for (; hole > 0; hole -= 1) crc = __builtin_ia32_crc32di(crc, 0);
  crc = __builtin_ia32_crc32di(__builtin_ia32_crc32di(crc, next), last);
  return penstock_crc32c_zeros((uint32_t)crc, words);
}

// The register from its start over a text of eight bytes at least whose second four are taken as 0.
__attribute__((target("sse4.2,pclmul")))
static inline uint32_t penstock_crc32c_but_itself(const void *bytes, size_t count) {
  uint32_t front;
  memcpy(&front, bytes, 4);
  uint32_t state = (uint32_t)__builtin_ia32_crc32di(~0u, front);
  return penstock_crc32c(state, (const unsigned char *)bytes + 8, count - 8);
}

#elif defined(__aarch64__)
#include <sys/auxv.h>

// Asked for once; whoever asks at the same time finds the same.
static inline int penstock_crc32c_hardware(void) {
  static int known;
  int told = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (told == 0) {
    told = (getauxval(16 /* AT_HWCAP */) & (1UL << 7) /* HWCAP_CRC32 */) != 0 ? 1 : -1;
    __atomic_store_n(&known, told, __ATOMIC_RELAXED);
  }
  return told > 0;
}

// Inline assembly, since clang's and gcc's builtins for it have different names.
static inline uint32_t penstock_crc32c(uint32_t state, const void *bytes, size_t count) {
  const unsigned char *at = (const unsigned char *)bytes;
  for (; count >= 8; count -= 8, at += 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(state) : "r"(word));
  }
  for (; count > 0; count -= 1, at += 1) {
    uint32_t byte = *at;
    __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(state) : "r"(byte));
  }
  return state;
}

static inline uint32_t penstock_crc32c_zeros(uint32_t state, size_t words) {
  for (; words > 0; words -= 1) {
    uint64_t word = 0;
    __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(state) : "r"(word));
  }
  return state;
}

static inline uint32_t penstock_crc32c_difference(uint64_t word, size_t hole, uint64_t next, uint64_t last, size_t words) {
  uint32_t state = penstock_crc32c_zeros(penstock_crc32c(0, &word, 8), hole);
  return penstock_crc32c_zeros(penstock_crc32c(penstock_crc32c(state, &next, 8), &last, 8), words);
}

static inline uint32_t penstock_crc32c_but_itself(const void *bytes, size_t count) {
  uint32_t words[2] = {0, 0};
  memcpy(words, bytes, 4);
  return penstock_crc32c(penstock_crc32c(~0u, words, 8), (const unsigned char *)bytes + 8, count - 8);
}

#else

static inline int penstock_crc32c_hardware(void) { return 0; }
static inline uint32_t penstock_crc32c_difference(uint64_t word, size_t hole, uint64_t next, uint64_t last, size_t words) {
  (void)word; (void)hole; (void)next; (void)last; (void)words;
  return 0;
}
static inline uint32_t penstock_crc32c_but_itself(const void *bytes, size_t count) {
  (void)bytes; (void)count;
  return 0;
}
static inline uint32_t penstock_crc32c(uint32_t state, const void *bytes, size_t count) {
  (void)bytes; (void)count;
  return state;
}

#endif
#endif

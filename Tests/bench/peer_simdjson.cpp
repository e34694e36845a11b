// The peer of `bench parse`: simdjson's on-demand parser, tuned, doing the same work on the same messages.
//
//     peer_simdjson VENUE BODIES ROUNDS      prints: ns a message, messages, bytes, checksum, messages that failed
//
// Tuned: numbers are read from their raw tokens (no copy of the text, no double), keys are compared as words, the parser and the
// vectors are used again and again. The same work: every value that our reader keeps is kept here, as an exact decimal or an integer,
// and the checksum over all of them must agree. What simdjson need not do (a repeated field, the syntax of what is skipped) it does not.
#include <simdjson.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

using namespace simdjson;
using std::string_view;

struct Decimal {
  int64_t mantissa = 0;
  int8_t exponent = -128;
  uint64_t weight() const { return uint64_t(mantissa) + uint8_t(exponent); }
};
struct Level {
  int64_t price, size;
  int8_t price_exponent, size_exponent;
  uint64_t weight() const { return uint64_t(price) * 31 + uint64_t(size) + uint8_t(price_exponent); }
};
enum class Side : uint8_t { unknown, buy, sell };
struct Trade { Decimal price, size; Side side = Side::unknown; string_view id; };
struct Ticker { Decimal bid, bid_size, ask, ask_size, last, last_size, open, high, low, volume; };
struct Kline {
  Decimal open, high, low, close, volume, quote_volume, taker_volume, taker_quote_volume;
  int64_t opened = 0, closes = 0;
  uint64_t trades = 0;
  bool final = false;
};
enum class Content : uint8_t { snapshot, delta, trade, ticker, kline };
struct Item {
  Content content = Content::delta;
  string_view symbol;
  uint64_t first = 0, last = 0, previous = 0;
  int64_t happened = 0;
  uint32_t checksum = 0;
  size_t index = 0;
};
struct Batch {
  std::vector<Item> items;
  std::vector<Level> bids, asks;
  std::vector<Trade> trades;
  std::vector<Ticker> tickers;
  std::vector<Kline> klines;
  void clear() { items.clear(), bids.clear(), asks.clear(), trades.clear(), tickers.clear(), klines.clear(); }
  void add(Item item, const Trade &trade) { item.index = trades.size(), item.content = Content::trade; trades.push_back(trade), items.push_back(item); }
  void add(Item item, const Ticker &ticker) { item.index = tickers.size(), item.content = Content::ticker; tickers.push_back(ticker), items.push_back(item); }
  void add(Item item, const Kline &kline) { item.index = klines.size(), item.content = Content::kline; klines.push_back(kline), items.push_back(item); }
  uint64_t sum() const {
    uint64_t sum = 0;
    for (const Item &item : items) {
      sum += item.last + item.symbol.size() + uint64_t(item.happened);
      switch (item.content) {
      case Content::trade: sum += trades[item.index].price.weight() + trades[item.index].size.weight(); break;
      case Content::ticker: sum += tickers[item.index].bid.weight() + tickers[item.index].ask.weight(); break;
      case Content::kline: sum += klines[item.index].close.weight(); break;
      default: sum += item.checksum;
      }
    }
    for (const Level &level : bids) sum += level.weight();
    for (const Level &level : asks) sum += level.weight();
    return sum;
  }
};

#define INLINE __attribute__((always_inline)) inline
#define INLINE_LAMBDA __attribute__((always_inline)) -> bool
// What is not as expected ends the message: simdjson's errors and ours alike.
#define TRY(question) do { if (__builtin_expect(!(question), 0)) return false; } while (0)

// Each field of an object, each element of an array: `take` says whether to go on.
template <typename Take> static INLINE bool fields(ondemand::object object, Take take) {
  for (auto field : object) {
    ondemand::raw_json_string key;
    ondemand::value value;
    TRY(!field.key().get(key) && !field.value().get(value));
    TRY(take(key.raw(), value));
  }
  return true;
}
template <typename Take> static INLINE bool fields(ondemand::value value, Take take) {
  ondemand::object object;
  TRY(!value.get_object().get(object));
  return fields(object, take);
}
template <typename Take> static INLINE bool elements(ondemand::array array, Take take) {
  for (auto element : array) {
    ondemand::value value;
    TRY(!element.get(value));
    TRY(take(value));
  }
  return true;
}
template <typename Take> static INLINE bool elements(ondemand::value value, Take take) {
  ondemand::array array;
  TRY(!value.get_array().get(array));
  return elements(array, take);
}
// The first byte of a value tells its kind.
static INLINE char kind(ondemand::value &value) { return *value.raw_json_token().data(); }

// A key or a short name as the word of its bytes; 0 for one that has more than 8.
static INLINE uint64_t word(const char *raw) {
  uint64_t bytes, ones = 0x0101010101010101, quotes;
  std::memcpy(&bytes, raw, 8);
  uint64_t marks = bytes ^ (ones * 0x22);
  quotes = (marks - ones) & ~marks & (ones * 0x80);
  if (quotes == 0) return raw[8] == '"' ? bytes : 0;
  return bytes & ((uint64_t(1) << (__builtin_ctzll(quotes) & ~7)) - 1);
}
static constexpr uint64_t tag(string_view name) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < name.size() && i < 8; ++i) bytes |= uint64_t(uint8_t(name[i])) << (8 * i);
  return bytes;
}
template <size_t N> static INLINE bool is(const char *raw, const char (&name)[N]) {
  return std::memcmp(raw, name, N - 1) == 0 && raw[N - 1] == '"';
}

static INLINE bool decimal(string_view token, Decimal &out) {
  const char *p = token.data();
  bool quoted = *p == '"';
  p += quoted;
  bool negative = *p == '-';
  p += negative;
  uint64_t value = 0;
  const char *start = p;
  unsigned char digit;
  long count, fraction = 0;
  while ((digit = (unsigned char)(*p - '0')) <= 9) value = value * 10 + digit, ++p;
  count = p - start;
  if (*p == '.') {
    const char *point = ++p;
    while ((digit = (unsigned char)(*p - '0')) <= 9) value = value * 10 + digit, ++p;
    fraction = p - point;
    count += fraction;
  }
  if (quoted) TRY(*p == '"');
  else if ((*p | 0x20) == 'e') {
    bool down = *++p == '-';
    long power = 0;
    p += down || *p == '+';
    while ((digit = (unsigned char)(*p - '0')) <= 9) power = power * 10 + digit, ++p;
    fraction -= down ? -power : power;
  }
  TRY(count > 0 && count <= 18);
  out = {negative ? -int64_t(value) : int64_t(value), int8_t(-fraction)};
  return true;
}
static INLINE bool decimal(ondemand::value value, Decimal &out) { return decimal(value.raw_json_token(), out); }
static INLINE bool optional_decimal(ondemand::value value, Decimal &out) {
  string_view token = value.raw_json_token();
  if (token[0] == 'n' || (token[0] == '"' && token[1] == '"')) return out = {}, true;
  return decimal(token, out);
}
static INLINE bool whole(ondemand::value value, uint64_t &out) {
  const char *p = value.raw_json_token().data();
  p += *p == '"';
  const char *start = p;
  uint64_t number = 0;
  unsigned char digit;
  while ((digit = (unsigned char)(*p - '0')) <= 9) number = number * 10 + digit, ++p;
  out = number;
  return p > start && p - start <= 19;
}
static INLINE bool millis(ondemand::value value, int64_t &out) {
  uint64_t number;
  TRY(whole(value, number));
  out = int64_t(number) * 1000000;
  return true;
}
// Without the copy that unescaping makes; an escaped quote would end it too early, but no venue sends one.
static INLINE bool text(ondemand::value value, string_view &out) {
  string_view token = value.raw_json_token();
  TRY(token[0] == '"');
  const char *p = token.data() + 1, *start = p;
  while (*p != '"') ++p;
  out = string_view(start, size_t(p - start));
  return true;
}
static INLINE bool name(ondemand::value value, uint64_t &out) {
  const char *p = value.raw_json_token().data();
  TRY(*p == '"');
  out = word(p + 1);
  return true;
}
static INLINE bool truth(ondemand::value value, bool &out) { return !value.get_bool().get(out); }
static INLINE bool seconds(ondemand::value value, int64_t &out) {
  static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
  Decimal number;
  TRY(decimal(value, number));
  TRY(number.exponent <= 0 && number.exponent >= -9);
  out = number.mantissa * powers[9 + number.exponent];
  return true;
}
// 2021-04-17T16:44:07.853104Z
static INLINE bool rfc3339(ondemand::value value, int64_t &out) {
  string_view s;
  TRY(text(value, s));
  TRY(s.size() >= 20);
  auto two = [&](size_t at) { return (s[at] - '0') * 10 + (s[at + 1] - '0'); };
  int64_t y = two(0) * 100 + two(2), m = two(5), d = two(8);
  y -= m <= 2;
  int64_t era = y / 400, yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  int64_t days = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
  int64_t time = days * 86400 + two(11) * 3600 + two(14) * 60 + two(17);
  int64_t fraction = 0, scale = 1000000000;
  if (s[19] == '.') for (size_t i = 20; i < s.size() && (unsigned char)(s[i] - '0') <= 9; ++i) fraction = fraction * 10 + (s[i] - '0'), scale /= 10;
  out = time * 1000000000 + fraction * scale;
  return true;
}
static INLINE Level level(Decimal price, Decimal size) { return {price.mantissa, size.mantissa, price.exponent, size.exponent}; }
static INLINE Side side(uint64_t name) {
  return name == tag("buy") || name == tag("b") ? Side::buy : name == tag("sell") || name == tag("s") ? Side::sell : Side::unknown;
}

// [["price","size", …], …]
static INLINE bool levels(ondemand::value value, std::vector<Level> &out) {
  return elements(value, [&](ondemand::value row) INLINE_LAMBDA {
    Decimal price, size;
    int column = 0;
    TRY(elements(row, [&](ondemand::value cell) INLINE_LAMBDA {
      switch (column++) {
      case 0: return decimal(cell, price);
      case 1: return decimal(cell, size);
      default: return true;
      }
    }));
    TRY(column >= 2);
    out.push_back(level(price, size));
    return true;
  });
}
// [{"price":…,"qty":…}, …]
static INLINE bool named_levels(ondemand::value value, std::vector<Level> &out) {
  return elements(value, [&](ondemand::value row) INLINE_LAMBDA {
    Decimal price, size;
    TRY(fields(row, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("price"): return decimal(value, price);
      case tag("qty"): return decimal(value, size);
      default: return true;
      }
    }));
    out.push_back(level(price, size));
    return true;
  });
}

struct Binance {
  struct Fields {
    uint64_t event = 0, first = 0, last = 0, previous = 0, id = 0, first_trade = 0, last_trade = 0;
    int64_t event_time = 0, time = 0;
    string_view symbol, id_digits;
    Decimal bid, bid_size, ask, ask_size, price, size;
    bool maker = false;
  };
  static bool kline(ondemand::value value, Batch &batch) {
    Kline k;
    TRY(fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      if (key[1] != '"') return true;
      switch (key[0]) {
      case 't': return millis(value, k.opened);
      case 'T': return millis(value, k.closes);
      case 'o': return decimal(value, k.open);
      case 'h': return decimal(value, k.high);
      case 'l': return decimal(value, k.low);
      case 'c': return decimal(value, k.close);
      case 'v': return decimal(value, k.volume);
      case 'q': return decimal(value, k.quote_volume);
      case 'V': return decimal(value, k.taker_volume);
      case 'Q': return decimal(value, k.taker_quote_volume);
      case 'n': return whole(value, k.trades);
      case 'x': return truth(value, k.final);
      default: return true;
      }
    }));
    batch.klines.push_back(k);
    return true;
  }
  static INLINE bool field(const char *key, ondemand::value value, Fields &f, Batch &batch) {
    if (key[1] == '"') {
      switch (key[0]) {
      case 'e': return name(value, f.event);
      case 'E': return millis(value, f.event_time);
      case 'T': return millis(value, f.time);
      case 's': return text(value, f.symbol);
      case 'U': return whole(value, f.first);
      case 'u': return whole(value, f.last);
      case 'b': return kind(value) == '[' ? levels(value, batch.bids) : decimal(value, f.bid);
      case 'a':
        switch (kind(value)) {
        case '[': return levels(value, batch.asks);
        case '"': return decimal(value, f.ask);
        default: f.id_digits = value.raw_json_token(); return whole(value, f.id);
        }
      case 'B': return decimal(value, f.bid_size);
      case 'A': return decimal(value, f.ask_size);
      case 't': f.id_digits = value.raw_json_token(); return whole(value, f.id);
      case 'p': return decimal(value, f.price);
      case 'q': return decimal(value, f.size);
      case 'm': return truth(value, f.maker);
      case 'f': return whole(value, f.first_trade);
      case 'l': return whole(value, f.last_trade);
      case 'k': return kline(value, batch);
      default: return true;
      }
    }
    return is(key, "pu") ? whole(value, f.previous) : true;
  }
  static bool read(ondemand::document &document, Batch &batch) {
    Fields f;
    ondemand::object object;
    TRY(!document.get_object().get(object));
    TRY(fields(object, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      if (is(key, "data")) {
        return fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA { return field(key, value, f, batch); });
      }
      string_view stream;
      return is(key, "stream") ? text(value, stream) : other(key, value, f, batch);
    }));
    Item item;
    item.symbol = f.symbol, item.happened = f.time > 0 ? f.time : f.event_time;
    Trade trade{f.price, f.size, f.maker ? Side::sell : Side::buy, f.id_digits};
    switch (f.event) {
    // The names depthUpdate and bookTicker are longer than a word: their fields tell them apart.
    case 0:
      if (f.first > 0) {
        item.first = f.first, item.last = f.last, item.previous = f.previous;
        batch.items.push_back(item);
      } else if (f.bid.exponent != -128 && f.ask.exponent != -128) {
        item.first = item.last = f.last;
        batch.add(item, Ticker{f.bid, f.bid_size, f.ask, f.ask_size, {}, {}, {}, {}, {}, {}});
      }
      break;
    case tag("trade"): item.first = item.last = f.id, batch.add(item, trade); break;
    case tag("aggTrade"): item.first = f.first_trade, item.last = std::max(f.last_trade, f.first_trade), batch.add(item, trade); break;
    case tag("kline"): item.happened = f.event_time, item.content = Content::kline, batch.items.push_back(item); break;
    }
    return true;
  }
  // A raw stream's fields, which stand in no envelope.
  static bool other(const char *key, ondemand::value value, Fields &f, Batch &batch) { return field(key, value, f, batch); }
};

struct CoinbaseExchange {
  static bool read(ondemand::document &document, Batch &batch) {
    Item item;
    Ticker ticker;
    Trade trade;
    uint64_t type = 0, maker = 0;
    bool match = false;
    ondemand::object object;
    TRY(!document.get_object().get(object));
    TRY(fields(object, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("type"): {
        const char *raw = value.raw_json_token().data() + 1;
        type = word(raw);
        match = type == tag("match") || is(raw, "last_match");
        return true;
      }
      case tag("changes"):
        return elements(value, [&](ondemand::value row) INLINE_LAMBDA {
          uint64_t which = 0;
          Decimal price, size;
          int column = 0;
          TRY(elements(row, [&](ondemand::value cell) INLINE_LAMBDA {
            switch (column++) {
            case 0: return name(cell, which);
            case 1: return decimal(cell, price);
            case 2: return decimal(cell, size);
            default: return true;
            }
          }));
          TRY(column >= 3 && (which == tag("buy") || which == tag("sell")));
          (which == tag("buy") ? batch.bids : batch.asks).push_back(level(price, size));
          return true;
        });
      case tag("time"): return rfc3339(value, item.happened);
      case tag("bids"): return levels(value, batch.bids);
      case tag("asks"): return levels(value, batch.asks);
      case tag("sequence"): return whole(value, item.last);
      case tag("trade_id"): trade.id = value.raw_json_token(); return true;
      case tag("side"): return name(value, maker);
      case tag("price"): return optional_decimal(value, trade.price);
      case tag("size"): return optional_decimal(value, trade.size);
      case tag("best_bid"): return optional_decimal(value, ticker.bid);
      case tag("best_ask"): return optional_decimal(value, ticker.ask);
      case tag("low_24h"): return optional_decimal(value, ticker.low);
      case tag("open_24h"): return optional_decimal(value, ticker.open);
      case 0:
        if (is(key, "product_id")) return text(value, item.symbol);
        if (is(key, "best_bid_size")) return optional_decimal(value, ticker.bid_size);
        if (is(key, "best_ask_size")) return optional_decimal(value, ticker.ask_size);
        if (is(key, "last_size")) return optional_decimal(value, ticker.last_size);
        if (is(key, "volume_24h")) return optional_decimal(value, ticker.volume);
        if (is(key, "high_24h")) return optional_decimal(value, ticker.high);
        return true;
      default: return true;
      }
    }));
    item.first = item.last;
    switch (type) {
    case tag("l2update"): batch.items.push_back(item); break;
    case tag("snapshot"): item.content = Content::snapshot, batch.items.push_back(item); break;
    case tag("ticker"): ticker.last = trade.price, batch.add(item, ticker); break;
    default:
      if (!match) break;
      trade.side = maker == tag("buy") ? Side::sell : Side::buy;
      batch.add(item, trade);
    }
    return true;
  }
};

struct Coinbase {
  static INLINE bool update(ondemand::value value, Batch &batch) {
    uint64_t which = 0;
    Decimal price, size;
    TRY(fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      if (is(key, "side")) return name(value, which);
      if (is(key, "price_level")) return decimal(value, price);
      if (is(key, "new_quantity")) return decimal(value, size);
      return true;
    }));
    TRY(which == tag("bid") || which == tag("offer") || which == tag("ask"));
    (which == tag("bid") ? batch.bids : batch.asks).push_back(level(price, size));
    return true;
  }
  static bool trade(ondemand::value value, Batch &batch) {
    Item item;
    Trade trade;
    uint64_t which;
    TRY(fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("trade_id"): trade.id = value.raw_json_token(); return whole(value, item.last);
      case tag("price"): return decimal(value, trade.price);
      case tag("size"): return decimal(value, trade.size);
      case tag("side"): return name(value, which);
      case tag("time"): return rfc3339(value, item.happened);
      case 0: return is(key, "product_id") ? text(value, item.symbol) : true;
      default: return true;
      }
    }));
    item.first = item.last;
    batch.add(item, trade);
    return true;
  }
  static bool ticker(ondemand::value value, int64_t time, Batch &batch) {
    Item item;
    Ticker ticker;
    item.happened = time;
    TRY(fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("price"): return optional_decimal(value, ticker.last);
      case tag("best_bid"): return optional_decimal(value, ticker.bid);
      case tag("best_ask"): return optional_decimal(value, ticker.ask);
      case 0:
        if (is(key, "product_id")) return text(value, item.symbol);
        if (is(key, "best_bid_quantity")) return optional_decimal(value, ticker.bid_size);
        if (is(key, "best_ask_quantity")) return optional_decimal(value, ticker.ask_size);
        if (is(key, "volume_24_h")) return optional_decimal(value, ticker.volume);
        if (is(key, "high_24_h")) return optional_decimal(value, ticker.high);
        if (is(key, "low_24_h")) return optional_decimal(value, ticker.low);
        return true;
      default: return true;
      }
    }));
    batch.add(item, ticker);
    return true;
  }
  static bool candle(ondemand::value value, int64_t time, Batch &batch) {
    Item item;
    Kline kline;
    item.happened = time;
    TRY(fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("start"): return seconds(value, kline.opened);
      case tag("open"): return decimal(value, kline.open);
      case tag("high"): return decimal(value, kline.high);
      case tag("low"): return decimal(value, kline.low);
      case tag("close"): return decimal(value, kline.close);
      case tag("volume"): return decimal(value, kline.volume);
      case 0: return is(key, "product_id") ? text(value, item.symbol) : true;
      default: return true;
      }
    }));
    batch.add(item, kline);
    return true;
  }
  // Keys come in the order channel, timestamp, sequence_num, events: what comes in another is not measured.
  static bool read(ondemand::document &document, Batch &batch) {
    int64_t time = 0;
    uint64_t sequence = 0;
    ondemand::object object;
    TRY(!document.get_object().get(object));
    return fields(object, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      if (is(key, "timestamp")) return rfc3339(value, time);
      if (is(key, "sequence_num")) return whole(value, sequence);
      if (!is(key, "events")) return true;
      return elements(value, [&](ondemand::value event) INLINE_LAMBDA {
        Item item;
        bool book = false;
        item.happened = time;
        TRY(fields(event, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
          if (is(key, "product_id")) return text(value, item.symbol);
          if (is(key, "type")) {
            uint64_t type;
            TRY(name(value, type));
            item.content = type == tag("snapshot") ? Content::snapshot : Content::delta;
            return true;
          }
          if (is(key, "updates")) return book = true, elements(value, [&](ondemand::value row) INLINE_LAMBDA { return update(row, batch); });
          if (is(key, "trades")) return elements(value, [&](ondemand::value row) -> bool { return trade(row, batch); });
          if (is(key, "tickers")) return elements(value, [&](ondemand::value row) -> bool { return ticker(row, time, batch); });
          if (is(key, "candles")) return elements(value, [&](ondemand::value row) -> bool { return candle(row, time, batch); });
          return true;
        }));
        if (book) batch.items.push_back(item);
        return true;
      });
    });
  }
};

struct KrakenV1 {
  static INLINE bool book_level(ondemand::value value, Item &item, std::vector<Level> &out) {
    Decimal price, size;
    int column = 0;
    TRY(elements(value, [&](ondemand::value cell) INLINE_LAMBDA {
      int64_t time;
      switch (column++) {
      case 0: return decimal(cell, price);
      case 1: return decimal(cell, size);
      case 2:
        TRY(seconds(cell, time));
        item.happened = std::max(item.happened, time);
        return true;
      default: return true;
      }
    }));
    out.push_back(level(price, size));
    return true;
  }
  static bool snapshot(ondemand::value value, Item &item, std::vector<Level> &out) {
    return elements(value, [&](ondemand::value row) INLINE_LAMBDA { return book_level(row, item, out); });
  }
  // A list of levels, or a ticker's [price, whole lots, lots].
  static INLINE bool either(ondemand::value value, Item &item, bool &book, std::vector<Level> &out, Decimal &price, Decimal &size) {
    int column = 0;
    bool lists = true;
    TRY(elements(value, [&](ondemand::value cell) INLINE_LAMBDA {
      if (column == 0) lists = kind(cell) == '[';
      if (lists) return ++column, book_level(cell, item, out);
      switch (column++) {
      case 0: return decimal(cell, price);
      case 2: return decimal(cell, size);
      default: return true;
      }
    }));
    book |= lists;
    return true;
  }
  static bool pair(ondemand::value value, Decimal &first, Decimal &second) {
    int column = 0;
    return elements(value, [&](ondemand::value cell) INLINE_LAMBDA {
      switch (column++) {
      case 0: return decimal(cell, first);
      case 1: return decimal(cell, second);
      default: return true;
      }
    });
  }
  static bool trade(ondemand::value value, Batch &batch) {
    Item item;
    Trade trade;
    uint64_t which = 0;
    int column = 0;
    TRY(elements(value, [&](ondemand::value cell) INLINE_LAMBDA {
      switch (column++) {
      case 0: return decimal(cell, trade.price);
      case 1: return decimal(cell, trade.size);
      case 2: return seconds(cell, item.happened);
      case 3: return name(cell, which);
      default: return true;
      }
    }));
    trade.side = side(which);
    batch.add(item, trade);
    return true;
  }
  static bool read(ondemand::document &document, Batch &batch) {
    Item item;
    Ticker ticker;
    Decimal other, candle[9];
    bool book = false, is_snapshot = false;
    int texts = 0, candles = 0;
    string_view channel;
    ondemand::array array;
    // An object is about the connection.
    if (document.get_array().get(array)) return true;
    TRY(elements(array, [&](ondemand::value element) INLINE_LAMBDA {
      switch (kind(element)) {
      case '{':
        return fields(element, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
          uint64_t checksum;
          switch (word(key)) {
          case tag("as"): return is_snapshot = book = true, snapshot(value, item, batch.asks);
          case tag("bs"): return is_snapshot = book = true, snapshot(value, item, batch.bids);
          case tag("a"): return either(value, item, book, batch.asks, ticker.ask, ticker.ask_size);
          case tag("b"): return either(value, item, book, batch.bids, ticker.bid, ticker.bid_size);
          case tag("c"):
            if (kind(value) == '[') return pair(value, ticker.last, ticker.last_size);
            TRY(whole(value, checksum));
            item.checksum = uint32_t(checksum);
            return true;
          case tag("v"): return pair(value, other, ticker.volume);
          case tag("l"): return pair(value, other, ticker.low);
          case tag("h"): return pair(value, other, ticker.high);
          case tag("o"): return pair(value, other, ticker.open);
          default: return true;
          }
        });
      case '[':
        return elements(element, [&](ondemand::value cell) -> bool {
          if (kind(cell) == '[') return trade(cell, batch);
          return candles < 9 ? decimal(cell, candle[candles++]) : true;
        });
      case '"': return text(element, texts++ == 0 ? channel : item.symbol);
      default: return true;
      }
    }));
    if (book) {
      item.content = is_snapshot ? Content::snapshot : Content::delta;
      batch.items.push_back(item);
    } else if (channel == "trade") {
      for (Item &single : batch.items) single.symbol = item.symbol;
    } else if (channel == "ticker") {
      batch.add(item, ticker);
    } else if (channel.substr(0, 5) == "ohlc-" && candles == 9) {
      static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
      Kline kline;
      item.happened = candle[0].mantissa * powers[9 + candle[0].exponent];
      kline.open = candle[2], kline.high = candle[3], kline.low = candle[4], kline.close = candle[5], kline.volume = candle[7];
      batch.add(item, kline);
    }
    return true;
  }
};

struct Kraken {
  static INLINE bool book(ondemand::value value, Content content, Batch &batch) {
    Item item;
    item.content = content;
    TRY(fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      if (is(key, "symbol")) return text(value, item.symbol);
      if (is(key, "bids")) return named_levels(value, batch.bids);
      if (is(key, "asks")) return named_levels(value, batch.asks);
      if (is(key, "timestamp")) return rfc3339(value, item.happened);
      if (!is(key, "checksum")) return true;
      uint64_t checksum;
      TRY(whole(value, checksum));
      item.checksum = uint32_t(checksum);
      return true;
    }));
    batch.items.push_back(item);
    return true;
  }
  static bool trade(ondemand::value value, Batch &batch) {
    Item item;
    Trade trade;
    uint64_t which = 0;
    TRY(fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("symbol"): return text(value, item.symbol);
      case tag("side"): return name(value, which);
      case tag("price"): return decimal(value, trade.price);
      case tag("qty"): return decimal(value, trade.size);
      case tag("trade_id"): trade.id = value.raw_json_token(); return whole(value, item.last);
      case 0: return is(key, "timestamp") ? rfc3339(value, item.happened) : true;
      default: return true;
      }
    }));
    item.first = item.last, trade.side = side(which);
    batch.add(item, trade);
    return true;
  }
  static bool ticker(ondemand::value value, Batch &batch) {
    Item item;
    Ticker ticker;
    TRY(fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("symbol"): return text(value, item.symbol);
      case tag("bid"): return optional_decimal(value, ticker.bid);
      case tag("bid_qty"): return optional_decimal(value, ticker.bid_size);
      case tag("ask"): return optional_decimal(value, ticker.ask);
      case tag("ask_qty"): return optional_decimal(value, ticker.ask_size);
      case tag("last"): return optional_decimal(value, ticker.last);
      case tag("volume"): return optional_decimal(value, ticker.volume);
      case tag("high"): return optional_decimal(value, ticker.high);
      case tag("low"): return optional_decimal(value, ticker.low);
      case 0: return is(key, "timestamp") ? rfc3339(value, item.happened) : true;
      default: return true;
      }
    }));
    batch.add(item, ticker);
    return true;
  }
  static bool candle(ondemand::value value, Batch &batch) {
    Item item;
    Kline kline;
    uint64_t minutes;
    TRY(fields(value, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("symbol"): return text(value, item.symbol);
      case tag("open"): return decimal(value, kline.open);
      case tag("high"): return decimal(value, kline.high);
      case tag("low"): return decimal(value, kline.low);
      case tag("close"): return decimal(value, kline.close);
      case tag("volume"): return decimal(value, kline.volume);
      case tag("trades"): return whole(value, kline.trades);
      case tag("interval"): return whole(value, minutes);
      case 0: return is(key, "interval_begin") ? rfc3339(value, kline.opened) : true;
      default: return true;
      }
    }));
    batch.add(item, kline);
    return true;
  }
  // Keys come in the order channel, type, data: what comes in another is not measured.
  static bool read(ondemand::document &document, Batch &batch) {
    uint64_t channel = 0, type = 0;
    ondemand::object object;
    TRY(!document.get_object().get(object));
    return fields(object, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("channel"): return name(value, channel);
      case tag("type"): return name(value, type);
      case tag("data"):
        switch (channel) {
        case tag("book"): return elements(value, [&](ondemand::value row) INLINE_LAMBDA {
          return book(row, type == tag("snapshot") ? Content::snapshot : Content::delta, batch);
        });
        case tag("trade"): return elements(value, [&](ondemand::value row) -> bool { return trade(row, batch); });
        case tag("ticker"): return elements(value, [&](ondemand::value row) -> bool { return ticker(row, batch); });
        case tag("ohlc"): return elements(value, [&](ondemand::value row) -> bool { return candle(row, batch); });
        default: return true;
        }
      default: return true;
      }
    });
  }
};

struct KrakenFutures {
  struct Fields {
    Item item;
    Trade trade;
    Ticker ticker;
    uint64_t feed = 0, side = 0;
    bool is_snapshot = false, is_ticker = false;
  };
  static INLINE bool field(const char *key, ondemand::value value, Fields &f) {
    switch (word(key)) {
    case tag("feed"): {
      const char *raw = value.raw_json_token().data() + 1;
      f.feed = word(raw);
      f.is_snapshot = is(raw, "book_snapshot");
      f.is_ticker = is(raw, "ticker") || is(raw, "ticker_lite");
      return true;
    }
    case tag("side"): return name(value, f.side);
    case tag("seq"): return whole(value, f.item.last);
    case tag("price"): return decimal(value, f.trade.price);
    case tag("qty"): return decimal(value, f.trade.size);
    case tag("time"): return millis(value, f.item.happened);
    case tag("uid"): return text(value, f.trade.id);
    case tag("bid"): return optional_decimal(value, f.ticker.bid);
    case tag("ask"): return optional_decimal(value, f.ticker.ask);
    case tag("bid_size"): return optional_decimal(value, f.ticker.bid_size);
    case tag("ask_size"): return optional_decimal(value, f.ticker.ask_size);
    case tag("last"): return optional_decimal(value, f.ticker.last);
    case tag("volume"): return optional_decimal(value, f.ticker.volume);
    case 0:
      if (is(key, "product_id")) return text(value, f.item.symbol);
      if (is(key, "timestamp")) return millis(value, f.item.happened);
      return true;
    default: return true;
    }
  }
  static bool history(ondemand::value value, Batch &batch) {
    return elements(value, [&](ondemand::value row) -> bool {
      Fields f;
      TRY(fields(row, [&](const char *key, ondemand::value value) INLINE_LAMBDA { return field(key, value, f); }));
      f.trade.side = side(f.side);
      batch.add(f.item, f.trade);
      return true;
    });
  }
  static bool read(ondemand::document &document, Batch &batch) {
    Fields f;
    bool event = false;
    ondemand::object object;
    TRY(!document.get_object().get(object));
    TRY(fields(object, [&](const char *key, ondemand::value value) INLINE_LAMBDA {
      switch (word(key)) {
      case tag("event"): return event = true;
      case tag("bids"): return named_levels(value, batch.bids);
      case tag("asks"): return named_levels(value, batch.asks);
      case tag("trades"): return history(value, batch);
      default: return field(key, value, f);
      }
    }));
    if (event) return true;
    f.trade.side = side(f.side);
    f.item.first = f.item.last;
    if (f.feed == tag("book")) {
      TRY(f.trade.side != Side::unknown);
      (f.trade.side == Side::buy ? batch.bids : batch.asks).push_back(level(f.trade.price, f.trade.size));
      batch.items.push_back(f.item);
    } else if (f.is_snapshot) {
      f.item.content = Content::snapshot;
      batch.items.push_back(f.item);
    } else if (f.feed == tag("trade")) {
      batch.add(f.item, f.trade);
    } else if (f.is_ticker) {
      f.item.first = f.item.last = 0;
      batch.add(f.item, f.ticker);
    }
    return true;
  }
};

static double cpu() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return double(time.tv_sec) * 1e9 + double(time.tv_nsec);
}

template <typename Reader> static int measure(const char *path, int rounds) {
  FILE *file = std::fopen(path, "rb");
  if (!file) return std::perror(path), 66;
  std::string bodies;
  char buffer[65536];
  size_t count;
  while ((count = std::fread(buffer, 1, sizeof buffer, file)) > 0) bodies.append(buffer, count);
  std::fclose(file);
  size_t total = bodies.size();
  bodies.append(SIMDJSON_PADDING, '\0');
  std::vector<std::pair<size_t, size_t>> lines;
  for (size_t start = 0, at = 0; at < total; ++at) {
    if (bodies[at] != '\n') continue;
    if (at > start) lines.push_back({start, at - start});
    start = at + 1;
  }
  ondemand::parser parser;
  Batch batch;
  double best = 1e300;
  uint64_t sum = 0;
  size_t bad = 0;
  for (int round = 0; round <= rounds; ++round) {
    sum = bad = 0;
    double began = cpu();
    for (auto [start, length] : lines) {
      batch.clear();
      ondemand::document document;
      if (!parser.iterate(bodies.data() + start, length, bodies.size() - start).get(document) && Reader::read(document, batch)) sum += batch.sum();
      else ++bad;
    }
    best = std::min(best, (cpu() - began) / double(lines.size()));
  }
  std::printf("%f %zu %zu %llu %zu\n", best, lines.size(), total, (unsigned long long)sum, bad);
  return 0;
}

int main(int count, char **words) {
  if (count < 3) return std::fputs("usage: peer_simdjson VENUE BODIES ROUNDS\n", stderr), 64;
  // Its first stage is chosen when it runs, its second when this is compiled.
  if (get_active_implementation()->name() == "fallback" || string_view(SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION)) == "fallback")
    return std::fputs("simdjson has no fast kernel for this CPU\n", stderr), 69;
  string_view venue = words[1];
  int rounds = count > 3 ? std::atoi(words[3]) : 5;
  if (venue.substr(0, 7) == "binance") return measure<Binance>(words[2], rounds);
  if (venue == "coinbase") return measure<Coinbase>(words[2], rounds);
  if (venue == "coinbase-exchange") return measure<CoinbaseExchange>(words[2], rounds);
  if (venue == "kraken") return measure<Kraken>(words[2], rounds);
  if (venue == "kraken-v1") return measure<KrakenV1>(words[2], rounds);
  if (venue == "kraken-futures") return measure<KrakenFutures>(words[2], rounds);
  return std::fputs("no such venue\n", stderr), 64;
}

// Prints torch-topk.txt: which places of a row torch.topk(row, k).indices holds on the CPU, by the C++ library's own algorithms.
//   g++ -O2 -std=c++17 torch-topk.cpp -o torch-topk && ./torch-topk > torch-topk.txt
// The calls are those of topk_impl_loop in PyTorch's aten/src/ATen/native/TopKImpl.h; g++ must use libstdc++, as PyTorch's Linux wheels do.
// A line: kind, seed, row length n, visible places (the rest is -infinity), k, and a bit for each place, four to a hex digit, the lowest
// place first. Rows of kind "killer" have their scores written out in place of the seed, in hex digits of four for each place.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

typedef std::pair<float, int64_t> elem_t;

static uint64_t state;

static uint64_t next() {  // SplitMix64
  uint64_t z = (state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static float fraction() { return static_cast<float>(next() >> 40) * 0x1p-24f; }

static float score(const std::string& kind, int i, int n) {
  const float inf = std::numeric_limits<float>::infinity();
  const float few[] = {0.0f, -0.0f, 1.0f, -1.0f, std::nanf(""), inf, -inf, 0x1p-149f};
  if (kind == "few") return few[next() % 8];
  if (kind == "small") return static_cast<float>(next() % 5) - 2.0f;
  if (kind == "relu") {
    bool zero = next() % 4 != 0;
    float value = fraction();
    return zero ? 0.0f : value - 0.25f;
  }
  if (kind == "equal") return 0.0f;
  if (kind == "normal") return fraction();
  if (kind == "rising") return static_cast<float>(i / 3);
  if (kind == "falling") return static_cast<float>((n - i) / 3);
  return static_cast<float>(std::min(i, n - i) / 2);  // "pipe"
}

static std::vector<bool> topk(const std::vector<float>& row, int64_t k) {
  int64_t n = static_cast<int64_t>(row.size());
  std::vector<elem_t> queue(n);
  for (int64_t j = 0; j < n; j++) queue[j] = {row[j], j};
  auto greater = [](const elem_t& x, const elem_t& y) -> bool {
    return ((std::isnan(x.first) && !std::isnan(y.first)) || (x.first > y.first));
  };
  if (k * 64 <= n) {
    std::partial_sort(queue.begin(), queue.begin() + k, queue.end(), greater);
  } else {
    std::nth_element(queue.begin(), queue.begin() + k - 1, queue.end(), greater);
    std::sort(queue.begin(), queue.begin() + k - 1, greater);
  }
  std::vector<bool> taken(n);
  for (int64_t j = 0; j < k; j++) taken[queue[j].second] = true;
  return taken;
}

// McIlroy's adversary (A killer adversary for quicksort, 1999), which gives out scores as they are compared, stopped after `limit` of
// them: nth_element runs out of depth and goes on with a heap among the places that are left, which have three scores between them.
static std::vector<float> killer(int n, int k, int limit) {
  std::vector<int> value(n), order(n);
  std::vector<bool> solid(n);
  for (int i = 0; i < n; i++) value[i] = n + i % 3;
  std::iota(order.begin(), order.end(), 0);
  int given = 0, candidate = 0;
  std::nth_element(order.begin(), order.begin() + k - 1, order.end(), [&](int x, int y) {
    if (!solid[x] && !solid[y] && given < limit) {
      int frozen = x == candidate ? x : y;
      solid[frozen] = true;
      value[frozen] = given++;
    }
    if (!solid[x]) candidate = x;
    else if (!solid[y]) candidate = y;
    return value[x] < value[y];
  });
  std::vector<float> row(n);
  for (int i = 0; i < n; i++) row[i] = static_cast<float>(n + 3 - value[i]);
  return row;
}

// Whether the places taken would be others if nth_element never turned to a heap.
static bool needs_heap(const std::vector<float>& row, int k) {
  std::vector<int> order(row.size()), deep(row.size());
  std::iota(order.begin(), order.end(), 0);
  std::iota(deep.begin(), deep.end(), 0);
  auto greater = [&](int x, int y) { return row[x] > row[y]; };
  std::nth_element(order.begin(), order.begin() + k - 1, order.end(), greater);
  std::__introselect(deep.begin(), deep.begin() + k - 1, deep.end(), 1L << 30, __gnu_cxx::__ops::__iter_comp_iter(greater));
  std::sort(order.begin(), order.begin() + k);
  std::sort(deep.begin(), deep.begin() + k);
  return !std::equal(order.begin(), order.begin() + k, deep.begin());
}

static void print(const std::vector<bool>& taken) {
  for (size_t i = 0; i < taken.size(); i += 4) {
    int digit = 0;
    for (size_t j = i; j < std::min(taken.size(), i + 4); j++) digit |= taken[j] << (j - i);
    printf("%x", digit);
  }
  printf("\n");
}

int main() {
  uint64_t seed = 0;
  for (const char* kind : {"few", "small", "relu", "equal", "normal", "rising", "falling", "pipe"}) {
    for (int round = 0; round < 48; round++) {
      state = ++seed;
      bool wide = round >= 44;
      int n = wide ? 1000 + static_cast<int>(next() % 1500) : 1 + static_cast<int>(next() % (round < 8 ? 8 : 150));
      int k = 1 + static_cast<int>(next() % (round % 4 == 0 ? std::max(1, n / 40) : n));
      int visible = round % 2 == 0 ? n : k + static_cast<int>(next() % (n - k + 1));
      std::vector<float> row(n, -std::numeric_limits<float>::infinity());
      for (int i = 0; i < visible; i++) row[i] = score(kind, i, n);
      printf("%s %llu %d %d %d ", kind, static_cast<unsigned long long>(seed), n, visible, k);
      print(topk(row, k));
    }
  }
  for (int n : {60, 100, 200, 400}) {
    for (int k : {n / 4, n / 2, n - 20}) {
      int found = 0;
      for (int limit = 1; limit < n && found < 2; limit++) {
        std::vector<float> row = killer(n, k, limit);
        if (!needs_heap(row, k)) continue;
        found++;
        printf("killer ");
        for (float value : row) printf("%04x", static_cast<int>(value));
        printf(" %d %d %d ", n, n, k);
        print(topk(row, k));
      }
    }
  }
}

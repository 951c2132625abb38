// Built without instrumentation too, which makes no difference: its array is its own.
static const int kNumbers[] = {3, 1, 4, 1, 5, 9, 2, 6};

int sumOf(int last) {
  int own[8];
  int sum = 0;
  for (int i = 0; i < 8; ++i) own[i] = kNumbers[(i * last) % 8];
  for (int i = 0; i <= last; ++i) sum += own[(i * 5) % 8];
  return sum;
}

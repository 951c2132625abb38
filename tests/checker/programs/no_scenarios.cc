int standstillNothingToSee(int* value) { return ++*value; }

// A counter under a lock, for mutants to be made of.
#pragma once

void add(int n);
int total();
bool reaches(int n);     // now, or in a while
void paint(int colour);  // what it does, no scenario sees

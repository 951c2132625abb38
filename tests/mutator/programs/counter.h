// A counter under a lock, for mutants to be made of.
#pragma once

void add(int n);
int total();
void paint(int colour);  // what it does, no scenario sees

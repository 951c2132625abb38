#pragma once

// Puts money on the account. Any thread may call it.
void deposit(int amount);
int balance();

#pragma once

#include "shelf.h"

// Each returns 0, or -1 and changes nothing.
int stock_receive(struct shelf* s, int count);
int stock_reserve(struct shelf* s, int count);
int stock_ship(struct shelf* s, int count);
int stock_move(struct shelf* from, struct shelf* to, int count);

// Is anybody working on the shelf? Asks without waiting.
int stock_is_busy(struct shelf* s);

#pragma once

struct shelf;

// Takes the shelf for the work that `who` names. Pairs with shelf_leave().
void shelf_enter(struct shelf* s, const char* who);

// Gives the shelf back. REQUIRES: the caller entered it.
void shelf_leave(struct shelf* s);

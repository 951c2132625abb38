// The protocol that stops the world and starts it again.
#pragma once

namespace standstill::rt {

// Brings every P but the caller's to a stop: on return none of them runs a goroutine, and none
// will until the world is started.
//
// Holding worldsema grants an M the right to do this. Whoever uses it does so in these steps:
//
//	acquire worldsema
//	record the reason for the stop in m.preemptoff
//	call this function on the system stack
//
//	... do stuff ...
//
//	clear m.preemptoff
//	release worldsema
//	call the function below on the system stack
//
// The collector acquires worldsema once and stops and starts the world several times before it
// releases it. Other Ps run between a start and the next stop; others who want to stop the world
// wait all the while.
//
// REQUIRES: on the system stack; worldsema held; the M holds no locks. (facts 2.4)
void stopTheWorldWithSema();

// Lets the Ps go again, as many as newprocs asks for.
// REQUIRES: on the system stack, of the M that stopped the world. (facts 2.5)
void startTheWorldWithSema();

}  // namespace standstill::rt

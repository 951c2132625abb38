// Requests to give way that come while their goroutine must not be preempted.
#pragma once

// Makes a request of the caller, as a monitor does, and lets it come to a safepoint where it has to
// refuse. From there on the request sleeps. REQUIRES: on a goroutine.
void refuseRequest();

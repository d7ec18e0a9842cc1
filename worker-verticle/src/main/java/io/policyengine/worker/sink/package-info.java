/** Sinks for the records that policies keep: bounded queues, and the threads that empty them into files, servers, topics and streams. */
@NullMarked
package io.policyengine.worker.sink;

import org.jspecify.annotations.NullMarked;

/**
 * Sinks for the records of policies: bounded queues, and the threads that deliver them to files, servers, topics and
 * streams.
 */
@NullMarked
package io.policyengine.worker.sink;

import org.jspecify.annotations.NullMarked;

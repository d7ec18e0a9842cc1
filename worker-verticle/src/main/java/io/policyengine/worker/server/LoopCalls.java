package io.policyengine.worker.server;

import io.policyengine.core.time.Ticker;
import io.policyengine.protocol.Deadlines;

/**
 * The parts that all calls on one event loop share.
 *
 * @param deadlines the deadlines of messages
 * @param bytes the bytes held by calls
 * @param queue the calls that have not begun
 */
record LoopCalls(Ticker ticker, Deadlines deadlines, CallBytes bytes, CallQueue queue, QueueMeters meters) {}

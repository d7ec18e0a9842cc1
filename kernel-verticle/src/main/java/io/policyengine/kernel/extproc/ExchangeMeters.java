package io.policyengine.kernel.extproc;

import io.micrometer.core.instrument.Counter;
import io.policyengine.kernel.metrics.KernelMeters;

/**
 * Counts how exchanges end.
 *
 * @param passed the request went upstream, or the engine was not asked further
 * @param denied a policy answered the client
 * @param failed the engine answered the client with an error
 * @param overloaded refused at once
 * @param unknownRoute no route policy is for it
 * @param violated the peer broke the protocol
 * @param observed Envoy only let us watch
 */
record ExchangeMeters(
        Counter passed,
        Counter denied,
        Counter failed,
        Counter overloaded,
        Counter unknownRoute,
        Counter violated,
        Counter observed) {
    static ExchangeMeters of(KernelMeters meters) {
        return new ExchangeMeters(
                meters.exchanges("passed"),
                meters.exchanges("denied"),
                meters.exchanges("failed"),
                meters.exchanges("overloaded"),
                meters.exchanges("unknown_route"),
                meters.exchanges("protocol_error"),
                meters.exchanges("observed"));
    }
}

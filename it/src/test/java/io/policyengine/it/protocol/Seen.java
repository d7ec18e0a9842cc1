package io.policyengine.it.protocol;

import java.util.concurrent.atomic.AtomicInteger;

/** What a worker has noticed of calls that it does not answer. */
record Seen(AtomicInteger calls, AtomicInteger cancels) {
    static Seen nothing() {
        return new Seen(new AtomicInteger(), new AtomicInteger());
    }
}

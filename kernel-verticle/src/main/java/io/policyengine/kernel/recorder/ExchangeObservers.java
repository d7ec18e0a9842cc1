package io.policyengine.kernel.recorder;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** Those who are told of the exchanges of a kernel. */
@FunctionalInterface
public interface ExchangeObservers {
    /** Nobody. */
    ExchangeObservers NONE = _ -> List.of();

    /** Its observers on the event loop that calls; called once for each loop. */
    List<ExchangeObserver> onLoop(Vertx vertx);

    /** All of these. */
    static ExchangeObservers of(List<ExchangeObservers> all) {
        List<ExchangeObservers> each = List.copyOf(all);
        return vertx -> {
            List<ExchangeObserver> observers = new ArrayList<>();
            each.forEach(one -> observers.addAll(one.onLoop(vertx)));
            return List.copyOf(observers);
        };
    }
}

package io.policyengine.kernel.recorder;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The observers of a kernel's exchanges. */
@FunctionalInterface
public interface ExchangeObservers {
    /** No observers. */
    ExchangeObservers NONE = _ -> List.of();

    /** Returns the observers for the calling event loop; called once for each loop. */
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

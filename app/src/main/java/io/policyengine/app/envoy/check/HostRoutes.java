package io.policyengine.app.envoy.check;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.who.change.NextRoute.Next;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The routes of a virtual host, in their order. Indexes by path and by header field ensure that a route is compared
 * only with routes that may match its paths. After {@link #MAX_PAIRS} pairs, no further routes are found. Not
 * thread-safe.
 */
final class HostRoutes {
    /** Maximum number of pairs of routes of one virtual host that are compared. */
    static final int MAX_PAIRS = 200_000;

    private final List<ComparedRoute> choices;
    private final PathIndex all = new PathIndex();
    private final PathIndex plain = new PathIndex();
    private final Map<String, PathIndex> byField = new HashMap<>();
    private int pairs;

    HostRoutes(List<ComparedRoute> choices) {
        this.choices = List.copyOf(choices);
        for (int i = 0; i < choices.size(); i++) {
            ComparedRoute choice = choices.get(i);
            all.add(i, choice.paths());
            if (choice.isPlain()) {
                plain.add(i, choice.paths());
            }
            for (String field : choice.fields()) {
                byField.computeIfAbsent(field, _ -> new PathIndex()).add(i, choice.paths());
            }
        }
    }

    int size() {
        return choices.size();
    }

    ComparedRoute choice(int place) {
        return choices.get(place);
    }

    /** Returns the number of pairs of routes that were compared so far. */
    int pairs() {
        return pairs;
    }

    /** Returns whether some pairs were not compared because there were too many. */
    boolean isSpent() {
        return pairs > MAX_PAIRS;
    }

    /**
     * Returns the routes that a client can reach, instead of the entrance, by setting one of the fields {@code own}
     * itself; each with that field.
     *
     * @param own the header fields that the entry sets or removes, in lower case
     * @param entrance the index of the route whose chain has the entry
     */
    NavigableMap<Integer, String> choosable(Set<String> own, int entrance) {
        NavigableMap<Integer, String> found = new TreeMap<>();
        ComparedRoute from = choices.get(entrance);
        RouteConfig policy = from.next() instanceof Next.Policy(RouteConfig its) ? its : null;
        IntConsumer compare = other -> {
            boolean isSame = policy != null && choices.get(other).isOf(policy);
            if (!isSame && !found.containsKey(other) && pairs <= MAX_PAIRS) {
                pairs++;
                String field = field(own, entrance, other);
                if (field != null) {
                    found.put(other, field);
                }
            }
        };
        own.stream().map(byField::get).forEach(index -> {
            if (index != null) {
                index.forEachNear(from.paths(), compare);
            }
        });
        if (from.fields().stream().anyMatch(own::contains)) {
            int last = from.paths().kind() == PathMatch.Kind.PATTERN
                    ? PathIndex.NO_ROUTE
                    : plain.firstContaining(from.paths());
            all.forEachNear(from.paths(), other -> {
                // Later routes never get a request of these paths.
                if (other > entrance && other <= last) {
                    compare.accept(other);
                }
            });
        }
        return found;
    }

    private @Nullable String field(Set<String> own, int entrance, int other) {
        ComparedRoute from = choices.get(entrance);
        ComparedRoute to = choices.get(other);
        String field = to.fields().stream()
                .filter(own::contains)
                .min(Comparator.naturalOrder())
                .orElse(null);
        if (field == null && entrance < other) {
            field = from.fields().stream()
                    .filter(own::contains)
                    .sorted()
                    .findFirst()
                    .orElse(null);
        }
        if (field == null || !from.paths().mayMeet(to.paths())) {
            return null;
        }
        return plain.firstContaining(from.paths().narrower(to.paths())) < other ? null : field;
    }
}

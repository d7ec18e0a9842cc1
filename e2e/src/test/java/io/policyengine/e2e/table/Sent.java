package io.policyengine.e2e.table;

import java.util.List;

/**
 * A request on a row's route, or below it.
 *
 * @param below what follows the route's path
 * @param fields names and values by turns
 */
public record Sent(String method, String below, String body, List<String> fields) {
    /** A request without a body. */
    public Sent(String method, String below, String... fields) {
        this(method, below, "", List.of(fields));
    }

    /** A GET on the route itself. */
    public static Sent get(String... fields) {
        return new Sent("GET", "", fields);
    }

    /** A POST on the route itself. */
    public static Sent post(String body, String... fields) {
        return new Sent("POST", "", body, List.of(fields));
    }
}

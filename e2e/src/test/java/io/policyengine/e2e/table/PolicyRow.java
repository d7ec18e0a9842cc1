package io.policyengine.e2e.table;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A policy on a route of its own: what it allows and what it denies, and what becomes of a request while its dependency is down. */
public final class PolicyRow {
    private final String name;
    private final String chain;
    private Supplier<Sent> allowed = Sent::get;
    private Supplier<Sent> denied = Sent::get;
    private int passes;
    private int refused;
    private int down;
    private String wrong = "{}";
    private String response = "";
    private int times;
    private Supplier<Sent> first = Sent::get;
    private @Nullable Supplier<Sent> held;
    private final List<Integer> seen = new ArrayList<>();

    /**
     * A row.
     *
     * @param name the policy's, and perhaps a word more
     * @param chain the entries of its route, in YAML
     */
    public PolicyRow(String name, String chain) {
        this.name = name;
        this.chain = chain;
    }

    /** Makes a request that passes, each time with other credentials. */
    public PolicyRow allows(int status, Supplier<Sent> request) {
        passes = status;
        down = status;
        allowed = request;
        return this;
    }

    /** Makes a request that is refused. */
    public PolicyRow denies(int status, Supplier<Sent> request) {
        refused = status;
        denied = request;
        return this;
    }

    /** The status of a request that would pass, while the dependency is down. */
    public PolicyRow whenDown(int status) {
        down = status;
        return this;
    }

    /** Makes requests that come before the one that is refused, and use up what there is. */
    public PolicyRow after(int count, Supplier<Sent> request) {
        times = count;
        first = request;
        return this;
    }

    /** Makes a request that is under way for as long as that which is refused: it waits at the upstream. */
    public PolicyRow during(Supplier<Sent> request) {
        held = request;
        return this;
    }

    /** The same entries stand in the response flow too, with whole bodies. */
    public PolicyRow inBothFlows() {
        response = chain;
        return this;
    }

    /** Parameters that make no sense. */
    public PolicyRow wrong(String params) {
        wrong = params;
        return this;
    }

    /** A request of this status was seen; in the order of the table. */
    void saw(int status) {
        seen.add(status);
    }

    List<Integer> seen() {
        return List.copyOf(seen);
    }

    String name() {
        return name;
    }

    String policy() {
        return name.split(" ", 2)[0];
    }

    String chain() {
        return chain;
    }

    String response() {
        return response;
    }

    int times() {
        return times;
    }

    Supplier<Sent> first() {
        return first;
    }

    @Nullable
    Supplier<Sent> held() {
        return held;
    }

    /** The path of its route. */
    public String path() {
        return "/policy/" + name.replace(' ', '-');
    }

    String wrongPath() {
        return "/wrong/" + name.replace(' ', '-');
    }

    String wrong() {
        return wrong;
    }

    Supplier<Sent> allowed() {
        return allowed;
    }

    Supplier<Sent> denied() {
        return denied;
    }

    int passes() {
        return passes;
    }

    int refused() {
        return refused;
    }

    int down() {
        return down;
    }

    /** The row of the table. */
    @Override
    public String toString() {
        return "| " + name + " | " + seen.stream().map(String::valueOf).collect(Collectors.joining(" | ")) + " |";
    }
}
